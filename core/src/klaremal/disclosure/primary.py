"""Primary rules: which figures say too much of few persons or cases by themselves; nothing about subtraction.

What a figure tells of decides how much of it is kept back (`kind`). Of a `process` the municipality is judged and not a
person's trait: only the number of cases must not be small. Where `persons` are told of, neither may those who have the
trait, nor those who have it not. `published` figures of a statistics office are controlled already.

Threshold and dominance rules as in Hundepool et al., Statistical Disclosure Control (Wiley 2012), chapters 4 and 5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from attrs import evolve, field, frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Truths = NDArray[np.bool_]

Kind = Literal["process", "persons", "published"]

# A contributor with more than this share of a sum can be read off it.
_DOMINANT: Final = 0.8
# The slack with which values are compared everywhere, relative to the bound but at least absolute.
_SLACK: Final = 1e-9


def _floats(values: Any) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _optional(values: Any) -> Floats | None:
    return None if values is None else _floats(values)


@frozen(eq=False, kw_only=True)
class Figures:
    """What one indicator of a family shows in each cell; NaN where there is none.

    `minimum` is the smallest number that is not small (k). `n` counts persons where the rows name them (then `distinct`), else
    rows. `hits` are those of a share, `misses` the others (by default n - hits); `events` are counted beside n, as in a rate.
    `largest` is the share, 0 to 1, of the largest contributor to a sum. `value` with its `scale` is a mean, or with `quantile`
    (0 to 1) a quantile. `homogeneous` says whether 0 % and 100 % are shown.
    """

    kind: Kind
    minimum: int = 5
    n: Floats = field(converter=_floats)
    hits: Floats | None = field(default=None, converter=_optional)
    misses: Floats | None = field(default=None, converter=_optional)
    events: Floats | None = field(default=None, converter=_optional)
    largest: Floats | None = field(default=None, converter=_optional)
    value: Floats | None = field(default=None, converter=_optional)
    scale: tuple[float, float] | None = None
    quantile: float | None = None
    homogeneous: Literal["show", "hide"] = "show"
    distinct: bool = False

    def counts(self) -> tuple[Floats, ...]:
        """Return the numbers that must not be small, n first."""
        if self.kind == "published":
            return ()
        if self.kind == "process":
            return (self.n,)
        misses = self._misses()
        return (self.n, *(each for each in (self.hits, misses, self.events) if each is not None))

    def every_count(self) -> tuple[Floats, ...]:
        """Return the numbers that are shown, n first."""
        return (self.n, *(each for each in (self.hits, self.events) if each is not None))

    def added(self) -> Floats:
        """Return what a whole has as many of as its parts together: events beside a population, else n."""
        return self.n if self.events is None else self.events

    def _misses(self) -> Floats | None:
        return self.misses if self.misses is not None or self.hits is None else self.n - self.hits

    def beyond_counts(self) -> Truths:
        """Say which figures say too much though no number of theirs is small."""
        found = np.zeros(len(self.n), dtype=bool)
        if self.kind == "published":
            return found
        with np.errstate(invalid="ignore"):
            for rule in self._rules():
                found |= rule & (self.n > 0)
        return found

    def _rules(self) -> Iterator[Truths]:
        if self.largest is not None:
            yield self.largest > _DOMINANT + _SLACK
        if self.kind != "persons":
            return
        if self.quantile is not None:
            yield self.n * min(self.quantile, 1 - self.quantile) < self.minimum - _slack(self.minimum)
        elif self.value is not None and self.scale is not None:
            low, high = self.scale
            yield (self.value <= low + _slack(low)) | (self.value >= high - _slack(high))
        if self.homogeneous == "hide" and self.hits is not None:
            yield (self.hits == 0) | (self._misses() == 0)


def _slack(bound: float) -> float:
    return _SLACK * max(1.0, abs(bound))


@frozen(eq=False, kw_only=True)
class Family:
    """What the indicators of a family show together.

    `counts` (count x cell) are the numbers that must not lie in 1 to `minimum` - 1, `least` (same shape) what anybody knows
    of those of a hidden cell: it is never an empty one. `added` are those of which a whole has as many as its parts together,
    unless some are in no part. `sensitive` cells must not be computable. `distinct` says that one person may be counted in
    several cells, so that a sum of cells is only known to have as many as the largest.
    """

    minimum: int
    n: Floats
    counts: Floats
    least: Floats
    added: Floats
    sensitive: Truths
    distinct: bool

    def take(self, places: Integers) -> Family:
        """Return the family at these cells."""
        counts, least, added = (each[:, places] for each in (self.counts, self.least, self.added))
        return evolve(self, n=self.n[places], counts=counts, least=least, added=added, sensitive=self.sensitive[places])

    def is_few(self, numbers: Floats) -> Truths:
        """Say which numbers are small; none is no number of persons that anything is said of."""
        with np.errstate(invalid="ignore"):
            found: Truths = (numbers > 0) & (numbers < self.minimum)
        return found


def family(figures: Sequence[Figures]) -> Family:
    """Put the indicators on the same rows together: the largest minimum and all their rules hold for every one of them."""
    judged = [each for each in figures if each.kind != "published"]
    size = len(figures[0].n)
    numbers = _each_once([each.n for each in judged], size)
    counts = _each_once([count for each in judged for count in each.counts()], size)
    least = np.zeros_like(counts)
    if len(numbers) == 1:
        least[0] = numbers[0] > 0
    made = Family(
        minimum=max((each.minimum for each in judged), default=1),
        n=numbers.max(axis=0, initial=0),
        counts=counts,
        least=least,
        added=_each_once([each.added() for each in judged], size),
        sensitive=np.zeros(size, dtype=bool),
        distinct=any(each.distinct for each in judged),
    )
    rules = [*made.is_few(made.counts), *(each.beyond_counts() for each in judged)]
    return evolve(made, sensitive=np.logical_or.reduce(rules, axis=0)) if rules else made


def _each_once(arrays: Sequence[Floats], size: int) -> Floats:
    """Stack arrays, without those that are there already: figures on the same rows show the same n."""
    found = list({each.tobytes(): each for each in map(np.nan_to_num, arrays)}.values())
    return np.array(found, dtype=np.float64).reshape(len(found), size)


def overdue_hidden(overdue: Any, minimum: int) -> Truths:
    """Say where the number of open overdue cases, and with it the age of the oldest, is hidden: from 1 to minimum - 1."""
    count = _floats(overdue)
    with np.errstate(invalid="ignore"):
        found: Truths = (count > 0) & (count < minimum)
    return found
