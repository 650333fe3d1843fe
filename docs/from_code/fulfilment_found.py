"""What one run of all cases of judging finds of each: its status, and what stands beside it; names no case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

import pandas as pd
from attrs import field, frozen
from fulfilment_case import ASKED, INDICATORS, MONTHS, ROWS, YEARS, Case
from markdown import rounded
from one_run import Bench, registry_of

from klaremal.assess.trend import interval_of_change
from klaremal.bind.workspace import BoundGoal
from klaremal.measuring import measure
from klaremal.model.period import Period
from klaremal.ready import Choice, plan_of
from klaremal.reason.sentence import STATUS_WORDS, reason

WHOLE = "000"
_UNTIL = date(2029, 12, 31)
_DATASETS = (ROWS, ASKED, YEARS, MONTHS)


def judgements(cases: Sequence[Case]) -> Iterator[tuple[str, ...]]:
    """Give each case with the status that one run of all of them finds, and what else it shows."""
    registry = registry_of(_DATASETS, list(INDICATORS.values()))
    taken = {place for case in cases for place in (case.place, *case.others)}
    units = [unit.code for unit in registry.unit_sets["dk"].units if unit.level == "municipality"]
    written = _Written(free=iter(dict.fromkeys(code for code in units if code not in taken)))
    goals = [written.add(case) for case in cases]
    with TemporaryDirectory() as folder:
        bench = Bench(folder=Path(folder), registry=registry, unit=WHOLE)
        ready = bench.ready(written.tables(), written.text())
        run = bench.run(written.tables(), written.text())
        in_flight = measure(ready, Choice(), plan_of(ready, Choice()), lambda message: None).observations
    judged = _known(run.fulfilments)
    for case, goal in zip(cases, goals, strict=True):
        rows = [row for row in judged if row["goal"].startswith(goal) and row["period"] == case.period]
        (row,) = [row for row in rows if row["unit"] == WHOLE] if case.units else rows
        (bound,) = (each for each in run.bound.goals if each.goal.id == row["goal"])
        found = _Found(row=row, goal=bound, frequency=case.frequency, in_flight=in_flight)
        yield case.number, case.promised, case.given, STATUS_WORDS["en"][row["status"]], found.besides(case.shows)


@frozen
class _Written:
    """The files of the workspace while the cases are written into them, each for a municipality that is still `free`."""

    free: Iterator[str]
    rows: dict[str, list[str]] = field(factory=lambda: {each.id: [] for each in _DATASETS})
    goals: list[str] = field(factory=list)

    def add(self, case: Case) -> str:
        """Write the figures and the goals of a case, and return the name that the goals begin with."""
        places = [next(self.free) for _ in case.units] or [case.place or next(self.free)]
        figures = [*zip(places, case.units, strict=False), *case.others.items()]
        given = [(place, case.period, figure) for place, figure in figures]
        given += [(places[0], period, figure) for period, figure in case.figures.items()]
        rows = self.rows[INDICATORS[case.indicator].dataset.id]
        rows.extend(row for each in given for row in case.rows(*each))
        name = f"case_{len(self.goals)}_"
        self.goals.append(_goal(f"{name}a", case, places, case.promise))
        if case.later:
            self.goals.append(_goal(f"{name}b", case, places, (*case.later, f'supersedes = "{name}a"')))
        return name

    def tables(self) -> dict[str, tuple[str, date]]:
        """Return the files of the datasets, and how far they reach."""
        headers = {each.id: ";".join(column.name for column in each.columns) for each in _DATASETS}
        return {name: ("\n".join([headers[name], *rows, ""]), _UNTIL) for name, rows in self.rows.items()}

    def text(self) -> str:
        """Return the file of goals."""
        return "\n".join([*self.goals, ""])


def _goal(name: str, case: Case, places: Sequence[str], lines: tuple[str, ...]) -> str:
    dated = [] if any(each.startswith("valid_from") for each in lines) else ["valid_from = 2020-01-01"]
    words = [f"[goal.{name}]", 'title = "t"', 'promise = "p"', 'decision = { body = "b", date = 2019-12-01 }']
    units = ", ".join(f'"{place}"' for place in places)
    about = [f'indicator = "docs.{case.indicator}"', f"units = [{units}]", f'frequency = "{case.frequency}"']
    return "\n".join([*words, *about, *dated, *lines])


@frozen(kw_only=True, eq=False)
class _Found:
    """The judgement of a case, and the observations on which all cases were judged."""

    row: Mapping[str, Any]
    goal: BoundGoal
    frequency: str
    in_flight: pd.DataFrame

    def besides(self, names: Sequence[str]) -> str:
        """Return what is to be shown beside the status: columns of the judgement, and what follows from the figures."""
        made: Mapping[str, Callable[[], str]] = MappingProxyType(
            {
                "reason": lambda: reason(self.row, self.goal, "en"),
                "interval": lambda: _interval(self.row["low"], self.row["high"]),
                "coverage": lambda: rounded(self._figures()["coverage"]),
                "required": lambda: rounded(self.goal.minimum_coverage),
                "noticeable": lambda: rounded(self.goal.indicator.noticeable),
                "worst": lambda: f"{self._figures()['least']:.2f}",
                "change": self._change,
            }
        )
        cause = ("cause",) if self.row["cause"] and "cause" not in names else ()
        return ", ".join(f"{name}: {made[name]() if name in made else rounded(self.row[name])}" for name in (*names, *cause))

    def _figures(self, months_before: int = 0) -> Mapping[str, Any]:
        """Return the observation of the judged period, or of one so many months before."""
        start = Period.parse(str(self.row["period"])).start - months_before
        rows = self.in_flight
        for name, wanted in (*((each, self.row[each]) for each in ("indicator", "unit")), ("frequency", self.frequency)):
            rows = rows[rows[name] == wanted]
        (found,) = _known(rows[rows["start"] == start])
        return found

    def _change(self) -> str:
        now, then = self._figures(), self._figures(12)
        ends = interval_of_change(*(each[name] for each in (now, then) for name in ("value", "low", "high")))
        return f"{rounded(now['value'] - then['value'])} {_interval(*ends)}"


def _known(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows with None where nothing is known."""
    cells = frame.astype(object)
    return [{str(name): value for name, value in row.items()} for row in cells.where(cells.notna(), None).to_dict("records")]


def _interval(low: Any, high: Any) -> str:
    return "none" if low is None else f"[{low:.2f}, {high:.2f}]"
