"""What can be computed: elimination beside exact rationals, and what bounds tell beside counting everything through."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaremal.disclosure.audit import Audit
from klaremal.disclosure.bounds import pinned
from klaremal.disclosure.elimination import PRIME, eliminate, free_move
from klaremal.disclosure.pattern import EARLIER, PRIMARY, Pattern
from klaremal.disclosure.relations import relations


def determined(rows: list[dict[int, int]], size: int) -> set[int]:
    """Return the variables that are zero in all solutions, by Gauss and Jordan in fractions."""
    work = [[Fraction(row.get(column, 0)) for column in range(size)] for row in rows]
    done = 0
    for column in range(size):
        pivot = next((place for place in range(done, len(work)) if work[place][column]), None)
        if pivot is None:
            continue
        work[done], work[pivot] = work[pivot], work[done]
        work[done] = [each / work[done][column] for each in work[done]]
        for place, row in enumerate(work):
            if place != done and row[column]:
                work[place] = [each - row[column] * own for each, own in zip(row, work[done], strict=True)]
        done += 1
    single = [[column for column, each in enumerate(row) if each] for row in work]
    return {columns[0] for columns in single if len(columns) == 1}


systems = st.lists(
    st.dictionaries(st.integers(0, 9), st.sampled_from([1, -1, 1, -1, 2, 3]), min_size=1, max_size=5), min_size=1, max_size=12
)


@given(systems)
def test_the_random_move_finds_what_fractions_find(rows: list[dict[int, int]]) -> None:
    """A variable that does not move is determined, and no other one is; all equations hold along the move."""
    weights = np.random.default_rng(7).integers(1, PRIME, size=10).tolist()
    pivots, left = eliminate(rows, lambda variable: True)
    move = free_move(pivots, weights.__getitem__)
    assert {variable for variable, by in move.items() if not by} == determined(rows, 10)
    assert [sum(by * move.get(variable, 0) for variable, by in row.items()) % PRIME for row in rows] == [0] * len(rows)
    assert not any(left)


@given(systems, st.integers(0, 9))
def test_what_is_left_of_an_elimination_tells_by_what_a_variable_is_known(rows: list[dict[int, int]], last: int) -> None:
    """Variables from 5 on are known: a row that is left with an unknown one and known ones computes it."""
    unknown = set(range(5)) - {last}
    _, left = eliminate(rows, lambda variable: variable in unknown)
    assert all(unknown.isdisjoint(row) for row in left)
    if last < 5:
        inner = [{variable: by for variable, by in row.items() if variable < 5} for row in rows]
        assert any(last in row for row in left) == (last in determined(inner, 5))


def pattern_of(desk: Any, rows: list[Any], hidden: set[str], kind: Any = "process") -> tuple[Pattern, list[str]]:
    """Return the pattern in which exactly these cells are hidden, and the names of all in their order."""
    cells, family = desk.cells(rows), desk.family(rows, kind)
    order = cells.order()
    cells, family = cells.take(order), family.take(order)
    names = [rows[place].name for place in order.tolist()]
    reason = np.where([name in hidden for name in names], np.where(family.sensitive, PRIMARY, EARLIER), 0)
    nothing = np.zeros(len(rows), dtype=bool)
    return Pattern(relations(cells, family), family, reason, nothing, np.zeros(len(cells), dtype=np.int64)), names


def leaking(desk: Any, rows: list[Any], hidden: set[str], kind: Any = "process") -> set[str]:
    """Return the names of the cells that the audit finds, by differences and by bounds."""
    pattern, names = pattern_of(desk, rows, hidden, kind)
    audit = Audit(pattern)
    told, _ = audit.bounds(pattern.recent)
    return {names[leak.place] for leak in audit.leaks(pattern.recent)} | {names[place] for place in told if place < len(names)}


def under(desk: Any, *children: tuple[float, float]) -> list[Any]:
    """Return a municipality M and its institutions i1, i2 ... with n and hits."""
    n, hits = (sum(each) for each in zip(*children, strict=True))
    parts = [desk.Cell(f"i{place}", n, hits=hits, parent="M") for place, (n, hits) in enumerate(children, start=1)]
    return [desk.Cell("M", n, hits=hits, level="municipality"), *parts]


@pytest.mark.parametrize(
    ("children", "hidden", "expected"),
    [
        ([(3, 1), (8, 2), (20, 9)], {"i1"}, {"i1"}),
        ([(3, 1), (8, 2), (20, 9)], {"i1", "i2"}, set()),
        ([(3, 1), (8, 2), (20, 9)], {"i2"}, set()),
        ([(1, 1), (1, 1), (1, 0), (1, 0), (1, 1), (20, 9)], {"i1", "i2", "i3", "i4", "i5"}, {"i1", "i2", "i3", "i4", "i5"}),
        ([(1, 1), (1, 1), (1, 0), (1, 0), (2, 1), (20, 9)], {"i1", "i2", "i3", "i4", "i5"}, set()),
    ],
    ids=["alone", "two", "one of many", "five that sum to five", "five that sum to six"],
)
def test_what_the_audit_finds_in_one_relation(desk: Any, children: Any, hidden: set[str], expected: set[str]) -> None:
    """A hidden cell is never empty: five of them that sum to five are each one."""
    assert leaking(desk, under(desk, *children), hidden) == expected


def test_nobody_among_the_hidden_is_nobody_in_each(desk: Any) -> None:
    """No hits in i1 and i2 together: i1 has none. So in the half-year the hits of i1's second quarter are known: 2."""
    rows = [
        desk.Cell("M", 30, "2026K1", hits=20, level="municipality"),
        desk.Cell("i1", 6, "2026K1", hits=0, parent="M"),
        desk.Cell("i2", 4, "2026K1", hits=0, parent="M"),
        desk.Cell("i3", 20, "2026K1", hits=20, parent="M"),
        desk.Cell("i1", 8, "2026K2", hits=2, parent="M"),
        desk.Cell("i1", 14, "2026H1", hits=2, parent="M"),
    ]
    assert leaking(desk, rows, {"i1 K1", "i2 K1", "i1 K2"}, "persons") == {"i1 K2"}
    assert leaking(desk, rows, {"i1 K1", "i2 K1", "i1 K2"}, "process") == set()


def test_ones_that_fill_their_quarters_and_these_their_half_year_are_known(desk: Any) -> None:
    """Six months are hidden, so at least 1 each, and so a quarter at least 3: a half-year of 6 tells all of them."""
    numbers = desk.months([1] * 6) | {"2026K1": 3, "2026K2": 3, "2026H1": 6}
    rows = desk.series("u", numbers)
    everything = {row.name for row in rows} - {"u H1"}
    assert leaking(desk, rows, everything) == everything
    assert leaking(desk, desk.series("u", numbers | {"2026H1": 8, "2026K2": 5, "2026M06": 3}), everything) == set()


def test_differences_and_bounds_together(desk: Any) -> None:
    """Rows 1 and 2 less columns 1 and 2 leave 23 - 13; that 13 has no hits is known from its year, which has none."""
    hits = {"11": 4, "12": 6, "13": 0, "21": 7, "22": 9, "23": 3, "33": 8, "34": 5, "43": 6, "44": 7}
    of = {f"{unit}{value}": hits.get(f"{unit}{value}", 10) for unit in "1234" for value in "1234"}
    rows = []
    for unit in "M1234":
        for value in ("", *"1234"):
            inside = [h for cell, h in of.items() if unit in ("M", cell[0]) and value in ("", cell[1])]
            more = {"hits": sum(inside), "parent": "" if unit == "M" else "M"}
            rows.append(desk.Cell(unit, 40 * len(inside), "2026H1", value, **more))
    rows += [desk.Cell("1", 80, "2026", "3", hits=0, parent="M"), desk.Cell("1", 40, "2026H2", "3", hits=0, parent="M")]
    hidden = {f"{cell[0]} H1 {cell[1]}" for cell in hits} | {"1 H2 3"}
    assert leaking(desk, rows, hidden, "persons") == {"2 H1 3"}
    assert leaking(desk, rows, hidden, "process") == set()


counts = st.lists(st.lists(st.integers(1, 3), min_size=1, max_size=3), min_size=1, max_size=2)


@given(counts, st.data())
def test_bounds_tell_only_what_counting_through_tells(desk: Any, numbers: list[list[int]], data: Any) -> None:
    """Every way to fill the hidden cells with 1 to 5 that adds up has the same number in a cell that is pinned."""
    totals = [sum(each) for each in numbers]
    rows = [desk.Cell("M", sum(totals), level="municipality")]
    for district, parts in enumerate(numbers):
        rows.append(desk.Cell(f"d{district}", totals[district], parent="M", level="district"))
        rows += [desk.Cell(f"d{district}i{place}", n, parent=f"d{district}") for place, n in enumerate(parts)]
    hidden = {row.name for row in rows if data.draw(st.booleans())}
    pattern, names = pattern_of(desk, rows, hidden)
    (found,) = pinned(pattern, range(pattern.relations.count))
    known = {row.name: row.n for row in rows}
    leaves = [row.name for row in rows if "i" in row.name]
    choices = [range(1, 6) if name in hidden else [known[name]] for name in leaves]
    values: dict[str, set[float]] = {name: set() for name in names}
    for filled in product(*choices):
        made = dict(zip(leaves, filled, strict=True))
        for district in range(len(numbers)):
            made[f"d{district}"] = sum(n for name, n in zip(leaves, filled, strict=True) if name.startswith(f"d{district}i"))
        made["M"] = sum(filled)
        if all(made[name] == known[name] for name in known if name not in hidden):
            for name, n in made.items():
                values[name].add(n)
    assert all(len(values[names[place]]) == 1 for place in found.cells)
