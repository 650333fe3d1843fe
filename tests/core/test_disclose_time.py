"""Disclosure control over periods and runs: figures of the year so far, and units without a row in a part of a period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest
from attrs import evolve

from klaremal import Column, Dataset, Indicator, Unit
from klaremal.canonical import definition
from klaremal.disclose import Disclosed, disclose
from klaremal.measures import Mean, Measure, Share
from klaremal.model.period import Period
from klaremal.model.unit import Units
from klaremal.plan import WantedIndicator

VISITS = Dataset(
    id="care.visits",
    title="Visits",
    grain="one row per visit",
    columns=(Column("seen_on", "date", required=True), Column("minutes", "number"), Column("place", "string")),
    dated_by="seen_on",
    placed_in="place",
)
TOWN = Units.of(
    [
        Unit(code="M", name="Town", level="municipality"),
        *(Unit(code=code, name=f"District {code}", level="district", parent="M") for code in ("D1", "D2")),
    ]
)
NOTHING_OUT = pd.DataFrame(
    columns=[
        "indicator",
        "definition",
        "unit",
        "period",
        "frequency",
        "breakdown",
        "value",
        "n",
        "part",
        "cause",
        "provisional",
    ]
)


def wanted(measure: Measure, **more: Any) -> WantedIndicator:
    """An indicator as a plan wants it."""
    indicator = Indicator(
        id="care.visits",
        title="Visits",
        measure=measure,
        measured_in="percent",
        direction="higher",
        frequency="month",
        levels=("municipality", "district"),
        **({"dataset": VISITS} | more),
    )
    return WantedIndicator(
        indicator=indicator,
        definition=definition(indicator),
        components=tuple(measure.components.items()),
        frequencies=("month", "quarter", "year"),
        levels=indicator.levels,
    )


MEAN = wanted(Mean("minutes"))
SHARE = wanted(Share("minutes > 10"))


def rows(each: WantedIndicator, counts: Mapping[str, Mapping[str, Any]], running: tuple[str, ...] = ()) -> pd.DataFrame:
    """In-flight observations: n, or hits and n, by unit and period; the periods in `running` have not ended."""
    found = []
    for unit, numbers in counts.items():
        for code, number in numbers.items():
            part, n = number if isinstance(number, tuple) else (float("nan"), number)
            period = Period.parse(code)
            figures: dict[str, Any] = dict.fromkeys(("low", "high", "least", "most", "coverage", "weight"), 1.0)
            told = {
                "value": float(n),
                "n": float(n),
                "part": float(part),
                "hits": float("nan"),
                "misses": float("nan"),
                "largest": float("nan"),
            }
            about = {"indicator": each.indicator.id, "definition": each.definition, "unit": unit, "breakdown": ""}
            when = {"start": period.start, "frequency": period.frequency, "provisional": code in running}
            level = "municipality" if unit == "M" else "district"
            found.append({**about, **when, **told, **figures, "level": level, "cause": None, "warned": False})
    return pd.DataFrame(found)


def run(
    each: WantedIndicator, counts: Mapping[str, Mapping[str, Any]], *running: str, after: Disclosed | None = None
) -> Disclosed:
    """Control the figures of a run beside what the run before it left in the ledger."""
    stored = NOTHING_OUT
    if after is not None:
        codes = [_code(start, kind) for start, kind in after.observations[["start", "frequency"]].itertuples(index=False)]
        stored = after.observations.assign(period=codes)
    return disclose(rows(each, counts, running), [each], TOWN, lambda ids: stored)


def _code(start: int, frequency: str) -> str:
    return Period.of(frequency, start).code


def shown(found: Disclosed, unit: str) -> dict[str, float]:
    """The n that a unit shows, by period."""
    mine = found.observations[(found.observations["unit"] == unit) & found.observations["n"].notna()]
    return {_code(row.start, row.frequency): row.n for row in mine.itertuples()}


def test_a_month_without_a_row_does_not_give_the_others_of_its_quarter_away() -> None:
    """D1 has nothing in January, 3 in February and 20 in March: of its 23 in the quarter and the 20 the 3 would follow."""
    found = run(MEAN, {"D1": {"2025M02": 3, "2025M03": 20, "2025K1": 23}})
    assert shown(found, "D1") == {"2025K1": 23}


def test_a_unit_without_a_row_protects_nobody() -> None:
    """D2 has no row in March, where D1 has 3 of the town's 3: the town's is few itself, and February's 20 are shown."""
    found = run(
        MEAN,
        {"D1": {"2025M02": 20, "2025M03": 3}, "D2": {"2025M02": 30}, "M": {"2025M02": 50, "2025M03": 3}},
    )
    assert (shown(found, "D1"), shown(found, "D2"), shown(found, "M")) == ({"2025M02": 20}, {"2025M02": 30}, {"2025M02": 50})


def test_a_month_without_a_row_is_no_month_of_few() -> None:
    """D1 began in March 2025 and had 9 a month: its first months do not make it publish by the quarter in 2026."""
    counts = {f"2025M{month:02}": 9 for month in range(3, 13)} | {"2025K1": 9, "2025": 90, "2026M01": 9}
    found = run(MEAN, {"D1": counts})
    assert shown(found, "D1") == counts


@pytest.mark.parametrize(("may", "year_shown"), [(3, 37), (4, 37), (5, 42), (0, 37)])
def test_the_year_to_date_is_withheld_while_a_small_month_would_follow(may: int, year_shown: int) -> None:
    """Case 45: of 37 until April, which are out, and 40 until May the 3 of May would follow: what is out stays."""
    april = run(MEAN, {"D1": {"2026": 37}}, "2026")
    assert shown(april, "D1") == {"2026": 37}
    later = run(MEAN, {"D1": {"2026": 37 + may}}, "2026", after=april)
    assert shown(later, "D1") == {"2026": year_shown}
    assert [each.reason for each in later.hidden] == (["version"] if 0 < may < 5 else [])


def test_the_year_to_date_goes_on_when_enough_are_added() -> None:
    """37 until April, 40 until May (withheld), 41 until June (withheld), 42 until July: five more than were out."""
    found = run(MEAN, {"D1": {"2026": 37}}, "2026")
    years = []
    for n in (40, 41, 42, 44):
        found = run(MEAN, {"D1": {"2026": n}}, "2026", after=found)
        years.append(shown(found, "D1")["2026"])
    assert years == [37, 37, 42, 42]


def test_the_year_to_date_waits_for_a_hidden_month_and_remembers_what_is_out() -> None:
    """With months: May's 3 is hidden, so the year waits, also when June brings 20; what was out until April stays."""
    months = {"2026M01": 9, "2026M02": 9, "2026M03": 9, "2026M04": 10}
    april = run(MEAN, {"D1": months | {"2026": 37}}, "2026")
    may = run(MEAN, {"D1": months | {"2026M05": 3, "2026": 40}}, "2026", after=april)
    june = run(MEAN, {"D1": months | {"2026M05": 3, "2026M06": 20, "2026": 60}}, "2026", after=may)
    assert shown(april, "D1") == shown(may, "D1") == months | {"2026": 37}
    assert shown(june, "D1") == months | {"2026M06": 20, "2026": 37}
    year = june.observations.set_index("frequency").loc["year"]
    assert (year["value"], pd.isna(year["cause"]), bool(year["provisional"])) == (37, True, True)


def test_the_whole_year_of_a_process_is_published_when_it_has_ended() -> None:
    """150 until November and 153 in all: the cases of December are known to be 3, which is said to remain."""
    november = run(MEAN, {"D1": {"2026": 150}}, "2026")
    whole = run(MEAN, {"D1": {"2026": 153}}, after=november)
    assert shown(whole, "D1") == {"2026": 153}


def test_the_whole_year_of_persons_stays_provisional_while_its_revision_is_held() -> None:
    """41 of 50 until November and 42 of 52 in all tell of two persons: nothing is judged for good by the figure that is out."""
    november = run(SHARE, {"D1": {"2026": (41, 50)}}, "2026")
    whole = run(SHARE, {"D1": {"2026": (42, 52)}}, after=november)
    assert shown(whole, "D1") == {"2026": 50}
    assert whole.observations["provisional"].tolist() == [True]


def test_rows_and_persons_are_not_taken_for_each_other_in_the_next_run() -> None:
    """30 persons with 41 rows that are hits, 12 with other rows: the same figures again are no revision by few."""
    persons = evolve(VISITS, columns=(*VISITS.columns, Column("citizen", "string")), person="citizen")
    share = wanted(Share("minutes > 10"), dataset=persons)
    counts = rows(share, {"D1": {"2025": (41, 40)}}).assign(hits=30.0, misses=12.0)
    first = disclose(counts, [share], TOWN, lambda ids: NOTHING_OUT)
    again = disclose(counts, [share], TOWN, lambda ids: first.observations.assign(period="2025"))
    assert first.hidden == again.hidden == ()
    assert again.observations["part"].tolist() == [41]
