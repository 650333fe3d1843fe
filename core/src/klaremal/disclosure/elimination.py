"""Sparse elimination modulo a large prime: which unknowns equations determine, and by which of them; no cells, no rules."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from typing import Final

# A Mersenne prime: that an unknown seems determined by chance has the odds of one to this.
PRIME: Final = 2**61 - 1
# Coefficients begin as 1 and -1 and mostly stay small: they are reduced only when they are not.
_SMALL: Final = 2**29

Row = dict[int, int]


def eliminate(rows: Iterable[Mapping[int, int]], is_pivot: Callable[[int], bool]) -> tuple[list[tuple[int, Row]], list[Row]]:
    """Return the unknowns that were eliminated, each with the equation it was eliminated by, and the rows that are left.

    A row maps variables to coefficients (above -PRIME and below PRIME) and sums to nothing. Only variables that `is_pivot`
    accepts are eliminated, those that stand in one row first: that changes no other row. What is left has none of them.
    """
    work = _Elimination(rows, is_pivot)
    work.run()
    return work.pivots, work.left


def free_move(pivots: Iterable[tuple[int, Row]], weight: Callable[[int], int]) -> dict[int, int]:
    """Return a move of all variables along which every equation still holds; `weight` gives those that are free theirs.

    With random weights a variable that does not move is determined by the equations: it is zero in all solutions.
    """
    move: dict[int, int] = {}
    for variable, row in reversed(list(pivots)):
        total = 0
        for other, coefficient in row.items():
            if other != variable:
                if other not in move:
                    move[other] = weight(other)
                total += coefficient * move[other]
        move[variable] = -total * _inverse(row[variable]) % PRIME
    return move


def _inverse(number: int) -> int:
    return number if number in (1, -1) else pow(number, -1, PRIME)


class _Elimination:
    """The rows that are left, and the rows that each variable stands in."""

    def __init__(self, rows: Iterable[Mapping[int, int]], is_pivot: Callable[[int], bool]) -> None:
        self.pivots: list[tuple[int, Row]] = []
        self.left: list[Row] = []
        self._rows: dict[int, Row] = {place: dict(row) for place, row in enumerate(rows)}
        self._where: dict[int, set[int]] = {each: set() for row in self._rows.values() for each in row if is_pivot(each)}
        for place, row in self._rows.items():
            for variable in row:
                if variable in self._where:
                    self._where[variable].add(place)
        self._single = [variable for variable, where in self._where.items() if len(where) == 1]
        self._shortest: list[tuple[int, int]] = []

    def run(self) -> None:
        """Eliminate until no row holds a variable that can be."""
        self._peel()
        self._shortest = [(len(row), place) for place, row in self._rows.items()]
        heapq.heapify(self._shortest)
        while (place := self._next()) is not None:
            self._eliminate(place)
            self._peel()

    def _peel(self) -> None:
        """Take the variables that stand in one row out, with their rows."""
        where = self._where
        while self._single:
            variable = self._single.pop()
            if len(where.get(variable, ())) == 1:
                self._take(variable, next(iter(where[variable])))

    def _next(self) -> int | None:
        """Return the shortest row."""
        while self._shortest:
            length, place = heapq.heappop(self._shortest)
            if place in self._rows and len(self._rows[place]) == length:
                return place
        return None

    def _eliminate(self, place: int) -> None:
        """Eliminate the variable of a row that stands in the fewest others."""
        row, where = self._rows[place], self._where
        variable = min((each for each in row if each in where), key=lambda each: (len(where[each]), each), default=None)
        if variable is None:
            self.left.append(self._rows.pop(place))
            return
        inverse = _inverse(row[variable])
        del self._rows[place]
        for other in where.pop(variable):
            if other != place:
                self._subtract(row, variable, inverse, other)
        self.pivots.append((variable, row))
        for each in row:
            if each in where:
                self._leave(each, place)

    def _subtract(self, row: Row, variable: int, inverse: int, place: int) -> None:
        """Take as much of a row from another as makes the variable vanish there."""
        target, where = self._rows[place], self._where
        factor = _reduced(target.pop(variable) * inverse)
        for each, coefficient in row.items():
            if each == variable:
                continue
            before = target.get(each, 0)
            changed = _reduced(before - factor * coefficient)
            if changed:
                target[each] = changed
                if not before and each in where:
                    where[each].add(place)
            else:
                del target[each]
                if each in where:
                    self._leave(each, place)
        heapq.heappush(self._shortest, (len(target), place))

    def _take(self, variable: int, place: int) -> None:
        row = self._rows.pop(place)
        self.pivots.append((variable, row))
        del self._where[variable]
        for each in row:
            if each in self._where:
                self._leave(each, place)

    def _leave(self, variable: int, place: int) -> None:
        where = self._where[variable]
        where.discard(place)
        if len(where) == 1:
            self._single.append(variable)


def _reduced(number: int) -> int:
    return number if -_SMALL < number < _SMALL else number % PRIME
