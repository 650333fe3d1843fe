"""Indicators, sectors and references: what can be measured and judged, and what each contradiction is told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from attrs import evolve

from klaremal import Column, Dataset, Indicator, Reference, Sector, Text
from klaremal.errors import DeclarationError
from klaremal.measures import Count, Distinct, Mean, Measure, Median, OnTime, Published, Quantile, Rate, Ratio, Share, Total

POTHOLES = Dataset(
    id="roads.potholes",
    title="Huller",
    grain="én række pr. hul",
    columns=(
        Column("case_id", "string"),
        Column("reported_on", "date"),
        Column("repaired_on", "date"),
        Column("cost", "number"),
        Column("km", "number"),
        Column("road", "string"),
        Column("year", "year"),
    ),
    dated_by="reported_on",
    derived={"days": "days_between(reported_on, repaired_on)", "late": "days > 14"},
)
TOTALS = Dataset(
    id="roads.totals",
    title="Årets huller",
    grain="én række pr. kommune og år",
    columns=(
        Column("municipality", "string"),
        Column("year", "year"),
        Column("repaired", "number"),
        Column("cases", "integer"),
        Column("quarter", "period"),
    ),
    placed_in="municipality",
    level="municipality",
    dated_by="year",
)
GIVEN: dict[str, Any] = {
    "id": "roads.repaired",
    "title": {"da": "Lukkede huller", "en": "Potholes repaired"},
    "dataset": POTHOLES,
    "measure": Share("repaired_on is not null"),
    "measured_in": "percent",
    "direction": "higher",
    "frequency": "month",
}


INSIDE = Total("km", where="kmm > 1")
YEARLY: dict[str, Any] = {"dataset": TOTALS, "measure": Count()}


def indicator(**changes: Any) -> Indicator:
    """Return the share of repaired potholes with some fields changed."""
    return Indicator(**{**GIVEN, **changes})


def said(**changes: Any) -> str:
    """Return the message with which a changed indicator is refused."""
    with pytest.raises(DeclarationError) as caught:
        indicator(**changes)
    return str(caught.value)


def test_an_indicator_keeps_what_it_is_given_as_values() -> None:
    """One level, a list for a range, texts for references and a mapping of breaks are kept as tuples."""
    repaired = indicator(
        levels="municipality",
        plausible=[1, 40],
        references=("Vejloven § 8", Reference("Ankestyrelsen", "https://ast.dk")),
        breaks={date(2024, 1, 1): "Nyt system", date(2020, 1, 1): {"da": "Første år", "en": "First year"}},
    )
    assert repaired.levels == ("municipality",)
    assert repaired.plausible == (1.0, 40.0)
    assert repaired.references == (Reference("Vejloven § 8"), Reference("Ankestyrelsen", "https://ast.dk"))
    assert [day for day, _ in repaired.breaks] == [date(2020, 1, 1), date(2024, 1, 1)]
    assert repaired.breaks[1][1] == Text.of("Nyt system")
    assert repaired.plugin == "roads"


@pytest.mark.parametrize(
    ("measure", "declared", "least"),
    [
        pytest.param(Share("late"), None, 0.95, id="a share of nearly all"),
        pytest.param(Mean("cost"), None, 0.95, id="a mean of nearly all"),
        pytest.param(Count(), None, 1.0, id="a count of all"),
        pytest.param(Total("cost"), None, 1.0, id="a total of all"),
        pytest.param(Share("late"), 80, 0.8, id="declared"),
        pytest.param(Count(), 0, 0.0, id="declared as none"),
    ],
)
def test_how_many_must_be_known_follows_from_the_measure(measure: Measure, declared: float | None, least: float) -> None:
    """A sum lacks what is unknown, so it needs everyone; a share of those known is nearly right."""
    assert indicator(measure=measure, minimum_coverage=declared).least_coverage == least


@pytest.mark.parametrize(
    ("changes", "frequency"),
    [
        pytest.param({}, "month", id="the dataset's date"),
        pytest.param({"dated_by": "repaired_on"}, "month", id="another date"),
        pytest.param({"dated_by": "year", "frequency": "year"}, "year", id="a column of years"),
        pytest.param({"dated_by": "reported_on"}, "month", id="the dataset's own, said again"),
    ],
)
def test_an_indicator_may_be_dated_by_another_column(changes: dict[str, Any], frequency: str) -> None:
    """How finely it is dated follows from its own date."""
    assert indicator(**changes).base_frequency == frequency


@pytest.mark.parametrize(
    "measure",
    [
        Share("late"),
        Share("road = 'kommune'", where="cost > 0", known="cost is not null"),
        Ratio("cost", per=Total("km", where="late"), scale=1000),
        Rate("cost", per="km"),
        Mean("days"),
        Count(where="late"),
        Total("cost", over_time="mean"),
        Median("days"),
        Quantile("days", 0.9),
        Distinct("case_id"),
        Distinct("reported_on"),
    ],
    ids=repr,
)
def test_a_measure_that_fits_the_dataset_is_accepted(measure: Measure) -> None:
    """Columns and derived columns of the right kind, wherever a formula stands."""
    assert indicator(measure=measure, measured_in="percent" if isinstance(measure, Share) else "dkk").measure == measure


@pytest.mark.parametrize("frequency", ["month", "quarter", "half_year", "year", "school_year", "rolling12"])
def test_rows_with_dates_can_be_reported_for_every_kind_of_period(frequency: str) -> None:
    """Months make up every kind of period."""
    assert indicator(frequency=frequency).frequency == frequency


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        pytest.param({"id": "repaired"}, ["Indicator.id", '"<plugin>.repaired"'], id="id without the plugin"),
        pytest.param({"id": "roads.Repaired"}, ["Indicator.id", 'Write "roads.repaired"'], id="id with capitals"),
        pytest.param({"dataset": "roads.potholes"}, ["dataset", "no Dataset", "not its id"], id="an id for a dataset"),
        pytest.param({"measure": "late"}, ["measure", "'late' is no measure", "Count()"], id="a formula for a measure"),
        pytest.param({"measure": Count}, ["measure", "Count()"], id="a class for a measure"),
        pytest.param({"measure": Measure()}, ["measure", "no measure"], id="what all measures share"),
        pytest.param({"direction": "up"}, ["direction", '"up" is unknown', "higher, lower, neutral"], id="direction"),
        pytest.param({"direction": "highr"}, ["direction", 'Did you mean "higher"?'], id="direction, mistyped"),
        pytest.param({"direction": None}, ["direction", "higher, lower, neutral"], id="no direction"),
        pytest.param({"kind": "result"}, ["kind", "input, activity, output, outcome"], id="kind"),
        pytest.param({"perspective": "citizen"}, ["perspective", "quality, efficiency, user, staff"], id="perspective"),
        pytest.param({"publication": "secret"}, ["publication", "public, internal"], id="publication"),
        pytest.param({"frequency": "week"}, ["frequency", '"week" is unknown', "month, quarter"], id="weeks"),
        pytest.param({"levels": "school"}, ["levels", '"school" is unknown', "institution"], id="level"),
        pytest.param({"levels": ()}, ["levels", "at least one", "municipality"], id="no level"),
        pytest.param({"decimals": -1}, ["decimals is 0 to 6, not -1"], id="decimals"),
        pytest.param({"noticeable": 0}, ["noticeable", "above 0"], id="everything is noticeable"),
        pytest.param({"minimum_count": 0}, ["minimum_count is at least 1, not 0"], id="minimum_count"),
        pytest.param({"minimum_coverage": 0.95}, ["minimum_coverage", "95, not 0.95"], id="a share for a percentage"),
        pytest.param({"minimum_coverage": 101}, ["minimum_coverage", "101"], id="more than all"),
        pytest.param({"plausible": (40, 1)}, ["plausible", "(lowest, highest)"], id="range the wrong way round"),
        pytest.param({"plausible": 40}, ["plausible", "(lowest, highest)"], id="one number for a range"),
        pytest.param({"plausible": ("1", 40)}, ["plausible", "without quotes"], id="text in a range"),
        pytest.param({"breaks": {"2024-01-01": "Nyt"}}, ["breaks", "date(2023, 1, 1)"], id="text for a date"),
        pytest.param({"dated_by": "repaired"}, ["dated_by", 'Did you mean "repaired_on"?'], id="date, mistyped"),
        pytest.param({"dated_by": "xx"}, ["dated_by", '"xx"', "The columns are case_id"], id="no such date"),
        pytest.param({"dated_by": "road"}, ["dated_by", '"road" is string', "use a date"], id="text for dates"),
        pytest.param({"dated_by": "year"}, ["frequency", '"month" is finer', 'use "year" or coarser'], id="too fine"),
        pytest.param({**YEARLY, "frequency": "school_year"}, ["frequency"], id="cuts across"),
        pytest.param({**YEARLY, "frequency": "rolling12"}, ["frequency"], id="rolling years"),
        pytest.param({"measure": Share("lat")}, ["Share: condition", '"lat"', '"late"'], id="no such column"),
        pytest.param({"measure": Share("cost")}, ["Share: condition", "a number, but a condition"], id="a number"),
        pytest.param({"measure": Mean("road")}, ["Mean: of", "is a text, but a number"], id="text for a number"),
        pytest.param({"measure": Total("late")}, ["Total: of", "is a condition, but a number"], id="condition for a number"),
        pytest.param({"measure": Count(where="road")}, ["Count: where", "condition"], id="where is no condition"),
        pytest.param({"measure": Count(known="cost + 1")}, ["Count: known", "condition"], id="known is no condition"),
        pytest.param({"measure": Count(where="road = 5")}, ["Count: where", "road"], id="text beside a number"),
        pytest.param({"measure": Ratio("cost", per=INSIDE, scale=100)}, ["per.where", "kmm"], id="inside a ratio"),
        pytest.param({"measure": Rate("cost", per=INSIDE, scale=100)}, ["per.where", "kmm"], id="inside a rate"),
        pytest.param({"measure": Distinct("cases")}, ["Distinct: column", '"cases"'], id="distinct nothing"),
        pytest.param({"measure": Median("cost"), "frequency": "rolling12"}, ["Median has no rolling", '"year"'], id="rolling"),
        pytest.param({"breakdowns": ("km",)}, ["breakdowns: km holds numbers", '"integer" or "string"'], id="by a number"),
        pytest.param(
            {"dataset": evolve(POTHOLES, snapshot=True), "measure": Total("km", over_time="mean"), "measured_in": "number"},
            ['over_time "mean"', "roads.potholes are states", "leave over_time out"],
            id="mean of states",
        ),
        pytest.param({"measure": Published("cost")}, ["Published", "roads.potholes", "level"], id="published cases"),
        pytest.param(
            {"measure": OnTime("reported_on", "repaired_on", within="4 hours")}, ["OnTime", "start", "hours", "use days"],
            id="hours from a day",
        ),
        pytest.param(
            {"measure": OnTime("reported_on", "repaired_on", within="4 days"), "dated_by": "repaired_on"},
            ["dated_by", "counted_when"], id="a clock and another date",
        ),
    ],
)  # fmt: skip
def test_an_indicator_that_cannot_be_measured_is_refused_with_field_and_cure(changes: dict[str, Any], parts: list[str]) -> None:
    """The message names the indicator, the field and what to write instead."""
    message = said(**changes)
    assert [part for part in parts if part not in message] == [], message
    assert "roads.repaired" in message or set(changes) & {"id", "breaks", "plausible"}
    assert ".." not in message.replace("...", "")


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"breakdowns": "raod"}, 'breakdowns: dataset roads.potholes has no column "raod". Did you mean "road"?'),
        ({"breakdowns": ("road", ("road",))}, "breakdowns: two of them are by the same columns; keep one."),
        ({"breakdowns": ((),)}, "breakdowns: () names no column, or one of them twice."),
        (
            {"disclosure": "person"},
            'disclosure "person" is unknown; use one of process, persons, published. Did you mean "persons"?',
        ),
        ({"homogeneous": "no"}, 'homogeneous "no" is unknown; use one of show, hide.'),
    ],
)
def test_a_breakdown_or_a_rule_for_small_numbers_that_is_none_is_refused(changes: dict[str, Any], what: str) -> None:
    """The message names the field and what there is."""
    assert said(**changes) == f"indicator roads.repaired: {what}"


SCALES = (
    'Ratio: scale is 1, and measured_in "percent" means 100; write scale=100, and divide top by 100 if it is in percent already'
)


@pytest.mark.parametrize(
    ("measure", "unit", "what"),
    [
        (Ratio("cost", per="km"), "percent", SCALES),
        (Ratio("cost", per="km", scale=100), "per_1000",
         'Ratio: scale is 100, and measured_in "per_1000" means 1000; write scale=1000'),
        (Rate("cost", per="km"), "percent", 'Rate: scale is 1000, and measured_in "percent" means 100; write scale=100'),
        (Rate("cost", per="km", scale=100_000), "per_1000",
         'Rate: scale is 100000, and measured_in "per_1000" means 1000; write scale=1000'),
        (Rate("cost", per="km"), "per_250", 'Rate: scale is 1000, and measured_in "per_250" means 250; write scale=250'),
        (Share("late"), "days", 'measured_in "days": Share is a percentage; write "percent"'),
        (OnTime("reported_on", "repaired_on", within="3 days"), "number",
         'measured_in "number": OnTime is a percentage; write "percent"'),
        (Mean("days"), "dayss", 'measured_in "dayss" is unknown. Did you mean "days"?'),
        (Mean("days"), "procent", 'measured_in "procent" is unknown. Did you mean "percent"?'),
        (Mean("days"), " ", "measured_in: ' ' is no unit; write \"percent\", \"days\", \"number\" or one of your own"),
        (Mean("days"), 5, "measured_in: 5 is no unit; write \"percent\", \"days\", \"number\" or one of your own"),
    ],
)  # fmt: skip
def test_a_unit_that_is_misspelt_or_of_another_size_than_the_figure_is_refused(measure: Measure, unit: Any, what: str) -> None:
    """A figure a hundred times too small would be judged without a word."""
    message = said(measure=measure, measured_in=unit)
    assert message.rstrip(".") == f"indicator roads.repaired: {what}"


@pytest.mark.parametrize(
    ("measure", "unit"),
    [
        (Ratio("cost", per="km", scale=100), "percent"),
        (Ratio("cost", per="km", scale=1000), "per_1000"),
        (Ratio("cost", per="km"), "per_1"),
        (Rate("cost", per="km", scale=100_000), "per_100000"),
        (Ratio("cost", per="km"), "dkk_per_km"),
        (Ratio("cost", per="km", scale=1000), "dkk"),
        (Mean("cost"), "percent"),
    ],
)
def test_a_unit_that_names_the_scale_of_the_figure_or_none_is_taken(measure: Measure, unit: str) -> None:
    """Units of one's own name no scale, and of a mean nobody knows in what its numbers are."""
    assert indicator(measure=measure, measured_in=unit).measured_in == unit


def test_small_numbers_give_away_what_the_measure_is_about() -> None:
    """A share is of persons unless it is declared otherwise; a mean and a clock are of the municipality."""
    assert indicator().disclosed_as == "persons"
    assert indicator(disclosure="process").disclosed_as == "process"
    assert indicator(measure=Mean("cost")).disclosed_as == "process"
    assert indicator(breakdowns=("road", ("road", "repaired_on"))).breakdowns == (("road",), ("road", "repaired_on"))


def test_indicators_are_values() -> None:
    """Declared twice it is one value with one hash; another measure is another; a copy with a change keeps the rest."""
    assert indicator() == indicator()
    assert hash(indicator(plausible=[0, 100])) == hash(indicator(plausible=(0, 100)))
    assert indicator(measure=Share("late")) != indicator()
    assert evolve(indicator(), minimum_count=3) == indicator(minimum_count=3)


def test_a_sector_is_named_like_its_plugin() -> None:
    """A sector's id is one plain word; its texts are in the plugin's languages."""
    roads = Sector(id="roads", title={"da": "Veje", "en": "Roads"}, languages="da")
    assert (roads.languages, hash(roads)) == (("da",), hash(evolve(roads)))
    with pytest.raises(DeclarationError, match=r"Sector\.id: 'roads\.potholes' is not a valid name"):
        Sector(id="roads.potholes", title="Veje")
