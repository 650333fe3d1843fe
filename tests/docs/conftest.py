"""Pages of the documentation as their code blocks, tables and sections: what each test of a page looks at."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"```(\w*)\s*")
_LABEL = re.compile(r"`([^`]+\.\w+)`")


@frozen(kw_only=True)
class Block:
    """A fenced block: the line it begins on, its language, its text, and the last line of prose before it."""

    page: str
    line: int
    language: str
    text: str
    before: str

    @property
    def file(self) -> str:
        """The path of the file that the block is, when a line with nothing but a path stands before it."""
        found = _LABEL.fullmatch(self.before)
        return found[1] if found else ""

    @property
    def toml(self) -> dict[str, Any]:
        """The content of a TOML block."""
        return tomllib.loads(self.text)

    def __str__(self) -> str:
        """Give the place, for messages."""
        return f"{self.page}, line {self.line}"


def blocks_of(page: str) -> list[Block]:
    """Return the fenced blocks of a page in their order."""
    made: list[Block] = []
    lines = iter(enumerate((ROOT / page).read_text(encoding="utf-8").splitlines(), start=1))
    before = ""
    for number, line in lines:
        fence = _FENCE.fullmatch(line)
        if not fence:
            before = line.strip() or before
            continue
        text = "".join(f"{inside}\n" for inside in _until_closed(lines))
        made.append(Block(page=page, line=number, language=fence[1], text=text, before=before))
        before = ""
    return made


def _until_closed(lines: Iterator[tuple[int, str]]) -> Iterator[str]:
    for _, line in lines:
        if line.rstrip() == "```":
            return
        yield line


def section_of(page: str, heading: str) -> str:
    """Return the text below a heading, up to the next of its rank or higher."""
    text = (ROOT / page).read_text(encoding="utf-8")
    rank = len(heading) - len(heading.lstrip("#"))
    begin = f"\n{text}".index(f"\n{heading}\n") + len(heading)
    following = re.search(rf"\n#{{1,{rank}}} ", text[begin:])
    return text[begin : begin + following.start()] if following else text[begin:]


def tables_of(page: str, heading: str) -> list[list[dict[str, str]]]:
    """Return the tables below a heading, each as rows by header."""
    tables: list[list[dict[str, str]]] = []
    header: list[str] = []
    for line in section_of(page, heading).splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            header = []
        elif not header:
            header = cells
            tables.append([])
        elif set(line) - set("|-: "):
            tables[-1].append(dict(zip(header, cells, strict=True)))
    return tables


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def blocks() -> Callable[[str], list[Block]]:
    """Return the function that gives a page's fenced blocks."""
    return blocks_of


@pytest.fixture(scope="session")
def section() -> Callable[[str, str], str]:
    """Return the function that gives the text below a heading."""
    return section_of


@pytest.fixture(scope="session")
def tables() -> Callable[[str, str], list[list[dict[str, str]]]]:
    """Return the function that gives the tables below a heading."""
    return tables_of
