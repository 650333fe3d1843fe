"""How the periods of one series add up: each period is an edge from its first month to the month after its last.

A figure of a period is the difference of what has been counted until its two ends. So a sum of periods (a year of its
quarters, a window of twelve months of the window before it, less a month, plus a month) is a cycle of that graph, and the
cycles of a basis span them all, whichever kinds of period there are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple


class Term(NamedTuple):
    """A period's place in the series, and its coefficient: the terms of a cycle sum to nothing."""

    place: int
    sign: int


class _Edge(NamedTuple):
    to: int
    term: Term


def cycles(ends: Sequence[tuple[int, int]]) -> list[tuple[Term, ...]]:
    """Return a basis of the relations between periods, given as first month and month after the last.

    Shorter periods come first, so that each period is put together from few parts that are not longer than itself.
    """
    edges: dict[int, list[_Edge]] = {}
    found = []
    for place in sorted(range(len(ends)), key=lambda place: (ends[place][1] - ends[place][0], ends[place][0], place)):
        first, last = ends[place]
        path = _path(edges, first, last)
        if path is not None:
            found.append((Term(place, 1), *(Term(step.place, -step.sign) for step in path)))
        edges.setdefault(first, []).append(_Edge(last, Term(place, 1)))
        edges.setdefault(last, []).append(_Edge(first, Term(place, -1)))
    return found


def _path(edges: dict[int, list[_Edge]], first: int, last: int) -> list[Term] | None:
    """Return the fewest steps from one month to another, None when nothing connects them."""
    if first not in edges or last not in edges:
        return None
    came: dict[int, tuple[int, Term]] = {}
    waiting = deque([first])
    while waiting:
        here = waiting.popleft()
        for to, term in edges[here]:
            if to not in came and to != first:
                came[to] = (here, term)
                waiting.append(to)
        if last in came:
            break
    if last not in came:
        return None
    steps = []
    here = last
    while here != first:
        here, term = came[here]
        steps.append(term)
    return steps[::-1]
