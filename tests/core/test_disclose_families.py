"""Disclosure control over units, indicators and runs: what is hidden beside a small number, and what stays out once it is."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from attrs import evolve

from klaremal import Column, Dataset, Indicator, Unit
from klaremal.canonical import definition
from klaremal.disclose import Disclosed, Hidden, disclose
from klaremal.measures import Mean, Measure, OnTime, Share
from klaremal.model.on_time import Clock
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
CASES = evolve(VISITS, columns=(*VISITS.columns, Column("done_on", "date")))
TOWN = Units.of(
    [
        Unit(code="M", name="Town", level="municipality"),
        *(Unit(code=code, name=f"District {code}", level="district", parent="M") for code in ("D1", "D2", "D3")),
    ]
)
LEVELS = {"M": "municipality"}
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


def wanted(name: str, measure: Measure, **more: Any) -> WantedIndicator:
    """An indicator as a plan wants it; two with the same rows in `where` are one family."""
    indicator = Indicator(
        id=f"care.{name}",
        title=name,
        measure=measure,
        measured_in="percent",
        direction="higher",
        frequency="year",
        levels=("municipality", "district"),
        **({"dataset": VISITS} | more),
    )
    return WantedIndicator(
        indicator=indicator,
        definition=definition(indicator),
        components=tuple(measure.components.items()),
        frequencies=("year",),
        levels=indicator.levels,
    )


MEAN = wanted("mean", Mean("minutes"))
SHARE = wanted("share", Share("minutes > 10"))


def rows(each: WantedIndicator, counts: dict[str, tuple[float, float]]) -> pd.DataFrame:
    """In-flight observations of 2025: n and part by unit."""
    figures: dict[str, Any] = dict.fromkeys(("low", "high", "least", "most", "coverage", "weight"), 1.0)
    rest = {
        "cause": None,
        "warned": False,
        "provisional": False,
        "hits": float("nan"),
        "misses": float("nan"),
        "largest": float("nan"),
        **figures,
    }
    about: dict[str, Any] = {
        "level": "district",
        "indicator": each.indicator.id,
        "definition": each.definition,
        "start": 2025 * 12,
        "frequency": "year",
    }
    return pd.DataFrame(
        [
            {**about, "breakdown": "", "unit": unit, "value": 100 * part / n, "n": float(n), "part": float(part), **rest}
            for unit, (n, part) in counts.items()
        ]
    )


def stored(found: Disclosed) -> pd.DataFrame:
    """What the ledger says after a run: the released figures, with the period's code."""
    return found.observations.assign(period="2025")


def hidden(found: Disclosed, indicator: str = "care.mean") -> list[str]:
    """The units of which an indicator shows nothing."""
    mine = found.observations[found.observations["indicator"] == indicator]
    assert bool((mine["value"].isna() == (mine["cause"] == "confidential")).all())
    return sorted(mine.loc[mine["value"].isna(), "unit"])


def thirds(n1: int, n2: int, n3: int) -> dict[str, tuple[float, float]]:
    """Means of three districts and of their town."""
    return {"D1": (n1, n1), "D2": (n2, n2), "D3": (n3, n3), "M": (n1 + n2 + n3, n1 + n2 + n3)}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        pytest.param((3, 8, 20), ["D1", "D2"], id="case 37: the next smallest goes too, the town's 31 stays"),
        pytest.param((1, 1, 20), ["D1", "D2", "D3"], id="case 38: two of one each sum to a small number, so the third goes"),
        pytest.param((6, 8, 20), [], id="nothing small, nothing hidden"),
    ],
)
def test_what_would_give_a_small_number_away_is_hidden_too(counts: tuple[int, int, int], expected: list[str]) -> None:
    """Subtracting from the town must not tell a district of few."""
    found = disclose(rows(MEAN, thirds(*counts)), [MEAN], TOWN, lambda ids: NOTHING_OUT)
    assert hidden(found) == expected
    assert [each.reason for each in found.hidden] == (["primary", "secondary"] if expected else [])
    assert sum(each.cells for each in found.hidden) == len(expected)


def test_indicators_on_the_same_rows_are_hidden_together() -> None:
    """The share hides two of forty (its misses); the mean over the same forty would tell n, and goes with it."""
    both = pd.concat([rows(SHARE, {"M": (40, 38)}), rows(MEAN, {"M": (40, 40)})], ignore_index=True)
    found = disclose(both, [SHARE, MEAN], TOWN, lambda ids: NOTHING_OUT)
    assert (hidden(found, "care.share"), hidden(found)) == (["M"], ["M"])
    assert found.hidden == (
        Hidden(indicator="care.mean", reason="primary", cells=1),
        Hidden(indicator="care.share", reason="primary", cells=1),
    )


def test_a_second_run_on_the_same_figures_hides_the_same() -> None:
    """What is out is known and what was hidden stays so: nothing moves."""
    first = disclose(rows(MEAN, thirds(3, 8, 20)), [MEAN], TOWN, lambda ids: NOTHING_OUT)
    again = disclose(rows(MEAN, thirds(3, 8, 20)), [MEAN], TOWN, lambda ids: stored(first))
    assert hidden(again) == hidden(first) == ["D1", "D2"]


def test_a_figure_that_was_hidden_for_good_stays_hidden() -> None:
    """Twelve late rows make 15 of 3: shown now, it would tell the three by what was out of the others."""
    first = disclose(rows(MEAN, thirds(3, 8, 20)), [MEAN], TOWN, lambda ids: NOTHING_OUT)
    later = disclose(rows(MEAN, thirds(15, 8, 20)), [MEAN], TOWN, lambda ids: stored(first))
    assert "D1" in hidden(later)
    other = wanted("mean", Mean("minutes"), minimum_count=3)
    assert hidden(disclose(rows(other, thirds(3, 8, 20)), [other], TOWN, lambda ids: stored(first))) == []


def test_a_figure_that_was_hidden_while_it_could_grow_is_shown_when_it_has() -> None:
    """Every year begins with few rows; what was hidden of a running one says nothing of the whole."""
    running = disclose(rows(MEAN, thirds(3, 8, 20)).assign(provisional=True), [MEAN], TOWN, lambda ids: NOTHING_OUT)
    whole = disclose(rows(MEAN, thirds(30, 80, 200)), [MEAN], TOWN, lambda ids: stored(running))
    assert hidden(whole) == []


def test_a_revision_by_one_person_is_held_and_the_figure_that_is_out_stays() -> None:
    """Case 46: 41 of 45 is out, 41 of 46 would tell of the one who was added."""
    share = wanted("share", Share("minutes > 10"), minimum_count=4)
    first = disclose(rows(share, {"M": (45, 41)}), [share], TOWN, lambda ids: NOTHING_OUT)
    assert hidden(first, "care.share") == []
    late = disclose(rows(share, {"M": (46, 41)}), [share], TOWN, lambda ids: stored(first))
    assert late.observations[["value", "n", "part"]].iloc[0].tolist() == [100 * 41 / 45, 45.0, 41.0]
    assert late.hidden == (Hidden(indicator="care.share", reason="version", cells=1),)


def test_a_revision_of_a_process_is_published_at_once() -> None:
    """Case 46 again: where the municipality is judged and no person told of, the new figure goes out."""
    share = wanted("share", Share("minutes > 10"), disclosure="process")
    first = disclose(rows(share, {"M": (45, 41)}), [share], TOWN, lambda ids: NOTHING_OUT)
    late = disclose(rows(share, {"M": (46, 41)}), [share], TOWN, lambda ids: stored(first))
    assert late.observations["n"].tolist() == [46.0]
    assert late.hidden == ()


def test_a_hidden_figure_beside_a_held_one_stays_confidential() -> None:
    """The share of 45 is out and held; the mean of the same rows was never shown, and does not become "no data"."""
    share = wanted("share", Share("minutes > 10"), minimum_count=4)
    first = disclose(rows(share, {"M": (45, 41)}), [share], TOWN, lambda ids: NOTHING_OUT)
    hidden_mean = rows(MEAN, {"M": (45, 45)}).assign(
        value=float("nan"), n=float("nan"), part=float("nan"), cause="confidential"
    )
    out = pd.concat([stored(first), hidden_mean.assign(period="2025")], ignore_index=True)
    both = pd.concat([rows(share, {"M": (46, 41)}), rows(MEAN, {"M": (46, 46)})], ignore_index=True)
    late = disclose(both, [share, MEAN], TOWN, lambda ids: out)
    assert hidden(late) == ["M"]
    assert hidden(late, "care.share") == []


def test_open_cases_of_a_district_cannot_be_subtracted_from_the_town_s() -> None:
    """Three open late cases in one district of three: the other districts' 8 and 20 would tell them beside the town's 31."""
    measure = OnTime(start="seen_on", end="done_on", within="10 days")
    clock = evolve(wanted("kept", measure, dataset=CASES), clock=Clock.of(measure, CASES, {}))
    beside = rows(clock, thirds(3, 8, 20)).assign(indicator="care.kept.open_overdue")
    beside["level"] = beside["unit"].map(lambda unit: LEVELS.get(unit, "district"))
    found = disclose(beside, [clock], TOWN, lambda ids: NOTHING_OUT)
    assert hidden(found, "care.kept.open_overdue") == ["D1", "D2", "D3"]
    enough = disclose(beside.assign(n=[6.0, 8.0, 20.0, 34.0]), [clock], TOWN, lambda ids: NOTHING_OUT)
    assert hidden(enough, "care.kept.open_overdue") == []
