"""The page on figures: every table of cases is turned into rows of a file, run, and held against what the page says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from attrs import field, fields, frozen

from klaremal import Column, Dataset, Indicator, Sector, hookimpl
from klaremal.bind.workspace import bind
from klaremal.discovery import CORE, PluginSource, discover
from klaremal.measures import Count, Published, Share
from klaremal.model.outcome import CAUSES
from klaremal.model.period import Period
from klaremal.model.target_keys import target_of
from klaremal.ready import Choice, Ready
from klaremal.reason.sentence import STATUS_WORDS, reason
from klaremal.registry import build
from klaremal.run import Run, run_prepared
from klaremal.workspace.folder import read

PAGE = "docs/figures.md"
Tables = Callable[[str, str], list[list[dict[str, str]]]]
TODAY = date(2026, 1, 31)

CASES = Dataset(
    id="cases.rows",
    title="Sager",
    grain="én række pr. sag",
    columns=(Column("municipality", "string"), Column("opened_on", "date"), Column("kept", "boolean")),
    placed_in="municipality",
    dated_by="opened_on",
    events=("opened_on",),
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


def indicator(
    name: str, dataset: Dataset, measure: Any, direction: str, frequency: str, measured_in: str, **more: Any
) -> Indicator:
    """Return an indicator of the plugin."""
    return Indicator(
        id=f"cases.{name}", title=name, dataset=dataset, measure=measure, direction=direction, frequency=frequency,
        measured_in=measured_in,
    )  # fmt: skip


INDICATORS = (
    indicator("kept", CASES, Share("kept"), "higher", "month", "percent"),
    indicator("number", CASES, Count(), "lower", "month", "number"),
    indicator("high", PUBLISHED, Published("figure"), "higher", "year", "points"),
    indicator("low", PUBLISHED, Published("figure"), "lower", "year", "points"),
)


class Plugin:
    """The plugin of these tests."""

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
        """Declare the indicators."""
        return list(INDICATORS)


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


@frozen
class Cases:
    """The files of a workspace while the cases of the page are written into them, each for a municipality of its own."""

    places: Iterator[str]
    rows: list[str] = field(factory=lambda: ["municipality;opened_on;kept"])
    figures: list[str] = field(factory=lambda: ["municipality;year;figure"])
    goals: list[str] = field(factory=list)

    def goal(self, name: str, place: str, indicator: str, target: str, *more: str) -> None:
        """Add a goal for one municipality, by the year unless `more` says otherwise."""
        given = {line.partition(" = ")[0] for line in more}
        usual = [line for line in ('frequency = "year"', "valid_from = 2024-01-01") if line.partition(" = ")[0] not in given]
        texts = (f"[goal.{name}]", 'title = "t"', 'promise = "p"', f'indicator = "cases.{indicator}"', f'units = ["{place}"]')
        self.goals.extend((*texts, target, *usual, *more, 'decision = { body = "Byrådet", date = 2023-12-01 }'))

    def spread(self, place: str, year: int, n: int, kept: int, aside: int = 0) -> None:
        """Add cases spread over the months of a year; those set aside say neither yes nor no."""
        for number in range(n + aside):
            answer = "måske" if number >= n else "ja" if number < kept else "nej"
            self.rows.append(f"{place};{year}-{number % 12 + 1:02d}-15;{answer}")

    def monthly(self, place: str, n: int, without: str, one_unknown: bool) -> None:
        """Add as many cases to each month of 2025 but some; all were kept, or of one a month nobody knows."""
        gone = [11, 12] if without == "November, December" else []
        for month in (each for each in range(1, 13) if each not in gone):
            for number in range(n):
                self.rows.append(f"{place};2025-{month:02d}-15;{'' if one_unknown and not number else 'ja'}")


def numbered(table: list[dict[str, str]], name: str) -> list[tuple[str, dict[str, str]]]:
    """Return the rows of a table with the id of the goal that each becomes."""
    return [(f"{name}_{number}", row) for number, row in enumerate(table)]


def write_cases(cases: Cases, tables: Tables) -> None:
    """Write every case of the page."""
    status, _ = tables(PAGE, "## The four statuses")[1:]
    for name, row in numbered(status, "status"):
        place = next(cases.places)
        cases.figures.append(f"{place};2025;{row['figure']}")
        more = [f"tolerance = {row['tolerance']}"] if row["tolerance"] else []
        cases.goal(name, place, "low" if "at_most" in row["promise"] else "high", row["promise"], *more)
    for name, row in numbered(tables(PAGE, "## Certainty")[0], "certainty"):
        place = next(cases.places)
        cases.spread(place, 2025, int(row["of"]), int(row["kept"]), int(row["set aside"]))
        cases.goal(name, place, "kept", "at_least = 95")
    for name, row in numbered(tables(PAGE, "## Small numbers")[0], "small"):
        place = next(cases.places)
        cases.spread(place, 2025, int(row["of"]), int(row["who did"]))
        cases.goal(name, place, "kept", "at_least = 95")
    for name, row in numbered(tables(PAGE, "## Trend")[0], "trend"):
        place = next(cases.places)
        for year, cell in ((2024, row["year before"]), (2025, row["this year"])):
            kept, _, n = cell.partition(" of ")
            cases.spread(place, year, int(n or kept), int(kept))
        is_share = "of" in row["this year"]
        cases.goal(name, place, *(("kept", "at_least = 90") if is_share else ("number", "at_most = 90")))
    for name, row in numbered(tables(PAGE, "## Coverage")[0], "coverage"):
        place = next(cases.places)
        cases.monthly(place, int(row["cases a month"]), row["months without"], bool(row["neither yes nor no"]))
        cases.goal(name, place, "kept", "at_least = 95")
    place = next(cases.places)
    cases.spread(place, 2025, 600, 540)
    for frequency in ("year", "month"):
        at = f'frequency = "{frequency}"'
        cases.goal(f"old_{frequency}", place, "kept", "at_least = 95", at)
        new = (at, "valid_from = 2025-12-01", f'supersedes = "old_{frequency}"')
        cases.goal(f"new_{frequency}", place, "kept", "at_least = 85", *new)


@pytest.fixture(scope="module")
def found(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Write all cases into one workspace and run it once."""
    core = next(source for source in discover()[0] if source.name == CORE)
    registry = build([core, PluginSource("cases", Plugin(), "klaremal-cases", "1.0")])
    municipalities = [unit.code for unit in registry.unit_sets["dk"].units if unit.level == "municipality"]
    cases = Cases(iter(dict.fromkeys(municipalities)))
    write_cases(cases, tables)
    folder = tmp_path_factory.mktemp("figures")
    (folder / "goals").mkdir()
    texts = {"rows.csv": cases.rows, "published.csv": cases.figures, "goals/cases.toml": cases.goals}
    for name, lines in texts.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "klaremal.toml").write_text(WORKSPACE, encoding="utf-8")
    workspace, faults = read(folder)
    bound = bind(workspace, registry, faults)
    result = run_prepared(Ready(workspace=workspace, registry=bound.registry, bound=bound, today=TODAY), Choice())
    assert not result.failed, result.gaps
    return result


def judged(found: Run, goal: str, period: str = "2025") -> dict[str, Any]:
    """Return the one judgement of a goal for a period, missing words and figures as None."""
    rows = found.fulfilments
    rows = rows[(rows["goal"] == goal) & (rows["period"] == period)].astype(object)
    (row,) = rows.where(rows.notna(), None).to_dict("records")
    return {str(name): value for name, value in row.items()}


def status_of(row: dict[str, Any]) -> str:
    """Return the status of a judgement in the words of the page."""
    return STATUS_WORDS["en"][row["status"]]


def test_the_statuses_of_the_page_are_those_that_figures_get(found: Run, tables: Tables) -> None:
    """And the figure is shown with the decimals that the page shows."""
    goals = {bound.goal.id: bound for bound in found.bound.goals}
    for name, case in numbered(tables(PAGE, "## The four statuses")[1], "status"):
        row = judged(found, name)
        assert status_of(row) == case["status"], case
        assert f": {case['shown as']} points" in reason(row, goals[name], "en"), case


def test_the_words_of_the_statuses_are_the_products_own(tables: Tables) -> None:
    """In the three languages."""
    wanted = {(status, *(STATUS_WORDS[lang][status] for lang in ("da", "nb", "en"))) for status in STATUS_WORDS["en"]}
    shown = {
        (row["status"].strip("`"), row["dansk"], row["norsk"], row["English"])
        for row in tables(PAGE, "## The four statuses")[0]
    }
    assert shown == wanted


def test_a_path_promises_what_the_page_says(tables: Tables) -> None:
    """An empty cell is a period for which nothing is promised."""
    for case in tables(PAGE, "## The four statuses")[2]:
        path = target_of("path", tomllib.loads(f"path = {case['path']}")["path"], shape=case["shape"])
        band = path.band(Period.parse(case["period"]), "higher")
        assert ("" if band is None else f"{band[0]:g}") == case["promised"], case


def test_the_version_of_the_first_day_judges(found: Run, tables: Tables) -> None:
    """One figure, 90 percent, is too little for the year and enough for December."""
    for case in tables(PAGE, "## Which version judges")[0]:
        old, new = (f"{which}_{'month' if 'M' in case['period'] else 'year'}" for which in ("old", "new"))
        row = judged(found, old if case["judged by"] == "95" else new, case["period"])
        assert (f"{row['target']:g}", status_of(row)) == (case["judged by"], case["status"])
        rows = found.fulfilments
        assert len(rows[rows["goal"].isin([old, new]) & (rows["period"] == case["period"])]) == 1


def test_the_causes_are_listed_in_their_order(section: Callable[[str, str], str]) -> None:
    """The first that matches is the cause."""
    text = section(PAGE, "## Why something cannot be assessed")
    assert tuple(re.findall(r"^\d+\. `(\w+)`", text, flags=re.MULTILINE)) == CAUSES


def test_certainty_is_what_the_page_says(found: Run, tables: Tables) -> None:
    """From rows that say neither yes nor no."""
    for name, case in numbered(tables(PAGE, "## Certainty")[0], "certainty"):
        row = judged(found, name)
        assert (status_of(row), row["certainty"]) == (case["status"], case["certainty"]), case


def test_the_coverage_is_what_the_page_says(found: Run, tables: Tables) -> None:
    """Of rows that say nothing, and of months that have none."""
    observations = found.observations
    for name, case in numbered(tables(PAGE, "## Coverage")[0], "coverage"):
        row = judged(found, name)
        same = (observations["unit"] == row["unit"]) & (observations["indicator"] == "cases.kept")
        (coverage,) = observations[same & (observations["period"] == "2025")]["coverage"]
        assert f"{coverage:.2f}".rstrip("0").rstrip(".") == case["coverage"], case
        expected = ("fulfilled", None) if case[""] == "judged" else ("not_assessable", "coverage_too_low")
        assert (row["status"], row["cause"]) == expected, case


def test_the_trend_is_what_the_page_says(found: Run, tables: Tables) -> None:
    """From the rows of two years."""
    for name, case in numbered(tables(PAGE, "## Trend")[0], "trend"):
        assert judged(found, name)["trend"] == case["trend"], case


def test_small_numbers_are_hidden_as_the_page_says(found: Run, tables: Tables) -> None:
    """A hidden figure has no value, number, status, certainty or trend."""
    figures = ("value", "n", "part", "low", "high", "certainty", "trend")
    for name, case in numbered(tables(PAGE, "## Small numbers")[0], "small"):
        row = judged(found, name)
        if case[""] == "hidden":
            assert (row["status"], row["cause"]) == ("not_assessable", "confidential"), case
            assert [row[each] for each in figures] == [None] * len(figures), case
        else:
            assert row["value"] == pytest.approx(100 * int(case["who did"]) / int(case["of"])), case


def test_the_defaults_of_the_page_are_the_indicators_own() -> None:
    """Five people, 95 percent, and all of them for a count."""
    kept, number, *_ = INDICATORS
    assert {each.name: each.default for each in fields(Indicator)}["minimum_count"] == 5
    assert (kept.least_coverage, number.least_coverage) == (0.95, 1.0)


def test_the_limits_of_hiding_are_said_plainly(section: Callable[[str, str], str]) -> None:
    """What else is hidden, and what is not protected."""
    text = " ".join(section(PAGE, "## Small numbers").replace(">", "").split())
    assert "What would give a hidden figure away is hidden too" in text
    assert "**What is not protected.** Indicators on other rows, and what others publish, are not looked at. More in" in text
