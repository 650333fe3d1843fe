"""The public API as a plugin author uses it; never run, only type-checked (`mypy --strict tests/typing/api.py`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, assert_type

import pandas as pd
from attrs import field, frozen

import klaremal
from klaremal import (
    Collected,
    Collector,
    Column,
    Dataset,
    Decision,
    Exporter,
    Formula,
    FulfilmentRule,
    Goal,
    Indicator,
    KlaremalError,
    Period,
    Reference,
    Request,
    Sector,
    SourceError,
    SourceUnavailable,
    SourceUnreadable,
    Text,
    Threshold,
    Unit,
    UnitGroup,
    UnitSet,
    hookimpl,
)
from klaremal.measures import Count, Distinct, Mean, Measure, Median, Published, Quantile, Rate, Ratio, Share, Total
from klaremal.targets import AtLeast, AtMost, Between, Target
from klaremal.targets import Path as TargetPath
from klaremal.testing import CHECKS, Finding, Observed, PluginConformance, Subject, measured, no_network

# -- datasets: texts as one string, one per language, or Text; one name or several -------------------------------------

POTHOLES = Dataset(
    id="roads.potholes",
    title={"da": "Huller i vejen", "en": "Potholes"},
    grain="én række pr. hul",
    columns=(
        Column("case_id", "string", required=True, unique=True, personal=True),
        Column("reported_on", "date", {"da": "Anmeldt"}, required=True, also=("Anmeldt", "Oprettet")),
        Column("repaired_on", "date", minimum=date(2000, 1, 1)),
        Column("road", "string", enum={"kommune": {"da": "Kommunevej"}, "stat": "Statsvej"}),
        Column("channel", "string", enum=("app", "mail"), also="Kanal"),
        Column("cost", "number", decimals=2, minimum=0, maximum=1e6, missing={"..": "no_data"}),
        Column("municipality", "string", title=Text.of("Kommune")),
    ),
    placed_in="municipality",
    dated_by="reported_on",
    key=("case_id",),
    events=("reported_on", "repaired_on"),
    derived={"days": "days_between(reported_on, repaired_on)", "late": Formula.of("days > 14")},
    references=Reference("Vejloven § 8", "https://www.retsinformation.dk"),
)
TOTALS = Dataset(
    id="roads.totals",
    title="Året",
    grain="én række pr. kommune og år",
    columns=[Column("municipality", "string"), Column("year", "year"), Column("km", "number"), Column("cases", "integer")],
    placed_in=("municipality",),
    level="municipality",
    dated_by="year",
    bad_rows_allowed=0,
)

# -- measures: formulas as text, as Formula, or as a number ----------------------------------------------------------------

MEASURES: tuple[Measure, ...] = (
    Share("not late", where="road = 'kommune'", known="repaired_on is not null"),
    Share(Formula.of("not late")),
    Ratio("cost", per="days", scale=100),
    Ratio(Total("cost", where="late"), per=Total("days"), where="road = 'kommune'"),
    Rate("cases", per=Total("km"), scale=1000),
    Mean("days"),
    Count(),
    Count(where="late"),
    Total("cost", over_time="last"),
    Total(1),
    Median("days"),
    Quantile("days", 0.9),
    Distinct("case_id"),
    Published("km", weight="cases", n="cases"),
)

# -- indicators, targets, thresholds and statutory goals -----------------------------------------------------------------

REPAIRED = Indicator(
    id="roads.repaired",
    title={"da": "Lukkede huller", "en": "Potholes repaired"},
    description={"da": "Hvor mange huller der lukkes inden for 14 dage."},
    counted={"da": "huller", "en": "potholes"},
    dataset=POTHOLES,
    measure=MEASURES[0],
    dated_by="repaired_on",
    measured_in="percent",
    direction="higher",
    frequency="month",
    levels=("municipality", "district"),
    decimals=0,
    noticeable=1,
    minimum_coverage=90,
    plausible=(0, 100),
    breaks={date(2024, 1, 1): {"da": "Nyt system"}, date(2020, 1, 1): "Første år"},
    references=("Vejloven § 8", Reference("Ankestyrelsen")),
)
LENGTH = Indicator(
    id="roads.length",
    title="Vejnet",
    dataset=TOTALS,
    measure=Published("km"),
    measured_in="km",
    direction="neutral",
    frequency="year",
    levels="municipality",
    references=Reference("Danmarks Statistik"),
)
TARGETS: tuple[Target, ...] = (
    AtLeast(90),
    AtLeast(92.5),
    AtMost(3),
    Between(95, 105),
    TargetPath({2026: 60, 2029: 66}),
    TargetPath({"2025/26": 90, Period.parse("2027/28"): 95}, shape="steps"),
)
RECOMMENDED = Threshold(
    id="roads.recommended",
    title={"da": "Anbefaling", "en": "Recommendation"},
    indicator=REPAIRED,
    target=TARGETS[0],
    basis="recommendation",
    reference="En anbefaling",
    valid_from=date(2026, 1, 1),
)
ALL_REPAIRED = Goal(
    id="roads.all_repaired",
    title={"da": "Huller lukkes", "en": "Potholes are repaired"},
    promise=Text.of({"da": "Vi lukker huller i vejen."}),
    threshold=RECOMMENDED.id,
    units="municipality",
    valid_from=date(2026, 1, 1),
    statutory=True,
)
OWN = Goal(
    id="roads.own",
    title="Vores eget",
    promise="Vi lukker huller.",
    indicator=REPAIRED.id,
    target=AtLeast(80),
    targets={"751": 85},
    units=("municipality", "Aarhus"),
    valid_from=date(2026, 1, 1),
    valid_to=date(2029, 12, 31),
    tolerance=2,
    decision=Decision(body="Byrådet", date=date(2025, 12, 11), case="25/10482", text="Vedtaget."),
)

# -- collectors: presets, and an own way to fetch with typed options ------------------------------------------------------

PRESET = Collector.like("csv", name="roads.portal", title={"da": "Portalen"}, delimiter=";", columns={"case_id": "Sag"})
assert_type(PRESET, Collector[Any])


@frozen(kw_only=True)
class ServiceOptions:
    """What a source of the service may set."""

    address: str
    years: tuple[int, ...] = field(default=())


def fetch(request: Request[ServiceOptions]) -> Collected:
    """Fetch rows of the service, as a frame or as files for core's readers."""
    assert_type(request.options, ServiceOptions)
    assert_type(request.dataset, Dataset)
    assert_type(request.today, date)
    assert_type(request.files("data/*.csv"), tuple[Path, ...])
    if not request.secret("roads_token"):
        raise SourceUnavailable("the service wants a token.", request.dataset.id, request.options.address)
    if request.options.years:
        frame = pd.DataFrame({"case_id": ["1"], "reported_on": ["2026-01-01"]})
        return Collected(frame=frame, origin=request.options.address, complete_until=date(2026, 1, 31))
    try:
        return Collected(frame=request.read(*request.files(), format="csv", delimiter=";"), origin="data/*.csv")
    except SourceError as error:
        raise SourceUnreadable(error.message, error.dataset, error.address) from error


SERVICE = Collector(name="roads.service", title="Vejservice", options=ServiceOptions, collect=fetch)
assert_type(SERVICE, Collector[ServiceOptions])

# -- units and periods -----------------------------------------------------------------------------------------------------

ISLANDS = UnitSet(
    id="islands",
    units=(Unit(code="825", name="Læsø", level="municipality", aliases=("Laesoe",)),),
    groups=(UnitGroup(id="islands.small", name="Små øer", members=("825",)),),
    reference="Danmarks Statistik",
)
assert_type(Period.parse("2025/26").shift(1).label("da"), str)
assert_type(Period.parse(2026).first_day, date)
assert_type(Text.of("Veje").say("nb"), str)
assert_type(Formula.of("a > 1").columns, frozenset[str])
assert_type(klaremal.__version__, str)


# -- hooks -----------------------------------------------------------------------------------------------------------------


@hookimpl
def klaremal_sectors() -> Iterable[Sector]:
    """Declare the sector."""
    return [Sector(id="roads", title={"da": "Veje og stier", "en": "Roads and paths"}, languages=("da", "en"))]


@hookimpl
def klaremal_datasets() -> Iterable[Dataset]:
    """Declare the datasets."""
    return (POTHOLES, TOTALS)


@hookimpl
def klaremal_indicators() -> Iterable[Indicator]:
    """Declare the indicators."""
    return (REPAIRED, LENGTH)


@hookimpl
def klaremal_collectors() -> Iterable[Collector[Any]]:
    """Declare the collectors."""
    return (PRESET, SERVICE)


@hookimpl
def klaremal_thresholds() -> Iterable[Threshold]:
    """Declare the thresholds."""
    return (RECOMMENDED,)


@hookimpl
def klaremal_goals() -> Iterable[Goal]:
    """Declare the statutory goals."""
    return (ALL_REPAIRED,)


@hookimpl
def klaremal_units() -> Iterable[UnitSet]:
    """Declare the unit sets."""
    return (ISLANDS,)


def never_worse(rows: pd.DataFrame, compared: Callable[[Any], pd.Series[Any]]) -> pd.Series[Any]:
    """Judge by the target and by the year before."""
    return compared(rows["value"].where(rows["usable"]))


@hookimpl
def klaremal_fulfilment_rules() -> Iterable[FulfilmentRule]:
    """Declare the rules."""
    return (
        FulfilmentRule(id="roads.never_worse", version="1", title="Aldrig værre", judge=never_worse),
        FulfilmentRule(id="roads.always", version="1", title="Altid", judge=lambda rows, compared: ["fulfilled"] * len(rows)),
    )


def write_book(frame: pd.DataFrame, path: Path) -> None:
    """Write a file."""
    path.write_text(frame.to_html(), encoding="utf-8")


@hookimpl
def klaremal_exporters() -> Iterable[Exporter]:
    """Declare the forms of export."""
    html = Exporter(name="roads.html", suffix=".html", text=lambda frame: str(frame.to_html()))
    return (html, Exporter(name="roads.book", suffix=".book", title={"da": "Bog"}, write=write_book))


@hookimpl
def klaremal_after_run(run: Any) -> None:
    """Be told that a run has ended."""
    try:
        run.fulfilments.to_csv("out.csv")
    except (KlaremalError, OSError) as error:
        raise SourceError(str(error)) from error


class TestRoads(PluginConformance):
    """The plugin's own tests begin with those that every plugin passes."""

    plugin = "roads"
    skip: ClassVar = {"values_plausible": "the range is that of the law's own table"}
    today = date(2026, 1, 15)


def test_by_hand() -> None:
    """A table by hand, as texts and as values."""
    figures = measured(REPAIRED, "reported_on, repaired_on\n2026-01-01, 2026-01-02", complete_until=date(2026, 1, 31))
    assert_type(figures, dict[str, Observed])
    assert_type(figures["2026M01"].value, float | None)
    measured(REPAIRED, {"roads.potholes": [{"reported_on": date(2026, 1, 1)}]}, unit="101", frequency="year", breakdown="")
    with no_network():
        findings: list[Finding] = list(CHECKS["ids"](Subject.installed("roads")))
    assert not findings
