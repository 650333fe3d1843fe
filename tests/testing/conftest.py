"""A small plugin for roads, written to a folder and installed from there, with whatever a test breaks in it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date
from importlib import invalidate_caches
from pathlib import Path
from textwrap import dedent

import pytest

from klaremal.testing import Subject

PACKAGE = "klaremal_roads_made"

INIT = '''
    """Service goals for roads: hook implementations only."""

    from klaremal import hookimpl

    __version__ = "1.0"


    @hookimpl
    def klaremal_sectors():
        from klaremal import Sector

        return [Sector(id="roads", title={"da": "Veje", "en": "Roads"}, languages=("da", "en"))]


    @hookimpl
    def klaremal_datasets():
        from klaremal_roads_made.declared import DATASETS

        return DATASETS


    @hookimpl
    def klaremal_indicators():
        from klaremal_roads_made.declared import INDICATORS

        return INDICATORS


    @hookimpl
    def klaremal_thresholds():
        from klaremal_roads_made.declared import THRESHOLDS

        return THRESHOLDS


    @hookimpl
    def klaremal_goals():
        from klaremal_roads_made.declared import GOALS

        return GOALS


    @hookimpl
    def klaremal_collectors():
        from klaremal_roads_made.declared import COLLECTORS

        return COLLECTORS


    @hookimpl
    def klaremal_fulfilment_rules():
        from klaremal_roads_made.declared import RULES

        return RULES


    @hookimpl
    def klaremal_exporters():
        from klaremal_roads_made.declared import EXPORTERS

        return EXPORTERS
'''

DECLARED = '''
    """All that roads declares."""

    from datetime import date

    from attrs import frozen

    from klaremal import (
        Collected, Collector, Column, Dataset, Exporter, FulfilmentRule, Goal, Indicator, Reference, SourceUnreadable,
        Threshold,
    )
    from klaremal.measures import Mean, Share
    from klaremal.targets import AtLeast, AtMost

    POTHOLES = Dataset(
        id="roads.potholes",
        title={"da": "Huller i vejen", "en": "Potholes"},
        grain={"da": "én række pr. hul", "en": "one row per pothole"},
        columns=(
            Column("case_id", "string", {"da": "Sag", "en": "Case"}, required=True),
            Column("reported_on", "date", {"da": "Meldt", "en": "Reported"}, required=True),
            Column("repaired_on", "date", {"da": "Lukket", "en": "Repaired"}),
            Column("road", "string", {"da": "Vej", "en": "Road"}, enum=("kommunevej", "privat")),
            Column("municipality", "string", {"da": "Kommune", "en": "Municipality"}),
        ),
        placed_in="municipality",
        dated_by="reported_on",
        events=("reported_on", "repaired_on"),
        key="case_id",
    )
    REPAIRED = Indicator(
        id="roads.repaired",
        title={"da": "Lukkede huller", "en": "Potholes repaired"},
        description={"da": "Andelen af meldte huller, der er lukket.", "en": "Share of potholes reported that are repaired."},
        dataset=POTHOLES,
        measure=Share("repaired_on is not null", where="road = 'kommunevej'"),
        measured_in="percent",
        direction="higher",
        frequency="month",
        disclosure="process",
        plausible=(0, 100),
        references=(Reference("Vejloven § 8"),),
    )
    DAYS = Indicator(
        id="roads.days",
        title={"da": "Dage til lukning", "en": "Days to repair"},
        description={"da": "Fra meldt til lukket.", "en": "From report to repair."},
        dataset=POTHOLES,
        measure=Mean("days_between(reported_on, repaired_on)"),
        measured_in="days",
        direction="lower",
        frequency="month",
        references=(Reference("Egen definition"),),
    )
    LAW = Threshold(
        id="roads.law",
        title={"da": "Hele veje", "en": "Whole roads"},
        indicator=REPAIRED,
        target=AtLeast(90),
        basis="law",
        reference="Vejloven § 8",
        valid_from=date(2024, 1, 1),
    )
    WHOLE = Goal(
        id="roads.whole",
        title={"da": "Hele veje", "en": "Whole roads"},
        promise={"da": "Vi lukker huller.", "en": "We repair potholes."},
        threshold="roads.law",
        units="municipality",
        valid_from=date(2024, 1, 1),
        statutory=True,
    )


    @frozen
    class Options:
        """The portal has no options."""


    def collect(request):
        """Read the portal's lines, each with four cells."""
        import pandas as pd

        lines = [line for path in request.files() for line in path.read_text("utf-8", "replace").splitlines() if line]
        rows = [line.split("|") for line in lines]
        if not rows or any(len(row) != 5 for row in rows):
            raise SourceUnreadable("a line does not have five cells; ask the portal again.")
        frame = pd.DataFrame(rows, columns=["case_id", "reported_on", "repaired_on", "road", "municipality"])
        return Collected(frame=frame, origin="portal")


    PORTAL = Collector(name="roads.portal", title={"da": "Portalen", "en": "The portal"}, options=Options, collect=collect)


    def judge(rows, compared):
        """Ask for a target that is met twice, by the figures before as well."""
        now = compared(rows["value"])
        before = now.groupby(rows["unit"]).shift(1)
        return now.where(before == "fulfilled", "not_fulfilled").where(before.notna(), "no_data")


    def page(frame):
        """Return the table as a page shows it."""
        return frame.to_html(index=False, na_rep="")


    def lines(frame, path):
        """Write the table as lines."""
        path.write_text(frame.to_csv(index=False), "utf-8")


    TWICE = FulfilmentRule(id="roads.twice", version="1", title={"da": "To gange", "en": "Twice"}, judge=judge)
    PAGE = Exporter(name="roads.page", suffix=".html", title={"da": "Side", "en": "Page"}, text=page)
    LINES = Exporter(name="roads.lines", suffix=".txt", title={"da": "Linjer", "en": "Lines"}, write=lines)

    DATASETS = (POTHOLES,)
    INDICATORS = (REPAIRED, DAYS)
    THRESHOLDS = (LAW,)
    GOALS = (WHOLE,)
    COLLECTORS = (PORTAL,)
    RULES = (TWICE,)
    EXPORTERS = (PAGE, LINES)
'''

WORKSPACE = """
    plugins = ["roads"]
    [organisation]
    name = "Eksempel Kommune"
    unit = "101"
    [units]
    file = "units.csv"
    [sources.roads.potholes]
    collector = "roads.portal"
    files = "data/potholes.txt"
    complete_until = 2025-03-31
"""
GOALS = """
    [goal.days]
    title = "Hurtigt"
    promise = "Vi lukker huller på en uge."
    indicator = "roads.days"
    at_most = 7
    frequency = "quarter"
    valid_from = 2024-01-01
    decision = { body = "Eksempel", date = 2023-12-31 }
"""
POTHOLES = "".join(f"c{n}|2025-0{n % 3 + 1}-10|2025-0{n % 3 + 1}-1{n % 5 + 1}|kommunevej|101\n" for n in range(18))

Make = Callable[..., Subject]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Make]:
    """Return a function that writes the plugin, each given text put in place of another, and installs it for the test."""

    def make(*changes: tuple[str, str], requires: str = "klaremal<0.2,>=0.1", **files: str) -> Subject:
        texts = {
            "__init__.py": dedent(INIT),
            "declared.py": dedent(DECLARED),
            "sample/klaremal.toml": dedent(WORKSPACE),
            "sample/goals/goals.toml": dedent(GOALS),
            "sample/units.csv": "code,name,level,parent\n101,Eksempel,municipality,\n",
            "sample/data/potholes.txt": POTHOLES,
            **files,
        }
        for old, new in changes:
            assert any(old in text for text in texts.values()), old
            texts = {name: text.replace(old, new) for name, text in texts.items()}
        for name, text in texts.items():
            _write(tmp_path / PACKAGE / name, text)
        info = tmp_path / "klaremal_roads_made-1.0.dist-info"
        needs = f"Requires-Dist: {requires}\n" if requires else ""
        _write(info / "METADATA", f"Metadata-Version: 2.1\nName: klaremal-roads-made\nVersion: 1.0\n{needs}")
        _write(info / "entry_points.txt", f"[klaremal]\nroads = {PACKAGE}\n")
        sys.path.insert(0, str(tmp_path))
        invalidate_caches()
        return Subject.installed("roads", today=date(2026, 1, 15))

    before = list(sys.path)
    yield make
    sys.path[:] = before
    for name in [each for each in sys.modules if each.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
