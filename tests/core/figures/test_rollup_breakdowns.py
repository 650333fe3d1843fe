"""Figures by the values of columns, and of persons, against plain pandas on random rows that a real engine scanned."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from klaremal.measures import Count, Distinct, Mean, Median, Published, Share, Total
from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.model.measure import Measure
from klaremal.plan import Pass, WantedIndicator, _passes
from klaremal.rollup import places, rollup
from klaremal.scan import scan, scan_single

TODAY, UNTIL = date(2026, 11, 22), date(2026, 10, 31)
FEWER = settings(max_examples=max(1, settings().max_examples // 4))
PLACES = {"Aaby": "101", "102": "102", "i1": "101", "i3": "102"}
KINDS = ("a", "b;c", "d=e", "f%g", "h\ni", "?", "*", None)

rows_of_cases = st.lists(
    st.fixed_dictionaries(
        {
            "place": st.sampled_from([*PLACES]),
            "day": st.dates(date(2026, 8, 1), date(2026, 10, 31)),
            "kept": st.sampled_from([True, False, None]),
            "kind": st.sampled_from(KINDS),
            "score": st.sampled_from([1, 2, 3]),
            "days": st.sampled_from([1, 2, 5, None]),
            "people": st.integers(1, 4),
        }
    ),
    min_size=1,
    max_size=40,
)


def figures(desk: Any, dataset: Dataset, rows: Any, *indicators: WantedIndicator) -> pd.DataFrame:
    """Scan and roll up every pass that the indicators need, as production does."""
    checked = desk.rows(dataset, rows)
    frames = []
    for pass_ in _passes(indicators):
        by = pass_.breakdown
        of = [each.by(by) for each in indicators if not by or by in each.indicator.breakdowns]
        groups = scan(desk.engine, checked, pass_)
        single = None
        if pass_.single:
            where, _ = places(groups, pass_, of, desk.units, "000")
            single = scan_single(desk.engine, checked, pass_, where)
        frames.append(rollup(groups, of, pass_, desk.units, "000", UNTIL, TODAY, single=single)[0])
    found = pd.concat([frame.astype({"breakdown": str, "indicator": str, "unit": str}) for frame in frames], ignore_index=True)
    return found.set_index(["indicator", "breakdown", "unit", "frequency", "start"]).sort_index()


TEXTS = {"a": "a", "b;c": "b%3Bc", "d=e": "d%3De", "f%g": "f%25g", "h\ni": "h%0Ai", "?": "%3F", "*": "%2A", None: "?"}


@FEWER
@given(rows=rows_of_cases)
def test_each_value_has_the_figures_of_its_own_rows(desk: Any, rows: list[dict[str, Any]]) -> None:
    """Shares, medians and numbers of different ones of each kind are those of its rows; nothing else has a breakdown."""
    measures = {"share": Share("kept"), "median": Median("days"), "distinct": Distinct("score")}
    wanted = [
        desk.wanted(each, id=f"roads.{name}", breakdowns=("kind",), frequencies=("month",)) for name, each in measures.items()
    ]
    found = figures(desk, desk.cases, rows, *wanted)
    frame = pd.DataFrame(rows)
    frame["unit"] = frame["place"].map(PLACES)
    frame["start"] = [day.year * 12 + day.month - 1 for day in frame["day"]]
    frame["text"] = ["kind=" + TEXTS[kind if isinstance(kind, str) else None] for kind in frame["kind"]]
    assert set(found.index.get_level_values("breakdown")) == {"", *frame["text"]}
    for (text, unit, start), of in frame.groupby(["text", "unit", "start"]):
        kept = [each for each in of["kept"] if each is not None]
        share = found.loc["roads.share", text, unit, "month", start]
        assert share["n"] == len(kept)
        assert np.isnan(share["value"]) if not kept else share["value"] == pytest.approx(100 * sum(kept) / len(kept))
        days = [each for each in of["days"] if each is not None and each == each]
        median = found.loc["roads.median", text, unit, "month", start]["value"]
        assert np.isnan(median) if not days else median == pytest.approx(float(np.median(days)))
        assert found.loc["roads.distinct", text, unit, "month", start]["value"] == of["score"].nunique()


@FEWER
@given(rows=rows_of_cases)
def test_the_values_of_a_breakdown_add_up_to_the_total(desk: Any, rows: list[dict[str, Any]]) -> None:
    """Hits and rows of all kinds, of those without one too, are those of the total in every cell, and so by two columns."""
    wanted = desk.wanted(
        Share("kept"), breakdowns=("kind", ("score", "kind")), frequencies=("month", "year"), levels=("nation", "municipality")
    )
    found = figures(desk, desk.cases, rows, wanted)[["n", "part"]].fillna(0).reset_index()
    cells = ["unit", "frequency", "start"]
    total = found[found["breakdown"] == ""].set_index(cells)[["n", "part"]]
    for first in ("kind=", "score="):
        parts = found[found["breakdown"].str.startswith(first)].groupby(cells)[["n", "part"]].sum()
        pd.testing.assert_frame_equal(parts.sort_index(), total.sort_index(), check_dtype=False)


@FEWER
@given(rows=rows_of_cases, frequency=st.sampled_from(["month", "year", "rolling12"]))
def test_n_counts_the_different_persons_of_each_cell(desk: Any, rows: list[dict[str, Any]], frequency: str) -> None:
    """A person counts once in a cell however many rows there are, and once among hits and once among misses; values do not."""
    people = evolve(desk.cases, person="people")
    earlier = {"place": "Aaby", "day": date(2025, 9, 1), "kept": None, "people": 9}
    rows = [*rows, earlier, earlier | {"place": "102"}]
    levels = ("nation", "municipality")
    wanted = desk.wanted(Share("kept"), dataset=people, breakdowns=("kind",), frequencies=(frequency,), levels=levels)
    found = figures(desk, people, rows, wanted)
    frame = pd.DataFrame(rows)
    frame["unit"] = frame["place"].map(PLACES)
    frame["month"] = [day.year * 12 + day.month - 1 for day in frame["day"]]
    frame = frame[[each is True or each is False for each in frame["kept"]]]
    length = 1 if frequency == "month" else 12
    for (_, text, unit, _, start), each in found.iterrows():
        of = frame[(frame["month"] >= start) & (frame["month"] < start + length)]
        of = of if unit == "000" else of[of["unit"] == unit]
        if text:
            of = of[["kind=" + TEXTS[kind if isinstance(kind, str) else None] == text for kind in of["kind"]]]
        if not len(of):
            assert not each["n"] > 0
            continue
        kept = np.array([bool(one) for one in of["kept"]])
        persons = [of["people"].nunique(), of["people"][kept].nunique(), of["people"][~kept].nunique()]
        assert each[["n", "hits", "misses"]].tolist() == persons
        assert each["value"] == pytest.approx(100 * kept.mean())


def enumerated(dataset: Dataset, name: str, *codes: str, total: str | None = None) -> Dataset:
    """Return a dataset of which a column says which values it has."""
    column = Column(name, "string", enum=codes, total=total)
    return evolve(dataset, columns=tuple(column if each.name == name else each for each in dataset.columns))


def test_a_value_without_rows_has_them_where_the_total_has_some(desk: Any) -> None:
    """Of an institution with cases of kind a only, kind b is said to have had no cases, in the periods of the total."""
    cases = enumerated(desk.cases, "kind", "a", "b")
    wanted = desk.wanted(Share("kept"), dataset=cases, breakdowns=("kind",), levels=("institution",))
    rows = [{"place": "i1", "day": date(2026, month, 1), "kept": True, "kind": "a"} for month in (9, 10)]
    found = figures(desk, cases, rows, wanted)
    assert found.loc["roads.kept", "kind=a"]["value"].tolist() == [100.0, 100.0]
    assert found.loc["roads.kept", "kind=b"]["cause"].tolist() == ["no_cases", "no_cases"]
    assert set(found.index.get_level_values("unit")) == {"i1"}


def test_rows_that_mean_all_are_the_total_and_no_value(desk: Any) -> None:
    """Of published rows with T for all the total is that of T, however the others look; in the breakdown they alone stand."""
    totals = enumerated(desk.totals, "kind", "T", "K", "M", total="T")
    wanted = desk.wanted(Published("value"), dataset=totals, breakdowns=("kind",), frequencies=("year",))
    rows = [{"place": "101", "year": 2025, "kind": kind, "value": value} for kind, value in (("T", 50), ("K", 60), ("M", 41))]
    found = figures(desk, totals, rows, wanted)["value"]
    own = {text: found.loc["roads.kept", text, "101", "year", 2025 * 12] for text in ("", "kind=K", "kind=M")}
    assert own == {"": 50.0, "kind=K": 60.0, "kind=M": 41.0}
    assert "kind=T" not in found.index.get_level_values("breakdown")
    women = desk.wanted(Published("value", where="kind = 'K'"), dataset=totals, frequencies=("year",))
    assert figures(desk, totals, rows, women)["value"].loc["roads.kept", "", "101", "year", 2025 * 12] == 60.0


def test_totals_of_cases_are_counted_once(desk: Any) -> None:
    """A sum of rows by sex beside their total is that of the rows that mean all."""
    totals = enumerated(desk.totals, "kind", "K", "M", total="T")
    wanted = desk.wanted(Total("people"), dataset=totals, breakdowns=("kind",), frequencies=("year",))
    rows = [{"place": "101", "year": 2025, "kind": kind, "people": people} for kind, people in (("T", 5), ("K", 3), ("M", 2))]
    found = figures(desk, totals, rows, wanted)["value"]
    assert [found.loc["roads.kept", text, "101", "year", 2025 * 12] for text in ("", "kind=K", "kind=M")] == [5.0, 3.0, 2.0]
    without = figures(desk, totals, rows[1:], wanted)["value"]
    assert without.loc["roads.kept", "", "101", "year", 2025 * 12] == 5.0


def test_where_the_row_that_means_all_is_bad_its_parts_are_no_wholes(desk: Any) -> None:
    """The only row of all of them was set aside: nine of K and M are not all that there are."""
    cases = enumerated(desk.cases, "kind", "K", "M", total="T")
    wanted = desk.wanted(Total("cost"), dataset=cases)
    rows = [
        {"place": "101", "day": date(2026, 10, 1), "kind": kind, "cost": cost, "__bad": bad}
        for kind, cost, bad in (("T", 12, "unreadable_cost"), ("K", 4, None), ("M", 5, None))
    ]
    row = figures(desk, cases, rows, wanted).loc["roads.kept", "", "101", "month", 2026 * 12 + 9]
    assert (np.isnan(row["value"]), row["cause"]) == (True, "no_data")


@pytest.mark.parametrize("measure", [Total("cost"), Count(), Share("kept")], ids=["Total", "Count", "Share"])
def test_a_part_told_by_its_parts_alone_is_missing_in_what_it_is_a_part_of(desk: Any, measure: Measure) -> None:
    """All of October and December, and in November only K and M: the quarter of the town, and the country, are unknown."""
    cases = enumerated(desk.cases, "kind", "K", "M", total="T")
    wanted = desk.wanted(measure, dataset=cases, frequencies=("month", "quarter"), levels=("nation", "municipality"))
    told = [(10, "T"), (11, "K"), (11, "M"), (12, "T")]
    rows = [{"place": "101", "day": date(2026, month, 1), "kind": kind, "cost": 1, "kept": True} for month, kind in told]
    rows += [{"place": "102", "day": date(2026, month, 1), "kind": "T", "cost": 1, "kept": True} for month in (10, 11, 12)]
    found = figures(desk, cases, rows, wanted)
    quarter = {place: found.loc["roads.kept", "", place, "quarter", 2026 * 12 + 9] for place in ("000", "101", "102")}
    assert {place: each["cause"] for place, each in quarter.items() if each["value"] != each["value"]} == {
        "000": "no_data",
        "101": "no_data",
    }
    assert found.loc["roads.kept", "", "000", "month", 2026 * 12 + 9]["value"] > 0
    assert found.loc["roads.kept", "", "000", "month", 2026 * 12 + 10]["cause"] == "no_data"


@pytest.mark.parametrize("measure", [Total("cost"), Count(), Share("kept")], ids=["Total", "Count", "Share"])
def test_where_only_parts_are_told_the_total_is_missing(desk: Any, measure: Measure) -> None:
    """The first town tells of all and of one sex, the second of one sex alone: what it has in all is not 0, nobody knows it."""
    cases = enumerated(desk.cases, "kind", "K", "M", total="T")
    wanted = desk.wanted(measure, dataset=cases)
    rows = [
        {"place": place, "day": date(2026, 10, 1), "kind": kind, "cost": cost, "kept": True}
        for place, kind, cost in (("101", "T", 9), ("101", "K", 4), ("102", "K", 4))
    ]
    found = figures(desk, cases, rows, wanted)
    known, missing = (found.loc["roads.kept", "", place, "month", 2026 * 12 + 9] for place in ("101", "102"))
    assert known["value"] == {"Total": 9, "Count": 1, "Share": 100}[type(measure).__name__]
    assert np.isnan(missing["value"])
    assert missing["cause"] == "no_data"


def test_more_values_than_fifty_have_no_groups(desk: Any) -> None:
    """Fifty values of a column without an enum are measured; of five thousand nothing is, and the total stays."""
    wanted = desk.wanted(Count(), breakdowns=("kind",))
    for number, kept in ((50, True), (51, False), (5000, False)):
        rows = [{"place": "101", "day": date(2026, 10, 1), "kind": str(each)} for each in range(number)]
        checked = desk.rows(desk.cases, rows)
        total, broken_down = (scan(desk.engine, checked, pass_) for pass_ in _passes([wanted]))
        assert (int(total.columns["rows"].sum()), len(broken_down)) == (number, number if kept else 0)


def test_a_bad_row_of_an_unreadable_value_is_in_doubt_in_each(desk: Any) -> None:
    """A row whose kind breaks a rule may be of any kind: each share can be that much worse or better, and none is certain."""
    cases = enumerated(desk.cases, "kind", "a", "b")
    wanted = desk.wanted(Share("kept"), dataset=cases, breakdowns=("kind",))
    good = [{"place": "101", "day": date(2026, 10, 1), "kept": True, "kind": kind} for kind in ("a", "b")]
    bad = {"place": "101", "day": date(2026, 10, 1), "kept": True, "kind": "x", "__bad": "enum", "__broken": "|kind|"}
    found = figures(desk, cases, [*good, bad], wanted)
    assert found.loc["roads.kept", "kind=a", "101"][["value", "least"]].to_numpy().tolist() == [[100.0, 50.0]]
    assert found.loc["roads.kept", "kind=b", "101"][["value", "least"]].to_numpy().tolist() == [[100.0, 50.0]]
    assert "kind=x" not in found.index.get_level_values("breakdown")


def test_the_passes_are_one_for_each_set_of_columns(desk: Any) -> None:
    """Two indicators with one breakdown share its pass, and the total has its own."""
    both = [desk.wanted(each, id=f"roads.{name}", breakdowns=("kind",)) for name, each in (("a", Count()), ("b", Mean("days")))]
    made: tuple[Pass, ...] = _passes(both)
    assert [each.breakdown for each in made] == [(), ("kind",)]
