"""The page on small numbers: every table of cases is computed by disclosure control and held against what the page says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from attrs import fields, frozen

from klaremal.disclosure import REASONS, Cells, Figures, Revision, control, family, held
from klaremal.disclosure.frequency import below_finest
from klaremal.model.indicator import DISCLOSURES, HOMOGENEOUS, PUBLICATIONS, Indicator
from klaremal.model.period import FREQUENCIES, Period
from klaremal.model.unit import LEVELS

PAGE = "docs/disclosure.md"
Tables = Callable[[str, str], list[list[dict[str, str]]]]
Section = Callable[[str, str], str]


@frozen
class Cell:
    """A figure of few or many: its unit, number, period and value, and whether it is out."""

    unit: str
    n: float
    parent: str = ""
    period: str = "2026"
    value: str = ""
    public: bool = False
    withheld: bool = False
    provisional: bool = False
    months: int = 0


def cells_of(rows: Sequence[Cell]) -> Cells:
    """Return the cells as disclosure control takes them; a unit without a parent is a municipality."""
    units = {text: place for place, text in enumerate(sorted({each.unit for each in rows}))}
    values = {text: place for place, text in enumerate(sorted({each.value for each in rows}))}
    periods = [Period.parse(each.period) for each in rows]
    return Cells(
        unit=[units[each.unit] for each in rows],
        parent=[units.get(each.parent, -1) for each in rows],
        depth=[LEVELS.index("institution" if each.parent else "municipality") for each in rows],
        kind=[FREQUENCIES.index(each.frequency) for each in periods],
        start=[each.start for each in periods],
        months=[row.months or period.months for row, period in zip(rows, periods, strict=True)],
        breakdown=[values[each.value] for each in rows],
        dimension=[int(bool(each.value)) for each in rows],
        public=[each.public for each in rows],
        withheld=[each.withheld for each in rows],
        provisional=[each.provisional for each in rows],
    )


def hidden(rows: Sequence[Cell]) -> dict[int, str]:
    """Return the places of the cells that are hidden, and why."""
    found = control(cells_of(rows), family([Figures(kind="process", n=[each.n for each in rows])]))
    return {place: REASONS[why] for place, why in enumerate(found.reason.tolist()) if why}


def listed(text: str) -> set[str]:
    """Return the words of a cell of a table."""
    return {each.strip() for each in text.split(",") if each.strip()}


def shown(kind: Any, hits: int, n: int) -> str:
    """Return the percent that is shown of hits of n, or "hidden"."""
    figures = Figures(kind=kind, n=[n], hits=[hits])
    found = control(cells_of([Cell("u", n)]), family([figures]))
    return "hidden" if found.hidden[0] else f"{100 * hits / n:.1f}"


def test_a_figure_is_few_by_itself_as_the_page_says(tables: Tables, section: Section) -> None:
    """Cases 47 and 48: 38 of 40, 3 of 3, six visits of one citizen."""
    for case in tables(PAGE, "## Few by itself")[0]:
        found = shown(case["kind"], int(case["hits"]), int(case["of"]))
        assert found == case[""], case
    assert "6 visits of 1 citizen are hidden" in section(PAGE, "## Few by itself")
    assert family([Figures(kind="process", n=[1], distinct=True)]).sensitive.tolist() == [True]


def test_one_part_of_a_sum_is_too_large_as_the_page_says(tables: Tables) -> None:
    """81 of 100 is more than 80 percent, 80 of 100 is not."""
    for case in tables(PAGE, "## Few by itself")[1]:
        parts = [float(each) for each in case["parts"].split(",")]
        largest = max(parts) / sum(parts)
        assert case["largest"] == f"{100 * largest:.0f} %"
        figures = Figures(kind="persons", n=[len(parts)], largest=[largest])
        assert ("hidden" if family([figures]).sensitive[0] else "shown") == case[""], case


def test_what_would_give_a_figure_away_is_hidden_as_the_page_says(tables: Tables) -> None:
    """Cases 37 to 39: the parts of a municipality."""
    for case in tables(PAGE, "## What would give it away")[0]:
        rows = [Cell("M", float(case["whole"]))]
        for part in case["parts"].split(","):
            name, n, *inside = part.split()
            rows.append(Cell(name, float(n), parent=inside[1] if inside else "M"))
        assert {rows[place].unit for place in hidden(rows)} == listed(case["hidden"]), case


def test_a_rectangle_is_hidden_as_the_page_says(tables: Tables) -> None:
    """Case 42: women and men of three institutions."""
    table = tables(PAGE, "## What would give it away")[1]
    rows = [Cell("M", sum(float(row[sex]) for row in table for sex in ("women", "men")))]
    rows += [Cell("M", sum(float(row[sex]) for row in table), value=sex) for sex in ("women", "men")]
    for row in table:
        rows.append(Cell(row["unit"], float(row["women"]) + float(row["men"]), "M"))
        rows += [Cell(row["unit"], float(row[sex]), "M", value=sex) for sex in ("women", "men")]
    found = {(rows[place].unit, rows[place].value) for place in hidden(rows)}
    assert found == {(row["unit"], sex) for row in table for sex in listed(row["hidden"])}


def test_what_several_sums_tell_is_found_as_the_page_says(tables: Tables, section: Section) -> None:
    """Case 43: with all else out the cell 23 can be computed; where it may, one more is hidden."""
    table = tables(PAGE, "## What would give it away")[2]
    columns = "1234"
    numbers = {(row[""], column): int(row[column].strip("[]")) for row in table for column in columns}
    was = {(row[""], column) for row in table for column in columns if row[column].startswith("[")}
    assert f"= {numbers['2', '3']}, which is row 2, column 3" in " ".join(section(PAGE, "## What would give it away").split())

    def rows(rest_is_out: bool) -> list[Cell]:
        found = [Cell("M", sum(numbers.values()), public=True)]
        for column in columns:
            found.append(Cell("M", sum(n for at, n in numbers.items() if at[1] == column), value=column, public=True))
        for row in columns:
            found.append(Cell(f"r{row}", sum(n for at, n in numbers.items() if at[0] == row), "M", public=True))
            for column in columns:
                at = (row, column)
                out = rest_is_out and at not in was
                found.append(Cell(f"r{row}", numbers[at], "M", value=column, withheld=at in was, public=out))
        return found

    n = Figures(kind="process", n=[each.n for each in rows(True)])
    bare = control(cells_of(rows(True)), family([n])).bare
    assert [(each.unit, each.value) for each, is_bare in zip(rows(True), bare, strict=True) if is_bare] == [("r2", "3")]
    open_ = control(cells_of(rows(False)), family([n]))
    assert (open_.bare.any(), int(open_.hidden.sum())) == (False, len(was) + 1)


def test_months_are_hidden_as_the_page_says(tables: Tables) -> None:
    """Cases 40 and 41: a year of months with its quarters."""
    for case in tables(PAGE, "## Over time")[0]:
        months = [float(each) for each in case["January to December"].split()]
        numbers = {f"M{month:02}": n for month, n in enumerate(months, start=1)}
        numbers |= {f"K{place + 1}": sum(months[3 * place : 3 * place + 3]) for place in range(4)} | {"": sum(months)}
        due = {*re.findall(r"[MK]\d+", case["already out"]), ""} if case["already out"] else set(numbers)
        rows = [Cell("u", n, "M", f"2026{name}", public=name not in due) for name, n in numbers.items()]
        assert {rows[place].period.removeprefix("2026") for place in hidden(rows)} == listed(case["hidden"]), case


def test_the_frequency_of_a_unit_is_as_the_page_says(section: Section) -> None:
    """Case 50: last year's smallest month 3, its smallest quarter 21."""
    text = " ".join(section(PAGE, "## Over time").split())
    assert "smallest month was 3 and its smallest quarter 21: this year it publishes by the quarter" in text
    numbers = {"2025M01": 3, "2025M02": 9, "2025K1": 21, "2025": 99, "2026M01": 30, "2026K1": 90, "2026": 360}
    rows = [Cell("u", n, period=period) for period, n in numbers.items()]
    late = below_finest(cells_of(rows), family([Figures(kind="process", n=[each.n for each in rows])]))
    assert [row.period for row, is_late in zip(rows, late.tolist(), strict=True) if is_late] == ["2026M01"]


def test_windows_and_running_years_wait_as_the_page_says(tables: Tables) -> None:
    """Cases 44 and 45, with the numbers of the page."""
    window, year = tables(PAGE, "## Over time")[1]
    before, month, after = (float(each) for each in re.findall(r"\d+", f"{window['out']}, {window['new']}"))
    rows = [Cell("u", 10, period=f"2025M{each:02}", public=True) for each in range(1, 13)]
    rows += [Cell("u", before, period="2025M12R12", public=True), Cell("u", month, period="2026M01")]
    rows.append(Cell("u", after, period="2026M01R12"))
    assert before - 10 + month == after
    assert {rows[place].period: why for place, why in hidden(rows).items()} == {"2026M01": "primary", "2026M01R12": "time"}
    april, may, to_may = (float(each) for each in re.findall(r"\d+", f"{year['out']}, {year['new']}"))
    rows = [Cell("u", n, period=f"2026M{place:02}", public=True) for place, n in enumerate((9, 9, 9, april - 27), start=1)]
    rows += [Cell("u", may, period="2026M05"), Cell("u", to_may, provisional=True)]
    assert {rows[place].period: why for place, why in hidden(rows).items()} == {"2026M05": "primary", "2026": "time"}
    # Where no month is measured the year waits as well.
    revision = revised("process", (0, april), (0, to_may), running=True)
    assert held([revision], np.array([True])).tolist() == [True]


def revised(kind: Any, before: tuple[float, float], now: tuple[float, float], running: bool = False) -> Revision:
    """Return a revision of one figure: hits and n."""
    figures = [Figures(kind=kind, n=[n], hits=[hits]) for hits, n in (now, before)]
    return Revision(now=figures[0], before=figures[1], running=np.array([running]))


def test_revisions_are_held_as_the_page_says(tables: Tables) -> None:
    """Case 46 and its neighbours."""
    for case in tables(PAGE, "## Revisions")[0]:
        before, now = (tuple(map(int, case[name].split(" of "))) for name in ("out", "new"))
        is_held = held([revised(case["kind"], before, now)], np.array([False]))[0]
        assert case["shown"] == (case["out"] if is_held else case["new"]), case


def test_the_settings_of_the_page_are_the_products(tables: Tables) -> None:
    """Their names, and the words that they may have."""
    text: Mapping[str, str] = {row["setting"].strip("`"): row["says"] for row in tables(PAGE, "## Settings")[0]}
    names = {each.name for each in fields(Indicator)}
    assert {name for name in text if name in names} == {"disclosure", "minimum_count", "homogeneous", "publication"}
    assert all(f'"{word}"' in text["disclosure"] for word in DISCLOSURES)
    assert f'"{HOMOGENEOUS[1]}"' in text["homogeneous"]
    assert f'"{PUBLICATIONS[1]}"' in text["publication"]


@pytest.mark.parametrize("word", ["Between families and publishers", "Revisions of a process", "Bounds", "Made datasets"])
def test_the_limits_are_said(section: Section, word: str) -> None:
    """What no rule protects."""
    assert f"**{word}" in section(PAGE, "## What is not claimed")
