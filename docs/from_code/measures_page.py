"""The page of measures: what each takes, from its declaration, and figures that each makes of one small table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import MappingProxyType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from attrs import NOTHING, fields
from markdown import code, fenced, page, prose, rounded, table
from one_run import compact, figures, judged, registry_of

from klaremal import Column, Dataset, Indicator, measures

ROWS = """
id, opened,     closed,     person, kind, minutes, dkk, km
1,  2026-03-02, 2026-03-05, a,      x,    10,      200, 4
2,  2026-03-04, 2026-03-20, b,      x,    20,      300, 6
3,  2026-03-09, ,           c,      y,    40,      100, 2
4,  2026-03-10, 2026-03-12, a,      y,    50,      400, 8
5,  2026-03-16, 2026-03-16, d,      x,    ,        500, 5
"""
# Each is evaluated as it stands, measured on the rows above, and shown with what comes out.
EXAMPLES = (
    'OnTime(start="opened", end="closed", within="10 days")',
    'OnTime(start="opened", end="closed", within="2 working days", counted_when="opened")',
    """Share("kind = 'x'")""",
    'Share("minutes <= 30")',
    """Share("minutes <= 30", where="kind = 'x'")""",
    "Count(where=\"kind = 'y'\")",
    'Total("dkk")',
    'Total("minutes")',
    'Mean("minutes")',
    'Median("minutes")',
    'Quantile("minutes", 0.9)',
    'Distinct("person")',
    'Ratio("dkk", per="km")',
    'Ratio(Total("dkk", where="kind = \'x\'"), per=Total("km"), scale=100)',
    'Rate("1", per="km", scale=1000)',
)
_DATASET = Dataset(
    id="docs.rows",
    title="Rows",
    grain="one row per case",
    columns=(
        Column("id", "string", required=True, unique=True),
        *(Column(name, "date") for name in ("opened", "closed")),
        *(Column(name, "string") for name in ("person", "kind")),
        *(Column(name, "number") for name in ("minutes", "dkk", "km")),
    ),
    key=("id",),
    dated_by="opened",
    events=("opened", "closed"),
)
_UNITS = MappingProxyType({"Share": "percent", "OnTime": "percent", "Count": "number", "Distinct": "number", "Total": "number"})
_INTRO = """\
A measure says how rows become a number, for each unit, period and value of a breakdown. Its [formulas](formulas.md) are
checked against the dataset when the plugin is collected. A row counts where `where` holds and every formula of the measure
is known; of `n` such rows `part` are those that count for the promise. Coverage, intervals and what is hidden follow from
the same numbers ([Figures](figures.md))."""
_EXAMPLES_INTRO = """\
Cases of March 2026, the data being complete until the 31st:"""


def text() -> str:
    """Return the page."""
    shown = [name for name in measures.__all__ if name != "Measure"]
    return page(
        "Measures",
        _INTRO,
        "## What all of them take",
        _declared(measures.Measure),
        *(f"## {name}\n\n{_declared(getattr(measures, name))}" for name in shown),
        "## What comes out",
        _EXAMPLES_INTRO,
        fenced(compact(ROWS), "csv"),
        table(["measure", "value", "part", "n", "coverage"], _figures()),
    )


def _declared(measure: type) -> str:
    """Return what a measure is, and what it takes."""
    kinds = get_type_hints(measure, localns={"Dataset": Dataset})
    shared = set() if measure is measures.Measure else {each.name for each in fields(measures.Measure)}
    own = sorted((each for each in fields(measure) if each.name not in shared), key=lambda each: each.kw_only)
    rows = [
        (code(each.name), _kind(kinds[each.name]), "must be there" if each.default is NOTHING else _default(each))
        for each in own
    ]
    words = [prose(measure)]
    return "\n\n".join([*words, table(["takes", "is", "without it"], rows)] if rows else words)


def _default(each: Any) -> str:
    return "" if each.default is None else code(each.default)


def _kind(kind: Any) -> str:
    """Return a type in words."""
    if get_origin(kind) in (Union, UnionType):
        return " or ".join(dict.fromkeys(_kind(each) for each in get_args(kind) if each is not type(None)))
    plain = {"Formula": "a formula", "str": "a text", "float": "a number", "Total": "a `Total`, or the formula of one"}
    plain |= {"Within": "a length of time", "Deadline": "a `Deadline`", "Pauses": "`Pauses`", "Dataset": "a dataset"}
    return plain.get(kind.__name__, code(kind.__name__))


def _indicator(name: str, measure: Any) -> Indicator:
    return Indicator(
        id=f"docs.{name}",
        title="Figure",
        dataset=_DATASET,
        measure=measure,
        measured_in=_UNITS.get(type(measure).__name__, "points"),
        direction="neutral",
        frequency="month",
        minimum_count=1,
        disclosure="process",
    )


def _figures() -> Iterator[tuple[str, ...]]:
    """Give each example with value, part, n and coverage of March 2026, as people write them."""
    names = {name: getattr(measures, name) for name in measures.__all__}
    indicators = [_indicator(f"f{number}", eval(example, names)) for number, example in enumerate(EXAMPLES)]
    figure = figures(judged(registry_of([_DATASET], indicators), {_DATASET.id: (compact(ROWS), date(2026, 3, 31))}))
    for indicator, example in zip(indicators, EXAMPLES, strict=True):
        found = figure(indicator.id, "2026M03")
        value = found["cause"] if found["value"] is None else rounded(found["value"])
        yield (
            code(example),
            value,
            *("" if found[each] is None else rounded(found[each]) for each in ("part", "n", "coverage")),
        )
