"""Cases of small numbers (k is 5): which rows there are in which runs, and what two rules decide that no run shows alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

import numpy as np
from fulfilment_shown import Rows, Small

from klaremal.disclosure import Cells, Figures, Revision, control, family, held
from klaremal.model.period import FREQUENCIES, Period
from klaremal.model.unit import LEVELS

MONTHS = (14, 15, 16, 13, 12, 11, 3, 9, 15, 16, 17, 12)
OTHERS = (14, 15, 16, 13, 12, 11, 10, 9, 3, 16, 17, 12)
APRIL = (9, 9, 9, 10)
LAST_YEAR = (9, 9, 9, 9, 3, 9, 9, 9, 9, 9, 9, 9)
_QUARTER = min(sum(LAST_YEAR[at : at + 3]) for at in range(0, 12, 3))
# Units by four groups.
SQUARE = {"i1": (4, 6, 10, 10), "i2": (7, 9, 3, 10), "i3": (10, 10, 8, 5), "i4": (10, 10, 6, 7)}
_YEAR = Period.parse("2026")
# The cells of the square that are hidden when every row and every column of it has two of them or none.
_HIDDEN = frozenset({"i1 1", "i1 2", "i2 1", "i2 2", "i2 3", "i3 3", "i3 4", "i4 3", "i4 4"})
_WHOLE = "M"
_DECEMBER = date(2026, 12, 31)


def _units(**numbers: int | tuple[int, int]) -> Rows:
    """Return rows of 2026, spread over its months, by unit: n, or how many of n."""
    return {(place, "2026", ""): (n, n) if isinstance(n, int) else n for place, n in numbers.items()}


def _groups(numbers: Mapping[str, Sequence[int]], groups: Sequence[str]) -> Rows:
    rows = ((place, group, n) for place, each in numbers.items() for group, n in zip(groups, each, strict=True))
    return {(place, "2026", group): (n, n) for place, group, n in rows}


def _months(*numbers: int, year: int = 2026) -> Rows:
    return {("i1", f"{year}-{month:02d}", ""): (n, n) for month, n in enumerate(numbers, start=1)}


def _said(numbers: Sequence[int]) -> str:
    return " ".join(map(str, numbers))


def _series(number: str, what: str, frequencies: Sequence[str], *runs: tuple[date, Rows], shows: tuple[str, ...]) -> Small:
    return Small(
        number=number,
        what=what,
        frequencies=tuple(frequencies),
        levels=("institution",),
        runs=runs,
        named=("period",),
        shows=shows,
    )


def _revised(disclosure: str, *figures: tuple[int, int]) -> Small:
    runs = tuple((_DECEMBER, _units(i1=each)) for each in figures)
    what = ", then ".join(f"{kept} of {n}" for kept, n in figures)
    return Small(number="46", what=what, disclosure=disclosure, levels=("institution",), runs=runs, shows=("i1",))


def _of_one(
    number: str, what: str, disclosure: str, kept: int, n: int, *, one_citizen: bool = False, status: bool = False
) -> Small:
    return Small(
        number=number,
        what=what,
        disclosure=disclosure,
        levels=("institution",),
        runs=((_DECEMBER, _units(i1=(kept, n))),),
        shows=("i1",),
        one_citizen=one_citizen,
        status=status,
    )


_ALL = ("month", "quarter", "year")
CASES: tuple[Small, ...] = (
    Small(number="37", what="i1 3, i2 8, i3 20", runs=((_DECEMBER, _units(i1=3, i2=8, i3=20)),), shows=("M",)),
    Small(number="38", what="i1 1, i2 1, i3 20", runs=((_DECEMBER, _units(i1=1, i2=1, i3=20)),), shows=("M",)),
    Small(
        number="39",
        what="D1: i1 3; D2: i2 15, i3 25",
        runs=((_DECEMBER, _units(ni1=3, ni2=15, ni3=25)),),
        levels=("municipality", "district", "institution"),
        shows=("M", "i3"),
    ),
    _series("40", f"months {_said(MONTHS)}", _ALL, (_DECEMBER, _months(*MONTHS)), shows=("2026K3", "2026")),
    _series(
        "41",
        f"months {_said(OTHERS)}; runs after August, after November, after December",
        _ALL,
        (date(2026, 8, 31), _months(*OTHERS[:8])),
        (date(2026, 11, 30), _months(*OTHERS[:11])),
        (_DECEMBER, _months(*OTHERS)),
        shows=("2026",),
    ),
    Small(
        number="42",
        what="women and men: i1 3 and 40, i2 20 and 30, i3 25 and 15",
        runs=((_DECEMBER, _groups({"i1": (3, 40), "i2": (20, 30), "i3": (25, 15)}, ("women", "men"))),),
        by_group=True,
        named=("unit_name", "breakdown"),
        shows=("M women", "M men", "i1"),
    ),
    Small(
        number="43",
        what="; ".join(f"{place}: {_said(numbers)}" for place, numbers in SQUARE.items()),
        runs=((_DECEMBER, _groups(SQUARE, "1234")),),
        by_group=True,
        named=("unit_name", "breakdown"),
        shows=("i1", "i2", "M 1", "M 2"),
    ),
    _series(
        "44",
        f"10 in each month of 2026 ({12 * 10}), 3 in January 2027 ({11 * 10 + 3}); runs after December and after January",
        ("month", "rolling12"),
        (_DECEMBER, _months(*[10] * 12)),
        (date(2027, 1, 31), {**_months(*[10] * 12), **_months(3, year=2027)}),
        shows=("2026M12R12",),
    ),
    _series(
        "45",
        f"{_said(APRIL)} until April ({sum(APRIL)}), 3 in May ({sum(APRIL) + 3}); runs after April and after May",
        ("month", "year"),
        (date(2026, 4, 30), _months(*APRIL)),
        (date(2026, 5, 31), _months(*APRIL, 3)),
        shows=("2026",),
    ),
    _revised("persons", (40, 45), (40, 46)),
    _revised("process", (41, 45), (41, 46)),
    _of_one("47", "38 of 40", "persons", 38, 40),
    _of_one("47", "38 of 40", "process", 38, 40),
    _of_one("48", "6 visits of 1 citizen", "process", 6, 6, one_citizen=True),
    Small(
        number="49",
        what='i1 3, i2 10, i3 10, i4 10; a goal with `summary = "all"`',
        runs=((_DECEMBER, _units(i1=3, i2=10, i3=10, i4=10)),),
        levels=("institution",),
        units=("i1", "i2", "i3", "i4"),
        lines=("at_least = 90", 'summary = "all"'),
        status=True,
    ),
    _series(
        "50",
        f"2025: {_said(LAST_YEAR)} (smallest quarter {_QUARTER}); 2026: 9 a month",
        _ALL,
        (_DECEMBER, {**_months(*LAST_YEAR, year=2025), **_months(*[9] * 12)}),
        shows=("2026K1", "2026K2", "2026K3", "2026K4", "2026"),
    ),
    _of_one("also", "3 of 3", "persons", 3, 3, status=True),
)


def rules() -> Iterator[tuple[str, ...]]:
    """Give what each rule decides."""
    what = f"{', '.join(sorted(_HIDDEN))} are hidden, all others are out, and all sums"
    yield "43", what, f"computable: {', '.join(_computable())}: {_arithmetic()}"
    kinds: tuple[Literal["persons", "process"], ...] = ("persons", "process")
    for kind in kinds:
        yield "46", f"{kind}: 41 of 45 is out, 41 of 46 is new", "held" if _is_held(kind, (41, 45), (41, 46)) else "published"


def _arithmetic() -> str:
    """Return what is hidden of the rows i1 and i2, less what is hidden of the columns 1 and 2: one cell is left."""

    def unknown(name: str) -> int:
        return sum(n for unit, cells in SQUARE.items() for at, n in enumerate(cells, start=1)
                   if name in (unit, str(at)) and f"{unit} {at}" in _HIDDEN)  # fmt: skip

    rows, columns = [[unknown(name) for name in names] for names in (("i1", "i2"), ("1", "2"))]
    signed = f"{' + '.join(map(str, rows))} - {' - '.join(map(str, columns))}"
    return f"{signed} = {sum(rows) - sum(columns)}"


def _computable() -> list[str]:
    """Return the names of the cells that follow from what is out, whatever is hidden."""
    units, groups = [_WHOLE, *SQUARE], ["", "1", "2", "3", "4"]
    rows = [(unit, group) for unit in units for group in groups]
    numbers = {(unit, str(at)): n for unit, of_unit in SQUARE.items() for at, n in enumerate(of_unit, start=1)}
    n = [sum(m for (u, g), m in numbers.items() if unit in (_WHOLE, u) and group in ("", g)) for unit, group in rows]
    names = [f"{unit} {group}".strip() for unit, group in rows]
    is_hidden = [name in _HIDDEN for name in names]
    cells = Cells(
        unit=[units.index(unit) for unit, _ in rows],
        parent=[-1 if unit == _WHOLE else 0 for unit, _ in rows],
        depth=[LEVELS.index("municipality" if unit == _WHOLE else "institution") for unit, _ in rows],
        kind=[FREQUENCIES.index("year")] * len(rows),
        start=[_YEAR.start] * len(rows),
        months=[_YEAR.months] * len(rows),
        breakdown=[groups.index(group) for _, group in rows],
        dimension=[int(bool(group)) for _, group in rows],
        public=[not each for each in is_hidden],
        withheld=is_hidden,
        provisional=[False] * len(rows),
    )
    bare = control(cells, family([Figures(kind="process", n=n)])).bare
    return [name for name, is_bare in zip(names, bare.tolist(), strict=True) if is_bare]


def _is_held(kind: Literal["persons", "process"], before: tuple[int, int], now: tuple[int, int]) -> bool:
    then, new = (Figures(kind=kind, n=[n], hits=[hits]) for hits, n in (before, now))
    running = np.array([False])
    return bool(held([Revision(now=new, before=then, running=running)], running)[0])
