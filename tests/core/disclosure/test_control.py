"""The whole for one family: what it leaves alone, what it prefers to hide, and what it says cannot be protected."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaremal.disclosure import Figures, control, family

numbers = st.lists(st.integers(0, 12), min_size=9, max_size=9)


def year(desk: Any, months: list[int], unit: str = "u", **more: Any) -> list[Any]:
    """Return the cells of a unit for the first nine months of a year with their quarters."""
    quarters = {f"2026K{place + 1}": sum(months[3 * place : 3 * place + 3]) for place in range(3)}
    return desk.series(unit, desk.months(months) | quarters, **more)


def municipality(desk: Any, *institutions: list[int]) -> list[Any]:
    """Return M and its institutions u1, u2 ..."""
    total = [sum(each) for each in zip(*institutions, strict=True)]
    rows = year(desk, total, "M", level="municipality")
    for place, months in enumerate(institutions, start=1):
        rows += year(desk, months, f"u{place}", parent="M")
    return rows


@given(st.lists(st.sampled_from([0, 5, 6, 7, 20]), min_size=9, max_size=9), numbers)
def test_without_a_figure_of_few_nothing_is_hidden(desk: Any, first: list[int], second: list[int]) -> None:
    """Neither for a family whose numbers are all large or none, nor for figures that are controlled already."""
    assert desk.hidden(municipality(desk, first, first[::-1])) == set()
    assert desk.hidden(municipality(desk, first, second), "published") == set()
    assert desk.hidden(municipality(desk, first, second), minimum=1) == set()


@given(numbers, numbers, st.randoms(use_true_random=False), st.sampled_from(["process", "persons"]))
def test_the_order_of_cells_makes_no_difference(desk: Any, first: list[int], second: list[int], chance: Any, kind: str) -> None:
    """Turned about at will, the same cells are hidden for the same reasons."""
    rows = [desk.Cell(**{**each.__getstate__(), "hits": each.n // 2}) for each in municipality(desk, first, second)]
    turned = rows.copy()
    chance.shuffle(turned)
    assert desk.reasons(turned, kind) == desk.reasons(rows, kind)


@given(st.lists(numbers, min_size=1, max_size=3))
def test_a_second_run_on_the_same_data_changes_nothing(desk: Any, institutions: list[list[int]]) -> None:
    """What is shown is out, what is hidden stays hidden, and nothing can be computed."""
    rows = municipality(desk, *institutions)
    found = desk.controlled(rows)
    out = [
        desk.Cell(row.unit, row.n, row.period, parent=row.parent, level=row.level, public=not hidden, withheld=hidden)
        for row, hidden in zip(rows, found.hidden.tolist(), strict=True)
    ]
    later = desk.controlled(out)
    assert later.hidden.tolist() == found.hidden.tolist()
    assert not later.bare.any()


def test_the_municipality_is_hidden_only_where_nothing_else_helps(desk: Any) -> None:
    """M's own July of 3 can be computed from its other months alone: one of these goes, and is named as a last resort."""
    rows = municipality(desk, [9, 9, 9, 9, 9, 9, 2, 8, 9], [9, 9, 9, 9, 9, 9, 1, 7, 9])
    found = desk.reasons(rows)
    assert {name: why for name, why in found.items() if name.startswith("M")} == {"M M07": "primary", "M M08": "last_resort"}
    assert found["u1 M07"] == found["u2 M07"] == "primary"


def test_a_level_below_the_municipality_can_be_known_too(desk: Any) -> None:
    """Where districts are known, an institution is hidden before them."""
    rows = [
        desk.Cell("M", 40, level="municipality"),
        desk.Cell("d1", 18, parent="M", level="district"),
        desk.Cell("d2", 22, parent="M", level="district"),
        desk.Cell("i1", 3, parent="d1"),
        desk.Cell("i2", 15, parent="d1"),
    ]
    assert desk.hidden(rows) == {"i1", "i2"}
    assert desk.reasons(rows, known_level="institution") == {"i1": "primary", "i2": "last_resort"}


def test_what_is_out_already_and_tells_a_cell_is_said(desk: Any) -> None:
    """31, 8 and 20 have been published: that the third is 3 can be computed, and nothing can be done."""
    rows = [desk.Cell("M", 31, level="municipality", public=True)]
    rows += [desk.Cell(f"i{n}", n, parent="M", public=n > 3) for n in (3, 8, 20)]
    assert desk.reasons(rows) == {"i3": "primary"}
    assert desk.bare(rows) == {"i3"}


def test_the_municipality_is_not_hidden_for_a_figure_that_is_not_few(desk: Any) -> None:
    """8 was hidden once, for another's sake; that 20 - 12 tells it is no reason to hide the municipality."""
    rows = [desk.Cell("M", 20, level="municipality"), desk.Cell("i1", 8, parent="M", withheld=True)]
    assert desk.reasons([*rows, desk.Cell("i2", 12, parent="M", public=True)]) == {"i1": "earlier"}


def test_an_empty_cell_protects_nothing(desk: Any) -> None:
    """3, 0 and 20 of 23: the 0 stays."""
    rows = [desk.Cell("M", 23, level="municipality")]
    assert desk.hidden([*rows, *(desk.Cell(f"i{n}", n, parent="M") for n in (3, 0, 20))]) == {"i3", "i20"}


def test_a_part_goes_before_an_equal_whole(desk: Any) -> None:
    """20 citizens in d, all of them in i2, and 3 of them in i1 too."""
    rows = [desk.Cell("d", 20, level="district"), desk.Cell("i1", 3, parent="d"), desk.Cell("i2", 20, parent="d")]
    assert desk.hidden(rows, distinct=True) == {"i1", "i2"}


def test_a_window_waits_for_a_month_that_protects_another(desk: Any) -> None:
    """i2's July protects i1's, and i2's window to July waits for it."""
    rows = [desk.Cell("M", 23, "2026M07", level="municipality"), desk.Cell("i1", 3, "2026M07", parent="M")]
    rows += [desk.Cell("i2", 20, "2026M07", parent="M"), desk.Cell("i2", 240, "2026M07R12", parent="M")]
    assert desk.reasons(rows) == {"i1 M07": "primary", "i2 M07": "secondary", "i2 M07R12": "time"}


def test_what_is_out_is_known_though_it_is_few_now(desk: Any) -> None:
    """4, 3 and 24 of 31: the 4 and the 24 are out, so that the 3 can be computed."""
    rows = [desk.Cell("M", 31, level="municipality", public=True)]
    rows += [desk.Cell(f"i{n}", n, parent="M", public=n > 3) for n in (4, 3, 24)]
    assert desk.bare(rows) == {"i3", "i4"}


def test_a_cell_that_became_small_by_a_larger_minimum_is_said(desk: Any) -> None:
    """It is hidden from now on, but it has been out."""
    rows = [desk.Cell("u", 4, public=True)]
    assert desk.reasons(rows) == {"u": "primary"}
    assert desk.bare(rows) == {"u"}


def test_a_small_sum_that_cannot_be_widened_is_said(desk: Any) -> None:
    """1 and 1 of 22, and the 20 is out: both are known to be 2 together."""
    rows = [desk.Cell("M", 22, level="municipality", public=True), desk.Cell("i3", 20, parent="M", public=True)]
    rows += [desk.Cell(name, 1, parent="M") for name in ("i1", "i2")]
    assert desk.bare(rows) == {"i1", "i2"}


def test_five_hidden_cells_of_one_each_take_a_sixth(desk: Any) -> None:
    """Their sum of 5 is not small, but as no hidden cell is empty it tells each of them."""
    rows = [desk.Cell("M", 45, level="municipality")]
    rows += [desk.Cell(f"i{place}", n, parent="M") for place, n in enumerate([1, 1, 1, 1, 1, 30, 10])]
    assert desk.reasons(rows) == {f"i{place}": "primary" for place in range(5)} | {"i6": "secondary"}
    known = desk.reasons(rows, known_level="institution")
    assert known == {f"i{place}": "primary" for place in range(5)} | {"i6": "last_resort"}


@pytest.mark.parametrize(("distinct", "expected"), [(False, {"i1", "i2"}), (True, {"i1", "i2", "i3"})])
def test_a_sum_of_persons_may_be_the_largest_of_its_parts(desk: Any, distinct: bool, expected: set[str]) -> None:
    """3 and 4 citizens can be the same four: only a sum of at least 4 is sure."""
    rows = [desk.Cell("M", 27, level="municipality")]
    rows += [desk.Cell(f"i{place}", n, parent="M") for place, n in ((1, 3), (2, 4), (3, 20))]
    assert desk.hidden(rows, distinct=distinct) == expected


def test_the_misses_of_two_hidden_cells_are_a_sum_as_well(desk: Any) -> None:
    """2 misses of 20 and 1 of 30 are 3 of 50 together, which the municipality less i3 tells: i3 goes as well."""
    rows = [desk.Cell("M", 90, hits=80, level="municipality")]
    rows += [desk.Cell(name, n, hits=hits, parent="M") for name, n, hits in (("i1", 20, 18), ("i2", 30, 29), ("i3", 40, 33))]
    assert desk.hidden(rows, "persons") == {"i1", "i2", "i3"}
    assert desk.hidden(rows, "process") == set()


def test_what_is_hidden_for_its_time_asks_for_no_protection(desk: Any) -> None:
    """u publishes by the quarter: its months could be computed from M and v, and are not of few; v keeps its months."""
    rows = [desk.Cell("u", 3, "2025M01", parent="M", withheld=True), desk.Cell("u", 60, "2025K1", parent="M", public=True)]
    for name, n, parent, level in (("M", 40, "", "municipality"), ("u", 10, "M", "institution"), ("v", 30, "M", "institution")):
        rows += [desk.Cell(name, n, f"2026M{month:02}", parent=parent, level=level) for month in (1, 2, 3)]
    assert desk.reasons(rows) == {"u 2025M01": "primary", "u M01": "time", "u M02": "time", "u M03": "time"}


def test_a_held_revision_cannot_be_computed_from_the_others(desk: Any) -> None:
    """i1 grew by 3 and i2 by 10: with M and i2 revised, i1's new figure would follow, so i2's is held back as well."""
    rows = [
        desk.Cell("M", 113, hits=58, level="municipality"),
        desk.Cell("i1", 23, hits=13, parent="M"),
        desk.Cell("i2", 50, hits=25, parent="M"),
        desk.Cell("i3", 40, hits=20, parent="M", public=True),
    ]
    before = ([100, 20, 40, 40], [52, 12, 20, 20])
    assert desk.reasons(rows, "persons", before=before) == {"i1": "version", "i2": "secondary"}


def test_a_family_is_hidden_together(desk: Any) -> None:
    """Few misses in one indicator hide the cell of the other, on the same rows, too: both show its n."""
    rows = [desk.Cell("u", 40), desk.Cell("v", 40)]
    kept = Figures(kind="persons", n=[40, 40], hits=[38, 20])
    quick = Figures(kind="process", n=[40, 40])
    assert control(desk.cells(rows), family([quick, kept])).hidden.tolist() == [True, False]


def test_events_add_up_though_populations_do_not(desk: Any) -> None:
    """3 and 20 events of 23, among 4,000 and 6,000 of 50,000: nobody else has any, so 23 - 20 would tell the 3."""
    rows = [desk.Cell("M", 50000, level="municipality"), desk.Cell("i1", 4000, parent="M"), desk.Cell("i2", 6000, parent="M")]
    rate = Figures(kind="persons", n=[50000, 4000, 6000], events=[23, 3, 20])
    assert control(desk.cells(rows), family([rate])).hidden.tolist() == [False, True, True]


def test_no_cells_are_no_work(desk: Any) -> None:
    """A family without cells has an empty answer."""
    found = control(desk.cells([]), family([Figures(kind="process", n=[])]))
    assert found.hidden.tolist() == found.bare.tolist() == []


def test_a_year_that_shows_its_last_month_is_hidden_with_it(desk: Any) -> None:
    """Pupils: December's 7 is the year's 7 and K4's; where December must stay hidden, so must they."""
    rows = [desk.Cell("u", 7, "2026M12", withheld=True), desk.Cell("u", 7, "2026K4"), desk.Cell("u", 7, "2026")]
    rows += [desk.Cell("u", 9, "2026M11")]
    assert desk.hidden(rows, over_time="last") == {"u M12", "u K4", "u"}
    assert desk.hidden(rows, over_time="sum") == {"u M12"}
