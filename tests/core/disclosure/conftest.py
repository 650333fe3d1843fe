"""Tables of cells that a test can write in one line each, and what is hidden in them, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from attrs import frozen

from klaremal.disclosure import REASONS, Cells, Controlled, Family, Figures, Revision, control, family, held
from klaremal.model.period import FREQUENCIES, Period
from klaremal.model.unit import LEVELS


@frozen
class Cell:
    """A cell as a test writes it: a unit in a period (its code), in all or for one value of a breakdown.

    With `to_date` it is a figure for so many months of the period so far.
    """

    unit: str
    n: float
    period: str = "2026"
    value: str = ""
    hits: float = np.nan
    parent: str = ""
    level: str = "institution"
    dimension: str = "first"
    public: bool = False
    withheld: bool = False
    provisional: bool = False
    to_date: int = 0

    @property
    def name(self) -> str:
        """What tests call the cell: unit, period and value, without what is the same in all tables."""
        period = f"{self.period} to {self.to_date}" if self.to_date else self.period
        return " ".join(each for each in (self.unit, period.removeprefix("2026").strip(), self.value) if each)


def _numbers(texts: Sequence[str]) -> Mapping[str, int]:
    """Return a number for each text, in their order; the empty one is 0."""
    return {text: number for number, text in enumerate(["", *sorted(set(texts) - {""})])}


class Desk:
    """Writes cells as arrays, and has them controlled."""

    Cell = Cell

    def cells(self, rows: Sequence[Cell]) -> Cells:
        """Return the cells as arrays."""
        periods = [Period.parse(row.period) for row in rows]
        units = _numbers([name for row in rows for name in (row.unit, row.parent)])
        values = _numbers([row.value for row in rows])
        dimensions = _numbers([row.dimension for row in rows])
        return Cells(
            unit=[units[row.unit] for row in rows],
            parent=[units[row.parent] or -1 for row in rows],
            depth=[LEVELS.index(row.level) for row in rows],
            kind=[FREQUENCIES.index(period.frequency) for period in periods],
            start=[period.start for period in periods],
            months=[row.to_date or period.months for row, period in zip(rows, periods, strict=True)],
            breakdown=[values[row.value] for row in rows],
            dimension=[dimensions[row.dimension] if row.value else 0 for row in rows],
            public=[row.public for row in rows],
            withheld=[row.withheld for row in rows],
            provisional=[row.provisional or row.to_date > 0 for row in rows],
        )

    def family(self, rows: Sequence[Cell], kind: Any = "process", **more: Any) -> Family:
        """Return the family of one indicator with the n (and hits) of the rows."""
        hits = [row.hits for row in rows]
        given = {} if np.isnan(hits).all() else {"hits": hits}
        return family([Figures(kind=kind, n=[row.n for row in rows], **given, **more)])

    def controlled(self, rows: Sequence[Cell], kind: Any = "process", **more: Any) -> Controlled:
        """Return what is decided; `distinct` and `minimum` are the figures', `before` has the n and hits that are out."""
        figures = {name: more.pop(name) for name in ("distinct", "minimum") if name in more}
        if "before" in more:
            n, hits = more.pop("before")
            now = Figures(kind=kind, n=[row.n for row in rows], hits=[row.hits for row in rows])
            running = np.array([row.provisional for row in rows])
            before = Figures(kind=kind, n=n, hits=hits)
            more["held"] = held([Revision(now=now, before=before, running=running)], running)
        return control(self.cells(rows), self.family(rows, kind, **figures), **more)

    def hidden(self, rows: Sequence[Cell], kind: Any = "process", **more: Any) -> set[str]:
        """Return the names of the cells that are hidden."""
        return set(self.reasons(rows, kind, **more))

    def reasons(self, rows: Sequence[Cell], kind: Any = "process", **more: Any) -> dict[str, str]:
        """Return why each hidden cell is hidden."""
        found = self.controlled(rows, kind, **more)
        assert found.hidden.tolist() == (found.reason > 0).tolist()
        return {row.name: REASONS[why] for row, why in zip(rows, found.reason.tolist(), strict=True) if why}

    def bare(self, rows: Sequence[Cell], kind: Any = "process", **more: Any) -> set[str]:
        """Return the names of the cells that can be computed whatever is hidden."""
        found = self.controlled(rows, kind, **more)
        return {row.name for row, is_bare in zip(rows, found.bare.tolist(), strict=True) if is_bare}

    def series(self, unit: str, numbers: Mapping[str, float], **more: Any) -> list[Cell]:
        """Return the cells of one unit: period and n."""
        return [Cell(unit, n, period, **more) for period, n in numbers.items()]

    def months(self, numbers: Sequence[float]) -> dict[str, float]:
        """Return the n of the months of 2026."""
        return {f"2026M{month:02}": n for month, n in enumerate(numbers, start=1)}


@pytest.fixture(scope="session")
def desk() -> Desk:
    """One desk for all tests of disclosure control; it keeps nothing."""
    return Desk()
