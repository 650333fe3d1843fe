"""The page of agreed cases: by their numbers, each with its exact result; computed when it is written."""

from __future__ import annotations

from collections.abc import Iterator

from fulfilment_judged import judgements
from fulfilment_measured import measurements
from markdown import code, page, rounded, table

from klaremal.model.period import Period
from klaremal.targets import Path

_INTRO = """\
The rules are said in [Figures](figures.md), [Targets](targets.md) and [Small numbers](disclosure.md). Below are the cases
on which they were agreed, by their numbers, each with its exact result: the statuses are what a run gives, computed from
rows when this page is written. Where a number is left out the case needs a whole municipality, several runs or other units;
it stands in a table of the page that the last section names."""
_PATHS = (
    (7, "{ 2026 = 60, 2027 = 64 }", {2026: 60, 2027: 64}, "steps", ("2025K4", "2026K3", "2027M01", "2028K1")),
    (8, "{ 2026 = 60, 2029 = 66 }", {2026: 60, 2029: 66}, "linear", ("2027", "2027M03", "2028K4")),
    (9, '{ "2025/26" = 90, "2027/28" = 95 }', {"2025/26": 90, "2027/28": 95}, "linear", ("2026/27",)),
)
_ELSEWHERE = (
    ("10", "a yearly path cannot judge rolling windows of 12 months", "[Errors](errors.md)"),
    ("11", "which version of a goal judges", "[Figures](figures.md#which-version-judges)"),
    ("15, 16", "against the nation and the others of a group", "[Targets](targets.md#relative)"),
    ("17", "a count with a month missing that is too high already", "[Figures](figures.md#until-when-the-data-is-complete)"),
    (
        "20",
        "two pauses that overlap prolong a deadline once",
        "[citizen service](../plugins/citizen_service/tests/test_building.py)",
    ),
    ("23", "Boston's requests by the year they were opened", "[the example](../examples/boston)"),
    ("35", "one status of many units", "[Targets](targets.md#summary)"),
    ("37 to 50", "what is hidden, and why", "[Small numbers](disclosure.md)"),
)


def text() -> str:
    """Return the page."""
    return page(
        "Fulfilment: the agreed cases",
        _INTRO,
        "## From figures to a status",
        table(["case", "promise", "figures", "status", "besides"], judgements()),
        "## What a path promises",
        table(["case", "path", "shape", "period", "promised"], _promised()),
        "## From rows to a figure",
        table(["case", "rows", "measure", "comes out"], measurements()),
        "## The cases of other pages",
        table(["case", "about", "page"], _ELSEWHERE),
    )


def _promised() -> Iterator[tuple[str, ...]]:
    for number, said, points, shape, periods in _PATHS:
        for period in periods:
            band = Path(points, shape=shape).band(Period.parse(period), "higher")
            yield str(number), code(said), shape, period, "nothing" if band is None else rounded(band[0])
