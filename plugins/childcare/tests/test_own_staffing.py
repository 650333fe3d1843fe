"""Own staffing, from a few places and posts with every edge to ratios worked out by hand; and against counting day by day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from klaremal.run import Run
from klaremal_childcare.own_staffing import STAFFED

PLACES_HEAD = (
    "child_id, birth_date, institution_id, institution_name, institution_type, ownership, enrolled_from, enrolled_to, "
    "full_time_share\n"
)
POSTS_HEAD = "employee_id, institution_id, position, employed_from, employed_to, hours_per_week\n"

# One institution for each rule. Small ones are born in 2024, large ones in 2021; the data reach to 2025-12-31.
PLACES = """
a1, 2024-01-01, full,    Elmen,   vuggestue, kommunal, 2025-01-01, , 1
a2, 2024-01-01, full,    Elmen,   vuggestue, kommunal, 2025-01-01, , 1
a3, 2024-01-01, full,    Elmen,   vuggestue, kommunal, 2025-01-01, , 1
b1, 2024-01-01, leader,  Birken,  vuggestue, kommunal, 2025-01-01, , 1
b2, 2024-01-01, leader,  Birken,  vuggestue, kommunal, 2025-01-01, , 1
b3, 2024-01-01, leader,  Birken,  vuggestue, kommunal, 2025-01-01, , 1
c1, 2024-01-01, part,    Bøgen,   vuggestue, kommunal, 2025-01-01, , 1
c2, 2024-01-01, part,    Bøgen,   vuggestue, kommunal, 2025-01-01, , 0.5
d1, 2022-06-15, three,   Egen,    integreret, selvejende, 2025-01-01, , 1
e1, 2022-06-01, first,   Asken,   integreret, kommunal, 2025-01-01, , 1
f1, 2022-06-30, last,    Linden,  integreret, kommunal, 2025-01-01, , 1
g1, 2024-01-01, leaves,  Pilen,   vuggestue, kommunal, 2025-01-01, 2025-06-16, 1
g2, 2024-01-01, leaves,  Pilen,   vuggestue, kommunal, 2025-01-01, , 1
h1, 2024-01-01, both,    Rønnen,  integreret, kommunal, 2025-01-01, , 1
h2, 2024-01-01, both,    Rønnen,  integreret, kommunal, 2025-01-01, , 1
h3, 2024-01-01, both,    Rønnen,  integreret, kommunal, 2025-01-01, , 1
h4, 2021-01-01, both,    Rønnen,  integreret, kommunal, 2025-01-01, , 1
h5, 2021-01-01, both,    Rønnen,  integreret, kommunal, 2025-01-01, , 1
h6, 2021-01-01, both,    Rønnen,  integreret, kommunal, 2025-01-01, , 1
h7, 2021-01-01, both,    Rønnen,  integreret, kommunal, 2025-01-01, , 1
h8, 2021-01-01, both,    Rønnen,  integreret, kommunal, 2025-01-01, , 1
h9, 2021-01-01, both,    Rønnen,  integreret, kommunal, 2025-01-01, , 1
i1, 2024-01-01, private, Tjørnen, vuggestue, privat,   2025-01-01, , 1
j1, 2024-01-01, minder,  Hasselen, dagpleje, kommunal, 2025-01-01, , 1
k1, 2024-01-01, nobody,  Hylden,  vuggestue, kommunal, 2025-06-01, , 1
l1, 2024-01-01, year,    Lærken,  vuggestue, kommunal, 2025-01-01, , 1
l2, 2024-01-01, year,    Lærken,  vuggestue, kommunal, 2025-01-01, , 1
l3, 2024-01-01, year,    Lærken,  vuggestue, kommunal, 2025-01-01, 2025-07-01, 1
l4, 2024-01-01, year,    Lærken,  vuggestue, kommunal, 2025-01-01, 2025-07-01, 1
"""
POSTS = """
m1, full,    pædagog,    2025-01-01, , 37
m2, leader,  leder,      2025-01-01, , 37
m3, part,    medhjælper, 2025-01-01, , 18.5
m4, three,   pædagog,    2025-01-01, , 37
m5, first,   pædagog,    2025-01-01, , 37
m6, last,    pædagog,    2025-01-01, , 37
m7, leaves,  pædagog,    2025-01-01, , 37
m8, both,    pædagog,    2025-01-01, , 37
m9, both,    pædagog,    2025-01-01, , 37
n1, private, pædagog,    2025-01-01, , 37
n2, minder,  pædagog,    2025-01-01, , 37
n3, nobody,  pædagog,    2025-06-16, , 37
n4, year,    pædagog,    2025-01-01, , 37
n5, empty,   pædagog,    2025-01-01, , 37
"""
SMALL, LARGE = "childcare.staffing_0_2_own", "childcare.staffing_3_5_own"
EVERYWHERE = 'at_most = 3\nunits = ["municipality", "institution"]'

# Institution and month; children per adult of 0-2 and of 3-5 years. None: there are none.
RATIOS = {
    "a full-time post": ("full", "2025M06", 3.0, None),
    "a place without an end lasts as long as the data": ("full", "2025M12", 3.0, None),
    "a leader counts 85 percent": ("leader", "2025M06", 3 / 0.85, None),
    "half a place, and half a post": ("part", "2025M06", 1.5 / 0.5, None),
    "three in the month": ("three", "2025M06", 1.0, None),
    "three the month before": ("three", "2025M07", None, 1.0),
    "three on the first": ("first", "2025M06", 1.0, None),
    "three on the first of the month before": ("first", "2025M07", None, 1.0),
    "three on the last day": ("last", "2025M06", 1.0, None),
    "three on the last day of the month before": ("last", "2025M07", None, 1.0),
    # 30 and 15 of 30 days.
    "leaves on the 16th": ("leaves", "2025M06", 1.5, None),
    "gone": ("leaves", "2025M07", 1.0, None),
    # 3 x 2 and 6 parts of 12: one adult for each age.
    "both ages share two adults": ("both", "2025M06", 3.0, 6.0),
    "private": ("private", "2025M06", None, None),
    "childminder": ("minder", "2025M06", None, None),
    # 4 children for six months, 2 for the other six.
    "the mean of the year": ("year", "2025", 3.0, None),
    "the first half": ("year", "2025M06", 4.0, None),
}


@pytest.fixture(scope="module")
def found(measured: Callable[..., Run]) -> Run:
    """Run the places and posts once, by month."""
    tables = {"childcare.enrolment": PLACES_HEAD + PLACES.strip(), "childcare.staff": POSTS_HEAD + POSTS.strip()}
    return measured(tables, {SMALL: EVERYWHERE, LARGE: EVERYWHERE}, "month")


@pytest.mark.parametrize(("institution", "period", "small", "large"), RATIOS.values(), ids=RATIOS)
def test_children_per_adult_are_those_of_the_rule(
    found: Run, institution: str, period: str, small: float | None, large: float | None
) -> None:
    """Full-time children per full-time adult, by the age on the first of the month."""
    rows = found.observations[(found.observations["unit"] == institution) & (found.observations["period"] == period)]
    values = {each: rows[(rows["indicator"] == each) & rows["value"].notna()]["value"].tolist() for each in (SMALL, LARGE)}
    assert values == {
        SMALL: [] if small is None else [pytest.approx(small, abs=1e-6)],
        LARGE: [] if large is None else [pytest.approx(large, abs=1e-6)],
    }


def test_children_whose_adults_the_data_has_not_got_are_not_judged(found: Run) -> None:
    """From 1 to 15 June nobody is employed: one of the two parts of the month is known, and 50 percent are not enough."""
    rows = found.fulfilments[(found.fulfilments["unit"] == "nobody") & (found.fulfilments["period"] == "2025M06")]
    assert rows[rows["indicator"] == SMALL][["status", "cause"]].to_numpy().tolist() == [["not_assessable", "coverage_too_low"]]


def test_the_municipality_has_the_children_of_all_per_the_adults_of_all(found: Run, figure: Callable[..., Any]) -> None:
    """November: 3 (full), 3 (leader), 1.5 (part), 1 (leaves), 3 (both), 1 (nobody) and 2 (year) by 1, 0.85, 0.5 and 4 ones.

    Of 3-5 years: one each of three, first and last, with an adult each, and six with one adult in the house for both.
    """
    assert figure(found, SMALL, "2025M11")[0] == pytest.approx(14.5 / 6.35, abs=1e-6)
    assert figure(found, LARGE, "2025M11")[0] == pytest.approx(9 / 4, abs=1e-6)


def test_the_law_judges_the_mean_of_the_year_by_itself(found: Run) -> None:
    """Both age groups of the municipality, of the calendar year, without a goal of the council."""
    rows = found.fulfilments[found.fulfilments["goal"].str.startswith("childcare.minimum_staffing")]
    assert rows[rows["period"] == "2025"][["goal", "unit", "status"]].to_numpy().tolist() == [
        ["childcare.minimum_staffing_0_2_own", "751", "fulfilled"],
        ["childcare.minimum_staffing_3_5_own", "751", "fulfilled"],
    ]


def test_no_place_and_no_post_is_set_aside(found: Run) -> None:
    """Every row keeps its contract and has a place, and so does every time that is made of them."""
    assert (found.set_aside, found.gaps, found.failed) == ((), (), False)


# -- against counting day by day -------------------------------------------------------------------------------------

FIRST, DAYS = date(2025, 1, 1), 90
WITHIN = st.integers(0, DAYS - 1).map(lambda days: FIRST + timedelta(days=days))
HOUSES = st.sampled_from(["one", "two"])


def spell(start: date, days: int | None) -> tuple[date, date | None]:
    """Return a first day and the day after the last one."""
    return start, None if days is None else start + timedelta(days=days)


SPELLS = st.builds(spell, WITHIN, st.one_of(st.none(), st.integers(0, 40)))
# Born so that the third birthday lies before, in and after the days looked at.
BIRTHS = st.integers(-60, DAYS + 60).map(lambda days: date(2022, 1, 1) + timedelta(days=days))
CHILDREN = st.lists(st.tuples(HOUSES, BIRTHS, SPELLS, st.sampled_from([1, 0.5])), max_size=8)
ADULTS = st.lists(st.tuples(HOUSES, st.sampled_from(["leder", "pædagog"]), SPELLS, st.sampled_from([37, 20])), max_size=5)
Stood = dict[tuple[str, date], tuple[float, float, float]]


def by_query(children: list[Any], adults: list[Any]) -> Stood:
    """Run the dataset's own query and give children of both ages and hours, by institution and day."""
    with duckdb.connect() as engine:
        engine.execute(
            "create table enrolment (institution_id varchar, institution_type varchar, ownership varchar, birth_date date, "
            "enrolled_from date, enrolled_to date, full_time_share decimal(18, 4))"
        )
        engine.execute(
            "create table staff (institution_id varchar, position varchar, employed_from date, employed_to date, "
            "hours_per_week decimal(18, 4))"
        )
        for house, birth, (start, end), share in children:
            values = [house, "integreret", "kommunal", birth, start, end, share]
            engine.execute("insert into enrolment values (?, ?, ?, ?, ?, ?, ?)", values)
        for house, position, (start, end), hours in adults:
            engine.execute("insert into staff values (?, ?, ?, ?, ?)", [house, position, start, end, hours])
        rows = engine.execute(str(STAFFED.sql)).fetchall()
    found: Stood = {}
    for house, since, until, small, large, hours in rows:
        day = since
        while day < min(until or date.max, FIRST + timedelta(days=DAYS)):
            assert (house, day) not in found
            found[house, day] = (float(small), float(large), float(hours))
            day += timedelta(days=1)
    return found


def by_day(children: list[Any], adults: list[Any]) -> Stood:
    """Count who is there on each day, one by one."""
    found: Stood = {}
    for house in ("one", "two"):
        for day in (FIRST + timedelta(days=days) for days in range(DAYS)):
            small = large = 0.0
            for where, birth, (start, end), share in children:
                if where == house and start <= day < (end or date.max):
                    # Three in an earlier month than this one; the day of the month says nothing.
                    is_large = (birth.year + 3, birth.month) < (day.year, day.month)
                    small, large = (small, large + share) if is_large else (small + share, large)
            here = [each for each in adults if each[0] == house and each[2][0] <= day < (each[2][1] or date.max)]
            if small + large:
                found[house, day] = (small, large, sum(each[3] * (0.85 if each[1] == "leder" else 1) for each in here))
    return found


# Of age on 1 February, and gone on that very day; and a place that was never taken up, from that day to that day.
OF_AGE = date(2022, 1, 15)
GONE = ("one", OF_AGE, (date(2025, 1, 10), date(2025, 2, 1)), 1)
NEVER = ("one", OF_AGE, (date(2025, 2, 1), date(2025, 2, 1)), 1)
STAYS = ("one", OF_AGE, (FIRST, None), 1)


@example([GONE, STAYS], [])
@example([NEVER, STAYS], [])
@given(CHILDREN, ADULTS)
@settings(max_examples=20, deadline=None)
def test_changes_add_up_to_who_is_there(children: list[Any], adults: list[Any]) -> None:
    """The sum of all changes until a day is what is counted on that day, in every institution with children."""
    found, expected = by_query(children, adults), by_day(children, adults)
    assert found.keys() == expected.keys()
    for place, counted in expected.items():
        assert found[place] == pytest.approx(counted)
