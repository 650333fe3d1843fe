"""Cases made by chance whose dates are moved to where their clocks turn: to the deadline and its neighbours; it judges none.

Dates by chance hardly ever lie on a deadline, so that one which is a day too late would not be noticed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any, Final

from attrs import field, frozen

from klaremal.model.column import Column
from klaremal.model.dataset import Dataset
from klaremal.model.formula import Formula
from klaremal.model.indicator import Indicator
from klaremal.model.on_time import Clock, OnTime
from klaremal.testing.oracle.clock import Timer
from klaremal.testing.oracle.days import Calendar, day_of
from klaremal.testing.oracle.formulas import Evaluator

Row = dict[str, Any]
Tables = dict[str, list[Row]]

_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)
_NOON: Final = time(12)
# Of so many cases one stays as it is.
_LEFT: Final = 5
# How many pauses cases have, one after the other; how many days from the deadline these begin, and how many they last: None has
# no end, and one to the last day ends on it or the day after, so that its case is open.
_PAUSES: Final = (1, 2, 0)
_BEGINS: Final = (0, -2, -1, 1, -6)
_TO_THE_LAST: Final = -1
_LASTS: Final = (4, _TO_THE_LAST, _TO_THE_LAST, 1, 9, 2, None, 6)
_SECOND_LASTS: Final = 3
# What becomes of cases without pauses, one after the other.
_FATES: Final = ("kept", "late", "left in time", "left late", "open", "due on the last day")


def at_the_turn(
    drawn: Mapping[int, Tables], datasets: Mapping[str, Dataset], indicators: Sequence[Indicator], until: date
) -> dict[int, Tables]:
    """Return rows of sources, several tables of each, with the dates of most cases moved to where their clocks turn.

    They are ended, withdrawn or paused around their deadline. A case that has none, or is none that the promise is about,
    becomes like one that is. A dataset with several clocks has its cases moved by one after the other. Pauses and dates that do
    not stand in a column of their own stay where they are.
    """
    moved = {number: {name: [dict(row) for row in rows] for name, rows in tables.items()} for number, tables in drawn.items()}
    every: Tables = defaultdict(list)
    for tables in drawn.values():
        for name, rows in tables.items():
            every[name] += rows
    for name in every:
        clocks = [
            _Turner.of(each, datasets, every, until) for each in indicators if each.dataset.id == name and _has_clock(each)
        ]
        for tables in moved.values():
            for place, clock in enumerate(clocks):
                clock.move(tables, tables[name][place :: len(clocks)])
    return moved


def _has_clock(indicator: Indicator) -> bool:
    return isinstance(indicator.measure, OnTime)


def _column(formula: Formula | None, dataset: Dataset) -> Column | None:
    """Return the column of a date that a formula is, as it is or cast; None where it is more."""
    for each in dataset.columns:
        bare = (each.name, f"cast({each.name} as date)", f"cast({each.name} as timestamp)")
        if each.type in ("date", "datetime") and formula is not None and formula.canonical in bare:
            return each
    return None


def _put(row: Row, column: Column, moment: date | None) -> None:
    """Write a date into a cell if the contract allows it; a time of day stays what it is."""
    if moment is None:
        if not column.required:
            row[column.name] = None
        return
    if column.type == "date":
        moment = day_of(moment)
    elif not isinstance(moment, datetime):
        old = row[column.name]
        moment = datetime.combine(moment, old.time() if isinstance(old, datetime) else _NOON)
    day, low, high = day_of(moment), column.minimum, column.maximum
    if not (isinstance(low, date) and day < day_of(low)) and not (isinstance(high, date) and day > day_of(high)):
        row[column.name] = moment


@frozen(eq=False, kw_only=True)
class _Turner:
    """The clock of one indicator over rows of its dataset; `elsewhere` is the dataset that its pauses lie in.

    `models` are cases that turn, `spare` are pauses of any case.
    """

    timer: Timer
    measure: OnTime
    dataset: Dataset
    elsewhere: Dataset | None
    models: Sequence[Row]
    spare: Sequence[Row]
    cases: Iterator[int] = field(factory=count)
    paused: Iterator[int] = field(factory=count)
    others: Iterator[int] = field(factory=count)

    @classmethod
    def of(cls, indicator: Indicator, datasets: Mapping[str, Dataset], every: Tables, until: date) -> _Turner:
        measure, dataset = indicator.measure, indicator.dataset
        assert isinstance(measure, OnTime), "only a clock has a deadline"
        clock = Clock(measure=measure, dataset=dataset, within=measure.filled(None))
        timer = Timer(clock=clock, rules=Evaluator(Calendar(), dict(dataset.derived)), until=until)
        name = measure.pauses.dataset if measure.pauses is not None else None
        models = [row for row in every[dataset.id] if _turns(timer, row)]
        spare = [] if name is None else every[name]
        elsewhere = None if name is None else datasets[name]
        return cls(timer=timer, measure=measure, dataset=dataset, elsewhere=elsewhere, models=models, spare=spare)

    def move(self, tables: Tables, cases: Sequence[Row]) -> None:
        """Move the dates of cases, which are rows of the tables, and of their pauses."""
        for row, place in zip(cases, self.cases, strict=False):
            if place % _LEFT == _LEFT - 1:
                continue
            if self.models and not _turns(self.timer, row):
                model = self.models[place % len(self.models)]
                row.update({name: value for name, value in model.items() if name not in self._own})
            pauses = self._pauses(tables, row, _PAUSES[place % len(_PAUSES)])
            if pauses and _turns(self.timer, row):
                turn = next(self.paused)
                self._pause(turn, row, pauses)
                self._end(row, pauses, late=turn % 2 == 1)
            else:
                self._meet(row, pauses, _FATES[next(self.others) % len(_FATES)])

    def _meet(self, row: Row, pauses: Sequence[Row], fate: str) -> None:
        """Give a case without pauses its fate; one that cannot be due on the last day is late."""
        if fate == "open":
            for column in filter(None, self._ends):
                _put(row, column, None)
        elif fate != "due on the last day" or not self._is_put_to_the_last(row):
            self._end(row, pauses, late=fate not in ("kept", "left in time"), leaves=fate.startswith("left"))

    @property
    def _own(self) -> set[str]:
        """The columns by which a row is told from others, and that of its place."""
        unique = {column.name for column in self.dataset.columns if column.unique}
        return {*self.dataset.key, *self.dataset.placed_in, *unique}

    def _pauses(self, tables: Tables, row: Row, wanted: int) -> list[Row]:
        """Return the rows with the pauses of a case, with some more where it has fewer than are wanted."""
        if self.measure.pauses is None or self.elsewhere is None:
            return [row] if self.measure.pauses is not None and wanted else []
        key = {name: row[name] for name in self.dataset.key}
        every = tables[self.elsewhere.id]
        found = [each for each in every if key.items() <= each.items()]
        more = [{**each, **key} for each in self.spare[: max(wanted - len(found), 0)]]
        every += more
        return found + more

    def _pause(self, turn: int, row: Row, pauses: Sequence[Row]) -> None:
        """Let pauses begin where all that is allowed without them has just passed, or has nearly."""
        given = self.measure.pauses
        dataset = self.dataset if self.elsewhere is None else self.elsewhere
        begin, end = (None, None) if given is None else (_column(given.start, dataset), _column(given.end, dataset))
        if begin is None or end is None:
            return
        due = self.timer.due(row | {begin.name: None} if self.elsewhere is None else row)
        starts = due + _BEGINS[turn % len(_BEGINS)] * _DAY
        lasts = _LASTS[turn % len(_LASTS)]
        for each in pauses:
            _put(each, begin, starts)
            if lasts == _TO_THE_LAST:
                _put(each, end, self.timer.until + (turn + 1) % 2 * _DAY)
            else:
                _put(each, end, None if lasts is None else starts + lasts * _DAY)
            # A second one overlaps the first one by a day.
            starts += ((lasts or 2) - 1) * _DAY
            lasts = _SECOND_LASTS

    def _end(self, row: Row, pauses: Sequence[Row], late: bool, leaves: bool = False) -> None:
        """Let a case end, or be withdrawn, on its deadline or as little after it as its clock can tell; else it is open."""
        column, left = self._ends
        given, of = self.measure.pauses, self.timer.rules.of
        told = [] if given is None else [(of(given.start, each), of(given.end, each)) for each in pauses]
        due = self.timer.due(row, told)
        if leaves and left is not None:
            column, left = left, column
        is_due = due is not None and day_of(due) < self.timer.until
        for each in (column, left):
            if each is not None and (is_due or pauses):
                _put(row, each, None)
        if column is not None and is_due:
            step = _SECOND if isinstance(due, datetime) and column.type == "datetime" else _DAY
            _put(row, column, due + step if late else due)

    @property
    def _ends(self) -> tuple[Column | None, Column | None]:
        return _column(self.measure.end, self.dataset), _column(self.measure.withdrawn, self.dataset)

    def _is_put_to_the_last(self, row: Row) -> bool:
        """Let a case begin so late that it is due on the last day, and be open; say whether that can be."""
        start, due = _column(self.measure.start, self.dataset), self.timer.due(row)
        if start is None or due is None:
            return False
        later = dict(row)
        _put(later, start, row[start.name] + (self.timer.until - day_of(due)))
        for each in filter(None, self._ends):
            _put(later, each, None)
        is_last = day_of(self.timer.due(later) or due) == self.timer.until
        row.update(later if is_last else {})
        return is_last


def _turns(timer: Timer, row: Row) -> bool:
    """Say whether the promise is about a case, and its deadline comes before the last day."""
    due = timer.due(row)
    return due is not None and day_of(due) < timer.until and timer.rules.holds(timer.clock.measure.where, row) is True
