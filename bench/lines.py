"""The lines of the table: what was measured beside what, the ratio, and whether the promise holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

_WIDTHS = (48, 24, 46, 6, 8, 8)
_IS_NUMBER = (False, False, False, True, True, False)
HEADERS = ("what", "measured", "beside", "ratio", "promised", "")


class Line(NamedTuple):
    """One promise: `ratio` is measured / beside, and at most `promised`.

    A ratio of None says that it could not be measured here; without a promise the ratio is only stated.
    """

    what: str
    measured: str
    beside: str
    ratio: float | None
    promised: float | None
    remarks: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """Say in a word whether the promise holds."""
        if self.ratio is None:
            return "unknown"
        if self.promised is None:
            return ""
        return "holds" if self.ratio <= self.promised else "BROKEN"


def header() -> str:
    """Return the first two lines of the table."""
    return f"{_row(HEADERS)}\n{_row(['-' * width for width in _WIDTHS])}"


def shown(line: Line) -> str:
    """Return a line of the table, with its remarks below."""
    ratio = "?" if line.ratio is None else f"{line.ratio:.2f}"
    first = _row(
        (line.what, line.measured, line.beside, ratio, "" if line.promised is None else f"{line.promised:g}", line.verdict)
    )
    return "\n".join([first, *(f"    {remark}" for remark in line.remarks)])


def _row(cells: Sequence[str]) -> str:
    sized = zip(cells, _WIDTHS, _IS_NUMBER, strict=True)
    return "  ".join(cell.rjust(width) if is_number else cell.ljust(width) for cell, width, is_number in sized).rstrip()


def spread(seconds: Iterable[float]) -> str:
    """Return a median with the range that it lies in: 1.27 s (1.18-1.41)."""
    found = sorted(seconds)
    return f"{_digits(median(found))} s ({_digits(found[0])}-{_digits(found[-1])})"


def paired(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the ratios round by round: what slows one round down slows both of its works down."""
    return median(one / other for one, other in zip(ours, theirs, strict=True))


def megabytes(size: int | None) -> str:
    """Return a size in whole megabytes."""
    return "unknown" if size is None else f"{size / 1e6:,.0f} MB"


def _digits(seconds: float) -> str:
    return f"{seconds:.3f}" if seconds < 1 else f"{seconds:.2f}"
