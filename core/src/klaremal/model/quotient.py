"""Ratios and rates: a total per another one, which may be of another dataset; the arithmetic itself is the engine's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve, field, frozen

from klaremal.errors import DeclarationError
from klaremal.model.dataset import Dataset
from klaremal.model.formula import Formula
from klaremal.model.measure import Measure, Term, Total, both, filled
from klaremal.model.period import finer_or_equal
from klaremal.model.target import number


def _scale(measure: str, value: Any) -> None:
    if not number(value, f"{measure}: scale") > 0:
        raise DeclarationError(f"{measure}: scale is above 0 (100 for percent, 1000 for per 1,000), not {value}.")


def _total(value: Any) -> Total:
    return value if isinstance(value, Total) else Total(value)


def _formula(value: Any) -> Formula:
    return Formula.of(value)


def _inner(totals: tuple[tuple[str, Total], ...]) -> tuple[tuple[str, Formula, str], ...]:
    """Return the conditions of totals inside a measure, as `top.where`; their own numbers are the measure's."""
    return tuple(
        (f"{name}.{part}", formula, kind) for name, total in totals for part, formula, kind in total.formulas if part != "of"
    )


def _settled(total: Total) -> tuple[Formula, ...]:
    """Return what must hold of a row for it to be known whether, and with what, it counts in a total inside a measure."""
    found = () if total.where is None else (filled(total.where),)
    if total.known is None:
        return found
    inside = total.known if total.where is None else Formula.of(f"not ({total.where.canonical}) or ({total.known.canonical})")
    return (*found, inside)


@frozen
class Quotient(Measure):
    """What ratios and rates share: `per`, the total that they are per.

    Where it is of another dataset, its own `where` and `known` say which rows of that count; those of the measure do not.
    """

    per: Total = field(converter=_total, kw_only=True)

    @property
    def _here(self) -> tuple[tuple[str, Total], ...]:
        """The denominator by name where it is of the measure's own rows."""
        return (("per", self.per),) if self.per.dataset is None else ()

    def over_time(self, dataset: Dataset) -> str:
        """Return how the sums of another dataset's sub-periods make a period: sum, mean or last; states are never added."""
        return "mean" if dataset.snapshot and self.per.over_time == "sum" else self.per.over_time

    def other_faults(self, dataset: Dataset, frequency: str) -> Iterator[str]:
        """Give what does not fit the other dataset that it is per, for an indicator that is reported by `frequency`."""
        for fault in self.per.faults(dataset):
            yield f"per: {fault}"
        base = dataset.base_frequency
        if not finer_or_equal(base, frequency):
            yield f'per: the rows of {dataset.id} are by {base}; use frequency="{base}" or coarser, not "{frequency}"'


@frozen
class Ratio(Quotient):
    """The sum of `top` per sum of `per`, times `scale`; rows count where both are known.

    The indicator's unit names the scale: 100 in percent, 1000 per_1000. What is in percent already is divided by 100 in the
    formula, so that a mean of percentages by weight is `Ratio("share * n / 100", per="n", scale=100)`.
    Both are added up over the period. Where `per` is of another dataset, the `over_time` of each says how its sub-periods make
    a period: people on a benefit each month, as a mean, per a mean population.
    """

    top: Total = field(converter=_total)
    scale: float = field(default=1, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse a scale that is no number above 0, an upper total of another dataset, and one that is not added up."""
        _scale("Ratio", self.scale)
        if self.top.dataset is not None:
            raise DeclarationError("Ratio: top is of the indicator's own dataset; only per may be of another one.")
        for name, total in (("top", self.top), *self._here):
            if total.over_time == "last" or (total.over_time == "mean" and self.per.dataset is None):
                what = f'Ratio: {name} has over_time="{total.over_time}", and is added up over the period.'
                raise DeclarationError(f"{what} Leave over_time out, or report by the rows' own periods.")

    def _own(self) -> tuple[tuple[str, Formula, str], ...]:
        return (("top", self.top.of, "number"), *((name, total.of, "number") for name, total in self._here))

    def _more(self) -> tuple[tuple[str, Formula, str], ...]:
        return _inner((("top", self.top), *self._here))

    def _inside(self) -> tuple[Formula, ...]:
        return (*_settled(self.top), *(each for _, total in self._here for each in _settled(total)))

    def _terms(self) -> dict[str, Term]:
        totals = (("top", self.top), *self._here)
        return {name: Term("sum", of=total.of, where=both(self.judged, total.where)) for name, total in totals}


@frozen
class Rate(Quotient):
    """Events per `per` (a mean population of the period), times `scale`: the sum of `events` over the period,
    per the mean over its sub-periods of the sum of `per`. The indicator's unit names the scale: per_1000 is 1000."""

    events: Formula = field(converter=_formula)
    scale: float = field(default=1000, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse a scale that is no number above 0, and a population that is not a mean over time."""
        _scale("Rate", self.scale)
        if self.per.over_time == "last":
            raise DeclarationError('Rate: per over_time is "mean" (a mean population), not "last"; leave over_time out.')

    def over_time(self, dataset: Dataset) -> str:
        """Return mean: a rate is per a mean population."""
        return "mean"

    def _own(self) -> tuple[tuple[str, Formula, str], ...]:
        return (("events", self.events, "number"), *((name, total.of, "number") for name, total in self._here))

    def _more(self) -> tuple[tuple[str, Formula, str], ...]:
        return _inner(self._here)

    def _inside(self) -> tuple[Formula, ...]:
        return tuple(each for _, total in self._here for each in _settled(total))

    def _terms(self) -> dict[str, Term]:
        terms = {"events": Term("sum", of=self.events, where=self.judged)}
        for name, total in self._here:
            where = both(self.judged, total.where)
            terms |= {name: Term("sum", of=total.of, where=where), f"{name}_rows": Term("count", where=where)}
        return terms


def other_id(measure: Measure) -> str | None:
    """Return the id of the other dataset that a measure is per; None where it is of one dataset."""
    given = measure.per.dataset if isinstance(measure, Quotient) else None
    return given.id if isinstance(given, Dataset) else given


def other_of(measure: Measure) -> Dataset | None:
    """Return the other dataset that a measure is per, once it is resolved; None where it is of one dataset."""
    given = measure.per.dataset if isinstance(measure, Quotient) else None
    assert not isinstance(given, str), "a workspace is bound to datasets, not to their ids"
    return given


def resolved(measure: Measure, datasets: Mapping[str, Dataset]) -> Measure:
    """Return the measure with the dataset that it is per in place of its id, so that it says all that moves its number."""
    name = other_id(measure)
    if name is None or not isinstance(measure, Quotient):
        return measure
    return evolve(measure, per=evolve(measure.per, dataset=datasets[name]))
