"""Measures: how rows become a number, as named additive components; the arithmetic itself is the engine's."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from klaremal.errors import DeclarationError
from klaremal.model.formula import Formula
from klaremal.model.target import number

if TYPE_CHECKING:
    from klaremal.model.dataset import Dataset


@frozen
class Term:
    """One number per group of rows.

    `kind` is `count` (rows where `where` holds), `sum` (exact sum of `of`), `squares` (sum of squares, a float), `aside` (those
    rows that the checks set aside), `max` (the largest whole number of `of`, 0 without rows), `largest` (the largest `of`, by
    its size without its sign; with `by` the largest sum that the rows of one person or the like have), `published` (the one
    published value of the cell), `cause` (what the source says of a missing value), or, not additive, `median`, `quantile`
    (with `q`) and `distinct`.
    """

    kind: str
    of: Formula | None = None
    where: Formula | None = None
    q: float | None = None
    by: Formula | None = None

    @property
    def additive(self) -> bool:
        """Whether the numbers of two disjoint groups of rows can be added."""
        return self.kind in ("count", "sum", "squares", "aside")

    @property
    def single(self) -> bool:
        """Whether the number needs all rows of its unit and period at once."""
        return self.by is not None or not (self.additive or self.kind in ("published", "cause", "max", "largest"))


def _formula(value: Any) -> Formula:
    return Formula.of(value)


def _optional(value: Any) -> Formula | None:
    return None if value is None else Formula.of(value)


def both(*formulas: Formula | None) -> Formula | None:
    """Return the condition that all of the given ones hold; None is no condition."""
    given = [formula for formula in formulas if formula is not None]
    if len(given) < 2:
        return given[0] if given else None
    return Formula.of(" and ".join(f"({formula.canonical})" for formula in given))


def filled(*formulas: Formula | None) -> Formula:
    """Return the condition that none of the given ones is null."""
    return Formula.of(" and ".join(f"({formula.canonical}) is not null" for formula in formulas if formula is not None))


@frozen
class Measure:
    """What all measures share: `where` (whom the promise is about) and `known` (who of them can be judged).

    A row whose own formulas are null cannot be judged; `known` says who else cannot. Of a row whose `where` is null nobody
    knows whether the promise is about it: it may be, and cannot be judged. Coverage is judged / (where or where unknown).
    """

    where: Formula | None = field(default=None, converter=_optional, kw_only=True)
    known: Formula | None = field(default=None, converter=_optional, kw_only=True)

    @property
    def formulas(self) -> tuple[tuple[str, Formula, str], ...]:
        """Every formula as (field, formula, wanted kind: condition, number or any), to be checked against a dataset."""
        given = (("where", self.where, "condition"), ("known", self.known, "condition"))
        return tuple((name, formula, kind) for name, formula, kind in given if formula is not None) + self._own() + self._more()

    def faults(self, dataset: Dataset) -> Iterator[str]:
        """Give what does not fit the rows of a dataset, one sentence for each formula without its full stop."""
        for name, formula, wanted in self.formulas:
            problems = dataset.faults(formula, wanted)
            if problems:
                yield f"{name}: {'; '.join(problems)}".rstrip(".")

    def _own(self) -> tuple[tuple[str, Formula, str], ...]:
        return ()

    def _more(self) -> tuple[tuple[str, Formula, str], ...]:
        """Formulas that are checked but whose nulls do not decide whether a row can be judged."""
        return ()

    def _inside(self) -> tuple[Formula, ...]:
        """Conditions of totals inside the measure, without which a row cannot be judged."""
        return ()

    @cached_property
    def possible(self) -> Formula | None:
        """The condition for rows that are in `where`, and for those of which nobody knows."""
        return None if self.where is None else Formula.of(f"coalesce({self.where.canonical}, true)")

    @cached_property
    def complete(self) -> Formula | None:
        """The condition for rows whose own formulas are not null."""
        own = [formula for _, formula, _ in self._own()]
        return filled(*own) if own else None

    @cached_property
    def judged(self) -> Formula | None:
        """The condition for rows that are in `where` and can be judged."""
        # A null condition or number counts nowhere, whoever is said to be known.
        return both(self.where, self.known, self.complete, *self._inside())

    @cached_property
    def components(self) -> dict[str, Term]:
        """The terms by name: `promised` (rows that may be meant), `n` (judged), `aside` (bad rows), and the measure's own."""
        return {
            "promised": Term("count", where=self.possible),
            "n": Term("count", where=self.judged),
            "aside": Term("aside", where=self.possible),
            **self._terms(),
        }

    def _terms(self) -> dict[str, Term]:
        return {}


@frozen
class Share(Measure):
    """The share of judged rows for which `condition` holds, in percent: `100*hits/n`."""

    condition: Formula = field(converter=_formula)

    def _own(self) -> tuple[tuple[str, Formula, str], ...]:
        return (("condition", self.condition, "condition"),)

    def _terms(self) -> dict[str, Term]:
        return {"part": Term("count", where=both(self.judged, self.condition))}


@frozen
class Count(Measure):
    """The number of rows in `where`."""


_OVER_TIME = ("sum", "last", "mean")


@frozen
class Total(Measure):
    """The sum of `of`; `over_time` says how sub-periods make a period: their sum, the last one, or their mean.

    `dataset` is another dataset, or its id; only what a `Ratio` or a `Rate` is per may be of one.
    """

    of: Formula = field(converter=_formula)
    over_time: str = field(default="sum", kw_only=True)
    dataset: Dataset | str | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse an unknown `over_time`."""
        if self.over_time not in _OVER_TIME:
            raise DeclarationError(f'Total: over_time "{self.over_time}" is unknown; use one of {", ".join(_OVER_TIME)}.')

    def _own(self) -> tuple[tuple[str, Formula, str], ...]:
        return (("of", self.of, "number"),)

    def _terms(self) -> dict[str, Term]:
        return {"sum": Term("sum", of=self.of, where=self.judged)}


@frozen
class Mean(Measure):
    """The arithmetic mean of `of` over judged rows."""

    of: Formula = field(converter=_formula)

    def _own(self) -> tuple[tuple[str, Formula, str], ...]:
        return (("of", self.of, "number"),)

    def _terms(self) -> dict[str, Term]:
        return {
            "sum": Term("sum", of=self.of, where=self.judged),
            "squares": Term("squares", of=self.of, where=self.judged),
        }


@frozen
class Quantile(Measure):
    """The value below which the share `q` of judged rows lies, linearly interpolated (R's type 7); not additive."""

    of: Formula = field(converter=_formula)
    q: float = 0.5

    def __attrs_post_init__(self) -> None:
        """Refuse a share outside 0..1."""
        if not 0 <= number(self.q, "Quantile: q") <= 1:
            raise DeclarationError(f"Quantile: q is a share between 0 and 1 (0.9 for the 90th percentile), not {self.q}.")

    def _own(self) -> tuple[tuple[str, Formula, str], ...]:
        return (("of", self.of, "number"),)

    def _terms(self) -> dict[str, Term]:
        return {"value": Term("quantile", of=self.of, where=self.judged, q=self.q)}


@frozen
class Median(Measure):
    """The middle value of judged rows; not additive."""

    of: Formula = field(converter=_formula)

    def _own(self) -> tuple[tuple[str, Formula, str], ...]:
        return (("of", self.of, "number"),)

    def _terms(self) -> dict[str, Term]:
        return {"value": Term("quantile", of=self.of, where=self.judged, q=0.5)}


@frozen
class Distinct(Measure):
    """The number of different values of `column` among judged rows; not additive."""

    column: Formula = field(converter=_formula)

    def _own(self) -> tuple[tuple[str, Formula, str], ...]:
        return (("column", self.column, "any"),)

    def _terms(self) -> dict[str, Term]:
        return {"value": Term("distinct", of=self.column, where=self.judged)}


@frozen
class Published(Measure):
    """A figure as its source published it, at the source's own level and frequency.

    A published cell always wins; only cells that the source lacks are filled from below, and only with a `weight`
    (sum of value x weight per sum of weight). `n` is the column with the number of persons or cases behind the figure.
    """

    column: Formula = field(converter=_formula)
    weight: Formula | None = field(default=None, converter=_optional, kw_only=True)
    n: Formula | None = field(default=None, converter=_optional, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse anything but column names: a published figure is not computed."""
        for name, formula in (("column", self.column), ("weight", self.weight), ("n", self.n)):
            if formula is not None and formula.columns != {formula.canonical}:
                raise DeclarationError(f'Published: {name} is the name of a column, not the formula "{formula.text}".')

    def _own(self) -> tuple[tuple[str, Formula, str], ...]:
        return (("column", self.column, "number"),)

    def _more(self) -> tuple[tuple[str, Formula, str], ...]:
        extra = (("weight", self.weight, "number"), ("n", self.n, "number"))
        return tuple((name, formula, kind) for name, formula, kind in extra if formula is not None)

    def _terms(self) -> dict[str, Term]:
        terms = {"value": Term("published", of=self.column, where=self.where)}
        if self.n is not None:
            terms["persons"] = Term("sum", of=self.n, where=self.judged)
            terms["persons_told"] = Term("count", where=both(self.judged, filled(self.n)))
        if self.weight is not None:
            weighted = Formula.of(f"({self.column.canonical}) * ({self.weight.canonical})")
            known = both(self.judged, filled(self.weight))
            terms["weighted"] = Term("sum", of=weighted, where=known)
            terms["weight"] = Term("sum", of=self.weight, where=known)
            terms["weight_promised"] = Term("sum", of=self.weight, where=self.possible)
        return terms
