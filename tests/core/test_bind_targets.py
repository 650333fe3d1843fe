"""Targets of goal files that follow from other figures, lie ahead, stand in a file or are to be done, held against the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from attrs import evolve

from klaremal import hookimpl
from klaremal.bind.workspace import Bound
from klaremal.discovery import PluginSource
from klaremal.measures import Count, Median
from klaremal.model.listed import Listed
from klaremal.model.period import Period
from klaremal.registry import build
from klaremal.targets import Change, Done, Relative

Binding = Callable[..., Bound]
WithGoal = Callable[..., list[str]]

PLACE = "goals/goals.toml: goal.huller"


@pytest.fixture
def goal(bound: Binding, workspace_text: str, goal_text: str) -> Callable[..., Bound]:
    """Return a function that binds the usual goal with these lines in place of its target."""

    def make(*lines: str, **files: Any) -> Bound:
        return bound(workspace_text, goal_text.replace("at_least = 95\n", "") + "\n".join(lines) + "\n", **files)

    return make


@pytest.mark.parametrize(
    ("line", "target"),
    [
        ("change = { by = 1.5, since = 2025 }", Change(by=1.5, since=2025)),
        ('change = { by = 0, since = "previous", strict = true }', Change(by=0, since="previous", strict=True)),
        ('relative = { to = "nation", offset = 0.5 }', Relative("nation", 0.5)),
        ('relative = { to = "kommunegruppe" }', Relative("kommunegruppe")),
        ('relative = { to = "Storbykommuner" }', Relative("Storbykommuner")),
        ('relative = { to = "Aarhus" }', Relative("Aarhus")),
    ],
)
def test_a_goal_may_stand_on_other_figures(line: str, target: Any, goal: Callable[..., Bound]) -> None:
    """An earlier one of its own, the nation's, those of a group or of one unit."""
    (judged,) = [each for each in goal(line).goals if not each.goal.statutory]
    assert judged.target == target


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        pytest.param(
            ("change = { by = -2, since = 2025 }",),
            ".change: the target is against the direction of roads.repaired, where higher is better. Write by = 2.",
            id="change against the direction",
        ),
        pytest.param(
            ("change = { by_percent = -5, since = 2025 }",),
            ".change: the target is against the direction of roads.repaired, where higher is better. Write by_percent = 5.",
            id="change in percent against the direction",
        ),
        pytest.param(
            ("change = { by = 2, since = 2025 }", "[goal.huller.targets]", '"Randers" = -2'),
            ".change: the target is against the direction of roads.repaired, where higher is better. Write by = 2.",
            id="a unit's own change against the direction",
        ),
        pytest.param(
            ("change = { by = 2, since = 2025 }", 'frequency = "school_year"'),
            ".change: the year 2025 has no whole periods of school_year. Use the other kind.",
            id="another kind of year",
        ),
        pytest.param(("change = { by = 2 }",), '.change: "since" is missing. Write { by = 1.5, since = 2025 }.', id="no since"),
        pytest.param(
            ('relative = { to = "natoin" }',),
            '.relative: there is no unit or group "natoin". Did you mean "nation"?',
            id="misspelt nation",
        ),
        pytest.param(
            ('relative = { to = "Storbykommunerne" }',),
            '.relative: there is no unit or group "Storbykommunerne". Did you mean "Storbykommuner"?',
            id="misspelt group",
        ),
        pytest.param(
            ('relative = { to = "Aarhuss" }',),
            '.relative: there is no unit or group "Aarhuss". Did you mean "Aarhus"?',
            id="misspelt unit",
        ),
        pytest.param(
            ('relative = { to = "???" }',),
            '.relative: there is no unit or group "???". Write "nation", "group", or the name or code of a unit or group.',
            id="nothing like it",
        ),
        pytest.param(
            ("at_least = 95", 'by = "2029K4"', 'frequency = "year"'),
            '.by: 2029K4 is a quarter, and the goal is judged by the year. Write by = "2029".',
            id="by in another frequency",
        ),
        pytest.param(
            ("at_least = 95", "by = 2029", 'frequency = "quarter"'),
            '.by: 2029 is a year, and the goal is judged by the quarter. Write by = "2029K4".',
            id="by in a coarser frequency",
        ),
        pytest.param(
            ("at_least = 95", "by = 2025", 'frequency = "year"'),
            ".by: 2025 begins before the goal holds (from 2026-01-01). Write a later period.",
            id="by before the goal",
        ),
        pytest.param(
            ("at_least = 95", "by = 2029", 'frequency = "year"', "valid_to = 2028-12-31"),
            ".by: 2029 begins after the goal has ended (2028-12-31). Write an earlier period.",
            id="by after the goal",
        ),
        pytest.param(
            ("path = { 2026 = 60 }", "by = 2029", 'frequency = "year"'),
            ": by is for at_least, at_most and between; a Path says itself for when.",
            id="by on a path",
        ),
    ],
)
def test_a_target_that_cannot_be_judged_is_said_with_its_place_and_cure(
    lines: tuple[str, ...], sentence: str, with_goal: WithGoal
) -> None:
    """The direction, whom it means, from when and until when."""
    assert with_goal(*lines) == [PLACE + sentence]


def test_a_law_cannot_be_put_off(with_goal: WithGoal) -> None:
    """A council's `by` beside a law's threshold is refused."""
    lines = ('threshold = "roads.law"', 'frequency = "year"', "by = 2029")
    assert with_goal(*lines) == [f"{PLACE}.by: the target is a law's, and no council puts off a law. Leave by out."]


@pytest.mark.parametrize(
    ("kind", "to", "sentence"),
    [
        ("count", "nation", "roads.number counts or sums up, and of several or of a larger place that is more by itself."),
        ("count", "group", "roads.number counts or sums up, and of several or of a larger place that is more by itself."),
        ("count", "Aarhus", ""),
        (
            "median",
            "group",
            "the values of roads.number cannot be put together for a group, since nothing says how much each weighs.",
        ),
        ("median", "nation", ""),
    ],
)
def test_what_cannot_be_compared_is_refused(
    kind: str,
    to: str,
    sentence: str,
    faults: Callable[..., list[str]],
    bound: Binding,
    workspace_text: str,
    goal_text: str,
    core_source: PluginSource,
    roads_source: PluginSource,
) -> None:
    """A number of cases grows with the place, and medians of several units make no median."""
    measure = {"count": Count(), "median": Median("days_between(reported_on, repaired_on)")}[kind]
    days = build([core_source, roads_source]).indicators["roads.days"]
    number = evolve(days, id="roads.number", measure=measure)
    registry = build([core_source, _with(roads_source, number)])
    text = goal_text.replace("roads.repaired", "roads.number").replace("at_least = 95", f'relative = {{ to = "{to}" }}')
    if sentence:
        cure = 'Hold the value against one unit of the same level, as to = "Aarhus", or use at_least.'
        assert faults(workspace_text, text, plugins=registry) == [f"{PLACE}.relative: {sentence} {cure}"]
    else:
        assert bound(workspace_text, text, plugins=registry).goals[0].target == Relative(to)


def _with(source: PluginSource, indicator: Any) -> PluginSource:
    """Return the plugin roads with one indicator more."""

    class More(type(source.module)):  # type: ignore[misc]
        """Roads and one indicator more."""

        @hookimpl
        def klaremal_indicators(self) -> list[Any]:
            """Declare it."""
            return [*super().klaremal_indicators(), indicator]

    return PluginSource("roads", More(), "klaremal-roads", "1.2.0", ">=0.1,<0.2")


# -- files -----------------------------------------------------------------------------------------------------------


def test_a_file_gives_each_unit_its_target_by_period(goal: Callable[..., Bound]) -> None:
    """Units by name or code, Danish headers, decimal commas between semicolons, a BOM; the others are promised nothing."""
    rows = "\ufeffenhed;periode;måltal\nRanders;2026;92,5\nRanders;2027;95\n751;2026;90\n"
    lines = ('at_least = "maal/huller.csv"', 'units = "municipality"', 'frequency = "year"')
    bound = goal(*lines, **{"maal/huller.csv": rows})
    (judged,) = [each for each in bound.goals if not each.goal.statutory]
    listed = Listed(key="at_least", file="maal/huller.csv")
    assert judged.target == listed
    assert judged.targets == (
        ("Randers", listed.with_value({"2026": 92.5, "2027": 95.0})),
        ("751", listed.with_value({"2026": 90.0})),
    )
    assert judged.goal.targets == (("Randers", (("2026", 92.5), ("2027", 95.0))), ("751", (("2026", 90.0),)))


@pytest.mark.parametrize(
    ("rows", "sentences"),
    [
        pytest.param(
            "unit;value\nRanders;90\n",
            ["maal.csv: has no column period. The first row is unit, period, value; then one row per unit and period."],
            id="a missing column",
        ),
        pytest.param(
            "",
            [
                "maal.csv: has no column unit, period, value. The first row is unit, period, value; then one row per "
                "unit and period."
            ],
            id="empty",
        ),
        pytest.param(
            "unit;period;value;år\nRanders;2026;90;2026\n",
            ["maal.csv: has several columns period. The first row is unit, period, value; then one row per unit and period."],
            id="two columns of periods",
        ),
        pytest.param(
            "unit;period;value\nRanbers;2026;90\n",
            ['maal.csv: row 2: there is no unit "Ranbers". Did you mean "Randers"?'],
            id="an unknown unit",
        ),
        pytest.param(
            "unit,period,value\nRanders,2026,92,5\n",
            [
                "maal.csv: row 2: it has more cells than the header (4 for 3). "
                "Write decimals with a point, or put semicolons between the cells."
            ],
            id="a decimal comma between commas",
        ),
        pytest.param(
            "unit;period;value\nRanders;2026;1.250\n",
            ['maal.csv: row 2: value "1.250" can be 1.250 and 1250. Write 1.2500 or 1250.'],
            id="a decimal sign or thousands",
        ),
        pytest.param(
            "unit;period;value\nRanders;2026;mange\n",
            ['maal.csv: row 2: value "mange" is not a number. Write it as 92.5.'],
            id="a word",
        ),
        pytest.param(
            "unit;period;value\nRanders;snart;90\n",
            ['maal.csv: row 2: Period: "snart" is not a period.'],
            id="a word for a period",
        ),
        pytest.param(
            "unit;period;value\nRanders;2026;90\nRanders;2026;91\n",
            ["maal.csv: row 3: Randers has another target for 2026 further up. Keep one of them."],
            id="two targets",
        ),
        pytest.param(
            "unit;period;value\nRanders;;90\n;2026;90\n",
            [
                "maal.csv: row 2: period is empty. Fill it in, or remove the row.",
                "maal.csv: row 3: unit is empty. Fill it in, or remove the row.",
            ],
            id="empty cells",
        ),
        pytest.param(
            "unit;period;value\nRanders;2026K1;90\nRanders;2026;91\n",
            [
                f'{PLACE}.targets."Randers": path: the points '
                "are of different kinds (2026K1, 2026); use years, or quarters, throughout."
            ],
            id="two kinds of period",
        ),
        pytest.param(
            "unit;period;value\nRanders;2026K1;90\n",
            [f"{PLACE}.at_least: the point 2026K1 does not contain whole periods of year. Use coarser points."],
            id="finer than it is judged",
        ),
        pytest.param(
            "unit;period;value\nRanders;2026;0,9\n",
            [
                f"{PLACE}.at_least: 0.9 means 0.9 percent, since the indicator is "
                "measured in percent. Write 90; if 0.9 percent is meant, write between = [0.9, 100]."
            ],
            id="a share",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_said_row_by_row(
    rows: str, sentences: list[str], faults: Callable[..., list[str]], workspace_text: str, goal_text: str
) -> None:
    """With the file and the row, and what to write."""
    text = goal_text.replace("at_least = 95", 'at_least = "maal.csv"\nfrequency = "year"')
    said = faults(workspace_text, text, **{"maal.csv": rows})
    assert [one.startswith(other) for one, other in zip(said, sentences, strict=True)] == [True] * len(sentences), said


def test_a_file_that_is_not_there_is_named(with_goal: WithGoal) -> None:
    """The path is relative to klaremal.toml, whatever folder the goal file lies in; a backslash is read as a slash."""
    for path in ("maal/huller.csv", "maal\\\\huller.csv"):
        assert with_goal(f'at_least = "{path}"') == [
            f"maal/huller.csv: there is no such file. Check {PLACE}.at_least; the path is relative to klaremal.toml."
        ]


def test_a_file_and_targets_of_units_contradict_each_other(
    faults: Callable[..., list[str]], workspace_text: str, goal_text: str
) -> None:
    """It would be open which of them holds."""
    text = goal_text.replace("at_least = 95", 'at_least = "maal.csv"') + '[goal.huller.targets]\n"Randers" = 90\n'
    said = faults(workspace_text, text, **{"maal.csv": "unit;period;value\nRanders;2026;90\n"})
    assert (
        f"{PLACE}.at_least: maal.csv gives each unit its target, and so does targets. Write all of them into the file." in said
    )


# -- tasks -----------------------------------------------------------------------------------------------------------

TASK = """\
[defaults]
valid_from = 2026-01-01
frequency = "quarter"
indicator = "roads.repaired"
at_least = 90
tolerance = 2
units = "district"
decision = { body = "Byrådet", date = 2025-12-11 }
[goal.selvbetjening]
title = "Ny selvbetjening"
promise = "Inden udgangen af 2027 kan du følge din byggesag på nettet."
done = { by = 2027-12-31, status = "not_yet", note = "Udbud afholdt i juni 2026" }
"""


def test_something_to_be_done_is_bound_without_an_indicator(bound: Binding, workspace_text: str) -> None:
    """What the file's defaults say of figures does not hold for it; its frequency says which period its deadline is in."""
    (task,) = bound(workspace_text, TASK).tasks
    assert task.done == Done(date(2027, 12, 31), note="Udbud afholdt i juni 2026")
    assert (task.goal.indicator, task.goal.units, task.goal.tolerance) == (None, (), 0)
    assert task.period == Period.parse("2027K4")
    assert (task.version, task.first, task.last) == (1, date(2026, 1, 1), None)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'by = 2027-12-31, status = "not_yet"',
            'status = "not_yet"',
            '.done: "by" is missing. Write { by = 2027-12-31, status = "not_yet" }.',
        ),
        ('status = "not_yet"', 'status = "nearly"', '.done: status "nearly" is unknown. Use "done" or "not_yet".'),
        (
            'status = "not_yet"',
            'status = "done"',
            ".done: it is done, but not when. Add on = 2027-06-03, the day on which it was.",
        ),
        (
            "by = 2027-12-31",
            'by = "31-12-2027"',
            ".done: by: '31-12-2027' is not a date. Write by = 2027-12-31, without quotes.",
        ),
        (
            "by = 2027-12-31",
            "by = 2025-12-31",
            ".done: the deadline 2025-12-31 is before the goal begins (2026-01-01). Check by and valid_from.",
        ),
        (
            "done =",
            "at_most = 3\ndone =",
            ": it has several targets: at_most, done. Give exactly one of at_least, at_most, "
            "between, path, change, relative, done, threshold.",
        ),
        ("done =", 'units = "district"\ndone =', ": something to be done has no units; leave it out."),
        ("done =", 'supersedes = "selv"\ndone =', '.supersedes: there is no goal "selv".'),
    ],
)
def test_what_is_wrong_with_something_to_be_done_is_said(
    old: str, new: str, sentence: str, faults: Callable[..., list[str]], workspace_text: str
) -> None:
    """Its deadline, its status, and keys that are not for it."""
    said = faults(workspace_text, TASK.replace(old, new))
    assert said[0].startswith(f"goals/goals.toml: goal.selvbetjening{sentence}"), said


def test_a_goal_that_ends_before_its_deadline_is_warned_of(bound: Binding, workspace_text: str) -> None:
    """A later version may take over; without one nobody ever judges it."""
    found = bound(workspace_text, TASK.replace("valid_from = 2026-01-01", "valid_from = 2026-01-01\nvalid_to = 2026-12-31"))
    assert [str(each) for each in found.warnings] == [
        "goals/goals.toml: goal.selvbetjening.done: the goal ends on 2026-12-31, before its deadline 2027-12-31: it is never "
        "judged. Leave valid_to out, unless a later version of the goal takes over."
    ]
