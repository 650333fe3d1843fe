"""The page on targets: every table of cases is turned into rows of a file, run, and held against what the page says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from klaremal import Column, Dataset, Indicator, Sector, hookimpl
from klaremal.bind.workspace import bind
from klaremal.discovery import CORE, PluginSource, discover
from klaremal.measures import Published, Share
from klaremal.ready import Choice, Ready
from klaremal.reason.sentence import COURSE_WORDS, STATUS_WORDS
from klaremal.registry import Registry, build
from klaremal.run import Run, run_prepared
from klaremal.workspace.folder import read

PAGE = "docs/targets.md"
Tables = Callable[[str, str], list[list[dict[str, str]]]]
TODAY = date(2026, 1, 31)
PLACES = ("Aarhus", "Odense", "Aalborg", "Esbjerg", "Randers")

CASES = Dataset(
    id="cases.rows",
    title="Sager",
    grain="én række pr. sag",
    columns=(Column("municipality", "string"), Column("opened_on", "date"), Column("kept", "boolean")),
    placed_in="municipality",
    dated_by="opened_on",
)
PUBLISHED = Dataset(
    id="cases.published",
    title="Tal",
    grain="én række pr. kommune og år",
    columns=(Column("municipality", "string"), Column("year", "year"), Column("figure", "number")),
    placed_in="municipality",
    level="municipality",
    dated_by="year",
)
WORKSPACE = """\
plugins = ["cases"]
[organisation]
name = "Danmark"
unit = "000"
[sources.cases.rows]
collector = "csv"
files = "rows.csv"
complete_until = 2025-12-31
[sources.cases.published]
collector = "csv"
files = "published.csv"
decimal = "."
complete_until = 2025-12-31
"""


class Plugin:
    """A share of cases, and published figures of which more, or less, is better."""

    @hookimpl
    def klaremal_sectors(self) -> list[Sector]:
        """Declare the sector."""
        return [Sector(id="cases", title="Sager")]

    @hookimpl
    def klaremal_datasets(self) -> list[Dataset]:
        """Declare both datasets."""
        return [CASES, PUBLISHED]

    @hookimpl
    def klaremal_indicators(self) -> list[Indicator]:
        """Declare the indicators; small numbers are shown."""
        usual: dict[str, Any] = {"measured_in": "percent", "frequency": "year", "minimum_count": 1}
        figure = {"dataset": PUBLISHED, "measure": Published("figure")} | usual
        return [
            Indicator(id="cases.kept", title="k", dataset=CASES, measure=Share("kept"), direction="higher", **usual),
            Indicator(id="cases.higher", title="h", direction="higher", **figure),
            Indicator(id="cases.lower", title="l", direction="lower", **figure),
        ]


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Return what core and the plugin declare."""
    core = next(source for source in discover()[0] if source.name == CORE)
    return build([core, PluginSource("cases", Plugin(), "klaremal-cases", "1.0")])


class Case:
    """One case of the page: rows of both files, and a goal."""

    def __init__(self, folder: Path, registry: Registry) -> None:
        self.folder = folder
        self.registry = registry
        self.rows = ["municipality;opened_on;kept"]
        self.figures = ["municipality;year;figure"]

    def counted(self, place: str, n: int, kept: int) -> None:
        """Add cases, spread over the months of 2025."""
        for number in range(n):
            self.rows.append(f"{place};2025-{number % 12 + 1:02}-15;{'ja' if number < kept else 'nej'}")

    def run(self, *lines: str, units: str = 'units = ["Aarhus"]', today: date = TODAY) -> Run:
        """Write the files and run the one goal."""
        goal = ("[goal.a]", 'title = "t"', 'promise = "p"', units, 'frequency = "year"', "valid_from = 2024-01-01", *lines)
        decision = 'decision = { body = "Byrådet", date = 2023-12-01 }'
        files = {
            "klaremal.toml": WORKSPACE,
            "goals/goals.toml": "\n".join((*goal, decision, "")),
            "rows.csv": "\n".join((*self.rows, "")),
            "published.csv": "\n".join((*self.figures, "")),
        }
        for name, text in files.items():
            (self.folder / name).parent.mkdir(exist_ok=True)
            (self.folder / name).write_text(text, encoding="utf-8")
        workspace, faults = read(self.folder)
        bound = bind(workspace, self.registry, faults)
        return run_prepared(Ready(workspace=workspace, registry=bound.registry, bound=bound, today=today), Choice())


@pytest.fixture
def case(tmp_path_factory: pytest.TempPathFactory, registry: Registry) -> Callable[[], Case]:
    """Return a function that begins a case in a folder of its own."""
    return lambda: Case(tmp_path_factory.mktemp("case"), registry)


def judged(run: Run, period: str = "2025", unit: str = "Aarhus") -> dict[str, Any]:
    """Return the one judgement of a unit in a period, missing words and figures as None."""
    rows = run.fulfilments
    rows = rows[(rows["unit_name"] == unit) & (rows["period"] == period)].astype(object)
    (row,) = rows.where(rows.notna(), None).to_dict("records")
    return {str(name): value for name, value in row.items()}


def status_of(row: dict[str, Any]) -> str:
    """Return the status of a judgement in the words of the page."""
    return STATUS_WORDS["en"][row["status"]]


def shown(value: float | None) -> str:
    """Write a number as the page does."""
    return "" if value is None else f"{value:.6g}"


def test_a_change_promises_what_the_page_says(case: Callable[[], Case], tables: Tables) -> None:
    """From the figures of three years."""
    for row in tables(PAGE, "## change")[0]:
        one = case()
        one.figures += [f"Aarhus;{year};{row[year]}" for year in ("2022", "2023", "2024") if row[year]]
        found = judged(one.run(f'indicator = "cases.{row["direction"]}"', f"change = {row['change']}"), "2024")
        assert (shown(found["target"]), status_of(found)) == (row["promised"], row["status"]), row


def test_others_are_put_together_as_the_page_says(case: Callable[[], Case], tables: Tables) -> None:
    """From rows of cases of the three municipalities of one group."""
    for row in tables(PAGE, "## relative")[0]:
        one = case()
        for place, cell in zip(PLACES, (row["own"], *row["others"].split(", ")), strict=False):
            kept, _, n = cell.partition(" of ")
            one.counted(place, int(n), int(kept))
        found = judged(one.run('indicator = "cases.kept"', 'relative = { to = "group" }'))
        assert (shown(found["target"]), status_of(found)) == (row["promised"], row["status"]), row


def test_the_words_of_the_course_are_the_products_own(tables: Tables) -> None:
    """All of them, and the Danish ones."""
    words = {row["course"].strip("`"): row["dansk"] for row in tables(PAGE, "## by")[0]}
    assert words == COURSE_WORDS["da"]


def test_the_course_is_what_the_page_says(case: Callable[[], Case], tables: Tables) -> None:
    """The numbers of the line stand in the sentence before its table."""
    for row in tables(PAGE, "## by")[1]:
        one = case()
        one.figures += ["Aarhus;2023;60", f"Aarhus;{row['year']};{row['value']}"]
        found = judged(one.run('indicator = "cases.higher"', "at_least = 80", "by = 2027"), row["year"])
        assert (found["course"], found["cause"]) == (row["course"], "not_yet_due"), row


def test_the_margin_is_what_the_page_says(case: Callable[[], Case], tables: Tables) -> None:
    """From rows of cases."""
    for row in tables(PAGE, "## Margin")[0]:
        one, n = case(), int(row["cases"])
        one.counted("Aarhus", n, n - int(row["failed"]))
        assert shown(judged(one.run('indicator = "cases.kept"', row["promise"]))["margin"]) == row["margin"], row


def test_what_is_done_is_judged_as_the_page_says(case: Callable[[], Case], tables: Tables) -> None:
    """On the day of the run."""
    for row in tables(PAGE, "## done")[0]:
        one = case()
        on = f", on = {row['on']}" if row["on"] else ""
        run = one.run(f"done = {{ by = {row['by']}{on} }}", units="", today=date.fromisoformat(row["run on"]))
        assert status_of(judged(run, unit="Danmark")) == row["status"], row


def test_a_whole_is_what_the_page_says(case: Callable[[], Case], tables: Tables) -> None:
    """Of units with 95 or 80 percent, or without a figure."""
    for row in tables(PAGE, "## summary")[1]:
        one, letters = case(), row["units"].split()
        places, values = PLACES[: len(letters)], {"F": "95", "N": "80", "?": ""}
        one.figures += [f"{place};2025;{values[letter]}" for place, letter in zip(places, letters, strict=True)]
        units = f"units = {json.dumps(places, ensure_ascii=False)}"
        run = one.run('indicator = "cases.higher"', "at_least = 90", f"summary = {row['summary']}", units=units)
        assert status_of(judged(run, unit="Danmark")) == row["whole"], row


def test_the_rules_of_a_summary_are_all_explained(tables: Tables) -> None:
    """Each as it is written."""
    written = " ".join(row["summary"] for row in tables(PAGE, "## summary")[0])
    assert re.findall(r"(all|worst|share)", written) == ["all", "worst", "worst", "share"]
