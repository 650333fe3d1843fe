"""Observations held against the oracle's figures, field by field, and what is said where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from klaremal.model.indicator import Indicator
from klaremal.model.period import Period
from klaremal.testing.oracle import Figure
from klaremal.testing.subject import Finding

if TYPE_CHECKING:
    import pandas as pd

Key = tuple[str, int, str]
Observations = Mapping[Key, Mapping[str, Any]]

# Figures that only floating point tells apart are the same. Quotients are added up with a fixed number of decimals: where they
# are small, two exact roads to a figure part earlier.
CLOSE: Final = 1e-9
_CLOSE_QUOTIENT: Final = 1e-4
# The percentiles behind an interval are known to fewer digits than a value.
_CLOSE_END: Final = 1e-6
_COLUMNS: Final = ("value", "n", "part", "low", "high", "coverage", "cause", "provisional")
_MOST_ROWS: Final = 6


def observed(frame: pd.DataFrame, indicator: Indicator, name: str = "") -> dict[Key, dict[str, Any]]:
    """Return the observations of an indicator by unit, first month and breakdown, of its own frequency.

    With a `name` they are those beside its figures, which are of a month.
    """
    of, frequency = (f"{indicator.id}.{name}", "month") if name else (indicator.id, indicator.frequency)
    frame = frame[(frame["indicator"] == of) & (frame["frequency"] == frequency)]
    frame = frame[frame["level"].isin(indicator.levels)]
    keys = zip(frame["unit"].astype(str), frame["start"].astype(int), frame["breakdown"].astype(str), strict=True)
    rows = frame[list(_COLUMNS)].astype(object).itertuples(index=False, name=None)
    return {key: dict(zip(_COLUMNS, map(_known, row), strict=True)) for key, row in zip(keys, rows, strict=True)}


def _known(value: Any) -> Any:
    return value if value == value else None


@frozen
class Expected:
    """What the oracle makes of an indicator's rows, or with a `name` of what stands beside its figures.

    Where they are not the `whole` of it, since some were set aside, only figures with a value are held against each other.
    """

    indicator: Indicator
    figures: Mapping[Key, Figure]
    name: str = ""
    is_whole: bool = True

    def different(self, found: Observations) -> Iterator[Finding]:
        """Give the first cell that differs from the observations; none where all are the same."""
        for key in sorted(self.figures.keys() | found.keys()):
            figure = self.figures.get(key)
            what = self._difference(figure, found.get(key))
            if what:
                cure = (
                    "Look at where, known and the formulas: one of them says something else of a row than what it is to mean."
                )
                yield Finding(self._place(key), f"{what}{_told(figure)}", cure)
                return

    def _difference(self, figure: Figure | None, row: Mapping[str, Any] | None) -> str:
        """Say how a figure differs from the oracle's; empty where they are the same."""
        if not self.is_whole and (row is None or row["value"] is None) and (figure is None or figure.value is None):
            return ""
        if row is None:
            assert figure is not None, "a cell is one of either"
            return f"the rows make {_said(figure.value, figure.cause)}, and there is no observation."
        if figure is None:
            return f"klaremal says {_said(row['value'], row['cause'])}, and the rows make no such cell."
        if not _same(row["value"], figure.value, self._close):
            found, made = _said(row["value"], row["cause"]), _said(figure.value, figure.cause)
            return f"klaremal says {found}, and the rows make {made}."
        if self.name:
            return (
                ""
                if _same(row["n"], figure.n)
                else f"klaremal counts {row['n']:g} cases, and the rows are {_number(figure.n)}."
            )
        if self.is_whole and row["cause"] != figure.cause:
            return f"klaremal says the cause is {row['cause'] or 'none'}, and the rows make {figure.cause or 'none'}."
        if not _same(row["n"], figure.n):
            return f"klaremal judged {_number(row['n'])}, and {_number(figure.n)} of the rows can be judged."
        return self._besides(figure, row) if self.is_whole else ""

    def _besides(self, figure: Figure, row: Mapping[str, Any]) -> str:
        """Say how that differs which is told with a value."""
        pairs: list[tuple[str, Any, float]] = [
            ("part", figure.part, self._close),
            ("coverage", figure.coverage, CLOSE),
        ]
        if figure.interval.sure:
            close = _CLOSE_END + figure.interval.blur
            pairs += [("low", figure.interval.low, close), ("high", figure.interval.high, close)]
        for field, made, close in pairs:
            if not _same(row[field], made, close):
                return f"klaremal says its {field} is {_number(row[field])}, and the rows make {_number(made)}."
        if row["provisional"] is figure.is_final:
            said = "provisional" if row["provisional"] else "final"
            return f"klaremal says it is {said}, and by the last day that the rows cover it is not."
        return ""

    @property
    def _close(self) -> float:
        """How near a value must be: a formula that divides leaves less."""
        derived = (formula for _, formula in self.indicator.dataset.derived)
        every = (*derived, *(formula for _, formula, _ in self.indicator.measure.formulas))
        return _CLOSE_QUOTIENT if any("/" in each.canonical for each in every) else CLOSE

    def _place(self, key: Key) -> str:
        unit, start, breakdown = key
        period = Period("month" if self.name else self.indicator.frequency.removesuffix("12"), start).code
        return ", ".join(filter(None, (f"{self.indicator.id}{self.name and '.'}{self.name}", unit, period, breakdown)))


def _same(one: Any, other: Any, close: float = CLOSE) -> bool:
    if one is None or other is None:
        return one is other
    return bool(abs(float(one) - float(other)) <= close * max(1.0, abs(float(other))))


def _said(value: Any, cause: str | None) -> str:
    return f"no value ({cause})" if value is None else _number(value)


def _number(value: Any) -> str:
    return "none" if value is None else f"{float(value):g}"


def _told(figure: Figure | None) -> str:
    if figure is None or not figure.rows:
        return ""
    more = f" and {len(figure.rows) - _MOST_ROWS} more" if len(figure.rows) > _MOST_ROWS else ""
    return f" Its rows: {'; '.join(_written(each) for each in figure.rows[:_MOST_ROWS])}{more}."


def _written(row: Any) -> str:
    return "(" + ", ".join(f"{name}={value}" for name, value in row.items() if value is not None) + ")"
