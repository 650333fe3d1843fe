"""Tables by hand, from rows to figures by period, the way a run goes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from klaremal import Column, Dataset, Indicator, KlaremalError
from klaremal.measures import Rate, Share, Total
from klaremal.testing import Observed, measured

POTHOLES = Dataset(
    id="roads.potholes",
    title="Potholes",
    grain="one row per pothole",
    columns=(
        Column("reported_on", "date", required=True),
        Column("repaired", "boolean"),
        Column("road", "string", enum=("main", "side")),
        Column("place", "string"),
    ),
    dated_by="reported_on",
    placed_in="place",
)


def indicator(measure: Any = None, **more: Any) -> Indicator:
    """Return the share of potholes repaired, by month, unless another measure is given."""
    given: dict[str, Any] = {
        "levels": ("municipality", "institution"),
        "breakdowns": ("road",),
        "measured_in": "percent",
    } | more
    measure = measure or Share("repaired")
    return Indicator(
        id="roads.repaired", title="R", dataset=POTHOLES, measure=measure, direction="higher", frequency="month", **given
    )


TABLE = """
reported_on, repaired, road, place
2025-01-05,  true,     main,
2025-01-09,  false,    side, depot
2025-02-09,  ,         side, depot
"""


def test_a_table_gives_the_figures_of_the_unit_by_period() -> None:
    """1 of 2 in January; in February nobody knows whether the one is repaired."""
    found = measured(indicator(), TABLE)
    assert {period: (each.value, each.n, each.part, each.coverage, each.cause) for period, each in found.items()} == {
        "2025M01": (50.0, 2, 1, 1.0, None),
        "2025M02": (None, 0, None, 0.0, "not_measured"),
    }


def test_another_frequency_unit_and_value_can_be_asked_for() -> None:
    """The quarter; what is of the depot alone; what is of main roads."""
    assert measured(indicator(), TABLE, frequency="quarter")["2025K1"].n == 2
    depot = [{"reported_on": date(2025, 1, 9), "repaired": True, "place": "depot"}]
    assert measured(indicator(levels=("institution",)), depot, unit="depot")["2025M01"].value == 100
    assert measured(indicator(), TABLE, breakdown="road=side")["2025M01"].value == 0


def test_a_period_that_the_data_does_not_cover_is_provisional() -> None:
    """Until the middle of February, February is not closed."""
    found = measured(indicator(), TABLE, complete_until=date(2025, 2, 15))
    assert {period: each.provisional for period, each in found.items()} == {"2025M01": False, "2025M02": True}


def test_a_rate_takes_the_population_beside_its_rows() -> None:
    """Two potholes to 4,000 inhabitants are a half to a thousand."""
    rate = Rate("1", per=Total("persons", dataset="klaremal.population"), scale=1000)
    people = "status_date, municipality, persons\n2025-01-01, 101, 4000"
    found = measured(
        indicator(rate, measured_in="per_1000", breakdowns=()), {"roads.potholes": TABLE, "klaremal.population": people}
    )
    assert found["2025M01"].value == 0.5
    assert isinstance(found["2025M01"], Observed)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("reported_on, repared\n2025-01-01, true", 'has no column "repared". Did you mean "repaired"?'),
        ("reported_on, repaired\n2025-01-01", "has 1 cells, and there are 2 columns"),
        ({"roads.pothole": TABLE}, 'there is no dataset roads.pothole. Did you mean "roads.potholes"?'),
        ([{"reported_on": date(2025, 1, 1), "road": "motorway"}], "road is none of main, side"),
        ([{"repaired": True}], "no row has a date"),
        ("reported_on, repaired, repaired\n2025-01-01, true, false", 'the column "repaired" stands there twice'),
        ("reported_on, repaired,\n2025-01-01, true,", "a column has no name"),
    ],
)
def test_what_cannot_be_measured_is_said(rows: Any, expected: str) -> None:
    """With the place and, where there is one, the name that was meant."""
    with pytest.raises(KlaremalError) as caught:
        measured(indicator(), rows)
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"complete_until": "2025-01-31"}, "complete_until is a day, as date(2026, 3, 31), and not '2025-01-31'."),
        ({"complete_until": datetime(2025, 1, 31)}, "complete_until is a day"),
        ({"frequency": "quater"}, 'there is no frequency "quater". Did you mean "quarter"?'),
    ],
    ids=["a text", "a moment", "a frequency"],
)
def test_what_cannot_be_asked_for_is_said(asked: dict[str, Any], expected: str) -> None:
    """Before anything is measured."""
    with pytest.raises(KlaremalError) as caught:
        measured(indicator(), TABLE, **asked)
    assert expected in str(caught.value)


def test_a_cell_with_a_comma_is_quoted() -> None:
    """As in any CSV."""
    found = measured(indicator(), 'reported_on, repaired, place\n2025-01-05, true, "depot, north"')
    assert found["2025M01"].n == 1
