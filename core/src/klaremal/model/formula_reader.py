"""How far a formula has been read: what is open, and whether a value or an operator must come; it knows no words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

from attrs import define
from sqlglot.tokens import Token, TokenType  # type: ignore[attr-defined]

from klaremal.model.formula_words import WORD_CURES, fault_at

MAX_NESTING = 20

WRONG_NUMBER = "A number is written in digits with a point for decimals: 1200 or 0.05."
NO_OPERATOR = "An operator (and, or, =, + ...) or a comma is missing before this."
_NO_VALUE = "Something is missing before this: a column, a value or a parenthesis."
_TWICE = "Two comparisons follow each other: write a < b and b < c, or put one of them in parentheses."


@define
class Level:
    """What is open: a parenthesis, a function, a list or a case, and how far it has been read."""

    kind: str
    opened: Token
    compared: bool = False  # a comparison has been read since the last and, or, comma ...
    between: Token | None = None  # still waits for its "and"
    typed: bool = False  # the type of the cast has been read


class Reader:
    """Goes through the tokens and knows whether a value or an operator must come next."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0
        self.wants_value = True
        self.signs = 0  # not, + and - in a row
        self.levels = [Level("", tokens[0])]

    def __iter__(self) -> Iterator[Token]:
        while self.at < len(self.tokens):
            yield self.take()

    def take(self) -> Token:
        """Return the next token and go past it."""
        self.at += 1
        return self.tokens[self.at - 1]

    def word(self, ahead: int = 0) -> str:
        """Return a token as it was written, in lower case; 0 is the next one, -2 the one before the last taken."""
        place = self.at + ahead
        if not 0 <= place < len(self.tokens):
            return ""
        return self.text[self.tokens[place].start : self.tokens[place].end + 1].lower()

    def kind(self) -> TokenType | None:
        """Return the kind of the next token."""
        return self.tokens[self.at].token_type if self.at < len(self.tokens) else None

    def fail(self, token: Token | None, what: str) -> NoReturn:
        """Raise the error with carets under the token; None is the next token, or the last where there is no next."""
        token = token or self.tokens[min(self.at, len(self.tokens) - 1)]
        raise fault_at(self.text, token.start, token.end - token.start + 1, what)

    def value(self, token: Token) -> Token:
        """Note that a value has been read."""
        if not self.wants_value:
            glued = self.word(-2)[:1].isdigit() and self.tokens[self.at - 2].end + 1 == token.start
            self.fail(token, WRONG_NUMBER if glued else WORD_CURES.get(token.text.lower(), NO_OPERATOR))
        self.wants_value, self.signs = False, 0
        return token

    def operator(self, token: Token, compares: bool = False) -> None:
        """Note that an operator has been read, after which a value comes."""
        if self.wants_value:
            self.fail(token, _NO_VALUE)
        if compares and self.levels[-1].compared:
            self.fail(token, _TWICE)
        self.levels[-1].compared |= compares
        self.wants_value = True

    def sign(self, token: Token) -> None:
        """Note a not, + or - in front of a value."""
        self.signs += 1
        if self.signs > MAX_NESTING:
            self.fail(token, f"More than {MAX_NESTING} signs in a row; at most one is needed.")

    def push(self, kind: str, token: Token) -> None:
        """Note that something has been opened."""
        if len(self.levels) > MAX_NESTING:
            self.fail(token, f"More than {MAX_NESTING} levels inside each other; use the dataset's derived columns.")
        self.levels.append(Level(kind, token))
        self.wants_value, self.signs = True, 0

    def fresh(self) -> None:
        """Note that a new condition begins: after and, or, a comma, when, then, else."""
        level = self.levels[-1]
        if level.between is not None:
            self.fail(level.between, "between takes two values: between 1 and 10.")
        level.compared = False

    def finish(self) -> None:
        """Check that nothing is left open at the end."""
        level = self.levels[-1]
        if level.kind:
            self.fail(level.opened, "case has no end." if level.kind == "case" else "This parenthesis is never closed.")
        if self.wants_value:
            self.fail(self.tokens[-1], "Something is missing after this.")
        self.fresh()
