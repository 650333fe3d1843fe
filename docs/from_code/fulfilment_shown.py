"""One agreed case of small numbers: its rows at one or several times, and what runs of all cases show of it; names no case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from attrs import frozen
from one_run import Bench, registry_of

from klaremal import Column, Dataset, Indicator
from klaremal.measures import Share
from klaremal.model.period import Period
from klaremal.reason.sentence import STATUS_WORDS
from klaremal.run import Run

# Of a unit, a month or year, and (where it is asked) a group: how many did what was promised, of how many.
Rows: TypeAlias = Mapping[tuple[str, str, str], tuple[int, int]]
ALL = "all"
# Everything that a case has rows of: M with four institutions, and another M whose institutions lie in districts.
UNITS = """\
code,name,level,parent
all,All,nation,
M,M,municipality,all
i1,i1,institution,M
i2,i2,institution,M
i3,i3,institution,M
i4,i4,institution,M
N,M,municipality,all
D1,D1,district,N
D2,D2,district,N
ni1,i1,institution,D1
ni2,i2,institution,D2
ni3,i3,institution,D2
"""
_GOAL = """\
[goal.{goal}]
title = "t"
promise = "p"
indicator = "docs.{name}"
units = [{units}]
frequency = "{frequency}"
valid_from = 2020-01-01
decision = {{ body = "b", date = 2019-12-01 }}
{lines}
"""


@frozen(kw_only=True)
class Small:
    """One case: what is there in words, its rows at each run (and how far they reach), and whose figures are said.

    `shows` names cells as `hidden` does: by unit, period and group, whichever the case has several of.
    """

    number: str
    what: str
    runs: tuple[tuple[date, Rows], ...]
    disclosure: str = "process"
    levels: tuple[str, ...] = ("municipality", "institution")
    frequencies: tuple[str, ...] = ("year",)
    by_group: bool = False
    one_citizen: bool = False
    lines: tuple[str, ...] = ("between = [0, 100]",)
    units: tuple[str, ...] = ()
    named: tuple[str, ...] = ("unit_name",)
    shows: tuple[str, ...] = ()
    status: bool = False

    def declared(self, name: str) -> tuple[Dataset, Indicator]:
        """Return the case's own dataset and indicator, so that no case protects another."""
        texts = (Column("place", "string"), Column("group", "string"), Column("citizen", "string"))
        dataset = Dataset(
            id=f"docs.{name}s",
            title="Cases",
            grain="one row per case",
            columns=(*texts, Column("day", "date"), Column("kept", "boolean")),
            placed_in="place",
            dated_by="day",
            person="citizen" if self.one_citizen else None,
        )
        indicator = Indicator(
            id=f"docs.{name}",
            title=name,
            dataset=dataset,
            measure=Share("kept"),
            measured_in="percent",
            direction="higher",
            frequency="month" if set(self.frequencies) != {"year"} else "year",
            levels=self.levels,
            breakdowns=(("group",),) if self.by_group else (),
            disclosure=self.disclosure,
        )
        return dataset, indicator

    def goals(self, name: str) -> str:
        """Return a goal for each frequency."""
        units = ", ".join(f'"{each}"' for each in self.units or self.levels)
        more = "\n".join(self.lines)
        return "".join(
            _GOAL.format(goal=f"{name}_{frequency}", name=name, units=units, frequency=frequency, lines=more)
            for frequency in self.frequencies
        )

    def table(self, at: int) -> tuple[str, date]:
        """Return the file of the rows at a run, and how far it reaches."""
        until, rows = self.runs[at]
        lines = [
            f"{place};{group};{'one' if self.one_citizen else number};{_day(when, number)};{'ja' if number < kept else 'nej'}"
            for (place, when, group), (kept, n) in rows.items()
            for number in range(n)
        ]
        return "\n".join(["place;group;citizen;day;kept", *lines, ""]), until


def _day(when: str, number: int) -> str:
    """Return a day of a month, or of the months of a year in their turn."""
    return f"{when}-15" if "-" in when else f"{when}-{number % 12 + 1:02d}-15"


def shown(cases: Sequence[Small]) -> Iterator[tuple[str, ...]]:
    """Give each case with what is hidden of it after the last run, and what is shown by the runs one after the other."""
    named = {f"case_{number}": case for number, case in enumerate(cases)}
    declared = {name: case.declared(name) for name, case in named.items()}
    registry = registry_of([dataset for dataset, _ in declared.values()], [indicator for _, indicator in declared.values()])
    runs = []
    with TemporaryDirectory() as folder:
        bench = Bench(folder=Path(folder), registry=registry, unit=ALL, files={"units.csv": UNITS})
        for at in range(max(len(case.runs) for case in cases)):
            going = {name: case for name, case in named.items() if len(case.runs) > at}
            tables = {declared[name][0].id: case.table(at) for name, case in going.items()}
            runs.append(bench.run(tables, "".join(case.goals(name) for name, case in going.items())))
    for name, case in named.items():
        told = [_Cells.of(case, run, name) for run in runs[: len(case.runs)]]
        said = [f"{each}: {', then '.join(cells.figure(each) for cells in told)}" for each in case.shows]
        status = _status(runs[0], name) if case.status else []
        yield case.number, case.what, case.disclosure, told[-1].withheld, ", ".join([*said, *status])


@frozen
class _Cells:
    """What one run shows of the cells of a case, by name; None where it is hidden."""

    cells: Mapping[str, str | None]
    are_periods: bool
    held: int

    @classmethod
    def of(cls, case: Small, run: Run, name: str) -> _Cells:
        """Take the case's cells out of all observations; `held` are those that show what was out before."""
        mine = run.observations[run.observations["indicator"] == f"docs.{name}"]
        few = sum(each.cells for each in run.hidden if each.indicator == f"docs.{name}")
        cells = {}
        for row in mine.astype(object).to_dict("records"):
            if row["cause"] == "confidential" or row["value"] == row["value"]:
                called = " ".join(filter(None, (str(row[each]).removeprefix("group=") for each in case.named)))
                cells[called] = None if row["cause"] == "confidential" else _figure(row)
        return cls(cells, case.named == ("period",), few - sum(each is None for each in cells.values()))

    @property
    def withheld(self) -> str:
        """The names of the hidden cells, and how many stay as they were."""
        names = sorted(name for name, said in self.cells.items() if said is None)
        stay = [f"as it was: {self.held}"] if self.held else []
        return ", ".join([*(_ranges(names) if self.are_periods else names), *stay]) or "nothing"

    def figure(self, name: str) -> str:
        """Return the figure of a cell, or that it is hidden."""
        return self.cells[name] or "hidden"


def _figure(row: Mapping[Any, Any]) -> str:
    part, n = row["part"], row["n"]
    return f"{n:g}" if part == n else f"{part:g} of {n:g} ({row['value']:.1f})"


def _ranges(codes: Sequence[str]) -> list[str]:
    """Return periods in their order, three or more that follow each other as from the first to the last."""
    periods = sorted(map(Period.parse, codes), key=lambda each: (each.months, each.start))
    found: list[str] = []
    for _, group in groupby(enumerate(periods), key=lambda at: (at[1].kind, at[1].start // at[1].months - at[0])):
        names = [each.code for _, each in group]
        found += names if len(names) < 3 else [f"{names[0]} to {names[-1]}"]
    return found


def _status(run: Run, name: str) -> list[str]:
    """Return the status of the goal, of its units together where it sums them up."""
    found = run.fulfilments[run.fulfilments["goal"].astype(str).str.startswith(f"{name}_")].astype(object)
    whole = found[found["unit"] == ALL]
    (row,) = (whole if len(whole) else found[found["cause"] != "no_cases"]).to_dict("records")
    counted = [f"{row['part']:g} of {row['n']:g} shown"] if len(whole) else []
    return [*counted, f"status: {STATUS_WORDS['en'][row['status']]} ({row['cause']})"]
