"""Text for people in one or more languages, as a value; holds no translations of its own and formats no numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from attrs import Attribute, field, frozen

from klaremal.errors import DeclarationError

ANY_LANGUAGE: Final = ""
_FALLBACK: Final = (ANY_LANGUAGE, "da", "en")
_LANGUAGE: Final = re.compile("[a-z]{2,3}")


def _check_pairs(_: Text, __: Attribute[Any], pairs: tuple[tuple[object, object], ...]) -> None:
    for language, text in pairs:
        if language != ANY_LANGUAGE and not (isinstance(language, str) and _LANGUAGE.fullmatch(language)):
            raise DeclarationError(f'Text: {language!r} is not a language. Use two letters: "da", "en" or "nb".')
        if not isinstance(text, str) or not text.strip():
            raise DeclarationError(f'Text: "{language}" has {text!r}. Write text in quotes, or leave the language out.')
    languages = [language for language, _ in pairs]
    if len(set(languages)) != len(languages):
        raise DeclarationError(f"Text: a language is given twice in {languages}. Keep one text for each.")


def _sorted_pairs(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(((language, text) for language, text in pairs), key=lambda pair: str(pair[0])))


@frozen
class Text:
    """What a person reads, in each language it was written in; the same pairs in any order are the same text."""

    pairs: tuple[tuple[str, str], ...] = field(default=(), converter=_sorted_pairs, validator=_check_pairs)

    @classmethod
    def of(cls, value: str | Mapping[str, str] | Text) -> Text:
        """Make a text of a string (which holds in every language), of ``{"da": ..., "en": ...}`` or of a text."""
        if isinstance(value, Text):
            return value
        if isinstance(value, str):
            return cls(((ANY_LANGUAGE, value),)) if value.strip() else cls()
        if isinstance(value, Mapping):
            return cls(tuple(value.items()))
        raise DeclarationError(f'Text: {value!r} is not text. Write "..." or {{"da": "...", "en": "..."}}.')

    def say(self, lang: str) -> str:
        """Return the text in a language, else the one for every language, else Danish, English, or any there is."""
        texts = dict(self.pairs)
        for language in (lang, *_FALLBACK):
            if language in texts:
                return texts[language]
        return self.pairs[0][1] if self.pairs else ""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it is written in; empty when it is one text for all of them."""
        return tuple(language for language, _ in self.pairs if language != ANY_LANGUAGE)

    def __bool__(self) -> bool:
        """Say whether there is anything to read."""
        return bool(self.pairs)

    def __str__(self) -> str:
        """Give the Danish text, for messages."""
        return self.say("da")


def as_text(value: Any) -> Text:
    """Return `Text.of(value)`; a plain function, which type checkers understand as an attrs converter."""
    return Text.of(value)
