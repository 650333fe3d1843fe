"""Markdown from values: tables, code and headings; knows no page."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

NOTE = '<!-- Written by "python dev.py docs" from the code. Change it there. -->'


def page(title: str, *parts: str) -> str:
    """Return a page: its title, what it says, and for whoever edits it where it comes from."""
    return "\n\n".join([f"# {title}", NOTE, *(part.strip("\n") for part in parts if part.strip())]) + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a bar within a cell is escaped, and a cell is one line."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("|" + "|".join(_cell(cell) if cell != "---" else cell for cell in line) + "|" for line in lines)


def _cell(text: str) -> str:
    plain = " ".join(str(text).split()).replace("|", "\\|")
    return f" {plain} " if plain else " "


def fenced(text: str, language: str = "") -> str:
    """Return a block of code."""
    return f"```{language}\n{textwrap.dedent(text).strip()}\n```"


def code(text: object) -> str:
    """Return a word of code within a sentence."""
    return f"`{text}`"


def prose(documented: object) -> str:
    """Return a docstring as paragraphs for a reader: its own code marks are kept, and its lines flow."""
    text = re.sub(r"``([^`]+)``", r"`\1`", inspect.getdoc(documented) or "")
    return "\n\n".join(textwrap.fill(each, 150, break_long_words=False, break_on_hyphens=False) for each in text.split("\n\n"))


def sentence(documented: object) -> str:
    """Return the first paragraph of a docstring as one line."""
    return " ".join(re.sub(r"``([^`]+)``", r"`\1`", (inspect.getdoc(documented) or "").partition("\n\n")[0]).split())


def rounded(value: Any) -> str:
    """Return a figure with at most two decimals; a word as it is, and "none" for nothing."""
    if value is None or value != value:
        return "none"
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, (int, float)) else str(value)
