"""Mistakes that people make in TOML, line by line: what is wrong, the cure, and the line as it was meant; reads no file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from attrs import frozen

from klaremal.model.identifier import suggest

# A line is strings, a comment, and what lies between them; only the last is ever changed.
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|#.*|[^"\'#]+|.')
_CURLY_DOUBLE = re.compile("[“”„‟″«»]")
_CURLY_SINGLE = re.compile("[‘’‚‛]")
_BAD_ESCAPE = re.compile(r'\\(?![btnfr"\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})')
_HEADER = re.compile(r"\s*(\[{1,2})\s*([^\[\]#]*?)\s*(\]{0,2})\s*(#.*)?")
_STATEMENT = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[^"'=#\[\]{}]+?))\s*([=:])\s*(.*?)\s*""")
_NEEDS_QUOTES = "a name of more than a-z, 0-9, _ and - needs quotes."
# Blocks whose name is an id of klaremal's, which quotes make no better.
_NAMED_BY_US = ("goal", "dataset", "indicator")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@frozen
class Mistake:
    """What is wrong with a line, what to do, and the line as it was meant (None when that cannot be told)."""

    what: str
    cure: str
    line: str | None = None


def _day(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _danish_date(found: re.Match[str]) -> tuple[str, str, str | None]:
    meant = _day(found["year"], found["month"], found["day"])
    if meant is None:
        return (
            f"{found[0]} is not a day that exists.",
            "Write a date as 2025-12-31 (year-month-day, without quotes).",
            None,
        )
    return f"{found[0]} is not how a date is written.", f"Write {meant} (year-month-day, without quotes).", meant


def _decimal_comma(found: re.Match[str]) -> tuple[str, str, str | None]:
    meant = f"{found['whole'].replace('.', '')}.{found['part']}"
    return f"{found['whole']},{found['part']} has a decimal comma.", f"Write {meant}.", f"{found['before']}{meant}"


def _percent(found: re.Match[str]) -> tuple[str, str, str | None]:
    return f"{found[0]} has a percent sign.", f"Write {found[1]}; the indicator knows its unit.", found[1]


def _code(found: re.Match[str]) -> tuple[str, str, str | None]:
    return f"{found[0]} begins with a zero, so it is no number.", f'Write it in quotes: "{found[0]}".', f'"{found[0]}"'


def _day_of_year(found: re.Match[str]) -> tuple[str, str, str | None]:
    return f"{found[0]} is no number.", f'Write it in quotes: "{found[0]}".', f'"{found[0]}"'


def _boolean(found: re.Match[str]) -> tuple[str, str, str | None]:
    return f"{found[0]} has a capital letter.", f"Write {found[0].lower()}.", found[0].lower()


def _half_number(found: re.Match[str]) -> tuple[str, str, str | None]:
    meant = f"0{found[0]}" if found[0].startswith(".") else f"{found[0]}0"
    return f"{found[0]} lacks a digit beside the point.", f"Write {meant}.", meant


_Reading = Callable[[re.Match[str]], tuple[str, str, "str | None"]]
_VALUES: tuple[tuple[re.Pattern[str], _Reading], ...] = (
    (re.compile(r"(?<![\w.-])(?P<day>\d{1,2})[-./](?P<month>\d{1,2})[-./](?P<year>\d{4})(?![\w-])"), _danish_date),
    (re.compile(r"(?<![\w.-])(?P<year>\d{4})[-./](?P<month>\d{1,2})[-./](?P<day>\d{1,2})(?![\w-])"), _danish_date),
    (re.compile(r"(?P<before>=\s*)(?P<whole>[-+]?\d[\d.]*),(?P<part>\d+)(?=\s*(?:[,}\]]|$))"), _decimal_comma),
    (re.compile(r"(?<![\w.-])(-?\d+(?:\.\d+)?)\s*%"), _percent),
    (re.compile(r"(?<![\w.:-])0\d+(?![\w.:-])"), _code),
    (re.compile(r"(?<![\w.:-])[01]\d-[0-3]\d(?![\w.:-])"), _day_of_year),
    (re.compile(r"(?<![\w.-])(?:True|False|TRUE|FALSE)(?![\w.-])"), _boolean),
    (re.compile(r"(?<![\w.])\.\d+(?![\w.])|(?<![\w.])\d+\.(?![\w.])"), _half_number),
)


def mistake_in(line: str, block: str = "") -> Mistake | None:
    """Return what is wrong with a line that a TOML reader stumbled over; None when nothing known is.

    `block` is the header below which it stands: keys of a block of columns are names of columns.
    """
    found = next((found for look in _LOOKS for found in look(line)), None)
    return found or next(_statement(line, block.rpartition(".")[2] == "columns"), None)


def _curly_quotes(line: str) -> Iterator[Mistake]:
    for pattern, straight in ((_CURLY_DOUBLE, '"'), (_CURLY_SINGLE, "'")):
        outside = [sign for token in _TOKENS.findall(line) if not _is_text(token) for sign in pattern.findall(token)]
        if outside:
            meant = pattern.sub(straight, line)
            yield Mistake(
                f"{outside[0]} is a curly quotation mark, as Word writes them.",
                f"Write straight ones: {meant.strip()}",
                meant,
            )


def _is_text(token: str) -> bool:
    return token.startswith("#") or (len(token) > 1 and token[0] in "\"'")


def _backslash(line: str) -> Iterator[Mistake]:
    tokens = _TOKENS.findall(line)
    for place, token in enumerate(tokens):
        if token.startswith('"') and _BAD_ESCAPE.search(token):
            meant = token.replace("\\\\", "/").replace("\\", "/")
            yield Mistake(
                f"the backslash in {token} begins a special sign.",
                f"Use / between folders, or single quotes: {meant}",
                "".join([*tokens[:place], meant, *tokens[place + 1 :]]),
            )


def _wrong_value(line: str) -> Iterator[Mistake]:
    tokens = _TOKENS.findall(line)
    for pattern, read in _VALUES:
        for place, token in enumerate(tokens):
            found = None if _is_text(token) else pattern.search(token)
            # A date that exists and is written as TOML wants it is not what the reader stumbled over.
            if found is None or read(found)[2] == found[0]:
                continue
            what, cure, meant = read(found)
            fixed = None if meant is None else token[: found.start()] + meant + token[found.end() :]
            yield Mistake(what, cure, None if fixed is None else "".join([*tokens[:place], fixed, *tokens[place + 1 :]]))


def _comment(line: str) -> Iterator[Mistake]:
    found = re.match(r"(\s*)(//|;|--|')\s?(.*)", line)
    if found and (found[2] != "'" or "=" not in line):
        yield Mistake(f'"{found[2]}" does not begin a comment.', "Begin it with #.", f"{found[1]}# {found[3]}")


def _header(line: str) -> Iterator[Mistake]:
    found = _HEADER.fullmatch(line)
    if not found or "=" in found[2]:
        return
    names = re.findall(r'"[^"]*"|\'[^\']*\'|[^.]+', found[2])
    if names[0].strip() in _NAMED_BY_US:
        names[1:2] = [_plain(name) for name in names[1:2]]
    quoted = ".".join(name if name[0] in "\"'" or _BARE_KEY.fullmatch(name.strip()) else f'"{name}"' for name in names)
    meant = f"{found[1]}{quoted}{']' * len(found[1])}"
    if len(found[3]) != len(found[1]):
        yield Mistake("the bracket around the block's name is not closed.", f"Write {meant}", meant)
    elif quoted != found[2]:
        is_ours = names[0].strip() in _NAMED_BY_US
        ours = f"{names[0].strip()} is called something of a-z, 0-9 and _."
        yield Mistake(f"a{'n' if ours[0] == 'i' else ''} {ours}" if is_ours else _NEEDS_QUOTES, f"Write {meant}", meant)


def _plain(name: str) -> str:
    """Return a name without quotes as klaremal would write it; one in quotes, or that it could have, as it is."""
    return name if name[0] in "\"'" or _BARE_KEY.fullmatch(name.strip()) else suggest(name).replace(".", "_") or name


def _odd_name(key: str, value: str, of_columns: bool) -> tuple[str, str, str]:
    """Return what is wrong with a name, the cure, and the name as it was meant: in quotes, or plain where it is a column's."""
    if of_columns:
        plain = _plain(key)
        cure = f'Call it {plain}, and say also = "{key}" where that is the header of the source.'
        return f"{key} cannot be the name of a column, which is a-z, 0-9 and _.", cure, plain
    return f"the name {key} has more than a-z, 0-9, _ and -.", f'Put quotes around it: "{key}"{value}', f'"{key}"'


def _names_in_braces(line: str) -> Iterator[Mistake]:
    """Look at the names inside { }, of which a reader of TOML says only that it misses an =."""
    tokens = _TOKENS.findall(line)
    is_columns = re.match(r"\s*columns\s*=", line) is not None
    depth = 0
    for place, token in enumerate(tokens):
        if _is_text(token):
            continue
        for found in re.finditer(r"[{}]|(?<=[{,])\s*([^\s={},\[\]][^={},\[\]]*?)\s*=", token):
            depth += {"{": 1, "}": -1}.get(found[0], 0)
            key = found[1]
            if key is None or not depth or all(_BARE_KEY.fullmatch(name.strip()) for name in key.split(".")):
                continue
            what, cure, meant = _odd_name(key, "", is_columns and depth == 1)
            fixed = f"{token[: found.start(1)]}{meant}{token[found.end(1) :]}"
            yield Mistake(what, cure, "".join([*tokens[:place], fixed, *tokens[place + 1 :]]))


def _statement(line: str, of_columns: bool) -> Iterator[Mistake]:
    found = _STATEMENT.fullmatch(line)
    if not found:
        return
    key, sign, value = found[1], found[2], found[3]
    names = key.split(".")
    if key[0] not in "\"'" and not all(_BARE_KEY.fullmatch(name.strip()) for name in names):
        what, cure, meant = _odd_name(key, f" = {value}", of_columns)
        yield Mistake(what, cure, f"{meant} = {value}")
    elif sign == ":":
        meant = f"{key} = {value}"
        yield Mistake("a name and its value are joined by =, not by a colon.", f"Write {meant}", meant)
    elif not value:
        yield Mistake(f"{key} has no value.", "Write one after the =, or put # before the line.", "")
    else:
        yield from _wrong_text(key, value)


def _wrong_text(key: str, value: str) -> Iterator[Mistake]:
    """Look at a value as text: without quotes, with one quote only, or over several lines."""
    text, _, comment = value.partition(" #")
    after = f" #{comment}" if comment else ""
    plain = text.strip()
    if plain[0].isalpha() and plain not in ("true", "false", "inf", "nan"):
        meant = f'{key} = "{plain}"'
        yield Mistake(f"{plain} is text without quotes.", f"Write {meant}", meant + after)
    elif plain[0] in "\"'" and plain.count(plain[0]) == 1:
        meant = f"{key} = {plain}{plain[0]}"
        yield Mistake("the text has a quotation mark at one end only.", f"Write {meant}", meant + after)
    elif plain[0] == '"' == plain[-1] and plain.count('"') > 2 and "\\" not in plain:
        inside = plain[1:-1]
        meant = f"{key} = '{inside}'" if "'" not in inside else f'{key} = "{_single_quotes(inside)}"'
        yield Mistake("there are quotation marks inside the text.", f"Write {meant}", meant + after)
    elif plain.count("{") > plain.count("}"):
        yield Mistake("a table in { } is not closed on its line.", f"Write it on one line: {key} = {{ ... }}")
    elif re.search(r",\s*}", plain):
        meant = f"{key} = {re.sub(r',[ ]*}', ' }', plain)}"
        yield Mistake("a table in { } has a comma after its last entry.", f"Write {meant}", meant + after)
    elif plain[0] == "[" and plain.count("[") > plain.count("]"):
        yield Mistake("a list is not closed.", f"Write ] at its end: {key} = [ ... ]")


def _single_quotes(text: str) -> str:
    return text.replace('"', "'")


_LOOKS: tuple[Callable[[str], Iterator[Mistake]], ...] = (
    _curly_quotes,
    _backslash,
    _comment,
    _header,
    _wrong_value,
    _names_in_braces,
)
