"""Cases of what is promised at all: paths, the version of a goal that judges, and promises that klaremal refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from fulfilment_case import INDICATORS, ROWS, Case
from markdown import code, rounded
from one_run import refused, registry_of

from klaremal import Threshold
from klaremal.model.period import Period
from klaremal.targets import AtLeast, Path

_PATHS = (
    ("7", "{ 2026 = 60, 2027 = 64 }", {2026: 60, 2027: 64}, "steps", ("2025K4", "2026K3", "2027M01", "2028K1")),
    ("8", "{ 2026 = 60, 2029 = 66 }", {2026: 60, 2029: 66}, "linear", ("2027", "2027M03", "2028K4")),
    ("9", '{ "2025/26" = 90, "2027/28" = 95 }', {"2025/26": 90, "2027/28": 95}, "linear", ("2026/27",)),
)
VERSIONS: tuple[Case, ...] = tuple(
    Case(
        number="11",
        promise=("at_least = 95",),
        later=("at_least = 85", "valid_from = 2026-12-01"),
        figures={"2026": "1080 of 1200"},
        indicator="kept",
        frequency=frequency,
        period=period,
        about=f"90 percent in every month; judged is {period}",
        shows=("target",),
    )
    for frequency, period in (("year", "2026"), ("month", "2026M12"))
)
_LAW = Threshold(
    id="docs.law",
    title="Law",
    indicator=INDICATORS["kept"],
    target=AtLeast(95),
    basis="law",
    reference="Act on cases",
    valid_from=date(2020, 1, 1),
)
_GOAL = """\
[goal.refused]
title = "t"
promise = "p"
valid_from = 2025-01-01
decision = { body = "b", date = 2024-12-01 }
{lines}
"""
_INDICATOR = """\
[indicator.kept]
title = "Kept"
dataset = "docs.rows"
measure = "share"
condition = "kept"
measured_in = "percent"
frequency = "year"
"""
_KEPT = 'indicator = "docs.kept"'
_REFUSED: tuple[tuple[str, str, tuple[str, ...], Mapping[str, str]], ...] = (
    ("4", "a tolerance on a threshold of `basis = \"law\"`", ('threshold = "docs.law"', "tolerance = 2"), {}),
    ("10", "a yearly path for rolling windows", (_KEPT, "path = { 2026 = 60, 2029 = 66 }", 'frequency = "rolling12"'), {}),
    ("also", "an indicator without `direction`", (_KEPT, "at_least = 95"), {"own.toml": _INDICATOR}),
)  # fmt: skip


def paths() -> Iterator[tuple[str, ...]]:
    """Give what each path promises for some periods."""
    for number, said, points, shape, periods in _PATHS:
        for period in periods:
            band = Path(points, shape=shape).band(Period.parse(period), "higher")
            yield number, code(said), shape, period, "nothing" if band is None else rounded(band[0])


def refusals() -> Iterator[tuple[str, ...]]:
    """Give what is said of each promise that is an error."""
    registry = registry_of([ROWS], [INDICATORS["kept"]], [_LAW])
    for number, what, lines, files in _REFUSED:
        faults = refused(registry, _GOAL.replace("{lines}", "\n".join(lines)), files)
        yield number, what, " ".join(str(each) for each in faults)
