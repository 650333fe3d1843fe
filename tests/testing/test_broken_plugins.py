"""Plugins that are right in all but one thing: each check finds what it is there for, and says what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from klaremal.testing import CHECKS, Subject

Make = Callable[..., Subject]
BROKEN = "broken_sources_are_source_errors"


def found(subject: Subject, check: str) -> list[str]:
    """Return the findings of one check as sentences."""
    return [str(each) for each in CHECKS[check](subject)]


DECLARATIONS: dict[str, tuple[str, tuple[str, str], str]] = {
    "a text lacks a language": (
        "texts_in_every_language",
        ('{"da": "Dage til lukning", "en": "Days to repair"}', '{"da": "Dage til lukning"}'),
        'roads.days title: "Dage til lukning" is not there in en.',
    ),
    "a column's title lacks a language that no sector claims": (
        "texts_in_every_language",
        ('{"da": "Vej", "en": "Road"}', '{"da": "Vej", "en": "Road", "nb": "Vei"}'),
        'roads.potholes case_id title: "Sag" is not there in nb.',
    ),
    "an id is of another sector": (
        "ids",
        ('id="roads.days"', 'id="parks.days"'),
        '"parks.days" of klaremal_indicators: its id does not begin with "roads.". Call it "roads.days".',
    ),
    "an id of another sector leaves the plugin out": (
        "loads_alone",
        ('id="roads.days"', 'id="parks.days"'),
        "indicator parks.days is not named after the plugin.",
    ),
    "a threshold is against the direction": (
        "loads_alone",
        ("target=AtLeast(90)", "target=AtMost(90)"),
        "the target is against the direction of roads.repaired: higher is better, so use AtLeast.",
    ),
    "a goal stands on a threshold that is not declared": (
        "loads_alone",
        ("THRESHOLDS = (LAW,)", "THRESHOLDS = ()"),
        "it needs threshold roads.law, which no plugin declares.",
    ),
    "a threshold is of an indicator that is not declared": (
        "goals_and_thresholds_agree",
        ("INDICATORS = (REPAIRED, DAYS)", "INDICATORS = (DAYS,)"),
        "roads.law: it is a level of roads.repaired, which the plugin does not declare.",
    ),
    "a law is not named": (
        "definitions",
        ('reference="Vejloven § 8",', 'reference="",'),
        "roads.law: it stands on a law that it does not name.",
    ),
    "a statutory goal stands on a recommendation": (
        "goals_and_thresholds_agree",
        ('basis="law"', 'basis="recommendation"'),
        'roads.whole: a statutory goal stands on a law, and the basis of roads.law is "recommendation".',
    ),
    "a goal holds before its law": (
        "goals_and_thresholds_agree",
        ("valid_from=date(2024, 1, 1),\n    statutory", "valid_from=date(2020, 1, 1),\n    statutory"),
        "roads.whole: it holds from 2020-01-01, and its threshold from 2024-01-01.",
    ),
    "an indicator has no title": (
        "definitions",
        ('title={"da": "Dage til lukning", "en": "Days to repair"}', 'title=""'),
        'roads.days: it has no title. Call it what people call it: title={"da": "...", "en": "..."}.',
    ),
    "an indicator has no reference": (
        "definitions",
        ('references=(Reference("Egen definition"),),', ""),
        "roads.days: it does not say whose definition it is.",
    ),
    "the import loads pandas": (
        "imports_light",
        ("from klaremal import hookimpl", "import pandas\n\nfrom klaremal import hookimpl"),
        "klaremal_roads_made: importing it loads numpy, pandas.",
    ),
    "the import asks the network": (
        "imports_light",
        ('__version__ = "1.0"', '__version__ = "1.0"\nimport socket\nsocket.getaddrinfo("localhost", 9)'),
        "klaremal_roads_made: importing it asks the network (socket.getaddrinfo).",
    ),
    "the import prints": (
        "imports_light",
        ('__version__ = "1.0"', '__version__ = "1.0"\nprint("hello")'),
        'klaremal_roads_made: importing it prints "hello".',
    ),
}


@pytest.mark.parametrize("name", DECLARATIONS)
def test_a_wrong_declaration_is_found(made: Make, name: str) -> None:
    """Each with its place and a cure, by the check that is about it."""
    check, change, expected = DECLARATIONS[name]
    findings = found(made(change), check)
    assert any(expected in each for each in findings), findings


RUNS: dict[str, tuple[str, tuple[str, str], str]] = {
    "the sample breaks its contract": (
        "sample_runs",
        ("|kommunevej|101\nc1|", "|skovvej|101\nc1|"),
        "1 of 18 rows (5.6 %) break the contract",
    ),
    "a row of the sample is of no place": (
        "sample_keeps_contract",
        ("|kommunevej|101\nc1|", "|kommunevej|Solbjerg\nc1|"),
        "sample, roads.potholes: 1 of its rows is set aside",
    ),
    "the sample asks the network": (
        "sample_runs",
        (
            "    lines = [line for path",
            '    import socket\n    socket.create_connection(("192.0.2.1", 9))\n    lines = [line for path',
        ),
        "nothing may ask the network here (getaddrinfo of '192.0.2.1').",
    ),
    "the sample names a goal's indicator wrongly": (
        "sample_runs",
        ('indicator = "roads.days"', 'indicator = "roads.dage"'),
        'Did you mean "roads.days"? Run a copy of it: klaremal init try --unit <your municipality> --plugins roads; '
        "klaremal run try.",
    ),
    "what can be judged is what counts": (
        "measures_equal_oracle",
        ("where=\"road = 'kommunevej'\"", 'known="repaired_on is not null"'),
        "roads.repaired: known leaves out each of the",
    ),
    "the plausible range is of shares": (
        "values_plausible",
        ("plausible=(0, 100)", "plausible=(0.1, 0.9)"),
        "roads.repaired: its plausible range 0.1..0.9 is one of shares",
    ),
    "cases are said to be protected": (
        "suppression_safe",
        ('disclosure="process"', 'disclosure="published"'),
        'roads.repaired: its rows are cases, and disclosure="published" says that somebody else has protected them.',
    ),
    "few persons are shown": (
        "suppression_safe",
        ('disclosure="process"', "minimum_count=1"),
        "roads.repaired: its rows tell of persons, and figures of 1 of them are shown.",
    ),
    "a collector raises a bare exception": (
        "broken_sources_are_source_errors",
        ("if not rows or any(len(row) != 5 for row in rows):", "if False:"),
        "collector roads.portal, broken.csv: it raised ValueError",
    ),
    "a collector returns what it read": (
        "broken_sources_are_source_errors",
        ("    lines = [line for path", "    return request.folder.name\n    lines = [line for path"),
        "collector roads.portal, missing.csv: it returned a str. Return the rows with where they come from: Collected(",
    ),
    "a collector keeps yesterday's rows": (
        "changed_sources_are_noticed",
        ("rows = [line.split", 'lines = ["c1|2025-01-01||privat|101"]\n    rows = [line.split'),
        "roads.potholes: a changed file gives the same fingerprint.",
    ),
    "a collector makes something up": (
        "changed_sources_are_noticed",
        ("rows = [line.split", "import uuid\n    lines = [uuid.uuid4().hex + line for line in lines]\n    rows = [line.split"),
        "roads.potholes: the same source gives another fingerprint each time.",
    ),
}


@pytest.mark.parametrize("name", RUNS)
def test_what_only_shows_when_it_runs_is_found(made: Make, name: str) -> None:
    """The sample, the measures on made-up rows, and the collectors."""
    check, change, expected = RUNS[name]
    findings = found(made(change), check)
    assert any(expected in each for each in findings), findings


def test_a_collector_whose_options_must_be_given_is_asked_with_those_of_the_sample(made: Make) -> None:
    """Nobody else knows what they are."""
    changes = (
        ("class Options:\n", "class Options:\n    cells: int\n\n"),
        ("if not rows or any(len(row) != 5 for row in rows):", "if request.options.cells != 5:"),
    )
    (broken,) = found(made(*changes, ('collector = "roads.portal"', 'collector = "roads.portal"\ncells = 5')), BROKEN)
    assert broken.startswith("collector roads.portal, broken.csv: it raised ValueError")


def test_a_collector_below_a_preset_is_asked_with_what_the_preset_fills_in(made: Make) -> None:
    """Its options are no less those of the sample."""
    preset = 'Collector.like("roads.portal", name="roads.short", title={"da": "Kort", "en": "Short"}, cells=7)'
    changes = (
        ("class Options:\n", "class Options:\n    cells: int\n\n"),
        ("    lines = [line for path", "    raise KeyError(request.options)\n    lines = [line for path"),
        ("COLLECTORS = (PORTAL,)", f"COLLECTORS = (PORTAL, {preset})"),
        ('collector = "roads.portal"', 'collector = "roads.short"'),
    )
    (broken,) = found(made(*changes), BROKEN)
    assert broken.startswith("collector roads.portal, missing.csv: it raised KeyError: Options(cells=7) (")


UNUSED = ('collector = "roads.portal"', 'collector = "csv"')
OPTIONS = "class Options:\n"
GIVEN: dict[str, tuple[str, str, str]] = {
    "an address that refuses": (
        "    portal_url: str\n",
        "import urllib.request\n    try:\n        urllib.request.urlopen(request.options.portal_url)\n"
        "    except OSError as error:\n        raise RuntimeError(f'{error.reason.strerror}') from None",
        "collector roads.portal, portal_url = 'http://127.0.0.1:",
    ),
    "a path that is not there": (
        "    list_file: str\n",
        "assert (request.folder / request.options.list_file).exists()",
        "collector roads.portal, list_file = 'missing/nothing.csv', missing.csv: it raised AssertionError",
    ),
    "a path by its type": (
        "    extract: Path\n",
        "assert (request.folder / request.options.extract).exists()",
        "collector roads.portal, extract = 'missing/nothing.csv', missing.csv: it raised AssertionError",
    ),
    "what the class asks for": (
        "    kind: Literal['b', 'a']\n    year: int | None\n    names: tuple[str, ...]\n"
        "    since: date\n    more: dict[str, str]\n",
        "raise KeyError(request.options)",
        "collector roads.portal, kind = 'b', year = 1, names = ['example'], since = datetime.date(2025, 1, 1), more = {}, "
        "missing.csv: it raised KeyError: Options(kind='b', year=1, names=('example',), since=datetime.date(2025, 1, 1), "
        "more={}) (",
    ),
    "a text that it takes": (
        "    code: str = field(validator=matches_re('[0-9]+'))\n",
        "raise KeyError(request.options)",
        "collector roads.portal, code = '1', missing.csv: it raised KeyError: Options(code='1') (",
    ),
}


@pytest.mark.parametrize("name", GIVEN)
def test_a_collector_that_the_sample_does_not_use_is_asked_with_options_made_up(made: Make, name: str) -> None:
    """By the types and the names of what must be given."""
    options, asking, expected = GIVEN[name]
    imports = (
        "from attrs import frozen",
        "from attrs import field, frozen\nfrom attrs.validators import matches_re\n"
        "from typing import Literal\nfrom pathlib import Path",
    )
    changes = (
        imports,
        (OPTIONS, OPTIONS + options),
        ("    lines = [line for path", f"    {asking}\n    lines = [line for path"),
        UNUSED,
    )
    (finding,) = found(made(*changes), BROKEN)
    assert finding.startswith(expected)
    assert 'Raise SourceUnavailable("what is wrong, and what to do") where nothing answers' in finding


def test_a_collector_that_takes_what_is_made_up_and_fails_as_it_should_is_right(made: Make) -> None:
    """A refused connection is put into words by core."""
    asking = "import urllib.request\n    urllib.request.urlopen(request.options.portal_url)"
    changes = ((OPTIONS, OPTIONS + "    portal_url: str\n"), ("    lines = [line", f"    {asking}\n    lines = [line"), UNUSED)
    assert found(made(*changes), BROKEN) == []


def test_a_sample_that_shows_nothing_is_found(made: Make) -> None:
    """Three rows are too few to be shown."""
    rows = "".join(f"c{number}|2025-01-10|2025-01-15|kommunevej|101\n" for number in range(3))
    findings = found(made(**{"sample/data/potholes.txt": rows}), "sample_runs")
    assert [each.partition(".")[0] for each in findings] == ["sample: it shows not one figure of the plugin"]


def test_what_a_run_has_left_in_the_sample_is_told_and_fails_nothing(made: Make) -> None:
    """The ledger of whoever tried the sample where it lies would be packed with it."""
    (note,) = CHECKS["sample_runs"](made(**{"sample/.klaremal/ledger.db": "hidden counts"}))
    assert (note.fails, str(note)) == (
        False,
        "sample: a run has left .klaremal in it, and a wheel made of the folder has it inside. "
        "Remove it; to try the sample run klaremal init, which copies it.",
    )


def test_a_measure_of_ones_own_is_named(made: Make) -> None:
    """What it gives the kit cannot know, least of all one whose `known` says otherwise than its parent's."""
    own = """
class Kept(Share):
    @property
    def judged(self):
        return self.condition


REPAIRED = Indicator("""
    subject = made(("REPAIRED = Indicator(", own), ("measure=Share(", "measure=Kept("))
    assert found(subject, "measures_equal_oracle") == [
        "roads.repaired: its measure Kept is none of klaremal.measures, and the kit cannot say what it should give. "
        "Use one of klaremal.measures, or skip this check with a reason and test its figures by hand."
    ]


MADE = '''
FIRSTS = Dataset(
    id="roads.firsts",
    title={"da": "Første hul", "en": "First pothole"},
    grain={"da": "én række pr. måned og kommune", "en": "one row per month and municipality"},
    columns=(
        Column("month", "date", {"da": "Måned", "en": "Month"}),
        Column("days", "integer", {"da": "Dage", "en": "Days"}),
        Column("municipality", "string", {"da": "Kommune", "en": "Municipality"}),
    ),
    placed_in="municipality",
    dated_by="month",
    made_from=(POTHOLES,),
    sql="""
        select date_trunc('month', reported_on) as month, municipality,
               first(datediff('day', reported_on, repaired_on)) as days
        from potholes group by all
    """,
)
REPAIRED = Indicator('''


def test_sql_that_depends_on_the_order_of_rows_is_found(made: Make) -> None:
    """`first` without an order gives what happens to come first."""
    changes = (
        ("REPAIRED = Indicator(", MADE),
        (
            'dataset=POTHOLES,\n    measure=Mean("days_between(reported_on, repaired_on)")',
            'dataset=FIRSTS,\n    measure=Mean("days")',
        ),
        ("DATASETS = (POTHOLES,)", "DATASETS = (POTHOLES, FIRSTS)"),
    )
    findings = found(made(*changes), "measures_ignore_row_order")
    assert [each.partition(",")[0] for each in findings] == ["roads.days"]


@pytest.mark.parametrize(
    ("requires", "expected"),
    [
        ("", "klaremal-roads-made: it does not say for which versions of klaremal it was built."),
        ("klaremal", "klaremal-roads-made: it does not say for which versions of klaremal it was built."),
    ],
)
def test_a_distribution_says_for_which_klaremal_it_was_built(made: Make, requires: str, expected: str) -> None:
    """By its Requires-Dist, which pip reads as well."""
    findings: list[Any] = found(made(requires=requires), "metadata")
    assert [expected in each for each in findings] == [True]
