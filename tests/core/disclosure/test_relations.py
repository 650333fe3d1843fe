"""The equations between cells: what they say holds in the data, and they say all that differences tell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaremal.disclosure.cycles import cycles
from klaremal.disclosure.relations import Relations, relations


def spans(ends: list[tuple[int, int]]) -> np.ndarray[Any, Any]:
    """Return which months each period has, as rows of 0 and 1."""
    first = min(start for start, _ in ends)
    last = max(end for _, end in ends)
    return np.array([[start <= month < end for month in range(first, last)] for start, end in ends], dtype=float)


def said(found: Relations, names: list[str]) -> set[str]:
    """Return the relations as text, a whole marked by an asterisk: "M* -i1 -i2"."""
    texts: dict[int, list[str]] = {}
    rows = zip(found.relation.tolist(), found.place.tolist(), found.sign.tolist(), found.is_whole.tolist(), strict=True)
    for relation, place, sign, is_whole in rows:
        name = names[place] if place < len(names) else f"rest {found.rests[0, place - len(names)]:g}"
        texts.setdefault(relation, []).append(("" if sign > 0 else "-") + name + ("*" if is_whole else ""))
    return {" ".join(sorted(text)) for text in texts.values()}


def relations_of(desk: Any, rows: list[Any], **more: Any) -> set[str]:
    """Return the relations between these cells as text."""
    cells, family = desk.cells(rows), desk.family(rows)
    order = cells.order()
    return said(relations(cells.take(order), family.take(order), **more), [rows[place].name for place in order.tolist()])


periods = st.lists(
    st.tuples(st.integers(0, 11), st.sampled_from([1, 1, 1, 2, 3, 6, 12])).map(lambda pair: (pair[0], pair[0] + pair[1])),
    min_size=1,
    max_size=14,
)


@given(periods)
def test_cycles_are_all_relations_between_periods_and_each_once(ends: list[tuple[int, int]]) -> None:
    """Each sums to nothing in every month; there are as many as periods less the rank of the periods as sets of months."""
    months = spans(ends)
    found = np.zeros((len(cycles(ends)), len(ends)))
    for row, cycle in enumerate(cycles(ends)):
        for place, sign in cycle:
            found[row, place] += sign
    assert (found @ months == 0).all()
    assert np.linalg.matrix_rank(found) == len(found) if len(found) else True
    assert len(found) == len(ends) - np.linalg.matrix_rank(months)


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ([(0, 3), (0, 1), (1, 2), (2, 3)], [{0: 1, 1: -1, 2: -1, 3: -1}]),
        ([(0, 12), (0, 6), (6, 12)], [{0: 1, 1: -1, 2: -1}]),
        ([(0, 12), (1, 13), (0, 1), (12, 13)], [{1: 1, 0: -1, 2: 1, 3: -1}]),
        ([(0, 3), (0, 3)], [{0: -1, 1: 1}]),
        ([(0, 12), (7, 19)], []),
    ],
    ids=["quarter", "halves", "the next window", "year to March and K1", "calendar and school year alone"],
)
def test_periods_are_put_together_from_few_parts(ends: list[tuple[int, int]], expected: list[dict[int, int]]) -> None:
    """A window is the one before, less the month that it drops, plus the new one."""
    assert [dict(cycle) for cycle in cycles(ends)] == expected


def test_units_and_values_and_periods_have_a_relation_each(desk: Any) -> None:
    """A municipality of two institutions, one breakdown of one of them, and a half-year of two quarters."""
    rows = [
        desk.Cell("M", 30, "2026H1", level="municipality"),
        desk.Cell("i1", 10, "2026H1", parent="M"),
        desk.Cell("i2", 20, "2026H1", parent="M"),
        desk.Cell("i1", 4, "2026H1", "men", parent="M"),
        desk.Cell("i1", 6, "2026H1", "women", parent="M"),
        desk.Cell("i1", 3, "2026K1", parent="M"),
        desk.Cell("i1", 7, "2026K2", parent="M"),
    ]
    assert relations_of(desk, rows) == {
        "-i1 H1 -i2 H1 M H1*",
        "-i1 H1 men -i1 H1 women i1 H1*",
        "-i1 K1 -i1 K2 i1 H1*",
    }


def test_two_breakdowns_are_two_relations(desk: Any) -> None:
    """The total is the sum of each of them, the unknown value included."""
    rows = [desk.Cell("u", 30)]
    rows += [desk.Cell("u", n, value=value, dimension="sex") for value, n in (("men", 10), ("women", 19), ("?", 1))]
    rows += [desk.Cell("u", n, value=value, dimension="age") for value, n in (("old", 12), ("young", 18))]
    assert relations_of(desk, rows) == {"-u ? -u men -u women u*", "-u old -u young u*"}


def test_what_the_parts_do_not_make_up_is_an_unknown_of_its_own(desk: Any) -> None:
    """3 of 33 name no institution: whoever subtracts the institutions learns of those three."""
    rows = [
        desk.Cell("M", 33, level="municipality"),
        desk.Cell("i1", 10, parent="M"),
        desk.Cell("i2", 20, parent="M"),
    ]
    assert relations_of(desk, rows) == {"-i1 -i2 -rest 3 M*"}
    assert desk.hidden(rows) == {"i1"}


def test_persons_that_several_parts_count_leave_no_rest(desk: Any) -> None:
    """25 citizens of 10 and 20: five went to both."""
    rows = [desk.Cell("M", 25, level="municipality"), desk.Cell("i1", 10, parent="M"), desk.Cell("i2", 20, parent="M")]
    assert relations_of(desk, rows) == {"-i1 -i2 M*"}


def test_a_unit_counts_where_it_lies_in_each_period(desk: Any) -> None:
    """An institution that moves from one district to the other is a part of each in its time."""
    rows = [
        desk.Cell("d1", 9, "2025", level="district"),
        desk.Cell("d2", 8, "2026", level="district"),
        desk.Cell("i", 9, "2025", parent="d1"),
        desk.Cell("i", 8, "2026", parent="d2"),
    ]
    assert relations_of(desk, rows) == {"-i 2025 d1 2025*", "-i d2*"}


def test_a_figure_of_the_last_month_is_equal_to_it_and_no_sum(desk: Any) -> None:
    """Pupils at the end of the year are those of December, and of its last quarter."""
    numbers = {"2026": 30, "2026K4": 30, "2026M12": 30, "2026M11": 28}
    assert relations_of(desk, desk.series("u", numbers), over_time="last") == {"-u* u K4", "-u* u M12"}


def test_the_order_of_relations_does_not_depend_on_that_of_cells(desk: Any) -> None:
    """Turned around, the same cells have the same relations."""
    rows = desk.series("u", desk.months([5] * 6) | {"2026K1": 15, "2026K2": 15, "2026H1": 30})
    assert relations_of(desk, rows) == relations_of(desk, rows[::-1])
