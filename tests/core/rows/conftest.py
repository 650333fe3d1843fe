"""A folder with sources, and the way of its rows from a file through collect, prepare and check, as production goes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas
import pytest

from klaremal import Collector, Column, Dataset, hookimpl
from klaremal.bind.sources import BoundSource
from klaremal.bind.workspace import Bound
from klaremal.builtin.collectors import COLLECTORS
from klaremal.checks.rows import Rows, check
from klaremal.collect import Delivery, collect
from klaremal.discovery import PluginSource
from klaremal.engine import Engine
from klaremal.errors import SourceUnavailable
from klaremal.model.unit import Units
from klaremal.preparation import PREPARATION_KEYS, Preparation
from klaremal.prepare.rows import Prepared, prepare
from klaremal.registry import Registry, build
from klaremal.workspace.folder import Workspace

TODAY = date(2026, 11, 22)
DATA = Path(__file__).resolve().parents[2] / "data"

CASES = Dataset(
    id="demo.cases",
    title="Sager",
    grain="én række pr. sag",
    columns=(
        Column("case_id", "string", required=True),
        Column("received", "date", required=True),
        Column("decided", "date"),
        Column("deadline", "date"),
        Column("kind", "string", enum=("bolig", "hjælp")),
        Column("days", "number", minimum=0, maximum=1000, missing={"..": "confidential"}),
        Column("post_code", "string", pattern="[0-9]{4}"),
        Column("cpr", "string", personal=True),
    ),
    dated_by="received",
    events=("received", "decided"),
    key=("case_id",),
    bad_rows_allowed=1,
)


class Desk:
    """A workspace folder in which files are written, and from which they are collected, prepared and checked."""

    cases = CASES

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.folder = folder
        self.state = folder / ".klaremal"
        self.engine = engine

    def write(self, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        """Write a file of the workspace and return its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return path

    def bound(self, dataset: Dataset, *sections: dict[str, Any]) -> Bound:
        """Return a workspace with these sections for one dataset, declared by the plugin `demo` 1.2 of klaremal-demo."""
        own = tuple({each["collector"].name: each["collector"] for each in sections if "collector" in each}.values())
        return Bound(
            workspace=Workspace(folder=self.folder, name="Solbjerg"),
            registry=_registry(dataset, own),
            units=Units.of(()),
            organisation="",
            sources=tuple(_source(dataset, place, **section) for place, section in enumerate(sections)),
            indicators={},
            goals=(),
        )

    def collect(self, dataset: Dataset, *sections: dict[str, Any], today: date = TODAY, secrets: Any = None) -> Delivery:
        """Return the delivery of a dataset from the given sections."""
        (delivery,) = collect(self.bound(dataset, *sections), [dataset.id], today, self.state, secrets)
        return delivery

    def prepared(self, dataset: Dataset, *sections: dict[str, Any], **section: Any) -> tuple[Engine, Prepared]:
        """Return the prepared rows of a dataset and the engine that holds them; a gap is raised as SourceUnavailable."""
        delivery = self.collect(dataset, *(sections or (section,)))
        if delivery.gap is not None:
            raise SourceUnavailable(delivery.gap.message)
        return self.engine, prepare(self.engine, delivery)

    def checked(
        self, dataset: Dataset, *sections: dict[str, Any], today: date = TODAY, **section: Any
    ) -> tuple[Rows, pandas.DataFrame]:
        """Return the checked rows of a dataset, and what is in them in the order of the source."""
        engine, prepared = self.prepared(dataset, *sections, **section)
        rows = check(engine, prepared, today)
        return rows, engine.frame(f"select * from {rows.relation}", "the test looks")

    def column(self, text: str, kind: str = "number", allowed: float = 1, **section: Any) -> list[Any]:
        """Return the values that a CSV column of this type has when its cells are the lines of `text`."""
        self.write("one.csv", "when;value\n" + "".join(f"2024;{line}\n" for line in text.split("\n")))
        column = Column("value", kind, **{"decimals": 3} if kind == "number" else {})
        engine, prepared = self.prepared(one_column(column, allowed), files="one.csv", **section)
        rows = check(engine, prepared, TODAY)
        return [row[0] for row in engine.query(f"select value from {rows.relation}", "the test looks")]


def one_column(column: Column, allowed: float = 1) -> Dataset:
    """Return a dataset with a year and one more column; `allowed` is the share of rows that may be bad."""
    return Dataset(
        id="demo.one", title="En", grain="én række pr. år", columns=(Column("when", "year"), column), dated_by="when",
        bad_rows_allowed=allowed,
    )  # fmt: skip


def _registry(dataset: Dataset, own: tuple[Collector[Any], ...]) -> Registry:
    @hookimpl
    def klaremal_datasets() -> list[Dataset]:
        return [dataset]

    @hookimpl
    def klaremal_collectors() -> list[Collector[Any]]:
        return [collector for collector in own if "." in collector.name]

    @hookimpl
    def core_collectors() -> list[Collector[Any]]:
        return list(COLLECTORS)

    demo, core = ModuleType("demo"), ModuleType("core")
    vars(demo).update(klaremal_datasets=klaremal_datasets, klaremal_collectors=klaremal_collectors)
    vars(core).update(klaremal_collectors=core_collectors)
    registry = build([PluginSource("klaremal", core, "klaremal", "0.1.0"), PluginSource("demo", demo, "klaremal-demo", "1.2")])
    assert registry.left_out == ()
    return registry


def _source(dataset: Dataset, index: int, **section: Any) -> BoundSource:
    """Return a source from the keys of a section, as a workspace would give them."""
    collector = section.pop("collector", COLLECTORS[0])
    files = section.pop("files", ())
    until = section.pop("complete_until", None)
    own = {key: section.pop(key) for key in PREPARATION_KEYS if key in section}
    return BoundSource(
        dataset=dataset,
        index=index,
        collector=collector,
        collector_name=collector.name,
        options=collector.options(**section),
        preparation=Preparation(**own),
        files=(files,) if isinstance(files, str) else tuple(files),
        complete_until=until,
    )


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Give one engine for all tests of rows, that may read the folder of each: what a test makes in it has fresh names."""
    with Engine.open(threads=1, allowed=[tmp_path_factory.getbasetemp(), DATA]) as opened:
        yield opened


@pytest.fixture
def desk(tmp_path: Path, engine: Engine) -> Desk:
    """Give a workspace folder to write sources to."""
    return Desk(tmp_path, engine)


@pytest.fixture
def one() -> Callable[..., Dataset]:
    """Give the function that makes a dataset with a year and one column."""
    return one_column


@pytest.fixture(scope="session")
def data() -> Path:
    """Give the folder with real data."""
    return DATA
