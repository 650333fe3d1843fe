"""One figure with all that is said of it, or why there is none; it holds no arithmetic of measures."""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from klaremal.testing.oracle.formulas import Row
from klaremal.testing.oracle.intervals import NONE, Interval


@frozen(kw_only=True)
class Figure:
    """A figure of the oracle: its value, None where there is none; how many were judged, and how many of them count.

    `cause` says why there is no value, or why it cannot be judged. `is_final` says that the period is over, and `rows` are
    those that it is made of.
    """

    value: Fraction | None = None
    n: Fraction | None = None
    part: Fraction | None = None
    interval: Interval = NONE
    coverage: Fraction | None = None
    cause: str | None = None
    is_final: bool = True
    rows: tuple[Row, ...] = ()
