"""The attacker: knows all that is shown, how cells add up, that no count is negative and no hidden cell empty.

The figures are made of atoms (an institution's cases in a month, by sex and age), so that what an attacker can compute is
asked of the atoms alone, by singular values and by linear programs: nothing of the relations that the control works with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

import numpy as np
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from klaremal.disclosure import KINDS, Cells, Figures, control, family, held

START = 2026 * 12
LENGTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12, "rolling12": 12}


@frozen(eq=False)
class World:
    """All cells of a municipality: `atoms` says which atoms each is the sum of; `n` and `hits` are what it shows.

    `own` are the sums of the municipality's cases that name no institution, and `own_n` their numbers.
    """

    places: Any
    atoms: Any
    n: Any
    hits: Any
    own: Any
    own_n: Any

    def cells(self, chosen: Any, **flags: Any) -> Cells:
        """Return some of the cells, with flags for all of them."""
        names = ("unit", "parent", "depth", "kind", "start", "months", "breakdown", "dimension")
        nothing = np.zeros(len(self.n), dtype=bool)
        given = {"public": nothing, "withheld": nothing, "provisional": nothing} | flags
        columns = dict(zip(names, self.places.T, strict=True)) | given
        return Cells(**{name: values[chosen] for name, values in columns.items()})

    @property
    def everything(self) -> Any:
        """The places of all cells."""
        return np.arange(len(self.n))

    def figures(self, kind: Any, chosen: Any) -> Any:
        """Return the family of the one indicator."""
        return family([Figures(kind=kind, n=self.n[chosen], hits=self.hits[chosen])])


def periods(kinds: Iterable[str], months: int) -> list[tuple[int, int, int]]:
    """Return kind, first month and length of the periods in so many months."""
    found = []
    for kind in kinds:
        if kind == "to_date":
            found += [(KINDS.index(kind), 0, month) for month in range(1, months + 1)]
        else:
            step = 1 if kind == "rolling12" else LENGTHS[kind]
            starts = range(0, months - LENGTHS[kind] + 1, step)
            found += [(KINDS.index(kind), start, LENGTHS[kind]) for start in starts]
    return found


def made(seed: int, shape: tuple[int, ...], kinds: Sequence[str], months: int, split: tuple[int, int], size: float) -> World:
    """Return a world: `shape` has the number of institutions of each district (one: no districts), `split` sexes and ages."""
    chance = np.random.default_rng(seed)
    units = [(0, -1, 2)]
    for institutions in shape:
        above = 0
        if len(shape) > 1:
            above = len(units)
            units.append((above, 0, 3))
        units += [(len(units) + place, above, 4) for place in range(institutions)]
    leaves = [unit for unit, _, depth in units if depth == 4]
    # In every third world some cases name no institution.
    placed = [*leaves, 0] if seed % 3 == 0 else leaves
    parents = {unit: parent for unit, parent, _ in units}
    atoms = list(product(placed, range(months), range(max(split[0], 1)), range(max(split[1], 1))))
    usual = {unit: chance.gamma(1, size) / max(split[0], 1) / max(split[1], 1) for unit in placed}
    n = chance.poisson([usual[unit] for unit, *_ in atoms]) * (chance.random(len(atoms)) > 0.2)
    hits = chance.binomial(n, 0.8)
    values = [(0, 0, None, None)]
    values += [(1 + sex, 1, sex, None) for sex in range(split[0])] + [(9 + age, 2, None, age) for age in range(split[1])]
    rows, sums = [], []
    for (unit, parent, depth), (kind, start, length), (code, dimension, sex, age) in product(
        units, periods(kinds, months), values
    ):
        rows.append((unit, parent, depth, kind, START + start, length, code, dimension))
        sums.append([
            unit in (0, place, parents[place]) and start <= month < start + length
            and sex in (None, sex_of) and age in (None, age_of)
            for place, month, sex_of, age_of in atoms
        ])  # fmt: skip
    matrix = np.array(sums, dtype=float)
    own = matrix[[row[0] == 0 for row in rows]] * np.array([place == 0 for place, *_ in atoms])
    return World(np.array(rows), matrix, matrix @ n, matrix @ hits, own, own @ n)


worlds = st.builds(
    made,
    st.integers(0, 2**32),
    st.sampled_from([(2,), (3,), (5,), (1, 2), (2, 2), (3, 1, 2)]),
    st.just(("month", "quarter")),
    st.sampled_from([3, 6]),
    st.sampled_from([(0, 0), (2, 0), (2, 2)]),
    st.sampled_from([2, 5, 12]),
) | st.builds(
    made,
    st.integers(0, 2**32),
    st.sampled_from([(2,), (4,), (2, 2)]),
    st.sampled_from([("quarter", "half_year", "year"), ("month", "quarter", "year"), ("month", "rolling12")]),
    st.sampled_from([12, 14]),
    st.just((0, 0)),
    st.sampled_from([2, 5, 12]),
)  # fmt: skip
kinds = st.sampled_from(["process", "persons"])


def by_differences(known: Any, wanted: Any) -> list[int]:
    """Return which wanted sums of atoms lie in the row space of the known ones."""
    _, sizes, rows = np.linalg.svd(known, full_matrices=False)
    basis = rows[sizes > 1e-8]
    left = wanted - wanted @ basis.T @ basis
    found: list[int] = np.flatnonzero(np.abs(left).max(axis=1, initial=0) < 1e-7).tolist()
    return found


def by_bounds(world: World, numbers: Any, shown: Any, wanted: Iterable[int], filled: Any) -> list[int]:
    """Return which wanted cells have one possible number alone: no atom is negative, and `filled` cells are at least 1."""
    given = {"A_eq": world.atoms[shown], "b_eq": numbers[shown], "bounds": (0, None), "method": "highs"}
    if len(filled):
        given |= {"A_ub": -world.atoms[filled], "b_ub": -np.ones(len(filled))}
    found = []
    for place in wanted:
        least, most = (linprog(sign * world.atoms[place], **given) for sign in (1, -1))
        assert least.status == 0
        if most.status == 0 and -most.fun - least.fun < 1e-6:
            found.append(place)
    return found


def test_the_attackers_see_what_primary_rules_alone_give_away() -> None:
    """3, 8 and 20 of 31: with the 3 alone hidden it is a difference; 1, 1 and 20 of 22: with both hidden it is a bound."""
    one = World(None, np.array([[1, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]]), np.array([31, 3, 8, 20]), None, None, None)
    assert by_differences(one.atoms[[0, 2, 3]], one.atoms[[1]]) == [0]
    assert by_differences(one.atoms[[0, 3]], one.atoms[[1]]) == []
    two = World(None, one.atoms, np.array([22, 1, 1, 20]), None, None, None)
    assert by_bounds(two, two.n, [0, 3], [1, 2], [1, 2]) == [1, 2]
    assert by_bounds(one, one.n, [0, 3], [1, 2], [1, 2]) == []


@given(worlds, kinds)
def test_differences_tell_no_figure_of_few(world: World, kind: str) -> None:
    """Whatever is shown, no sensitive cell is a difference of it; nor are the few cases that name no institution."""
    figures = world.figures(kind, world.everything)
    found = control(world.cells(world.everything), figures)
    shown = world.atoms[~found.hidden]
    assert by_differences(shown, world.atoms[figures.sensitive]) == []
    assert not found.bare.any()
    assert by_differences(shown, world.own[(world.own_n > 0) & (world.own_n < 5)]) == []


@given(worlds, st.integers(0, 2**32))
def test_differences_tell_no_few_events_of_a_rate(world: World, seed: int) -> None:
    """The municipality has many more people than its institutions, but the events are the same."""
    population = np.random.default_rng(seed).integers(500, 1000, len(world.n)) * 10.0 ** (4 - world.places[:, 2])
    rate = family([Figures(kind="persons", n=population, events=world.n)])
    found = control(world.cells(world.everything), rate)
    assert by_differences(world.atoms[~found.hidden], world.atoms[(world.n > 0) & (world.n < 5)]) == []


@settings(max_examples=15)
@given(worlds.filter(lambda world: len(world.n) < 90 and not world.own.any()), kinds)
def test_bounds_tell_no_small_number(world: World, kind: str) -> None:
    """With linear programs as well no small n, hits or misses of a sensitive cell can be but what it is."""
    figures = world.figures(kind, world.everything)
    hidden = control(world.cells(world.everything), figures).hidden
    shown, filled = np.flatnonzero(~hidden), np.flatnonzero(hidden & (world.n > 0))
    told = [("n", world.n, filled), ("hits", world.hits, []), ("misses", world.n - world.hits, [])]
    for name, numbers, at_least_one in told if kind == "persons" else told[:1]:
        small = np.flatnonzero((numbers > 0) & (numbers < 5))[:6]
        assert by_bounds(world, numbers, shown, small, at_least_one) == [], name


@given(
    st.builds(
        made,
        st.integers(0, 2**32),
        st.sampled_from([(2,), (4,), (2, 2)]),
        st.just(("month", "quarter", "to_date")),
        st.sampled_from([3, 6, 9]),
        st.just((0, 0)),
        st.sampled_from([5, 12, 20]),
    ),
    kinds,
)
def test_month_after_month_nothing_is_told_but_what_is_said(world: World, kind: str) -> None:
    """Published each month with the year to date: all that has ever been shown tells no closed cell that is not said bare."""
    end = world.places[:, 4] + world.places[:, 5] - START
    running = world.places[:, 3] == KINDS.index("to_date")
    public, withheld, bare = (np.zeros(len(end), dtype=bool) for _ in range(3))
    sensitive = world.figures(kind, world.everything).sensitive
    for month in range(1, int(end.max()) + 1):
        due = np.flatnonzero((end <= month) & (~running | (end == month) | public))
        cells = world.cells(due, public=public, withheld=withheld, provisional=running & (end == month))
        found = control(cells, world.figures(kind, due))
        assert not (found.hidden & cells.public).any()
        public[due[~found.hidden]] = True
        withheld[due[found.hidden & ~running[due]]] = True
        bare[due[found.bare]] = True
    wanted = np.flatnonzero(sensitive & ~running & ~bare)
    assert by_differences(world.atoms[public], world.atoms[wanted]) == []


@given(worlds, st.integers(0, 2**32), st.sampled_from([0.02, 0.3]))
def test_a_revision_tells_no_person_who_was_added(world: World, seed: int, share: float) -> None:
    """Cases come late: the new figure of no held cell, and of no sensitive one, can be computed from the other new ones."""
    first = control(world.cells(world.everything), world.figures("persons", world.everything))
    chance = np.random.default_rng(seed)
    late = chance.poisson(3, world.atoms.shape[1]) * (chance.random(world.atoms.shape[1]) < share)
    later = evolve(world, n=world.n + world.atoms @ late, hits=world.hits + world.atoms @ late)
    public = ~first.hidden & (later.n == world.n)
    cells = later.cells(later.everything, public=public, withheld=first.hidden)
    figures = later.figures("persons", later.everything)
    out = Figures(kind="persons", n=np.where(first.hidden, np.nan, world.n), hits=world.hits)
    new = Figures(kind="persons", n=later.n, hits=later.hits)
    found = control(cells, figures, held=held([new], [out]))
    added = later.n - world.n
    by_few = ~first.hidden & (added > 0) & (added < 5)
    assert found.hidden[by_few].all()
    wanted = np.flatnonzero((figures.sensitive | by_few) & ~found.bare)
    assert by_differences(later.atoms[~found.hidden], later.atoms[wanted]) == []


def test_where_little_is_few_little_is_hidden() -> None:
    """24 institutions with some 40 cases a month by sex: beside each cell of few, three others at most are hidden."""
    world = made(1, (8, 8, 8), ("month", "quarter"), 6, (2, 0), 40)
    figures = world.figures("process", world.everything)
    hidden, few = control(world.cells(world.everything), figures).hidden.sum(), figures.sensitive.sum()
    assert 20 < few < hidden < 4 * few < len(world.n) / 2
