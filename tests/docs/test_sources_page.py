"""The page on sources: every file on it is read as its block says, and gives the rows or the refusal that it shows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import fields, frozen

from klaremal.builtin.collectors import COLLECTORS
from klaremal.builtin.population import POPULATION
from klaremal.cli import main as cli
from klaremal.desk import Desk, opened
from klaremal.errors import KlaremalError
from klaremal.preparation import PREPARATION_KEYS
from klaremal.ready import prepare_run
from klaremal.workspace.secrets import secret
from klaremal.workspace.sources import COMPLETE_RULES

PAGE = "docs/sources.md"
RULES = re.compile(r"""\b(?:id|rule)=f?"([a-z_]+)|_aside\(dataset\.id, "([a-z_]+)\"""")
TOP = 'plugins = ["childcare", "schools", "eldercare", "citizen_service"]\n[organisation]\nname = "Solbjerg"\nunit = "751"\n'

Blocks = Callable[[str], list[Any]]
Section = Callable[[str, str], str]


@frozen
class Example:
    """A source with its file, and what the page says comes of it."""

    file: Any
    source: Any
    rows: str = ""
    refused: str = ""


def examples(blocks: list[Any]) -> Iterator[Example]:
    """Give every file on the page with the source block after it and the outcome after that."""
    for file, source, outcome in zip(blocks, blocks[1:], blocks[2:], strict=False):
        if file.file and source.language == "toml" and outcome.before in ("The rows:", "It is refused:"):
            is_refused = outcome.before == "It is refused:"
            yield Example(file, source, refused=outcome.text) if is_refused else Example(file, source, rows=outcome.text)


@contextmanager
def desk_of(example: Example, folder: Path) -> Iterator[tuple[Desk, str]]:
    """Write the file and a workspace with the block; give the rows' desk and the dataset."""
    path = folder / example.file.file
    path.parent.mkdir(parents=True)
    path.write_text(example.file.text, encoding="utf-8")
    (folder / "klaremal.toml").write_text(TOP + example.source.text, encoding="utf-8")
    ready = prepare_run(folder, date(2026, 1, 31))
    (source,) = ready.bound.sources
    with opened(ready, [source.dataset.id], lambda message: None) as desk:
        yield desk, source.dataset.id


def shown(cell: Any) -> str:
    """Return a cell as the page writes it: nothing for null, figures with up to four decimals."""
    if cell is None or cell != cell:
        return ""
    text = str(cell)
    return f"{round(float(text), 4):g}" if re.fullmatch(r"-?\d+\.\d+", text) else text


def test_every_file_of_the_page_is_an_example(blocks: Blocks) -> None:
    """No file stands there without being read."""
    read = [example.file.file for example in examples(blocks(PAGE))]
    assert read == [block.file for block in blocks(PAGE) if block.file and block.file.startswith("data/")]
    assert len(read) == 7


@pytest.mark.parametrize("place", range(6))
def test_the_rows_of_an_example_are_those_shown(place: int, blocks: Blocks, tmp_path: Path) -> None:
    """As they count: renamed, mapped, typed, with the cause of what is missing."""
    example = [each for each in examples(blocks(PAGE)) if each.rows][place]
    header, *wanted = csv.reader(io.StringIO(example.rows), delimiter=";")
    with desk_of(example, tmp_path) as (desk, dataset):
        rows = desk.rows(dataset)
        columns = ", ".join(header)
        found = desk.engine.query(f"select {columns} from {rows.relation} where __bad is null", "rows of an example")
    assert sorted([shown(cell) for cell in row] for row in found) == sorted(wanted), str(example.source)
    assert rows.bad == 0


def test_the_refused_example_is_refused_in_these_words(blocks: Blocks, tmp_path: Path) -> None:
    """With how many rows, the rule, and an example."""
    (example,) = [each for each in examples(blocks(PAGE)) if each.refused]
    with desk_of(example, tmp_path) as (desk, dataset), pytest.raises(KlaremalError) as caught:
        desk.rows(dataset)
    assert " ".join(example.refused.split()) in str(caught.value)


def test_every_option_and_key_is_on_the_page(section: Section) -> None:
    """The options of core's collectors in their sections, and all that core itself does to a source."""
    lacking = []
    for collector in COLLECTORS:
        text = section(PAGE, f"## {collector.name}")
        options = [each.name for each in fields(collector.options)]  # type: ignore[arg-type]
        lacking += [f"{collector.name}: {name}" for name in options if f"`{name}`" not in text]
    keys = section(PAGE, "## What every source can say")
    lacking += [key for key in PREPARATION_KEYS if f"`{key}`" not in keys]
    assert lacking == []


def test_every_rule_by_which_rows_are_set_aside_is_named(section: Section, root: Path) -> None:
    """The rules as they are written in the code; what is about one column ends with its name."""
    found: set[str] = set()
    for path in (root / "core/src/klaremal").rglob("*.py"):
        if path.name == "unit_rows.py" or path.parent.name in ("checks", "rollup"):
            found |= {"".join(groups) for groups in RULES.findall(path.read_text(encoding="utf-8"))}
    text = section(PAGE, "## What is set aside")
    assert {"unreadable_", "duplicate_key", "unknown_unit", "unknown_parent", "duplicate_cell"} <= found
    assert [rule for rule in sorted(found) if f"`{rule}{'…' if rule.endswith('_') else ''}`" not in text] == []


def test_the_exit_codes_are_those_of_the_command_line(tables: Callable[[str, str], Any]) -> None:
    """0 and the five others."""
    ((*rows,),) = tables(PAGE, "## Exit codes")
    codes = {name: value for name, value in vars(cli).items() if name.startswith("EXIT_")}
    assert sorted(int(row["code"]) for row in rows) == sorted([0, *codes.values()])


def test_the_secret_of_the_page_is_found_and_never_shown(blocks: Blocks, tmp_path: Path) -> None:
    """In the private file; its representation is three stars."""
    (block,) = [block for block in blocks(PAGE) if block.file == ".klaremal/secrets.toml"]
    (tmp_path / "secrets.toml").write_text(block.text, encoding="utf-8")
    found = secret(tmp_path, "library_system")
    assert (found, repr(found)) == ("...", "***")


def test_the_columns_of_the_population_are_those_of_the_contract(tables: Callable[[str, str], Any]) -> None:
    """With their types, and every header under which each is known."""
    ((*rows,),) = tables(PAGE, "## The population")
    said = {row["column"].strip("`"): (row["type"], set(row["also called"].split(", "))) for row in rows}
    assert said == {
        column.name: (
            column.type + (", required" if column.required else ""),
            {*column.also, *(title for _, title in column.title.pairs)},
        )
        for column in POPULATION.columns
    }
    assert POPULATION.column("sex").total == "all"


def test_every_rule_for_complete_until_is_explained(section: Section) -> None:
    """In the list of the page on figures, and among the keys."""
    rules = [f'"{rule}"' for rule in COMPLETE_RULES if "<" not in rule]
    for text in (
        section("docs/figures.md", "## Until when the data is complete"),
        section("docs/config.md", "## [sources.dataset]"),
    ):
        assert [rule for rule in (*rules, '"newest:') if rule not in text] == []
