"""Plugins whose rules of fulfilment or exporters are wrong in one thing: each is found, with what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from klaremal import FulfilmentRule
from klaremal.builtin.rules import MEAN_OF_THREE_YEARS
from klaremal.testing import CHECKS, Subject
from klaremal.testing.checks.ruled import _answers, _apart, _every, _first, _known, _of_better, _of_hidden

Make = Callable[..., Subject]
JUDGE = '    now = compared(rows["value"])\n'
LAST = '    return now.where(before == "fulfilled", "not_fulfilled").where(before.notna(), "no_data")'
PAGE = '    return frame.to_html(index=False, na_rep="")'
LINES = '    path.write_text(frame.to_csv(index=False), "utf-8")'


def found(subject: Subject, check: str) -> list[str]:
    """Return the findings of one check as sentences."""
    return [str(each) for each in CHECKS[check](subject)]


RULES: dict[str, tuple[str, tuple[str, str], str]] = {
    "it raises on a table without rows": (
        "rules_judge",
        (JUDGE, JUDGE + "    rows.value.iloc[0]\n"),
        "rule roads.twice, an empty table: it raised IndexError: single positional indexer is out-of-bounds (",
    ),
    "it leaves rows out": (
        "rules_judge",
        (LAST, "    return now[rows.usable]"),
        "rule roads.twice, a table of one row, which is hidden: it returned 0 words for 1 rows. Return a word for each row",
    ),
    "it has a word of its own": (
        "rules_judge",
        (LAST, '    return ["good"] * len(rows)'),
        "rule roads.twice, a table of one row: it returned 'good' for unit A. Return fulfilled, partly_fulfilled",
    ),
    "it changes the rows": (
        "rules_judge",
        (JUDGE, '    rows["value"] = rows["value"].round(1)\n    rows["more"] = 1\n' + JUDGE),
        "rule roads.twice, an empty table: it changes the rows that it is given (more). Work on a copy: rows = rows.copy().",
    ),
    "it remembers how often it was asked": (
        "rules_judge",
        (
            LAST,
            '    judge.calls = getattr(judge, "calls", 0) + 1\n'
            '    return now if judge.calls % 2 else now.where(now.isna(), "not_fulfilled")',
        ),
        "the same rows get other words the second time. Let it depend on rows and compared alone",
    ),
    "what is hidden is fulfilled": (
        "rules_judge",
        (LAST, '    return now.fillna("fulfilled")'),
        "rule roads.twice, a table of one row, which is hidden: a figure that is hidden or missing is fulfilled.",
    ),
    "a hidden figure is passed over": (
        "rules_judge",
        ('now.groupby(rows["unit"]).shift(1)', 'now.groupby(rows["unit"]).ffill().groupby(rows["unit"]).shift(1)'),
        "rule roads.twice, years with at least 90: what is not_fulfilled becomes partly_fulfilled when a figure of another",
    ),
    "the mean is of the figures that are known": (
        "rules_judge",
        (
            LAST,
            '    mean = rows["value"].groupby(rows["unit"]).rolling(3, min_periods=1).mean().reset_index(0, drop=True)\n'
            '    return compared(mean).where(rows["value"].notna(), "no_data")',
        ),
        "becomes fulfilled when a figure of another period is hidden or missing. "
        'Return "no_data" where a figure that the rule looks at is not usable.',
    ),
    "the row before may be of another unit": (
        "rules_judge",
        ('now.groupby(rows["unit"]).shift(1)', "now.shift(1)"),
        "beside others. Look at the rows of each unit by themselves",
    ),
    "the first unit is judged by another measure": (
        "rules_judge",
        (LAST, '    return now.where(rows["unit"] == "A", "not_fulfilled")'),
        "rule roads.twice, years with at least 90: a unit that is",
    ),
    "it asks the network and keeps quiet about it": (
        "rules_judge",
        (
            JUDGE,
            "    import socket\n    try:\n        socket.getaddrinfo('example.org', 80)\n    except OSError:\n        pass\n"
            + JUDGE,
        ),
        "rule roads.twice: it asks the network (getaddrinfo of 'example.org').",
    ),
    "twice the same, partly met": (
        "rules_monotone",
        ('before == "fulfilled", ', "before == now, "),
        "87.5 is partly_fulfilled, and 90, which is better, not_fulfilled. Compare by compared(values)",
    ),
    "it asks for a figure that is not too good": (
        "rules_monotone",
        (LAST, '    return compared(rows["value"]).where(rows["value"] < 99, "not_fulfilled").where(now.notna(), "no_data")'),
        "95 is fulfilled, and 100, which is better, not_fulfilled.",
    ),
}

EXPORTERS: dict[str, tuple[tuple[str, str], str]] = {
    "it raises on a table without rows": (
        (PAGE, '    return frame["value"].iloc[0] and ""'),
        "exporter roads.page, an empty table of observations: it raised IndexError: single positional indexer",
    ),
    "it has no word for what is hidden": (
        (PAGE, '    return ", ".join(str(int(each)) for each in frame["value"])'),
        "exporter roads.page, a table of observations with a hidden figure: it raised ValueError: cannot convert float NaN",
    ),
    "it knows the observations only": (
        (PAGE, '    return frame["definition"].to_csv()'),
        "exporter roads.page, an empty table of fulfilments: it raised KeyError: 'definition'",
    ),
    "it returns no text": (
        (PAGE, "    return frame"),
        "exporter roads.page, an empty table of observations: text returned a DataFrame. Return the whole table as text.",
    ),
    "it changes the table": (
        (PAGE, '    frame["value"] = frame["value"].round(1)\n    frame.insert(0, "row", range(len(frame)))\n' + PAGE),
        "exporter roads.page, an empty table of observations: it changes the table that it is given. Work on a copy",
    ),
    "it writes elsewhere": (
        (LINES, LINES.replace("path.write", "path.with_suffix('.csv').write")),
        "exporter roads.lines, an empty table of observations: it writes no file at the path that it is given.",
    ),
    "it leaves something beside the file": (
        (LINES, LINES + '\n    path.with_name("notes.txt").write_text("made")'),
        "exporter roads.lines, an empty table of observations: it leaves asked/notes.txt behind. Write one file",
    ),
    "it leaves something where it is called from": (
        (LINES, LINES + '\n    open("log.txt", "w").close()'),
        "exporter roads.lines, an empty table of observations: it leaves called_from/log.txt behind. Write one file",
    ),
    "it writes a number by chance": (
        (PAGE, "    import uuid\n    return uuid.uuid4().hex"),
        "exporter roads.page, an empty table of observations: it writes another file each time. Leave out chance",
    ),
    "it asks the network": (
        (PAGE, '    import socket\n    socket.create_connection(("192.0.2.1", 9))\n' + PAGE),
        "exporter roads.page, an empty table of observations: it asks the network (getaddrinfo of '192.0.2.1').",
    ),
    "it needs a file that is not there": (
        (PAGE, '    return open("template.html").read()'),
        "exporter roads.page, an empty table of observations: it raised FileNotFoundError: [Errno 2]",
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_that_judges_wrongly_is_found(made: Make, name: str) -> None:
    """By the check that is about it, with the figures on which it shows."""
    check, change, expected = RULES[name]
    findings = found(made(change), check)
    assert [expected in each for each in findings] == [True], findings


@pytest.mark.parametrize("name", EXPORTERS)
def test_an_exporter_that_writes_wrongly_is_found(made: Make, name: str) -> None:
    """Whatever the sample's own tables have in them."""
    change, expected = EXPORTERS[name]
    findings = found(made(change), "exporters_write")
    assert [each.partition(expected)[1] for each in findings] == [expected], findings


def test_what_only_the_sample_shows_is_found(made: Make) -> None:
    """A goal that no made-up table has."""
    change = (PAGE, '    assert "days" not in [*frame.get("goal", ())]\n' + PAGE)
    (finding,) = found(made(change), "exporters_write")
    assert finding.startswith("exporter roads.page, the fulfilments of the sample: it raised AssertionError")


def test_a_plugin_without_a_sample_has_its_exporters_tried(made: Make) -> None:
    """On the made-up tables."""
    change, expected = EXPORTERS["it has no word for what is hidden"]
    subject = made(change, ('plugins = ["roads"]', "plugins = 3"))
    (finding,) = found(subject, "exporters_write")
    assert expected in finding


def test_a_rule_that_is_for_one_direction_is_found_by_the_check_that_can_be_left_out_for_it(made: Make) -> None:
    """The other check of rules has nothing to say of it."""
    not_below = '~(rows["value"] < rows.groupby("unit")["value"].shift(1))'
    falls = f'    return now.where({not_below}, "not_fulfilled").where(before.notna(), "no_data")'
    subject = made((LAST, falls))
    assert found(subject, "rules_judge") == []
    (finding,) = found(subject, "rules_monotone")
    assert "where the rule is for one direction only, skip this check and say so." in finding


def test_a_rule_that_does_not_answer_is_told_once(made: Make) -> None:
    """Nothing is said of better figures then."""
    assert found(made((LAST, "    return None")), "rules_monotone") == []


def test_the_rule_of_core_is_right() -> None:
    """By each of the questions that a plugin's rules are asked, for each promise and length of period."""
    rule: FulfilmentRule = MEAN_OF_THREE_YEARS
    assert [_first(look, _every(rule)) for look in (_answers, _apart)] == [None, None]
    assert [_first(look, _known(rule)) for look in (_of_hidden, _of_better)] == [None, None]
