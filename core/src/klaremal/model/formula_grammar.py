"""The grammar of formulas: every token checked from left to right, carets under the first mistake; it makes no tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import NoReturn
from unicodedata import normalize

from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import TokenError
from sqlglot.tokens import Token, TokenType  # type: ignore[attr-defined]

from klaremal.errors import DeclarationError, nearest
from klaremal.model.formula_reader import NO_OPERATOR, WRONG_NUMBER, Reader
from klaremal.model.formula_words import (
    CAST_TYPES,
    FUNCTIONS,
    GRAMMAR,
    OWN_FUNCTIONS,
    OWN_MARK,
    SIGN_CURES,
    UNITS,
    WORD_CURES,
    fault_at,
)

MAX_LENGTH = 8_000
_MAX_DIGITS = 38  # more than an exact DECIMAL holds

_EQUALS = (TokenType.EQ, TokenType.NEQ, TokenType.LT, TokenType.LTE, TokenType.GT, TokenType.GTE)
_WORD = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"\d+(\.\d*)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATETIME = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?)?")
_INTERVAL = re.compile(r"\s*(\d{1,5})\s*([a-zA-Z]*)\s*")
_SMART_QUOTES = "‘’‚‛“”„‟´«»"

_NULL = "A comparison with null is never true; write: is null, or: is not null."
_CASE = "case when condition then value else value end"


def moment(kind: str, text: str) -> str | None:
    """Return the one spelling of a date (2024-01-31) or timestamp (2024-01-31 10:00:00), or None if it is neither."""
    if not (_DATE if kind == "date" else _DATETIME).fullmatch(text):
        return None
    try:
        return date.fromisoformat(text).isoformat() if kind == "date" else datetime.fromisoformat(text).isoformat(" ")
    except ValueError:
        return None


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of a formula for sqlglot's parser, every one allowed and in a place where it can stand."""
    _characters(text)
    try:
        # A parenthesis first, and dropped again: sqlglot reads a text that begins with "show" or "execute" as a command.
        found = Dialect.get_or_raise(None).tokenize("(" + text)[1:]
    except TokenError:
        start = _open_quote(text)
        raise fault_at(text, start, 1, f"A quotation mark ({text[start]}) is opened and never closed.") from None
    tokens = [Token(each.token_type, each.text, each.line, each.col, each.start - 1, each.end - 1) for each in found]
    _gaps(text, tokens)
    if not tokens:
        raise DeclarationError("A formula is empty; write a condition such as: offer_date is not null")
    reader = Reader(text, tokens)
    checked = [each for token in reader for each in _read(reader, token)]
    reader.finish()
    return checked


def _characters(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise DeclarationError(
            f"A formula of {len(text)} characters is too long; at most {MAX_LENGTH}. "
            f"Split it with the dataset's derived columns. It begins: {text[:60]}..."
        )
    for place, sign in enumerate(text):
        if (sign < " " and sign not in "\t\n\r") or "\x7f" <= sign <= "\x9f":
            raise fault_at(text, place, 1, f"A formula holds a control character (U+{ord(sign):04X}); take it out.")


def _open_quote(text: str) -> int:
    """Return the place of the quotation mark that is never closed."""
    opened, sign = 0, ""
    for place, character in enumerate(text):
        if sign and character == sign:
            sign = ""
        elif not sign and character in "'\"":
            opened, sign = place, character
    return opened


def _gaps(text: str, tokens: list[Token]) -> None:
    """Refuse comments: what lies between two tokens is white space and nothing else."""
    place = 0
    for begin, after in [*((token.start, token.end + 1) for token in tokens), (len(text), len(text))]:
        gap = text[place:begin]
        if gap.strip():
            start = place + len(gap) - len(gap.lstrip())
            cure = " Between two minus signs stands a space: a - -1." if gap.strip().startswith("--") else ""
            raise fault_at(text, start, 2, f"A formula has no comments; take it out.{cure}")
        place = after


def _token(at: Token, kind: TokenType, text: str) -> Token:
    return Token(kind, text, line=at.line, col=at.col, start=at.start, end=at.end)


def _read(reader: Reader, token: Token) -> Iterator[Token]:
    # A Mac may write å as a and a ring; names are composed, texts are left as the source may hold them.
    written = normalize("NFC", reader.text[token.start : token.end + 1])
    if token.token_type == TokenType.STRING and written.startswith("'"):
        yield reader.value(token)
    elif token.token_type == TokenType.IDENTIFIER and written.startswith('"'):
        if not token.text:
            reader.fail(token, "The column has no name; text is written with single quotes.")
        yield reader.value(_token(token, TokenType.IDENTIFIER, normalize("NFC", token.text)))
    elif _NUMBER.fullmatch(written):
        if sum(each.isdigit() for each in written) > _MAX_DIGITS:
            reader.fail(token, f"A number has at most {_MAX_DIGITS} digits.")
        yield reader.value(_token(token, TokenType.NUMBER, written))
    elif _WORD.fullmatch(written):
        yield from _word(reader, token, written)
    else:
        _sign(reader, token, written)
        yield token


def _sign(reader: Reader, token: Token, written: str) -> None:
    kind = token.token_type
    if kind in (TokenType.PLUS, TokenType.DASH) and reader.wants_value:
        reader.sign(token)
    elif kind in (TokenType.PLUS, TokenType.DASH, TokenType.SLASH):
        reader.operator(token)
    elif kind == TokenType.STAR:
        if reader.wants_value:
            reader.fail(token, "A star is no value; name a column.")
        reader.operator(token)
    elif kind in _EQUALS:
        reader.operator(token, compares=True)
        if "null" in (reader.word(), reader.word(-2)):
            reader.fail(token, _NULL)
    elif kind == TokenType.L_PAREN:
        if not reader.wants_value:
            reader.fail(token, NO_OPERATOR)
        reader.push("(", token)
    elif kind == TokenType.R_PAREN:
        _close(reader, token)
    elif kind == TokenType.COMMA:
        if reader.wants_value or reader.levels[-1].kind in ("", "(", "case", "cast"):
            reader.fail(token, "A comma stands between the values of a function or of in (...); decimals have a point.")
        reader.fresh()
        reader.wants_value = True
    else:
        _refuse(reader, token, written)


def _refuse(reader: Reader, token: Token, written: str) -> NoReturn:
    if any(character in _SMART_QUOTES for character in written):
        reader.fail(token, "Text is written with straight single quotes: 'generel'; a column with none.")
    if written[:1].isdigit():
        reader.fail(token, WRONG_NUMBER)
    if written.startswith("`"):
        reader.fail(token, "An odd column name is written in double quotes.")
    reader.fail(token, f"{written} cannot be used in a formula. {SIGN_CURES.get(written, '')}".rstrip())


def _close(reader: Reader, token: Token) -> None:
    level = reader.levels[-1]
    if level.kind in ("", "case"):
        reader.fail(token, "This parenthesis closes nothing that is open here.")
    if reader.wants_value:
        reader.fail(token, "Something is missing before this parenthesis.")
    reader.fresh()
    if level.kind == "cast" and not level.typed:
        reader.fail(token, "A cast says the type: cast(column as date).")
    reader.levels.pop()


def _word(reader: Reader, token: Token, written: str) -> Iterator[Token]:
    word, after = written.lower(), reader.kind()
    if word in ("date", "timestamp") and after == TokenType.STRING:
        yield from _moment(reader, token, word)
    elif word == "interval" and after in (TokenType.STRING, TokenType.NUMBER):
        yield from _interval(reader, token)
    elif word in GRAMMAR:
        yield from _grammar(reader, token, word)
    elif after == TokenType.L_PAREN:
        yield from _function(reader, token, word)
    else:
        yield reader.value(_token(token, TokenType.IDENTIFIER, written))


def _function(reader: Reader, token: Token, word: str) -> Iterator[Token]:
    if not reader.wants_value:
        reader.fail(token, WORD_CURES.get(word, NO_OPERATOR))
    if word not in FUNCTIONS:
        near = nearest(word, FUNCTIONS)
        cure = WORD_CURES.get(word, f"Did you mean {near}()? " if near else "")
        every = "" if word in WORD_CURES else f"Its functions are {', '.join(FUNCTIONS)}."
        reader.fail(token, f"A formula has no function {word}(). {cure}{every}")
    yield _token(token, TokenType.VAR, OWN_MARK + word if word in OWN_FUNCTIONS else word)
    yield reader.take()
    reader.push(word, reader.tokens[reader.at - 1])


def _grammar(reader: Reader, token: Token, word: str) -> Iterator[Token]:
    if word in ("null", "true", "false"):
        reader.value(token)
    elif word == "not" and reader.wants_value:
        if reader.levels[-1].compared or reader.word(-2) in ("+", "-", "*", "/"):
            reader.fail(token, "not stands before a whole condition; put it in parentheses.")
        reader.sign(token)
    elif word in ("is", "not", "in", "between"):
        yield from _test(reader, token, word)
        return
    elif word == "as":
        yield from _cast_type(reader, token)
        return
    elif word in ("and", "or"):
        reader.operator(token)
        level = reader.levels[-1]
        if word == "and" and level.between is not None:
            level.between = None
        else:
            reader.fresh()
    elif word == "case":
        if not reader.wants_value:
            reader.fail(token, NO_OPERATOR)
        reader.push("case", token)
    else:
        _branch(reader, token, word)
    yield _token(token, GRAMMAR[word], word)


def _branch(reader: Reader, token: Token, word: str) -> None:
    """Read when, then, else and end."""
    level = reader.levels[-1]
    first = word == "when" and reader.word(-2) == "case"
    if level.kind != "case" or (reader.wants_value and not first):
        reader.fail(token, f'"{word}" is out of place; write: {_CASE}. A column of that name is written "{word}".')
    reader.fresh()
    reader.wants_value, reader.signs = word != "end", 0
    if word == "end":
        reader.levels.pop()


def _test(reader: Reader, token: Token, word: str) -> Iterator[Token]:
    """Read is null, is not null, in, not in, between and not between."""
    reader.operator(token, compares=True)
    yield _token(token, GRAMMAR[word], word)
    if word in ("is", "not") and reader.word() == ("not" if word == "is" else "in"):
        again = reader.take()
        yield _token(again, GRAMMAR[again.text.lower()], again.text.lower())
        word = "is" if word == "is" else "in"
    elif word == "not" and reader.word() == "between":
        token = reader.take()
        yield _token(token, TokenType.BETWEEN, "between")
        word = "between"
    if word == "is" and reader.word() == "null":
        reader.wants_value = False
        yield _token(reader.take(), TokenType.NULL, "null")
    elif word == "in" and reader.word() == "(":
        yield reader.take()
        reader.push("in", reader.tokens[reader.at - 1])
    elif word == "between":
        reader.levels[-1].between = token
    else:
        wanted = {"is": "null or not null; a truth value is compared: column = true", "not": "in (...) or between"}
        reader.fail(None, f'After "{word}" comes {wanted.get(word, "a list of values in parentheses")}.')


def _moment(reader: Reader, token: Token, word: str) -> Iterator[Token]:
    reader.value(token)
    literal = reader.take()
    value = moment(word, literal.text)
    if value is None:
        example = "date '2026-01-31'" if word == "date" else "timestamp '2026-01-31 10:00:00'"
        reader.fail(literal, f"This is no {word}; write it as {example}.")
    yield _token(token, TokenType.DATE if word == "date" else TokenType.TIMESTAMP, word)
    yield _token(literal, TokenType.STRING, value)


def _interval(reader: Reader, token: Token) -> Iterator[Token]:
    reader.value(token)
    amount = last = reader.take()
    match = _INTERVAL.fullmatch(amount.text)
    unit = match[2].lower() if match else ""
    if match and not unit and reader.kind() is not None:
        unit, last = reader.word(), reader.take()
    unit = unit.removesuffix("s")
    if match is None or unit not in UNITS:
        reader.fail(last, f"An interval is a whole number and a unit ({', '.join(UNITS)}): interval 2 month.")
    yield _token(token, TokenType.INTERVAL, "interval")
    yield _token(amount, TokenType.STRING, str(int(match[1])))
    yield _token(last, TokenType.VAR, unit.upper())


def _cast_type(reader: Reader, token: Token) -> Iterator[Token]:
    """Read what comes after as, up to the parenthesis that closes the cast."""
    level = reader.levels[-1]
    if level.kind != "cast" or reader.wants_value:
        reader.fail(token, 'A formula gives nothing a name: "as" is used in cast(column as date) only.')
    kind = CAST_TYPES.get(reader.word())
    if kind is None:
        reader.fail(None, f"The types of a cast are {', '.join(CAST_TYPES)}.")
    level.typed = True
    yield _token(token, TokenType.ALIAS, "as")
    yield _token(reader.take(), kind, kind.name)
    if kind == TokenType.DECIMAL and reader.word() == "(":
        digits, decimals = reader.word(1), reader.word(3)
        sizes = [int(each) for each in (digits, decimals) if each.isdecimal() and len(each) < 3]
        shape = reader.word(2) == "," and reader.word(4) == ")" and len(sizes) == 2
        if not shape or not 1 <= sizes[0] <= _MAX_DIGITS or sizes[1] > sizes[0]:
            reader.fail(None, "A decimal says its digits (at most 38) and how many are decimals: decimal(18, 4).")
        yield from [reader.take() for _ in range(5)]
    if reader.word() != ")":
        reader.fail(None, "After the type comes the parenthesis that ends the cast.")
