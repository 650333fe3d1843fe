"""The text of TOML files as people save them: encodings, and syntax in sentences with line and cure; knows no keys."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from klaremal.errors import Fault
from klaremal.workspace.toml_mistakes import Mistake, mistake_in

_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
_TWICE = re.compile(r"Cannot declare \((?P<names>.*?),?\) twice")
_HEADER = re.compile(r"\s*\[+\s*([^\[\]#=]+?)\s*\]")
# What a key with its sign begins with, and by the reader's words for a list or a table: of what it is, and how one begins.
_KEY = re.compile(r"""("[^"]*"|'[^']*'|[\w.-]+)\s*=""")
_ENTRIES = {
    "Unclosed inline table": ("keys", _KEY),
    "Unclosed array": ("values", re.compile(r"""["'{+\d-]|true\b|false\b""")),
}
_MOST_FAULTS = 50
_SAVE_AS = 'Save it as UTF-8 (Notepad: File, Save as, Encoding "UTF-8").'


def read_toml(path: Path, shown: str) -> tuple[dict[str, Any] | None, tuple[Fault, ...]]:
    """Return a file's content and every mistake in its syntax; `shown` is the path that people see.

    What is meant by a mistake is often plain (92,5 or 11-12-2025): then the content is read as it was meant, so that the
    mistakes behind it are found in the same run. The content is None when it cannot be told.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        return None, (Fault(shown, f"cannot be opened: {error.strerror}.", "Check that it exists and that you may read it."),)
    text, faults = _decoded(raw, shown)
    content, more = parse(text, shown)
    return content, (*faults, *more)


def _decoded(raw: bytes, shown: str) -> tuple[str, tuple[Fault, ...]]:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace"), (Fault(shown, "is saved as UTF-16.", _SAVE_AS),)
    try:
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        text = raw.decode("cp1252", errors="replace")
        what = f"is saved as ANSI, so that æ, ø and å cannot be read ({text.splitlines()[line - 1].strip()})."
        return text, (Fault(f"{shown}: line {line}", what, _SAVE_AS),)


def parse(text: str, shown: str) -> tuple[dict[str, Any] | None, tuple[Fault, ...]]:
    """Return the content of a TOML text, read as it was meant, and every mistake in its syntax; None if it stays unclear."""
    lines = text.replace("\r\n", "\n").split("\n")
    faults: list[Fault] = []
    while len(faults) < _MOST_FAULTS:
        try:
            return tomllib.loads("\n".join(lines)), tuple(faults)
        except tomllib.TOMLDecodeError as error:
            place = _line(str(error), lines)
            mistake = _mistake(str(error), lines, place)
            faults.append(Fault(f"{shown}: line {place}", mistake.what, mistake.cure))
            if mistake.line is None or mistake.line == lines[place - 1]:
                break
            lines[place - 1] = mistake.line
        except RecursionError:
            faults.append(Fault(shown, "the brackets in it lie deeper in each other than can be read.", "Close each [ and {."))
            break
        except ValueError:
            # Python turns no whole number of thousands of digits into one.
            faults.append(Fault(shown, "there is a number in it that is too long to be read.", "Write text in quotes."))
            break
    return None, tuple(faults)


def _line(message: str, lines: list[str]) -> int:
    """Return the line that a reader's message is about, counted from 1: the last one with anything on it at the end."""
    found = _PLACE.search(message)
    if found and found["line"]:
        return min(int(found["line"]), len(lines))
    return max((place for place, line in enumerate(lines, start=1) if line.strip()), default=1)


def _mistake(message: str, lines: list[str], place: int) -> Mistake:
    line = lines[place - 1]
    if message.startswith(("Cannot overwrite", "Cannot declare", "Cannot mutate", "Duplicate inline")):
        return _twice(message, lines, place)
    known = mistake_in(line, _block(lines, place)) or _between(message, line)
    if known is not None:
        return known
    opened = _opened_above(message, lines, place)
    if opened is not None:
        return opened
    words = _PLACE.sub("", message)
    return Mistake(
        f"this cannot be read: {line.strip()[:80]} ({words}).",
        'A line is a [block], or name = value: text in "quotes", 92.5, 2026-12-31, true, or ["a", "b"].',
    )


def _between(message: str, line: str) -> Mistake | None:
    """Look at where a list or a table in { } does not go on: another entry may begin there without a comma before it."""
    found = _PLACE.search(message)
    of = next((of for words, of in _ENTRIES.items() if message.startswith(words)), None)
    if of is None or found is None or not found["column"]:
        return None
    before, rest = line[: int(found["column"]) - 1], line[int(found["column"]) - 1 :]
    name, begins = of
    if rest.startswith(";"):
        meant = f"{before},{rest[1:]}"
        return Mistake(f"between two {name} stands a comma, not a semicolon.", f"Write {meant.strip()[:100]}", meant)
    if not begins.match(rest) or (name == "values" and _KEY.match(rest)):
        return None
    meant = f"{before.rstrip()}, {rest}"
    cure = f"Write {meant.strip()[:100]}" if before.strip() else "Write one at the end of the line above."
    return Mistake(f"a comma is missing between two {name}, before {rest.split()[0].rstrip(',]}')}.", cure, meant)


def _block(lines: list[str], place: int) -> str:
    """Return the header below which a line stands, without its brackets; empty above the first one."""
    return next((found[1] for line in lines[place - 1 :: -1] if (found := _HEADER.match(line))), "")


def _opened_above(message: str, lines: list[str], place: int) -> Mistake | None:
    """Look above for what a list, a table or a text that is never closed began with."""
    signs = {"Unclosed array": "[", "Unclosed inline table": "{", "Unterminated string": '"""'}
    sign = next((sign for words, sign in signs.items() if message.startswith(words)), "")
    for above in range(place, 0, -1) if sign else ():
        if "=" in lines[above - 1] and sign in lines[above - 1]:
            return Mistake(f"{sign} in line {above} is never closed: {lines[above - 1].strip()[:80]}", "Close it.")
    return None


def _twice(message: str, lines: list[str], place: int) -> Mistake:
    declared = _TWICE.search(message)
    if declared:
        name = ".".join(part.strip(" '\"") for part in declared["names"].split(","))
        cure = "Keep one of them."
        if name.startswith("goal."):
            cure = f"Give one another id; for a new version of the same goal write [[{name}]] above both."
        elif name.startswith("sources."):
            cure = f"For two sources of one dataset write [[{name}]] above both."
        return Mistake(f"the block [{name}] is there twice.", cure)
    key = lines[place - 1].partition("=")[0].strip(" []")
    # The nearest line above that says it: a key of the same name may stand in an earlier block, rightly.
    above = range(place - 1, 0, -1)
    first = next((n for n in above if lines[n - 1].partition("=")[0].strip(" []") == key), place)
    where = f" (first in line {first})" if first < place else ""
    is_block = lines[place - 1].lstrip().startswith("[")
    return Mistake(f"{key} is given twice{where}.", "Keep one of them.", None if is_block else "")
