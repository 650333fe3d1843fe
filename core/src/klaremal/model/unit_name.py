"""What people call units: which codes a name, an alias or a code in any usual spelling can mean; knows no tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from attrs import frozen

# People write places with and without the letters of the keyboard at hand, and with hyphens or spaces.
_SPELLING: Final = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "-": " ", "‐": " ", "–": " ", "’": "'"})
_MUNICIPALITY: Final = re.compile("(?P<name>.+?) (?:regions)?(?:kommune?|municipality)")


def spelled(text: str) -> str:
    """Return the spelling that names are compared in: "Høje-Taastrup " and "HØJE TÅSTRUP" are the same."""
    return " ".join(text.casefold().translate(_SPELLING).split())


def without_kommune(name: str) -> tuple[str, ...]:
    """Return what a municipality written "koebenhavns kommune" is called: "koebenhavns" or, in the nominative, "koebenhavn".

    Only the word after it makes an s a genitive, and a name that ends in s takes no other: "aarhuss" is a slip of the pen.
    """
    found = _MUNICIPALITY.fullmatch(name)
    short = found["name"] if found else name
    return (short, short[:-1]) if found and re.search("[^s]s$", short) else (short,)


@frozen
class UnitNames:
    """The names of all units as look-ups that are made once; each holds the codes that a spelling can mean."""

    codes: frozenset[str]
    by_name: Mapping[str, tuple[str, ...]]
    by_municipality: Mapping[str, tuple[str, ...]]
    by_number: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, Iterable[str]]]) -> UnitNames:
        """Make the look-ups of code, level and names of each unit; a code may come several times."""
        names = [(code, level, spelled(name)) for code, level, given in rows for name in given]
        codes = dict.fromkeys(code for code, _, _ in names)
        municipalities = [(code, name) for code, level, name in names if level == "municipality"]
        return cls(
            frozenset(codes),
            _lists((name, code) for code, _, name in names),
            _lists((short, code) for code, name in municipalities for short in (name, *without_kommune(name))),
            # Spreadsheets drop the zeros in front of a code and registers add some. A code of zeros only stays literal.
            _lists((short, code) for code in codes if code.isdecimal() and (short := code.lstrip("0"))),
        )

    def candidates(self, text: str) -> Iterator[tuple[str, ...]]:
        """Give the codes that `text` can mean, the most literal reading first, each only when it is asked for."""
        plain = text.strip()
        yield (plain,) if plain in self.codes else ()
        name = spelled(text)
        yield self.by_name.get(name, ())
        for short in without_kommune(name):
            yield self.by_municipality.get(short, ())
        yield self.by_number.get(plain.lstrip("0"), ())


def _lists(rows: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for key, code in rows:
        found.setdefault(key, {})[code] = None
    return {key: tuple(codes) for key, codes in found.items()}
