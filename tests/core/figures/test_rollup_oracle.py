"""Every measure against plain Python, group by group, on random rows that a real engine scanned."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klaremal.measures import Count, Distinct, Mean, Median, Quantile, Rate, Ratio, Share, Total
from klaremal.model.period import Period, month_key

Row = dict[str, Any]

# What people write, and the unit that it means; a row that names none is the organisation's.
PLACES = {
    None: "000",
    "Aaby": "101",
    "101": "101",
    "Beby Kommune": "102",
    "ceby": "103",
    "Solstrålen": "i1",
    "i2": "i2",
    "Stjernen": "i3",
}
LEVELS = ("nation", "region", "municipality", "institution")
ADDED = ("month", "quarter", "half_year", "year", "school_year", "rolling12")
SINGLE = ("month", "school_year")
NOT_ADDED = ("median", "quantile", "distinct")
# Of these a part that is missing is a cause of its own.
COUNTED = ("count", "total", "total_product", "huge")

# Each example is a whole scan and roll-up of fourteen indicators.
FEWER = settings(max_examples=settings().max_examples // 3)

numbers = st.one_of(
    st.none(),
    st.integers(-300, 300).map(lambda each: Decimal(each) / 100),
    st.sampled_from([Decimal("9999999999999.99"), Decimal("-9999999999999.99"), Decimal("0.01"), Decimal(0)]),
)
rows_of_cases = st.lists(
    st.fixed_dictionaries(
        {
            "place": st.sampled_from([*PLACES, "Ukendt By"]),
            "day": st.one_of(st.none(), st.dates(date(2025, 2, 20), date(2026, 5, 10))),
            "kept": st.sampled_from([True, False, None]),
            "kind": st.sampled_from(["a", "b", None]),
            "days": numbers,
            "score": st.sampled_from([1, 2, 3, 4, 5, None]),
            "people": st.sampled_from([0, 1, 7, 12, 4_000_000_000_000_000_000, None]),
            "cost": numbers,
            "__bad": st.sampled_from([None, None, None, "required"]),
        }
    ),
    min_size=1,
    max_size=60,
)


EMPTY: Row = dict.fromkeys(("place", "day", "kept", "kind", "days", "score", "people", "cost", "__bad"))


def filled(rows: Iterable[Row], *columns: str) -> list[Row]:
    """Return the rows in which none of the columns is null."""
    return [row for row in rows if all(row[column] is not None for column in columns)]


def of_kind_a(rows: Iterable[Row]) -> list[Row]:
    """Return the rows for which `kind = 'a'` is true or unknown."""
    return [row for row in rows if row["kind"] in ("a", None)]


def surely_a(judge: Callable[..., list[Row]]) -> Callable[..., list[Row]]:
    """Judge only the rows for which `kind = 'a'` is true."""
    return lambda rows: judge([row for row in rows if row["kind"] == "a"])


def total(rows: Iterable[Row], column: str) -> Fraction:
    """Return the exact sum of a column."""
    return sum((Fraction(row[column]) for row in rows), Fraction(0))


def divided(top: Fraction | int, bottom: Fraction | int, times: float = 1) -> float | None:
    """Return the quotient, or None when there is nothing to divide by."""
    return float(Fraction(times) * Fraction(top) / Fraction(bottom)) if bottom else None


def quantile(values: Sequence[float], q: float) -> float | None:
    """Return the value below which the share q lies (R's type 7), by its definition."""
    if not values:
        return None
    ordered = sorted(values)
    place = (len(ordered) - 1) * q
    low = math.floor(place)
    return ordered[low] + (place - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])


def by_month(rows: Iterable[Row]) -> list[list[Row]]:
    """Return the rows month by month; months without rows are not there."""
    months = defaultdict(list)
    for row in rows:
        months[month_key(row["day"])].append(row)
    return list(months.values())


# For each measure: itself, whom it is about, who of them can be judged, and the value from (all rows, about, judged).
MEASURES: dict[str, tuple[Any, Callable[..., list[Row]], Callable[..., list[Row]], Callable[..., float | None]]] = {
    "share": (
        Share("kept"), list, lambda rows: filled(rows, "kept"),
        lambda _, __, judged: divided(sum(row["kept"] for row in judged), len(judged), 100),
    ),
    "share_where": (
        Share("score >= 3 and days < 1", where="kind = 'a'"), of_kind_a,
        # False and unknown is false, so that such a row can be judged.
        surely_a(lambda rows: [
            row for row in rows
            if filled([row], "score", "days") or (row["score"] or 3) < 3 or (row["days"] is not None and row["days"] >= 1)
        ]),
        lambda _, __, judged: divided(sum(bool(filled([row], "score", "days")) and row["score"] >= 3 and row["days"] < 1
                                          for row in judged), len(judged), 100),
    ),
    "share_known": (
        Share("kept", known="score is not null"), list, lambda rows: filled(rows, "score", "kept"),
        lambda _, __, judged: divided(sum(row["kept"] for row in judged), len(judged), 100),
    ),
    "count": (Count(where="kind = 'a'"), of_kind_a, surely_a(list), lambda rows, _, judged: len(judged) if rows else None),
    "total": (Total("days"), list, lambda rows: filled(rows, "days"), lambda rows, about, judged:
              float(total(judged, "days")) if judged or (rows and not about) else None),
    "total_product": (
        Total("score * days", where="kind = 'a'"), of_kind_a, surely_a(lambda rows: filled(rows, "score", "days")),
        lambda rows, about, judged: float(sum(Fraction(row["score"]) * Fraction(row["days"]) for row in judged))
        if judged or (rows and not about) else None,
    ),
    "huge": (Total("people"), list, lambda rows: filled(rows, "people"),
             lambda _, __, judged: float(total(judged, "people")) if judged else None),
    "mean": (Mean("days"), list, lambda rows: filled(rows, "days"),
             lambda _, __, judged: divided(total(judged, "days"), len(judged))),
    "ratio": (Ratio("cost", per="people", scale=100), list, lambda rows: filled(rows, "cost", "people"),
              lambda _, __, judged: divided(total(judged, "cost"), total(judged, "people"), 100)),
    "ratio_parts": (
        Ratio(Total("cost", where="kind = 'a'"), per=Total("people", where="score > 2", known="kept"), scale=100), list,
        # Of a row that is known not to be in the denominator, nobody asks what it would be there.
        lambda rows: [row for row in filled(rows, "cost", "people", "kind", "score") if row["score"] <= 2 or row["kept"]],
        lambda _, __, judged: divided(
            total([row for row in judged if row["kind"] == "a"], "cost"),
            total([row for row in judged if row["score"] > 2], "people"), 100),
    ),
    "rate": (
        Rate("score", per="people", scale=1000), list, lambda rows: filled(rows, "score", "people"),
        lambda _, __, judged: divided(total(judged, "score") * len(by_month(judged)), total(judged, "people"), 1000),
    ),
    "median": (Median("days"), list, lambda rows: filled(rows, "days"),
               lambda _, __, judged: statistics.median([float(row["days"]) for row in judged]) if judged else None),
    "quantile": (Quantile("score", 0.9, where="kind = 'a'"), of_kind_a, surely_a(lambda rows: filled(rows, "score")),
                 lambda _, __, judged: quantile([row["score"] for row in judged], 0.9)),
    "distinct": (Distinct("kind"), list, lambda rows: filled(rows, "kind"),
                 lambda _, __, judged: len({row["kind"] for row in judged}) if judged else None),
}  # fmt: skip


def grouped(desk: Any, rows: Sequence[Row], level: str, frequency: str) -> dict[tuple[str, int], list[Row]]:
    """Return the rows by unit and first month: a row counts at its unit of the level on the period's last day."""
    groups = defaultdict(list)
    for row in rows:
        if row["day"] is None or row["place"] not in PLACES:
            continue
        key = month_key(row["day"])
        for end in range(key, key + 12) if frequency == "rolling12" else (key,):
            period = Period.of(frequency, end)
            code = PLACES[row["place"]]
            if LEVELS.index(desk.units.level(code)) >= LEVELS.index(level):
                unit = desk.units.ancestor(code, level, period.last_day)
                if unit is not None:
                    groups[unit, period.start].append(row)
    return groups


@pytest.fixture(scope="session")
def indicators(desk: Any) -> list[Any]:
    """Return one indicator for each measure; those that cannot be added need a statement for each level and frequency."""
    made = []
    for name, (measure, *_) in MEASURES.items():
        more = {"frequencies": SINGLE, "levels": LEVELS[::2]} if name in NOT_ADDED else {"frequencies": ADDED, "levels": LEVELS}
        made.append(desk.wanted(measure, id=f"roads.{name}", **more))
    return made


def silent(counts: Sequence[int], closed: Sequence[bool]) -> list[bool]:
    """Say where rows stopped: none, and five or more on average in the four closed periods before of which rows are known."""
    known: list[int] = []
    found = []
    for count, is_closed in zip(counts, closed, strict=True):
        lost = is_closed and not count and bool(known) and sum(known[-4:]) >= 5 * len(known[-4:])
        found.append(lost)
        if is_closed and not lost:
            known.append(count)
    return found


def nearest(series: Mapping[int, list[Row]], place: int) -> list[Row]:
    """Return the rows of the latest earlier place that has some, else of the next later one."""
    there = sorted(each for each, rows in series.items() if rows)
    earlier, later = [each for each in there if each < place], [each for each in there if each > place]
    return series[earlier[-1] if earlier else later[0]]


class Lost:
    """How many rows are lost in a cell, told from all rows: those of the nearest period in which there were some."""

    def __init__(self, desk: Any, rows: Sequence[Row], until: date) -> None:
        self.desk, self.until = desk, until
        placed = [row for row in rows if row["day"] is not None and row["place"] in PLACES]
        months = [month_key(row["day"]) for row in placed] or [0]
        self.months = range(min(months), max(*months, month_key(until) - 1) + 1)
        self.of_unit: dict[str, dict[int, list[Row]]] = defaultdict(lambda: {month: [] for month in self.months})
        for row in placed:
            self.of_unit[PLACES[row["place"]]][month_key(row["day"])].append(row)
        self.cells: dict[tuple[str, str, Period], list[Row] | None] = {}
        self.of_units: dict[frozenset[str], tuple[dict[int, list[Row]], dict[int, bool]]] = {}
        early = self.months[:4]
        self.busy = sum(month_key(row["day"]) in early for row in placed) >= 5 * len(early)

    def closed(self, period: Period) -> bool:
        """Say whether the data covers a period."""
        return period.last_day <= self.until

    @cached_property
    def closed_months(self) -> list[bool]:
        """Whether the data covers a month, month by month."""
        return [self.closed(Period("month", month)) for month in self.months]

    @cached_property
    def stops_of_unit(self) -> dict[str, dict[int, bool]]:
        """Where the rows of each unit stopped."""
        return {code: self.stops(series) for code, series in self.of_unit.items()}

    def stops(self, series: Mapping[int, list[Row]]) -> dict[int, bool]:
        """Say month by month where rows stopped."""
        counts = [len(series[month]) for month in self.months]
        return dict(zip(self.months, silent(counts, self.closed_months), strict=True))

    def together(self, codes: frozenset[str]) -> tuple[dict[int, list[Row]], dict[int, bool]]:
        """Return the rows of several units month by month, and where they stopped; worked out once for the same units."""
        if codes not in self.of_units:
            place = {month: [row for code in sorted(codes) for row in self.of_unit[code][month]] for month in self.months}
            self.of_units[codes] = place, self.stops(place)
        return self.of_units[codes]

    def of(self, level: str, unit: str, period: Period, starts: Sequence[int], where: Callable[..., list[Row]]) -> float:
        """Return how many rows of a unit and period are lost; `starts` are those of all periods of the kind."""
        cell = (level, unit, period)
        if cell not in self.cells:
            self.cells[cell] = self.rows(level, unit, period, starts)
        lost = self.cells[cell]
        return math.nan if lost is None else len(promised(lost, where))

    def rows(self, level: str, unit: str, period: Period, starts: Sequence[int]) -> list[Row] | None:
        """Return the rows that stand for those that are lost, whatever is promised of them; None when nobody knows."""
        units = {code: series for code, series in self.of_unit.items() if self.lies(code, level, unit, period)}
        inside = range(period.start, min(period.last_month, self.months[-1]) + 1)
        stops = {code: self.stops_of_unit[code] for code in units}
        place, stops_of_place = self.together(frozenset(units))
        of_place = stops_of_place if period.kind != "month" else {}
        lost: list[Row] = []
        for month in inside:
            before = month < self.months[0] and self.busy and self.closed(Period("month", month))
            if before or of_place.get(month):
                if not any(place.values()):
                    # Of a unit that never has rows nobody knows; there are none of others so early, either.
                    return None
                lost += nearest(place, month)
            elif month in self.months:
                lost += [row for code in units if stops[code][month] for row in nearest(units[code], month)]
        gone = [code for code in units if not any(stops[code].get(month) for month in inside)]
        return lost + [row for code in gone for row in self.of_whole_periods(units[code], period, starts)]

    def of_whole_periods(self, series: Mapping[int, list[Row]], period: Period, starts: Sequence[int]) -> list[Row]:
        """Return the rows that stand for those that a unit has lost that is missed only over a whole period."""
        kinds = {start: Period(period.kind, start) for start in starts}
        summed = {
            start: [row for month in range(each.start, each.last_month + 1) for row in series.get(month, ())]
            for start, each in kinds.items()
        }
        gone = silent([len(summed[start]) for start in starts], [self.closed(kinds[start]) for start in starts])
        return nearest(summed, period.start) if gone[starts.index(period.start)] else []

    def lies(self, code: str, level: str, unit: str, period: Period) -> bool:
        """Say whether a unit lies in another on a period's last day."""
        units = self.desk.units
        is_below = LEVELS.index(units.level(code)) >= LEVELS.index(level)
        return is_below and units.ancestor(code, level, period.last_day) == unit


def promised(rows: Iterable[Row], where: Callable[..., list[Row]]) -> list[Row]:
    """Return the good rows that a promise is, or may be, about."""
    return where([row for row in rows if row["__bad"] is None])


def is_same(found: float, expected: float | None) -> bool:
    """Say whether a figure is the expected one, to the last digits of a float."""
    if expected is None or math.isnan(expected):
        return math.isnan(found)
    return math.isclose(found, expected, rel_tol=1e-12, abs_tol=1e-12)


def compare(desk: Any, indicators: list[Any], rows: Sequence[Row]) -> None:
    """Hold value, n and coverage of every cell against the plain definition."""
    until = date(2026, 5, 10)
    table = desk.table(desk.observe(rows, *indicators, until=until))
    gone = Lost(desk, rows, until)
    for (level, frequency), cells in table.groupby(["level", "frequency"]):
        groups = grouped(desk, rows, level, frequency)
        starts = sorted(table.loc[table["frequency"] == frequency, "start"].unique().tolist())
        for cell in cells.itertuples():
            name = cell.indicator.removeprefix("roads.")
            _, where, known, value = MEASURES[name]
            every = groups.get((cell.unit, cell.start), [])
            good = [row for row in every if row["__bad"] is None]
            about = where(good)
            judged = known(about)
            if name == "rate":
                if cell.cause == "no_data":
                    continue
                expected = value(every, about, judged)
            else:
                expected = value(good, about, judged)
            assert is_same(cell.value, expected), (cell, expected)
            if cell.cause != "no_data":
                assert cell.n == len(judged), cell
            if about:
                period = Period(frequency.removesuffix("12"), cell.start)
                lost = 0 if name in COUNTED else gone.of(level, cell.unit, period, starts, where)
                assert is_same(cell.coverage, len(judged) / (len(about) + lost)), (cell, lost)
            assert (cell.cause is None) == (expected is not None) or cell.cause == "no_data", cell


@given(rows=rows_of_cases)
@FEWER
def test_every_measure_is_what_its_definition_says(desk: Any, indicators: list[Any], rows: list[Row]) -> None:
    """Value, n and coverage of every cell are those of the plain definition."""
    compare(desk, indicators, rows)


# Whether a unit has rows in a month, and how many: enough to be missed, or not.
counts_by_month = st.lists(st.sampled_from([0, 0, 2, 6, 9]), min_size=14, max_size=14)


@given(counts=st.dictionaries(st.sampled_from(["101", "Solstrålen", "i2", "Stjernen", "ceby"]), counts_by_month, min_size=1))
@FEWER
def test_what_is_lost_lowers_the_coverage(desk: Any, indicators: list[Any], counts: dict[str, list[int]]) -> None:
    """Units that stop for a month, a year or for good, in data that begins in the middle of a year."""
    rows = [
        {**EMPTY, "place": place, "day": date(2025 + (month + 2) // 12, (month + 2) % 12 + 1, 5), "kept": place != "i2",
         "kind": "ab"[number % 2] if number else None, "people": number % 3 or None, "score": 1}
        for place, of_place in counts.items() for month, count in enumerate(of_place) for number in range(count)
    ]  # fmt: skip
    if rows:
        compare(desk, indicators, rows)


@given(rows=rows_of_cases, random=st.randoms(use_true_random=False))
@FEWER
def test_the_order_of_rows_does_not_matter(desk: Any, indicators: list[Any], rows: list[Row], random: Any) -> None:
    """The same rows in another order give the same frame, to the last bit."""
    shuffled = list(rows)
    random.shuffle(shuffled)
    once = desk.observe(rows, *indicators, until=date(2026, 5, 10))
    again = desk.observe(shuffled, *indicators, until=date(2026, 5, 10))
    pd.testing.assert_frame_equal(once, again, check_exact=True)


@given(rows=rows_of_cases, cut=st.integers(0, 60))
@FEWER
def test_components_of_two_halves_add_up_to_those_of_the_whole(
    desk: Any, indicators: list[Any], rows: list[Row], cut: int
) -> None:
    """Scanning two parts of the rows and adding their components gives the components of all rows."""
    added = [each for each in indicators if each.indicator.id.removeprefix("roads.") not in NOT_ADDED]
    parts = [part for part in (rows[:cut], rows[cut:]) if part]
    sums: dict[tuple[Any, Any], Any] = defaultdict(int)
    for part in parts:
        groups, _ = desk.scanned(desk.rows(desk.cases, part), *added)
        for place, key in enumerate(zip(groups.unit, groups.period, strict=True)):
            sums[key] = sums[key] + np.array([int(each[place]) for each in exact(groups)], dtype=object)
    whole, _ = desk.scanned(desk.rows(desk.cases, rows), *added)
    for place, key in enumerate(zip(whole.unit, whole.period, strict=True)):
        assert list(sums.pop(key)) == [int(each[place]) for each in exact(whole)]
    assert not sums


def exact(groups: Any) -> list[Any]:
    """Return the columns of whole numbers."""
    return [values for _, values in sorted(groups.columns.items()) if values.dtype != np.float64]


@given(rows=rows_of_cases)
@FEWER
def test_the_cube_and_the_sorted_sums_are_the_same(desk: Any, indicators: list[Any], rows: list[Row]) -> None:
    """Data too sparse for a cube is added up another way, with the same result."""
    from klaremal.rollup.located import locate
    from klaremal.rollup.material import material
    from klaremal.rollup.observations import observed

    chosen = [each for each in indicators if "rolling12" in each.frequencies]
    groups, pass_ = desk.scanned(desk.rows(desk.cases, rows), *chosen)
    located = locate(groups, pass_, chosen, desk.units, "000")
    days = (date(2026, 5, 10), date(2026, 11, 22))
    frames: list[pd.DataFrame] = []
    for largest in (10**9, 0):
        made = material(located, chosen, pass_, (desk.units, "000"), days, None, largest)
        frames.append(observed(made, chosen, desk.units)[0])
    pd.testing.assert_frame_equal(frames[0], frames[1], check_exact=False, rtol=1e-12)
    exactly = [name for name in frames[0] if name not in ("low", "high")]
    pd.testing.assert_frame_equal(frames[0][exactly], frames[1][exactly], check_exact=True)


@pytest.mark.parametrize(
    ("days", "q", "expected"),
    [((1, 2, 3, 4), 0.5, 2.5), ((5,), 0.9, 5.0), ((1, 2, 10), 0.9, 8.4)],
    ids=["between the middle two", "one row", "interpolated"],
)
def test_a_quantile_by_hand(desk: Any, days: tuple[int, ...], q: float, expected: float) -> None:
    """Quantiles are interpolated as most statistics programs do it (R's type 7)."""
    rows: list[Mapping[str, Any]] = [{"place": "Aaby", "day": date(2026, 3, 5), "days": each} for each in days]
    found = desk.observe(rows, desk.wanted(Quantile("days", q)), until=date(2026, 3, 31))
    assert desk.cell(found, unit="101").value == pytest.approx(expected)
