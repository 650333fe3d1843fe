"""Worked examples with k = 5: what is hidden in a small table, by the rules and by nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from klaremal.disclosure import Figures, control, family

# January to December, with a July of 3.
MONTHS = [14, 15, 16, 13, 12, 11, 3, 9, 15, 16, 17, 12]
QUARTERS = {"2026K1": 45, "2026K2": 36, "2026K3": 27, "2026K4": 45}


def under(desk: Any, parent: str, total: float, *children: float) -> list[Any]:
    """Return a municipality and its institutions i1, i2 ..."""
    parts = [desk.Cell(f"i{place}", n, parent=parent) for place, n in enumerate(children, start=1)]
    return [desk.Cell(parent, total, level="municipality"), *parts]


def test_one_small_child_takes_the_next_smallest_with_it(desk: Any) -> None:
    """3, 8 and 20 of 31: without the 8 as well, 31 - 28 is 3."""
    assert desk.reasons(under(desk, "M", 31, 3, 8, 20)) == {"i1": "primary", "i2": "secondary"}


def test_two_small_children_with_a_small_sum_take_a_third(desk: Any) -> None:
    """1 and 1 of 22: 22 - 20 is 2, so the 20 goes as well; the sum stays."""
    assert desk.hidden(under(desk, "M", 22, 1, 1, 20)) == {"i1", "i2", "i3"}


def test_a_hidden_district_takes_another_and_its_largest_institution(desk: Any) -> None:
    """M 43 {D1 3 {i1 3}, D2 40 {i2 15, i3 25}}: D1 and i1 are small; D2 protects D1, and i2 protects D2."""
    rows = [
        desk.Cell("M", 43, level="municipality"),
        desk.Cell("D1", 3, parent="M", level="district"),
        desk.Cell("D2", 40, parent="M", level="district"),
        desk.Cell("i1", 3, parent="D1"),
        desk.Cell("i2", 15, parent="D2"),
        desk.Cell("i3", 25, parent="D2"),
    ]
    assert desk.reasons(rows) == {"D1": "primary", "i1": "primary", "D2": "secondary", "i2": "secondary"}


def test_a_small_month_takes_the_smallest_of_its_quarter(desk: Any) -> None:
    """July 3 and August 9: the third quarter (27) and the year (153) are shown."""
    rows = desk.series("i1", desk.months(MONTHS) | QUARTERS | {"2026": 153})
    assert desk.hidden(rows) == {"i1 M07", "i1 M08"}


def test_what_is_out_already_cannot_protect(desk: Any) -> None:
    """All months but September and December, K1 and K2 are out: September 3 takes K3, that K4, and that December."""
    months = [*MONTHS[:6], 10, 9, 3, *MONTHS[9:]]
    due = {"2026M09", "2026M12", "2026K3", "2026K4", "2026"}
    numbers = desk.months(months) | QUARTERS | {"2026K3": 22, "2026": 148}
    rows = [desk.Cell("i1", n, period, public=period not in due) for period, n in numbers.items()]
    assert desk.hidden(rows) == {"i1 M09", "i1 M12", "i1 K3", "i1 K4"}


def test_one_small_cell_of_two_ways_to_divide_takes_a_rectangle(desk: Any) -> None:
    """Women and men of u1 3/40, u2 20/30, u3 25/15: the four cells of u1 and u2."""
    sexes = {"u1": (3, 40), "u2": (20, 30), "u3": (25, 15)}
    rows = [desk.Cell("M", 133, level="municipality")]
    rows += [desk.Cell("M", n, value=value, level="municipality") for value, n in (("women", 48), ("men", 85))]
    for unit, (women, men) in sexes.items():
        rows.append(desk.Cell(unit, women + men, parent="M"))
        rows += [desk.Cell(unit, n, value=value, parent="M") for value, n in (("women", women), ("men", men))]
    assert desk.hidden(rows) == {"u1 women", "u1 men", "u2 women", "u2 men"}


# Units by values; each has two hidden cells or more in its row and its column.
HIDDEN = {"11": 4, "12": 6, "21": 7, "22": 9, "23": 3, "33": 8, "34": 5, "43": 6, "44": 7}


def square(desk: Any, *, public: str, known: str = "") -> list[Any]:
    """Return 4 units by 4 values with their margins, which are out; what is not hidden is 10, and out in `public` units.

    Units that are `known` are of the municipality's level.
    """
    numbers = {f"{unit}{value}": HIDDEN.get(f"{unit}{value}", 10) for unit in "1234" for value in "1234"}
    rows = [desk.Cell("M", sum(numbers.values()), level="nation", public=True)]
    for value in "1234":
        total = sum(n for cell, n in numbers.items() if cell[1] == value)
        rows.append(desk.Cell("M", total, value=f"c{value}", level="nation", public=True))
    for unit in "1234":
        total = sum(n for cell, n in numbers.items() if cell[0] == unit)
        more = {"parent": "M", "level": "municipality" if unit in known else "institution"}
        rows.append(desk.Cell(f"r{unit}", total, public=True, **more))
        for value in "1234":
            was = f"{unit}{value}" in HIDDEN
            out = unit in public and not was
            rows.append(desk.Cell(f"r{unit}", numbers[f"{unit}{value}"], value=f"c{value}", withheld=was, public=out, **more))
    return rows


def test_the_audit_finds_what_no_single_relation_tells(desk: Any) -> None:
    """Rows 1 and 2 less columns 1 and 2: 10 + 19 - 11 - 15 = 3 is the cell 23, and it is the only one."""
    assert desk.bare(square(desk, public="1234")) == {"r2 c3"}


@pytest.mark.parametrize(
    ("public", "known", "expected"),
    [("", "", {"r1 c3": "secondary"}), ("1", "2", {"r3 c1": "secondary"}), ("134", "2", {"r2 c4": "last_resort"})],
    ids=["the nearest", "below the municipality first", "what is left"],
)
def test_the_audit_hides_until_the_cell_cannot_be_computed(
    desk: Any, public: str, known: str, expected: dict[str, str]
) -> None:
    """The nearest cell that the computation uses and that is not out goes; then nothing can be computed."""
    rows = square(desk, public=public, known=known)
    assert desk.bare(rows) == set()
    assert {name: why for name, why in desk.reasons(rows).items() if why in ("secondary", "last_resort")} == expected


def test_a_window_of_twelve_months_waits_for_a_hidden_month(desk: Any) -> None:
    """The window before is 120, the dropped month 10: a next window of 113 would tell that the new month is 3."""
    months = [10] * 12
    rows = desk.series("i1", desk.months(months), public=True)
    rows += [desk.Cell("i1", 3, "2027M01"), desk.Cell("i1", 120, "2026M12R12", public=True), desk.Cell("i1", 113, "2027M01R12")]
    assert desk.reasons(rows) == {"i1 2027M01": "primary", "i1 2027M01R12": "time"}


def test_the_year_to_date_waits_for_a_hidden_month(desk: Any) -> None:
    """The year to April (37) is out and May is 3: the year to May (40) would tell."""
    rows = desk.series("i1", desk.months([9, 9, 9, 10]), public=True)
    rows += [desk.Cell("i1", 3, "2026M05"), desk.Cell("i1", 37, to_date=4, public=True), desk.Cell("i1", 40, to_date=5)]
    assert desk.reasons(rows) == {"i1 M05": "primary", "i1 to 5": "time"}


@pytest.mark.parametrize(("kind", "expected"), [("persons", {"i1": "version"}), ("process", {})])
def test_a_revision_by_one_person_is_held(desk: Any, kind: str, expected: dict[str, str]) -> None:
    """41 of 45 became 41 of 46: one person was added, and missed. Of a process it is published at once."""
    rows = [desk.Cell("i1", 46, hits=41)]
    assert desk.reasons(rows, kind, before=([45], [41])) == expected


@pytest.mark.parametrize(("kind", "expected"), [("persons", {"i1"}), ("process", set())])
def test_a_share_with_few_misses_is_hidden_where_it_tells_of_persons(desk: Any, kind: str, expected: set[str]) -> None:
    """38 of 40: two persons missed. Of a process it is 95.0 %."""
    assert desk.hidden([desk.Cell("i1", 40, hits=38)], kind) == expected


def test_six_visits_of_one_citizen_are_one_person(desk: Any) -> None:
    """n counts persons where the rows name them."""
    visits = Figures(kind="process", n=[1], distinct=True)
    assert control(desk.cells([desk.Cell("i1", 6)]), family([visits])).hidden.tolist() == [True]


def test_a_unit_with_a_small_month_last_year_publishes_by_the_quarter(desk: Any) -> None:
    """Last year's smallest month was 3 and its smallest quarter 21: this year no month is shown, however large."""
    last_year = {f"2025M{month:02}": 9 for month in range(1, 13)} | {"2025M05": 3}
    quarters = {"2025K1": 27, "2025K2": 21, "2025K3": 27, "2025K4": 27}
    rows = desk.series("i1", last_year | quarters | {"2025": 102}, public=True)
    rows += desk.series("i1", desk.months([9] * 12) | {f"2026K{place}": 27 for place in range(1, 5)} | {"2026": 108})
    hidden = desk.reasons(rows)
    assert {name for name, why in hidden.items() if why == "time"} == {f"i1 M{month:02}" for month in range(1, 13)}
    assert set(hidden.values()) == {"time", "primary"}
    assert "i1 2025M05" in hidden, "a small month that is out is hidden from now on"


def test_numbers_that_are_missing_hide_nothing(desk: Any) -> None:
    """A cell without a figure is no figure of few."""
    assert desk.hidden(under(desk, "M", 31, np.nan, 11, 20)) == set()
