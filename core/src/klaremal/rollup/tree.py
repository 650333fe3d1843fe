"""The units of one level as places in an array, and what lies in them on a day; the tree itself is `Units`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np
from attrs import frozen

from klaremal.model.unit import LEVELS, Units
from klaremal.rollup.periods import Reported, day_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Truths = NDArray[np.bool_]

# Every unit of these levels is expected to have figures; of the levels below, those that the data knows.
EXPECTED: Final = ("nation", "region", "municipality")


@frozen(eq=False, kw_only=True)
class Stretch:
    """Consecutive periods, at the places `first` to `last` (excluded), on whose last days the tree is the same.

    `day` is one of those days, `version` the number of changes of the tree before it.
    """

    first: int
    last: int
    day: date
    version: int


@frozen(eq=False, kw_only=True)
class Places:
    """The reported units of one level, in the tree's order, for one frequency.

    `stretches` hold for each time the place of every data unit's own ancestor of this level (-1: none that is reported).
    `valid` says for each period which units exist; `inside` which of them lie in the organisation.
    """

    level: str
    codes: tuple[str, ...]
    stretches: tuple[tuple[Stretch, Integers], ...]
    valid: Truths
    inside: Truths

    def __len__(self) -> int:
        return len(self.codes)


class Tree:
    """Looks units up for one pass: `codes` are the units that its data knows, `days` the last days of all its periods."""

    def __init__(
        self, units: Units, organisation: str, codes: Sequence[str], named: Iterable[str], days: Iterable[Integers]
    ) -> None:
        self.units = units
        self.organisation = organisation
        self.codes = tuple(codes)
        self._named = frozenset(named)
        self._days = tuple(sorted({each.day for last_days in days for each in self.stretches(last_days)}))
        self._under: dict[date, frozenset[str]] = {}
        self._reported: dict[str, tuple[str, ...]] = {}
        self._known: dict[tuple[str, int], tuple[Integers, Truths, Truths]] = {}

    def stretches(self, last_days: Integers) -> Iterator[Stretch]:
        """Give the stretches of periods, in order, in which nothing in the tree changes."""
        turns = np.array([(each - date(1970, 1, 1)).days for each in self.units.boundaries], dtype=np.int64)
        version = np.searchsorted(turns, last_days, side="right")
        firsts = [0, *(np.flatnonzero(np.diff(version)) + 1).tolist()] if len(version) else []
        for first, last in zip(firsts, [*firsts[1:], len(version)], strict=False):
            yield Stretch(first=first, last=last, day=day_of(int(last_days[first])), version=int(version[first]))

    def places(self, level: str, reported: Reported) -> Places:
        """Return the reported units of a level and where the data's units lie in them, for the periods of a frequency."""
        codes = self.reported(level)
        shape = (len(reported), len(codes))
        valid, inside = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        lying = []
        for stretch in self.stretches(reported.last_days):
            above, exists, lies_inside = self._on(level, stretch)
            valid[stretch.first : stretch.last] = exists
            inside[stretch.first : stretch.last] = lies_inside
            lying.append((stretch, above))
        return Places(level=level, codes=codes, stretches=tuple(lying), valid=valid, inside=inside)

    def _on(self, level: str, stretch: Stretch) -> tuple[Integers, Truths, Truths]:
        """Return where the data's units lie in those of a level, and which of these exist, and lie in the organisation."""
        key = (level, stretch.version)
        if key not in self._known:
            codes, day = self.reported(level), stretch.day
            place_of = {code: place for place, code in enumerate(codes)}
            above = [place_of.get(code, -1) for code in self.ancestors(self.codes, level, day)]
            exists = [self.units.valid(code, day) for code in codes]
            inside = [self._lies_inside(code, day) for code in codes]
            self._known[key] = (np.array(above, dtype=np.int64), np.array(exists, dtype=bool), np.array(inside, dtype=bool))
        return self._known[key]

    def filled(self, codes: Sequence[str], last_days: Integers, holds: Callable[[str, date], bool]) -> Truths:
        """Return period x unit: whether something holds of a unit on a day, asked once where nothing changes."""
        found = np.zeros((len(last_days), len(codes)), dtype=bool)
        for stretch in self.stretches(last_days):
            found[stretch.first : stretch.last] = [holds(code, stretch.day) for code in codes]
        return found

    def reported(self, level: str) -> tuple[str, ...]:
        """Return the units of a level to report: the organisation's, and those that goals name."""
        if level not in self._reported:
            if level in EXPECTED:
                found = {code for day in self._days for code in self.under(day)}
            else:
                # A unit that has closed is no longer in the tree below its parent, but what it reported still counts.
                above = {code for day in self._days for code in self.ancestors(self.codes, level, day) if code}
                found = {code for code in above if any(self._lies_inside(code, day) for day in self._days)}
            wanted = found | self._named
            units = self.units
            self._reported[level] = tuple(code for code in units.codes if units.level(code) == level and code in wanted)
        return self._reported[level]

    def ancestors(self, codes: Iterable[str], level: str, day: date) -> list[str]:
        """Return for each code its unit of a level on a day, itself included; an empty text where it lies in none."""
        rank = LEVELS.index(level)
        units = self.units
        return ["" if LEVELS.index(units.level(code)) < rank else units.ancestor(code, level, day) or "" for code in codes]

    def under(self, day: date) -> frozenset[str]:
        """Return the organisation and all that lies in it on a day."""
        if day not in self._under:
            self._under[day] = frozenset(self.units.under(self.organisation, day))
        return self._under[day]

    def _lies_inside(self, code: str, day: date) -> bool:
        return self.units.ancestor(code, self.units.level(self.organisation), day) == self.organisation
