"""The page of agreed cases: all of them by their numbers, each with its exact result; computed when it is written."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from fulfilment_compared import EARLIER, OTHERS, PARTS, UNITS
from fulfilment_found import judgements
from fulfilment_hidden import CASES, rules
from fulfilment_judged import CERTAINTY, COURSE, COVERAGE, MARGIN, STATUS, TREND
from fulfilment_measured import CLOCKS, INTERVALS, MARCH, MISSING, boston
from fulfilment_promised import VERSIONS, paths, refusals
from fulfilment_shown import shown
from fulfilment_table import measurements
from markdown import fenced, page, table

_INTRO = """\
The rules are said in [Figures](figures.md), [Targets](targets.md) and [Small numbers](disclosure.md). Below are the cases
on which they were agreed, by their numbers, each with its exact result. All results are computed when this page is written:
the rows of the cases are written into files, a workspace is run on them, and what the run finds stands here. "also" is an
agreed case without a number."""
_JUDGED = (
    ("From a figure to a status", "Unrounded values are compared, with a slack of 1e-9.", STATUS),
    ("Which version judges", "The version in force on the first day of the period.", VERSIONS),
    ("Against earlier figures", "The target follows from another period, unless the method changed in between.", EARLIER),
    ("Against others", "The target follows from figures of others in the same period.", OTHERS),
    ("Parts that are missing", "A count that is too high already does not wait for the rest.", PARTS),
    ("Certainty", "Of a register every row set aside could count for or against; a sample has an interval.", CERTAINTY),
    ("Trend", "A change since a year earlier beyond chance, and, where it is declared, not less than is noticeable.", TREND),
    ("Course", "A straight line leads from the value before the goal to the target.", COURSE),
    ("Margin", "How many more may fail.", MARGIN),
    ("Many units, one status", "Of units that fulfil it (F), do not (N), or are unknown (?).", UNITS),
    ("Coverage", "A share, too little of which was measured, is not judged.", COVERAGE),
)
_DUE = """\
Due is the last day on which a decision was in time, found with one case for each day."""
_STOPPED = "Five cases a month on average over the last four do not stop by themselves."
_SMALL = """\
k is 5. Each case is one indicator; M is the municipality, D1 and D2 are districts, i1 to i4 institutions, of case 43 with
four groups each. Where there are several runs, the ledger of one is known to the next; "as it was" counts the cells that
go on showing what was out. "40 of 45" means that 40 of 45 did what was promised."""
_RULES = """\
Two rules by themselves: what follows from sums where nothing more is hidden than they ask for (the run above hides one
more), and which revision is held back when the figure before it is out."""


def text() -> str:
    """Return the page."""
    return page("Fulfilment: the agreed cases", _INTRO, *_judged(), *_promised(), *_measured(), *_hidden())


def _judged() -> Iterator[str]:
    """Give the sections of judging, all of one run."""
    found = iter(judgements([case for _, _, cases in _JUDGED for case in cases]))
    for heading, said, cases in _JUDGED:
        rows = islice(found, len(cases))
        yield from (f"## {heading}", said, table(["case", "promise", "figures", "status", "besides"], rows))


def _promised() -> Iterator[str]:
    """Give what is promised and what cannot be."""
    yield from (
        "## What a path promises",
        "Asked of the target by itself.",
        table(["case", "path", "shape", "period", "promised"], paths()),
    )
    yield from (
        "## What is refused",
        "With the place, and what to do.",
        table(["case", "what is written", "what klaremal says"], refusals()),
    )


def _measured() -> Iterator[str]:
    """Give the sections of measuring: figures of small tables, all of one run, and of a city."""
    found = iter(measurements([*CLOCKS, *MISSING, *INTERVALS]))
    header = ["case", "rows", "measure", "comes out"]
    yield from ("## Legal clocks", "The cases of number 19, known until 31 March 2026:", fenced(MARCH, "csv"), _DUE)
    yield table(header, islice(found, len(CLOCKS)))
    yield "The requests of [the example](../examples/boston), by the year in which they were opened:"
    yield table(["case", "promise", "requests", "percent", "status"], boston())
    yield from ("## Months without a case", _STOPPED, table(header, islice(found, len(MISSING))))
    yield from ("## Intervals", "Two-sided, 95 percent, within the scale.", table(header, found))


def _hidden() -> Iterator[str]:
    """Give the sections of small numbers."""
    header = ["case", "figures", "kind", "hidden after the last run", "shown after each run"]
    yield from ("## Small numbers", _SMALL, table(header, shown(CASES)))
    yield from ("## Single rules of small numbers", _RULES, table(["case", "figures", "comes out"], rules()))
