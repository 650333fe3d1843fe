"""Measures: how rows become a number, as named additive components; the arithmetic itself is the engine's."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from attrs import field, frozen

from klaremal.errors import DeclarationError, not_yet
from klaremal.model.formula import Formula
from klaremal.model.target import number


@frozen
class Term:
    """One number per group of rows.

    `kind` is `count` (rows where `where` holds), `sum` (exact sum of `of`), `squares` (sum of squares, a float), `aside` (those
    rows that the checks set aside), `max` (the largest whole number of `of`, 0 without rows), `published` (the one published
    value of the cell), `cause` (what the source says of a missing value), or, not additive, `median`, `quantile` (with `q`) and
    `distinct`.
    """

    kind: str
    of: Formula | None = None
    where: Formula | None = None
    q: float | None = None

    @property
    def additive(self) -> bool:
        """Whether the numbers of two disjoint groups of rows can be added."""
        return self.kind in ("count", "sum", "squares", "aside")

    @property
    def single(self) -> bool:
        """Whether the number needs all rows of its unit and period at once."""
        return not self.additive and self.kind not in ("published", "cause", "max")


def _formula(value: Any) -> Formula:
    return Formula.of(value)


def _optional(value: Any) -> Formula | None:
    return None if value is None else Formula.of(value)


def _both(*formulas: Formula | None) -> Formula | None:
    """Return the condition that all of the given ones hold; None is no condition."""
    given = [formula for formula in formulas if formula is not None]
    if len(given) < 2:
        return given[0] if given else None
    return Formula.of(" and ".join(f"({formula.canonical})" for formula in given))


def _filled(*formulas: Formula | None) -> Formula:
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
        return _filled(*own) if own else None

    @cached_property
    def judged(self) -> Formula | None:
        """The condition for rows that are in `where` and can be judged."""
        # A null condition or number counts nowhere, whoever is said to be known.
        return _both(self.where, self.known, self.complete, *self._inside())

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
        return {"part": Term("count", where=_both(self.judged, self.condition))}


@frozen
class Count(Measure):
    """The number of rows in `where`."""


_OVER_TIME = ("sum", "last", "mean")


def _scale(measure: str, value: Any) -> None:
    if not number(value, f"{measure}: scale") > 0:
        raise DeclarationError(f"{measure}: scale is above 0 (100 for percent, 1000 for per 1,000), not {value}.")


@frozen
class Total(Measure):
    """The sum of `of`; `over_time` says how sub-periods make a period: their sum, the last one, or their mean.

    `dataset` names another dataset (only inside `Ratio` and `Rate`).
    """

    of: Formula = field(converter=_formula)
    over_time: str = field(default="sum", kw_only=True)
    dataset: str | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse an unknown `over_time`, and a second dataset for now."""
        if self.over_time not in _OVER_TIME:
            raise DeclarationError(f'Total: over_time "{self.over_time}" is unknown; use one of {", ".join(_OVER_TIME)}.')
        if self.dataset is not None:
            raise not_yet(f'Total: dataset "{self.dataset}" (a denominator from another dataset)')

    def _own(self) -> tuple[tuple[str, Formula, str], ...]:
        return (("of", self.of, "number"),)

    def _terms(self) -> dict[str, Term]:
        return {"sum": Term("sum", of=self.of, where=self.judged)}


def _total(value: Any) -> Total:
    return value if isinstance(value, Total) else Total(value)


def _inner(totals: tuple[tuple[str, Total], ...]) -> tuple[tuple[str, Formula, str], ...]:
    """Return the conditions of totals inside a measure, as `top.where`; their own numbers are the measure's."""
    return tuple(
        (f"{name}.{part}", formula, kind) for name, total in totals for part, formula, kind in total.formulas if part != "of"
    )


def _settled(total: Total) -> tuple[Formula, ...]:
    """Return what must hold of a row for it to be known whether, and with what, it counts in a total inside a measure."""
    found = () if total.where is None else (_filled(total.where),)
    if total.known is None:
        return found
    inside = total.known if total.where is None else Formula.of(f"not ({total.where.canonical}) or ({total.known.canonical})")
    return (*found, inside)


@frozen
class Ratio(Measure):
    """The sum of `top` per sum of `per`, times `scale`; rows count where both are known."""

    top: Total = field(converter=_total)
    per: Total = field(converter=_total, kw_only=True)
    scale: float = field(default=1, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse a scale that is no number above 0."""
        _scale("Ratio", self.scale)

    def _own(self) -> tuple[tuple[str, Formula, str], ...]:
        return (("top", self.top.of, "number"), ("per", self.per.of, "number"))

    def _more(self) -> tuple[tuple[str, Formula, str], ...]:
        return _inner((("top", self.top), ("per", self.per)))

    def _inside(self) -> tuple[Formula, ...]:
        return (*_settled(self.top), *_settled(self.per))

    def _terms(self) -> dict[str, Term]:
        return {
            "top": Term("sum", of=self.top.of, where=_both(self.judged, self.top.where)),
            "per": Term("sum", of=self.per.of, where=_both(self.judged, self.per.where)),
        }


@frozen
class Rate(Measure):
    """Events per `per` (a mean population of the period), times `scale`: the sum of `events` over the period,
    per the mean over its sub-periods of the sum of `per`."""

    events: Formula = field(converter=_formula)
    per: Total = field(converter=_total, kw_only=True)
    scale: float = field(default=1000, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse a scale that is no number above 0, and a population that is not a mean over time."""
        _scale("Rate", self.scale)
        if self.per.over_time == "last":
            raise DeclarationError('Rate: per over_time is "mean" (a mean population), not "last"; leave over_time out.')

    def _own(self) -> tuple[tuple[str, Formula, str], ...]:
        return (("events", self.events, "number"), ("per", self.per.of, "number"))

    def _more(self) -> tuple[tuple[str, Formula, str], ...]:
        return _inner((("per", self.per),))

    def _inside(self) -> tuple[Formula, ...]:
        return _settled(self.per)

    def _terms(self) -> dict[str, Term]:
        return {
            "events": Term("sum", of=self.events, where=self.judged),
            "per": Term("sum", of=self.per.of, where=_both(self.judged, self.per.where)),
            "per_rows": Term("count", where=_both(self.judged, self.per.where)),
        }


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
        if self.weight is not None:
            weighted = Formula.of(f"({self.column.canonical}) * ({self.weight.canonical})")
            known = _both(self.judged, _filled(self.weight))
            terms["weighted"] = Term("sum", of=weighted, where=known)
            terms["weight"] = Term("sum", of=self.weight, where=known)
            terms["weight_promised"] = Term("sum", of=self.weight, where=self.possible)
        return terms
