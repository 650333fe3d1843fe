"""The measure of legal clocks: cases kept within a deadline, with withdrawals and pauses; the arithmetic is the engine's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from attrs import field, frozen

from klaremal.errors import DeclarationError
from klaremal.model.dataset import Dataset
from klaremal.model.deadline import Deadline, Within
from klaremal.model.formula import Formula, substitute
from klaremal.model.measure import Measure, Term

COUNTED_WHEN: Final = ("due", "decided", "opened")

# What the clock adds to every row of a dataset. No column of a contract begins like this.
DUE: Final = "__due"
DATED: Final = "__dated"
START_DAY: Final = "__start_day"
PROMISED: Final = "__promised"
COUNTED: Final = "__counted"
KEPT: Final = "__kept"
OVERDUE: Final = "__overdue"
AGE: Final = "__age"
PAUSED: Final = "__paused"

# What stands beside the figure, as observations of `<indicator>.<name>`.
OPEN_OVERDUE: Final = "open_overdue"
OLDEST_OPEN: Final = "oldest_open"
PAUSED_NOW: Final = "paused"
BESIDE: Final = (OPEN_OVERDUE, OLDEST_OPEN, PAUSED_NOW)


def base_of(indicator: str) -> str:
    """Return the id of the indicator beside whose figure an observation stands; of any other one its own."""
    base, _, name = indicator.rpartition(".")
    return base if name in BESIDE and "." in base else indicator


def _id(value: Dataset | str | None) -> str | None:
    return value.id if isinstance(value, Dataset) else value


def _formula(value: Any) -> Formula:
    return Formula.of(value)


def _optional(value: Any) -> Formula | None:
    return None if value is None else Formula.of(value)


def _within(value: Any) -> Within | Deadline | None:
    return value if value is None or isinstance(value, Deadline) else Within.of(value)


@frozen(kw_only=True)
class Pauses:
    """When the clock of a case stood still: from `start` until the day before `end`; without an end it still does.

    The rows are those of `dataset`, which name the case by the key of the cases' own dataset; without a dataset the case's
    own row tells its one pause. A row without a start, or whose end is not after its start, is no pause.
    """

    start: Formula = field(converter=_formula)
    end: Formula = field(converter=_formula)
    dataset: str | None = field(default=None, converter=_id)


@frozen
class OnTime(Measure):
    """The share of cases ended within their deadline, in percent: `100*kept/due`; open cases past it are late.

    Allowed is `within` ("10 working days", or a `Deadline` that the goal fills), or the time up to `deadline`: a date with its
    whole day, or a date with a time to the second. The day of `start` is day 0 and a deadline in days is the end of its last
    day; months end on the same day number or the month's last day; `roll="following"` moves a deadline to the next working
    day. `pauses` prolong a deadline that they begin before. A case `withdrawn` on or before its deadline is out, also one that
    had ended before: where that one is to count, write `withdrawn="case when ended is null then withdrawn end"`.
    `counted_when` says which cases count in a period: those that were `due`, `decided` or `opened` in it.
    """

    start: Formula = field(converter=_formula)
    end: Formula = field(converter=_formula)
    within: Within | Deadline | None = field(default=None, converter=_within, kw_only=True)
    deadline: Formula | None = field(default=None, converter=_optional, kw_only=True)
    withdrawn: Formula | None = field(default=None, converter=_optional, kw_only=True)
    counted_when: str = field(default="due", kw_only=True)
    pauses: Pauses | None = field(default=None, kw_only=True)
    roll: str | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse a clock without exactly one deadline, and words that it does not know."""
        if (self.within is None) == (self.deadline is None):
            raise DeclarationError('OnTime: give either within ("10 working days") or deadline (a column), not both.')
        if self.counted_when not in COUNTED_WHEN:
            raise DeclarationError(
                f'OnTime: counted_when "{self.counted_when}" is unknown; use one of {", ".join(COUNTED_WHEN)}.'
            )
        if self.roll not in (None, "following"):
            raise DeclarationError(f'OnTime: roll "{self.roll}" is unknown; write roll="following" or leave it out.')
        if self.roll and isinstance(self.within, Within) and self.within.kind == "hours":
            raise DeclarationError("OnTime: a deadline in hours does not move to a working day; leave roll out.")

    def filled(self, within: Within | None) -> Within | None:
        """Return what is allowed when a goal's deadline is filled; without one the default of the deadline holds."""
        if isinstance(self.within, Deadline):
            return within or self.within.default
        return self.within

    def _more(self) -> tuple[tuple[str, Formula, str], ...]:
        allowed = self.within.default if isinstance(self.within, Deadline) else self.within
        named: tuple[tuple[str, Formula | None, str], ...] = (
            ("start", self.start, "date"),
            ("end", self.end, "date"),
            ("within", allowed.amount if allowed else None, "number"),
            ("deadline", self.deadline, "date"),
            ("withdrawn", self.withdrawn, "date"),
        )
        return tuple((name, formula, kind) for name, formula, kind in named if formula is not None)

    @cached_property
    def judged(self) -> Formula | None:
        """The condition for rows that are judged, over what the clock adds to a row."""
        return self._all(self.where, self.known, COUNTED)

    def _all(self, *conditions: Formula | str | None) -> Formula:
        return Formula.of(" and ".join(f"({each})" for each in map(_canonical, conditions) if each))

    def _terms(self) -> dict[str, Term]:
        return {
            "promised": Term("count", where=self._all(self.possible, PROMISED)),
            "part": Term("count", where=self._all(self.where, self.known, KEPT)),
            "overdue": Term("count", where=self._all(self.where, OVERDUE)),
            "oldest": Term("max", of=Formula.of(AGE), where=self._all(self.where, OVERDUE)),
            "paused": Term("count", where=self._all(self.where, PAUSED)),
        }


def _canonical(condition: Formula | str | None) -> str:
    return condition.canonical if isinstance(condition, Formula) else condition or ""


@frozen(kw_only=True)
class Clock:
    """An OnTime over its dataset as one goal promises it: `within` is resolved, `pauses` is the dataset that they lie in."""

    measure: OnTime
    dataset: Dataset
    within: Within | None = None
    pauses: Dataset | None = None

    @classmethod
    def of(cls, measure: Measure, dataset: Dataset, datasets: Mapping[str, Dataset]) -> Clock | None:
        """Return the clock of a measure over its dataset, None where it has none; `datasets` has that of its pauses."""
        if not isinstance(measure, OnTime):
            return None
        elsewhere = measure.pauses.dataset if measure.pauses is not None else None
        pauses = None if elsewhere is None else datasets[elsewhere]
        return cls(measure=measure, dataset=dataset, within=measure.filled(None), pauses=pauses)

    @property
    def datasets(self) -> tuple[str, ...]:
        """The ids of the datasets that the clock looks at: that of the cases, and that of their pauses."""
        return (self.dataset.id,) if self.pauses is None else (self.dataset.id, self.pauses.id)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a case that say by which day it counts: a broken cell in one of them leaves that day unknown."""
        given = [formula for name, formula, _ in self.measure.formulas if name not in ("where", "known")]
        if self.within is not None:
            given.append(self.within.amount)
        derived = dict(self.dataset.derived)
        return tuple(sorted({name for each in given for name in substitute(each, derived).columns}))

    @cached_property
    def unit(self) -> str:
        """What the clock counts: days, working_days or seconds."""
        if self.within is not None:
            return {"working_days": "working_days", "hours": "seconds"}.get(self.within.kind, "days")
        assert self.measure.deadline is not None, "a clock without a deadline is refused"
        return "seconds" if self._has_time(self.measure.deadline) else "days"

    @property
    def needs_calendar(self) -> bool:
        """Whether working days are looked up."""
        return self.unit == "working_days" or self.measure.roll is not None

    def _has_time(self, formula: Formula) -> bool:
        return substitute(formula, dict(self.dataset.derived)).has_time(self.dataset.types)

    def faults(self) -> Iterator[str]:
        """Give what does not fit the datasets, one sentence each without its full stop."""
        for name, formula in (("start", self.measure.start), ("end", self.measure.end)):
            if self.unit == "seconds" and not self._has_time(formula):
                if self.measure.deadline is None:
                    yield f'{name}: "{formula}" is a date without a time, and hours are counted from a time; use days'
                elif name == "end":
                    cure = f'write deadline="cast({self.measure.deadline} as date)"'
                    yield f'{name}: "{formula}" is a date without a time, and the deadline is a time; {cure}'
        if self.measure.roll and self.unit == "seconds":
            yield "roll: a deadline with a time does not move to a working day; leave roll out"
        deadline = self.measure.within
        if isinstance(deadline, Deadline) and deadline.by is not None:
            yield from self._faults_of_by(deadline.by)
        if self.measure.pauses is not None:
            yield from self._faults_of_pauses(self.measure.pauses)

    def _faults_of_by(self, by: str) -> Iterator[str]:
        column = next((each for each in self.dataset.columns if each.name == by), None)
        if column is None:
            yield f'within: the deadline goes by "{by}", and dataset {self.dataset.id} has no such column'
        elif not column.codes:
            yield f'within: the deadline goes by "{by}", which has no enum; list its values in the column\'s enum'

    def _faults_of_pauses(self, pauses: Pauses) -> Iterator[str]:
        rows = self.dataset if self.pauses is None else self.pauses
        for name, formula in (("start", pauses.start), ("end", pauses.end)):
            yield from (f"pauses: {name}: {problem}" for problem in rows.faults(formula, "date"))
        if self.pauses is None:
            return
        if not self.dataset.key:
            yield f"pauses: dataset {self.dataset.id} has no key by which a pause could name its case; give it a key"
        for name in self.dataset.key:
            kind, named = rows.types.get(name), self.dataset.types[name]
            if kind is None:
                yield f'pauses: dataset {rows.id} has no column "{name}", the key of {self.dataset.id}, to name the case'
            elif kind != named:
                yield f'pauses: column "{name}" is {kind} in {rows.id} and {named} in {self.dataset.id}; make them alike'
