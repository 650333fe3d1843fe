"""Cases of measuring: legal clocks, a whole city's requests, months without a case, and the intervals of samples and rates."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from fulfilment_table import PAUSES, Table
from markdown import code, rounded
from one_run import TODAY

from klaremal.measures import Mean, OnTime, Pauses, Rate, Share
from klaremal.reason.sentence import STATUS_WORDS
from klaremal.run import run

MARCH = """\
id, applied,    decided,    withdrawn,  waits_from, waits_to
a,  2026-03-01, 2026-03-11, ,           ,
b,  2026-03-01, 2026-03-12, ,           ,
c,  2026-03-15, ,           ,           ,
d,  2026-03-25, ,           ,           ,
e,  2026-03-24, 2026-03-26, ,           ,
f,  2026-03-10, ,           2026-03-15, ,
g,  2026-03-01, ,           2026-03-20, ,
h,  2026-03-05, 2026-03-25, ,           2026-03-10, 2026-03-20
i,  2026-03-12, ,           ,           2026-03-15,
j,  2026-03-01, ,           ,           2026-03-20,
b,  2026-03-01, 2026-03-12, ,           ,
"""
_BOSTON = Path(__file__).resolve().parents[2] / "examples" / "boston"
_FIGURES = ("part", "n", "value")
_INTERVAL = ("value", "interval")
_UNTIL = date(2026, 5, 31)


def _march(counted_when: str, *wanted: str) -> Table:
    own = Pauses(start="waits_from", end="waits_to")
    return Table(
        number="19",
        what=f"the cases above, those {counted_when} in March 2026",
        said=f'within = "10 days", counted_when = "{counted_when}"',
        measure=OnTime("applied", "decided", within="10 days", withdrawn="withdrawn", pauses=own, counted_when=counted_when),
        rows=MARCH,
        until=date(2026, 3, 31),
        period="2026M03",
        wanted=(*_FIGURES, *wanted),
    )


def _due(number: str, within: str, start: date, first: date, *waits: tuple[date, date]) -> Table:
    """Return a case of which the last day in time is asked; it is looked for in the six weeks from `first` on."""
    days = [first + timedelta(days=day) for day in range(42)]
    waited = " and ".join(f"{since} to {to}" for since, to in waits)
    return Table(
        number=number,
        what=f"from {start}" + (f", waiting from {waited}" if waits else ""),
        said=f'within = "{within}"',
        measure=OnTime(
            "applied",
            "decided",
            within=within,
            pauses=Pauses(start="waits_from", end="waits_to", dataset=PAUSES) if waits else None,
        ),
        rows="\n".join(["id, applied, decided", *(f"{day}, {start}, {day}" for day in days)]),
        pauses=tuple(f"{day},{since},{to}" for day in days for since, to in waits),
        until=days[-1],
        period=f"{first.year}M{first.month:02d}",
        wanted=("due",),
        first=first,
    )


def _months(*numbers: int) -> Table:
    """Return a table with as many cases in each month of 2026 as are given, and none in the next."""
    rows = [f"{month}.{number}, 2026-{month:02d}-10" for month, n in enumerate(numbers, start=1) for number in range(n)]
    return Table(
        number="24",
        what=f"{', '.join(map(str, numbers))} cases a month, then none",
        said="Share(kept is null)",
        measure=Share("kept is null"),
        rows="\n".join(["id, applied", *rows]),
        period=f"2026M{len(numbers) + 1:02d}",
        wanted=("cause",),
        until=_UNTIL,
    )


def _answers(*numbers: int) -> Table:
    """Return a sample of answers in March 2026."""
    return Table(
        number="28",
        what=f"a sample's mean of {', '.join(map(str, numbers))}, on a scale from 1 to 5",
        said="Mean(answer)",
        measure=Mean("answer"),
        rows="\n".join(["id, applied, answer", *(f"{id_}, 2026-03-01, {each}" for id_, each in enumerate(numbers))]),
        until=_UNTIL,
        period="2026M03",
        wanted=_INTERVAL,
        basis="sample",
    )


CLOCKS: tuple[Table, ...] = (
    _march("due"),
    _march("decided", "open_overdue", "oldest_open", "paused"),
    _due(
        "20", "40 days", date(2026, 3, 2), date(2026, 4, 1),
        (date(2026, 3, 10), date(2026, 3, 20)), (date(2026, 3, 15), date(2026, 3, 25)),
    ),
    _due("21", "7 working days", date(2026, 4, 1), date(2026, 4, 1)),
    _due("21", "5 working days", date(2024, 4, 19), date(2024, 4, 19)),
    _due("22", "2 months", date(2025, 12, 31), date(2026, 2, 1)),
)  # fmt: skip
_NO_EVENT = Table(
    number="29",
    what="no event among 2,000 people, per 1,000",
    said="Rate(..., per=people, scale=1000)",
    measure=Rate("case when kept then 1 else 0 end", per="people"),
    rows="id, applied, kept, people\na, 2026-03-01, false, 2000",
    until=_UNTIL,
    period="2026M03",
    wanted=_INTERVAL,
)
MISSING: tuple[Table, ...] = (_months(8, 6, 7, 9), _months(1, 0, 2, 1))
INTERVALS: tuple[Table, ...] = (_answers(3, 4, 4, 5), _answers(4, 4, 4, 4), _NO_EVENT)


def boston(years: Sequence[str] = ("2013", "2014")) -> Iterator[tuple[str, ...]]:
    """Give the city's figure and status by the year in which requests were opened, from a run of the example."""
    with TemporaryDirectory() as folder:
        copy = shutil.copytree(_BOSTON, Path(folder, "boston"), ignore=shutil.ignore_patterns(".klaremal", "due"))
        found = run(copy, today=TODAY)
    city = found.fulfilments[found.fulfilments["unit"] == found.bound.organisation].set_index("period")
    for year in years:
        row = {str(name): value for name, value in city.loc[year].items()}
        what = f"opened in {year}: {row['part']:g} of {row['n']:g}"
        yield (
            "23",
            code(f"at_least = {rounded(row['target'])}"),
            what,
            rounded(row["value"]),
            STATUS_WORDS["en"][str(row["status"])],
        )
