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

from klaremal.disclosure import Cells, Figures, Revision, control, family, held
from klaremal.model.period import FREQUENCIES

START = 2026 * 12
LENGTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12, "rolling12": 12}


@frozen(eq=False)
class World:
    """All cells of a municipality: `atoms` says which atoms each is the sum of; `n` and `hits` are what it shows.

    `own` are the sums of the municipality's cases that name no institution, and `own_n` their numbers. `month` is the month of
    each atom, from 0, `cases` has its n and hits, and `amounts` the largest and the sum of what its cases cost. `absent` says
    which cells have no row: of institutions before their first.
    """

    places: Any
    atoms: Any
    n: Any
    hits: Any
    own: Any
    own_n: Any
    month: Any
    cases: Any
    amounts: Any
    absent: Any

    def cells(self, chosen: Any, **flags: Any) -> Cells:
        """Return some of the cells, with flags for all of them."""
        names = ("unit", "parent", "depth", "kind", "start", "months", "breakdown", "dimension")
        nothing = np.zeros(len(self.n), dtype=bool)
        given = {"public": nothing, "withheld": nothing, "provisional": nothing, "absent": self.absent} | flags
        columns = dict(zip(names, self.places.T, strict=True)) | given
        return Cells(**{name: values[chosen] for name, values in columns.items()})

    @property
    def everything(self) -> Any:
        """The places of all cells."""
        return np.arange(len(self.n))

    def largest(self, atoms: Any) -> Any:
        """Return the share that one case has in the sum of each cell, as far as it is made of these atoms."""
        most, total = ((self.atoms * atoms * amounts) for amounts in self.amounts)
        whole = total.sum(axis=1)
        return np.divide(most.max(axis=1), whole, out=np.zeros(len(whole)), where=whole > 0)

    def figures(self, kind: Any, chosen: Any) -> Any:
        """Return the family of the one indicator."""
        return family([Figures(kind=kind, n=self.n[chosen], hits=self.hits[chosen], largest=self.largest(1)[chosen])])


def periods(kinds: Iterable[str], months: int) -> list[tuple[int, int, int]]:
    """Return kind, first month and length of the periods in so many months."""
    found = []
    for kind in kinds:
        step = 1 if kind == "rolling12" else LENGTHS[kind]
        starts = range(0, months - LENGTHS[kind] + 1, step)
        found += [(FREQUENCIES.index(kind), start, LENGTHS[kind]) for start in starts]
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
    # Some institutions begin in the second or third month.
    begun = {unit: int(chance.integers(0, 3)) * (unit != 0) for unit in placed}
    is_open = np.array([month >= begun[unit] for unit, month, *_ in atoms])
    n = chance.poisson([usual[unit] for unit, *_ in atoms]) * (chance.random(len(atoms)) > 0.2) * is_open
    hits = chance.binomial(n, 0.8)
    of_atom, amounts = np.repeat(np.arange(len(atoms)), n), chance.pareto(0.8, n.sum())
    most, total = np.zeros(len(atoms)), np.bincount(of_atom, amounts, len(atoms))
    np.maximum.at(most, of_atom, amounts)
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
    month = np.array([month_of for _, month_of, *_ in atoms])
    absent = np.array([unit in leaves and start + length <= begun[unit] for unit, _, _, _, start, length, *_ in rows])
    return World(np.array(rows), matrix, matrix @ n, matrix @ hits, own, own @ n, month, (n, hits), (most, total), absent)


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
    one = World(None, np.array([[1, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]]), np.array([31, 3, 8, 20]), *[None] * 7)
    assert by_differences(one.atoms[[0, 2, 3]], one.atoms[[1]]) == [0]
    assert by_differences(one.atoms[[0, 3]], one.atoms[[1]]) == []
    two = evolve(one, n=np.array([22, 1, 1, 20]))
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


@settings(max_examples=max(1, settings().max_examples // 2))
@given(
    st.builds(
        made,
        st.integers(0, 2**32),
        st.sampled_from([(2,), (2, 2)]),
        st.sampled_from([("quarter", "year"), ("month", "quarter", "year"), ("month", "year")]),
        st.just(12),
        st.just((0, 0)),
        st.sampled_from([2, 5, 12, 20]),
    ),
    kinds,
)
def test_month_after_month_nothing_is_told_but_what_is_said(world: World, kind: str) -> None:
    """A run each month, with the quarters and the year so far: all that was ever shown tells no closed cell not said bare.

    And no two figures of one running period differ by few.
    """
    start, length = world.places[:, 4] - START, world.places[:, 5]
    out, running = np.full((2, len(start)), np.nan), np.zeros(len(start), dtype=bool)
    withheld, bare = np.zeros((2, len(start)), dtype=bool)
    told = []
    for month in range(1, 13):
        until = world.month < month
        n, hits = (world.atoms @ (each * until) for each in world.cases)
        flags = {"provisional": start + length > month, "absent": start >= month, "withheld": withheld}
        before = Figures(kind=kind, n=out[0], hits=out[1])
        now = Figures(kind=kind, n=n, hits=hits, largest=world.largest(until))
        revision = Revision(now=now, before=before, running=running)
        cells = world.cells(world.everything, **flags, public=revision.is_none)
        found = control(cells, family([revision.now]), held=held([revision], flags["provisional"]))
        shown = ~found.hidden & ~cells.absent
        grown = np.abs(n - out[0])[shown & running & cells.provisional]
        assert not ((grown > 0) & (grown < 5)).any()
        told += [world.atoms[shown] * until]
        out[:, shown], running = np.stack([n, hits])[:, shown], np.where(shown, cells.provisional, running)
        withheld = withheld | found.hidden & ~cells.provisional
        bare |= found.bare
    wanted = np.flatnonzero(world.figures(kind, world.everything).sensitive & ~bare)
    assert by_differences(np.concatenate(told), world.atoms[wanted]) == []


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
    none = np.zeros(len(world.n), dtype=bool)
    found = control(cells, figures, held=held([Revision(now=new, before=out, running=none)], none))
    added = later.n - world.n
    by_few = ~first.hidden & (added > 0) & (added < 5)
    assert found.hidden[by_few].all()
    wanted = np.flatnonzero((figures.sensitive | by_few) & ~found.bare)
    assert by_differences(later.atoms[~found.hidden], later.atoms[wanted]) == []


def test_where_little_is_few_little_is_hidden() -> None:
    """24 institutions with some 40 cases a month by sex: beside each cell of few, three others at most are hidden."""
    world = made(1, (8, 8, 8), ("month", "quarter"), 6, (2, 0), 40)
    figures = family([Figures(kind="process", n=world.n)])
    hidden, few = control(world.cells(world.everything), figures).hidden.sum(), figures.sensitive.sum()
    assert 20 < few < hidden < 4 * few < len(world.n) / 2
