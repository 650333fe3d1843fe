"""Values from components, for many indicators of one measure at once: value, n, part, interval and the range of doubt.

All arrays are indicator x period x unit. Whole numbers stay whole until the one division that makes the value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from attrs import evolve, field, frozen

from klaremal import intervals
from klaremal.model.measure import Count, Distinct, Mean, Measure, Median, Quantile, Share, Total
from klaremal.model.on_time import OnTime
from klaremal.model.outcome import CAUSES
from klaremal.model.quotient import Rate, Ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klaremal.plan import WantedIndicator
    from klaremal.rollup.per import Per
    from klaremal.rollup.sums import Cells

    Floats = NDArray[np.float64]
    Truths = NDArray[np.bool_]

NO_CAUSE: Final = len(CAUSES)


def cause_code(cause: str) -> int:
    """Return the place of a cause; a smaller one goes first."""
    return CAUSES.index(cause)


_NO_DATA, _NOT_MEASURED, _NO_CASES = (cause_code(cause) for cause in ("no_data", "not_measured", "no_cases"))


@frozen(eq=False, kw_only=True)
class Figures:
    """What is known of each cell; NaN where there is no number, `cause` is a place in CAUSES or NO_CAUSE.

    `least` and `most` are the smallest and largest value possible if every set-aside row counted; of a sample they reach at
    least over the whole interval. Values of several units make one when each is weighted by its `weight`. `hits` and `misses`
    are the different persons among the rows of `part` and among the others, where a column tells persons apart. `largest` is
    the share, 0 to 1 or more where signs differ, that one of them (else one row) has in a sum.
    """

    value: Floats
    n: Floats
    part: Floats
    low: Floats
    high: Floats
    least: Floats
    most: Floats
    coverage: Floats
    weight: Floats
    cause: NDArray[np.int8]
    hits: Floats | None = None
    misses: Floats | None = None
    largest: Floats | None = None


@frozen(eq=False, kw_only=True)
class Block:
    """Indicators of one measure in the cells of one level and frequency.

    `column` and `scale` give the column of a term and its decimals. `rows` and `good` are all rows and those that the checks
    left; `torn` says where a unit has only parts of a row that means all, and not that row; `stopped` says where rows stopped
    coming; `missing` about how many more rows the promise would be about if all had come, NaN where nobody can say; `said` is
    the source's own word for why a cell has no number. `steps` counts base periods with rows of a term, `lived` those in which
    the unit exists. `single` holds the values of a measure that cannot be added. `by_unit` says that rows are totals. `people`
    are numbers of different persons, where a column tells them apart, `largest` is the share that one has in a sum, where that
    is asked. `per` are the totals of another dataset that ratios and rates are per.
    """

    wanted: Sequence[WantedIndicator]
    cells: Cells
    column: Mapping[Any, str]
    scale: Mapping[Any, int]
    rows: NDArray[Any]
    good: NDArray[Any]
    torn: Truths
    stopped: Truths
    missing: Floats
    said: NDArray[np.int8]
    steps: Mapping[str, NDArray[np.int64]]
    lived: NDArray[np.int64]
    by_unit: bool
    single: Floats | None = None
    people: Mapping[str, Floats] = field(factory=dict)
    largest: Floats | None = None
    per: Per | None = None
    terms: tuple[Mapping[str, Any], ...] = field(init=False)
    _floats: dict[str, Floats] = field(factory=dict, init=False)

    @terms.default
    def _terms(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(dict(each.components) for each in self.wanted)

    @property
    def is_sample(self) -> bool:
        """Whether the rows are those who were asked, answered or not, and stand for others."""
        return self.wanted[0].indicator.dataset.basis == "sample"

    def population(self) -> Floats | None:
        """Return how many were asked in a sample; NaN where all answered, for then nobody knows how many there are."""
        if not self.is_sample:
            return None
        asked, answered = self.floats("promised"), self.floats("n")
        return np.where(asked > answered, asked + self.floats("aside"), np.nan)

    def take(self, name: str) -> NDArray[Any]:
        """Return a component of every indicator, as whole numbers (floats for sums of squares)."""
        return self.cells.block([self.column[terms[name]] for terms in self.terms])

    def floats(self, name: str) -> Floats:
        """Return a count of every indicator as floats."""
        if name not in self._floats:
            self._floats[name] = self.take(name).astype(np.float64)
        return self._floats[name]

    def unit(self, name: str) -> NDArray[np.int64]:
        """Return how many of the whole numbers of a component make one: 100 where they are hundredths."""
        return self.each([10 ** self.scale[terms[name]] for terms in self.terms])

    def each(self, values: Sequence[Any]) -> NDArray[Any]:
        """Return one value for each indicator, shaped to meet the cells."""
        return np.array(values).reshape(-1, 1, 1)

    def measures(self, name: str) -> NDArray[Any]:
        """Return a field of each indicator's measure."""
        return self.each([getattr(each.indicator.measure, name) for each in self.wanted])

    def bounds(self, name: str) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the smallest and largest number that the contract allows in a field that is a bare column."""
        found = [_bounds(each, name) for each in self.wanted]
        return self.each([low for low, _ in found]), self.each([high for _, high in found])


def _bounds(wanted: WantedIndicator, name: str) -> tuple[float, float]:
    of = getattr(wanted.indicator.measure, name)
    if of.columns == {of.canonical} and of.canonical in wanted.indicator.dataset.types:
        column = wanted.indicator.dataset.column(of.canonical)
        if column.type in ("integer", "number"):
            low, high = column.minimum, column.maximum
            return (-np.inf if low is None else float(low), np.inf if high is None else float(high))  # type: ignore[arg-type]
    return -np.inf, np.inf


def figures(block: Block) -> Figures:
    """Return the figures of a block; Published has its own. Where persons can be told apart, n is how many there are."""
    return with_people(_KINDS[type(block.wanted[0].indicator.measure)](block), block)


def with_people(found: Figures, block: Block) -> Figures:
    """Return the figures with n as the number of different persons, where they can be told apart."""
    if not block.people:
        return found
    n = np.where(np.isnan(found.n), np.nan, np.fmin(found.n, block.people["people"]))
    hits, misses = (block.people.get(name) for name in ("people_hit", "people_missed"))
    return evolve(found, n=n, hits=hits, misses=misses)


def ratio(top: Any, bottom: Any, times: Any = 1.0, units: tuple[Any, Any] = (1, 1)) -> Floats:
    """Return `times * top / bottom`, NaN without a bottom; `units` say how many of the numbers of each make one.

    In that order, so that 29 of 100 is 29 percent; Python's own integers are divided exactly.
    """
    top, bottom = np.broadcast_arrays(top, bottom)
    common = np.gcd(*units)
    up, down = units[1] // common, units[0] // common
    if top.dtype == object or bottom.dtype == object:
        found = np.full(top.shape, np.nan)
        known = bottom != 0
        up, down = (np.broadcast_to(each, top.shape)[known].tolist() for each in (up, down))
        found[known] = [int(a) * u / (int(b) * d) for a, b, u, d in zip(top[known], bottom[known], up, down, strict=True)]
        exact: Floats = found * times
        return exact
    with np.errstate(divide="ignore", invalid="ignore"):
        divided: Floats = times * top.astype(np.float64) * up / (bottom.astype(np.float64) * down)
    return np.where(bottom != 0, divided, np.nan)


def made(
    block: Block,
    value: Floats,
    *,
    part: Floats | None = None,
    limits: tuple[Floats, Floats] | None = None,
    doubt: tuple[Floats, Floats] | None = None,
    weight: Floats | None = None,
) -> Figures:
    """Return the figures for values, with n, coverage and the cause of what is missing; a value weighs n unless it is given."""
    n, promised, aside = block.floats("n"), block.floats("promised"), block.floats("aside")
    none = np.full(value.shape, np.nan)
    low, high = limits or (none, none)
    least, most = doubt or (np.full(value.shape, -np.inf), np.full(value.shape, np.inf))
    known = ~np.isnan(value)
    cause = np.where(known, NO_CAUSE, np.where(block.said < NO_CAUSE, block.said, _missing(block, n, promised, aside)))
    nothing = cause == _NO_DATA
    certain = known & (aside == 0)
    least, most = np.where(certain, value, least), np.where(certain, value, most)
    if block.is_sample:
        # The others might have answered anything; how far that goes the interval says, and without one nobody knows.
        least = np.minimum(least, np.where(np.isnan(low), -np.inf, low))
        most = np.maximum(most, np.where(np.isnan(high), np.inf, high))
    whole = promised + block.missing
    with np.errstate(divide="ignore", invalid="ignore"):
        coverage = np.where(whole == 0, np.where(known, 1.0, np.nan), n / whole)
    return Figures(
        value=value,
        n=np.where(nothing, np.nan, n),
        part=np.where(nothing | (n == 0) & ~known, np.nan, part if part is not None else none),
        low=np.where(known, low, np.nan),
        high=np.where(known, high, np.nan),
        least=np.where(known, least, np.nan),
        most=np.where(known, most, np.nan),
        coverage=coverage,
        weight=np.where(known, n if weight is None else weight, np.nan),
        cause=cause.astype(np.int8),
    )


def _missing(block: Block, n: Floats, promised: Floats, aside: Floats) -> NDArray[Any]:
    """Return why a cell has no value: nothing came, or nobody could be judged, or there was nobody."""
    nobody = np.where(block.rows == 0, np.where(block.stopped, _NO_DATA, _NO_CASES), _NO_CASES)
    if block.by_unit:
        nobody = np.full(block.rows.shape, _NO_DATA)
    cause = np.where(promised > 0, np.where(n > 0, _NO_CASES, _NOT_MEASURED), nobody)
    # Only rows that could not be read: to say that there were no cases would not be true. Rows that may belong to any cell
    # are no sign of a case in this one.
    return np.where((promised == 0) & (aside > 0) & (block.rows > block.good), _NO_DATA, cause)


# -- the measures ----------------------------------------------------------------------------------------------------


def _share(block: Block) -> Figures:
    hits, n, aside = block.floats("part"), block.floats("n"), block.floats("aside")
    value = ratio(block.take("part"), block.take("n"), 100.0)
    doubt = ratio(hits, n + aside, 100.0), ratio(hits + aside, n + aside, 100.0)
    return made(block, value, part=hits, limits=intervals.share(hits, n, block.population()), doubt=doubt)


def _count(block: Block) -> Figures:
    """Rows of which none is counted are a count of 0; no rows at all are not."""
    n = block.floats("n")
    return made(block, np.where(block.good > 0, n, np.nan), doubt=(n, n + block.floats("aside")))


def _total(block: Block) -> Figures:
    n, promised, aside = block.floats("n"), block.floats("promised"), block.floats("aside")
    steps = np.where(block.measures("over_time") == "mean", block.lived, 1)
    value = ratio(block.take("sum"), steps, units=(block.unit("sum"), 1))
    # Where there are rows, but none that the promise is about, the sum is 0; totals of units say so themselves.
    nothing = (promised == 0) & (block.good > 0) & (not block.by_unit)
    value = np.where((n > 0) | nothing, value, np.nan)
    low, high = block.bounds("of")
    doubt = value + _times(aside, np.minimum(low, 0)), value + _times(aside, np.maximum(high, 0))
    return made(block, value, doubt=doubt)


def _mean(block: Block) -> Figures:
    n, aside, unit = block.floats("n"), block.floats("aside"), block.unit("sum")
    total = ratio(block.take("sum"), 1, units=(unit, 1))
    low, high = block.bounds("of")
    # Of an expression nobody knows how small or large it may be, but the indicator what is plausible of its mean.
    least, most = zip(*(each.indicator.plausible or (-np.inf, np.inf) for each in block.wanted), strict=True)
    scale = np.maximum(low, block.each(least)), np.minimum(high, block.each(most))
    limits = intervals.mean(total, block.floats("squares"), n, scale, block.population())
    doubt = ratio(total + _times(aside, low), n + aside), ratio(total + _times(aside, high), n + aside)
    return made(block, ratio(block.take("sum"), block.take("n"), units=(unit, 1)), limits=limits, doubt=doubt)


def _ratio(block: Block) -> Figures:
    top, unit = block.take("top"), block.unit("top")
    value = ratio(top, block.take("per"), block.measures("scale"), (unit, block.unit("per")))
    weight = ratio(block.take("per"), 1, units=(block.unit("per"), 1))
    return made(block, np.where(block.floats("n") > 0, value, np.nan), part=ratio(top, 1, units=(unit, 1)), weight=weight)


def _rate(block: Block) -> Figures:
    """The mean population is the sum over the base periods that have one, divided by their number."""
    events = ratio(block.take("events"), 1, units=(block.unit("events"), 1))
    per = ratio(block.take("per"), 1, units=(block.unit("per"), 1))
    scale, populated = block.measures("scale"), block.steps["per_rows"]
    # Events of a base period without a population cannot be divided by that of the others.
    alone = block.steps["n"] > populated
    value = np.where((block.floats("n") > 0) & ~alone, ratio(events * populated, per, scale), np.nan)
    people = ratio(per, populated)
    asked = block.population()
    # Persons of those who were asked, as many to each as to those who answered.
    population = None if asked is None else ratio(people * asked, block.floats("n"))
    limits = intervals.rate(events, people, scale, population)
    found = made(block, value, part=events, limits=limits, weight=people)
    return evolve(found, cause=np.where(alone, np.minimum(found.cause, _NOT_MEASURED), found.cause).astype(np.int8))


def _single(block: Block) -> Figures:
    assert block.single is not None, "measures that cannot be added bring their values"
    value = np.where(block.floats("n") > 0, block.single, np.nan)
    if isinstance(block.wanted[0].indicator.measure, Distinct):
        return made(block, value, doubt=(value, value + block.floats("aside")))
    return made(block, value)


def _times(count: Floats, each: NDArray[Any]) -> Floats:
    """Return the product, 0 where there are none to count even if each could be endless."""
    with np.errstate(invalid="ignore"):
        found: Floats = np.where(count > 0, count * each, 0.0)
    return found


_KINDS: Mapping[type[Measure], Callable[[Block], Figures]] = MappingProxyType(
    {
        Share: _share,
        OnTime: _share,
        Count: _count,
        Total: _total,
        Mean: _mean,
        Ratio: _ratio,
        Rate: _rate,
        Median: _single,
        Quantile: _single,
        Distinct: _single,
    }
)
