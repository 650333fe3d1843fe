"""Exporters: forms in which a table of the ledger is handed to others; writes nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

from klaremal.errors import DeclarationError
from klaremal.model.identifier import collector_name
from klaremal.model.text import Text, as_text

if TYPE_CHECKING:
    import pandas


@frozen(kw_only=True)
class Exporter:
    """A form of `klaremal export`, chosen by name or by the ending of the file to be written.

    `name` is `<plugin>.<name>` (core's own are bare: csv, json, parquet). `suffix` is the ending (".html"). Give one of two:
    `text` returns the whole table as text, which core writes as UTF-8 to a file or to standard output; `write` writes a file
    itself. Both are given a frame as it goes to others: what is internal is left out of it, texts are categories, a figure
    that is unknown is NaN.
    """

    name: str = field(validator=collector_name)
    suffix: str
    title: Text = field(default=Text(), converter=as_text)
    text: Callable[[pandas.DataFrame], str] | None = field(default=None, eq=False)
    write: Callable[[pandas.DataFrame, Path], None] | None = field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        """Refuse an exporter that cannot write, or in two ways, and an ending that is none."""
        if (self.text is None) == (self.write is None):
            raise DeclarationError(f'exporter "{self.name}": give either text or write, one function.')
        if not (self.suffix.startswith(".") and self.suffix[1:].isalnum() and self.suffix == self.suffix.lower()):
            raise DeclarationError(f'exporter "{self.name}": suffix {self.suffix!r} is no ending; write ".html".')
