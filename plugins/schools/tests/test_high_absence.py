"""Pupils who are away for more than 10 percent, from a few pupils with every edge to a share worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest

from klaremal.run import Run
from klaremal_schools.high_absence import PUPIL_YEARS

HIGH = "schools.high_absence"
TARGET = {HIGH: 'at_most = 15\nunits = ["municipality", "institution"]'}
FIRST = date(2024, 8, 12)

# Pupil, school, school year, school days; days away in the school year, as (count, kind, part of the day); what is said of it.
PUPILS = {
    "never": ([("elmen", "2024/2025", 200)], [], "low"),
    "exactly_ten": ([("elmen", "2024/2025", 200)], [(20, "sygdom", "1")], "low"),
    "half_a_day_more": ([("elmen", "2024/2025", 200)], [(20, "sygdom", "1"), (1, "lovlig", "0.5")], "high"),
    "of_all_kinds": ([("elmen", "2024/2025", 200)], [(7, "sygdom", "1"), (7, "lovlig", "1"), (7, "ulovlig", "1")], "high"),
    "half_days": ([("elmen", "2024/2025", 200)], [(40, "sygdom", "0.5")], "low"),
    "more_half_days": ([("elmen", "2024/2025", 200)], [(41, "sygdom", "0.5")], "high"),
    "no_fraction_is_a_day": ([("elmen", "2024/2025", 200)], [(21, "sygdom", "")], "high"),
    "came_late": ([("elmen", "2024/2025", 60)], [(7, "sygdom", "1")], "high"),
    # 8 + 8 of 100 + 90 days: in neither school alone more than one in ten, and together less; it counts at elmen.
    "moved": ([("birken", "2024/2025", 90), ("elmen", "2024/2025", 100)], [(16, "sygdom", "1")], "low"),
    "moved_often_away": ([("birken", "2024/25", 90), ("elmen", "2024/2025", 100)], [(20, "sygdom", "1")], "high"),
    "seldom": ([("elmen", "2024/2025", 200)], [(3, "sygdom", "1")], "low"),
    "low_1": ([("birken", "2024/2025", 200)], [(3, "sygdom", "1")], "low"),
    "low_2": ([("birken", "2024/2025", 200)], [(3, "sygdom", "1")], "low"),
    "low_3": ([("birken", "2024/2025", 200)], [(3, "sygdom", "1")], "low"),
    "low_4": ([("birken", "2024/2025", 200)], [(3, "sygdom", "1")], "low"),
    "low_5": ([("birken", "2024/2025", 200)], [(3, "sygdom", "1")], "low"),
    "not_enrolled": ([("birken", "2024/2025", 0)], [(3, "sygdom", "1")], "out"),
}


def absences() -> Iterator[str]:
    """Give each pupil's days away, one after the other from the first day of school."""
    for pupil, (_, away, _) in PUPILS.items():
        kinds = [(kind, part) for count, kind, part in away for _ in range(count)]
        for number, (kind, part) in enumerate(kinds):
            yield f"{pupil}, {FIRST + timedelta(days=number)}, {kind}, {part}"


def tables(*more: str, pupils: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the two files, with further lines of each."""
    rows = [f"{pupil}, {school}, {school}, {year}, {days}" for pupil, (at, _, _) in PUPILS.items() for school, year, days in at]
    return {
        "schools.pupils": "\n".join(["pupil_id, school_code, school_name, school_year, school_days", *rows, *pupils]),
        "schools.absence_days": "\n".join(["pupil_id, date, absence_type, day_fraction", *absences(), *more]),
    }


@pytest.fixture(scope="module")
def found(measured: Callable[..., Run]) -> Run:
    """Run the pupils once."""
    return measured(tables(), TARGET)


def test_the_share_is_of_pupils_and_not_of_days(found: Run, figure: Callable[..., Any]) -> None:
    """6 of 16 pupils; exactly 10 percent is not more, and who was never away counts among all."""
    said = [became for _, _, became in PUPILS.values()]
    assert (said.count("high"), said.count("low")) == (6, 10)
    assert figure(found, HIGH) == (37.5, 16.0, None)


def test_a_pupil_counts_once_at_the_school_with_most_of_its_days(found: Run, figure: Callable[..., Any]) -> None:
    """Elmen has both who moved: 6 of 11. Birken has none of them: 0 of 5."""
    assert figure(found, HIGH, unit="elmen") == (pytest.approx(100 * 6 / 11, abs=1e-6), 11.0, None)
    assert figure(found, HIGH, unit="birken") == (0.0, 5.0, None)


def test_few_pupils_of_either_kind_are_hidden(measured: Callable[..., Run], figure: Callable[..., Any]) -> None:
    """With one more at birken, who is often away, it is 1 of 6: told of a person, and so is elmen's by subtraction."""
    told = [f"often, {FIRST + timedelta(days=number)}, sygdom, 1" for number in range(30)]
    found = measured(tables(*told, pupils=("often, birken, birken, 2024/2025, 200",)), TARGET)
    assert figure(found, HIGH) == (pytest.approx(100 * 7 / 17, abs=1e-6), 17.0, None)
    assert figure(found, HIGH, unit="birken") == (None, None, "confidential")
    assert figure(found, HIGH, unit="elmen") == (None, None, "confidential")


def test_a_pupil_whose_school_days_nobody_knows_lowers_the_coverage(measured: Callable[..., Run]) -> None:
    """Of 17 pupils 16 can be judged; one school without its days leaves the whole year of who moved unknown."""
    unknown = ("x, elmen, elmen, 2024/2025, 100", "x, birken, birken, 2024/2025,")
    found = measured(tables(pupils=unknown), TARGET)
    rows = found.observations[(found.observations["unit"] == "751") & (found.observations["period"] == "2024/25")]
    assert rows["coverage"].tolist() == [pytest.approx(16 / 17)]


def test_no_row_is_set_aside(found: Run) -> None:
    """Every row keeps its contract and has a place, and so does every school year made of them."""
    assert (found.set_aside, found.gaps, found.failed) == ((), (), False)


def years(pupils: list[tuple[str, float | None]], absences: list[tuple[date, str, float | None]]) -> dict[str, list[Any]]:
    """Run the dataset's own query for one pupil and give school, school days and days away of each school year."""
    with duckdb.connect() as engine:
        engine.execute(
            "create table pupils (pupil_id varchar, school_code varchar, school_year varchar, school_days decimal(18, 4))"
        )
        engine.execute(
            "create table absence_days (pupil_id varchar, date date, absence_type varchar, day_fraction decimal(18, 4))"
        )
        for place, (year, days) in enumerate(pupils):
            engine.execute("insert into pupils values ('p', ?, ?, ?)", [f"school {place}", year, days])
        for day, kind, part in absences:
            engine.execute("insert into absence_days values ('p', ?, ?, ?)", [day, kind, part])
        rows = engine.execute(str(PUPIL_YEARS.sql)).fetchall()
    return {year: [school, None if days is None else float(days), float(away)] for _, school, year, days, away in rows}


MONDAY, TUESDAY = date(2024, 9, 2), date(2024, 9, 3)


@pytest.mark.parametrize(
    ("absences", "away"),
    [
        pytest.param([], 0, id="never away"),
        pytest.param([(MONDAY, "sygdom", 1), (TUESDAY, "lovlig", 0.5)], 1.5, id="a day and a half"),
        pytest.param([(MONDAY, "sygdom", 0.5), (MONDAY, "lovlig", 0.5)], 1, id="two halves of a day"),
        pytest.param([(MONDAY, "sygdom", 1), (MONDAY, "ulovlig", 1)], 1, id="a day for two reasons"),
        pytest.param([(MONDAY, "sygdom", None)], 1, id="no fraction is a day"),
        pytest.param([(MONDAY, "sygdom", None), (MONDAY, "lovlig", 0.5)], 1, id="no fraction, and a half"),
        pytest.param([(date(2024, 7, 31), "sygdom", 1), (date(2024, 8, 1), "sygdom", 1)], 1, id="from 1 August on"),
        pytest.param([(date(2025, 7, 31), "sygdom", 1), (date(2025, 8, 1), "sygdom", 1)], 1, id="until 31 July"),
    ],
)
def test_a_day_is_never_more_than_a_day_of_its_school_year(absences: list[Any], away: float) -> None:
    """Days away of one pupil in 2024/25, who has 200 school days in it."""
    assert years([("2024/25", 200)], absences) == {"2024/25": ["school 0", 200.0, away]}


@pytest.mark.parametrize(
    ("pupils", "school", "days"),
    [
        pytest.param([("2024/25", 90), ("2024/25", 100)], "school 1", 190.0, id="most of the days"),
        pytest.param([("2024/25", 100), ("2024/25", 100)], "school 0", 200.0, id="as many at both"),
        pytest.param([("2024/25", None), ("2024/25", 100)], "school 1", None, id="of one school nobody knows"),
        pytest.param([("2024/2025", 60), ("2024/25", 40)], "school 0", 100.0, id="the year in two spellings"),
    ],
)
def test_who_changes_school_has_one_school_year(pupils: list[Any], school: str, days: float | None) -> None:
    """The days of all schools together, at the one with most of them."""
    assert [found[:2] for found in years(pupils, []).values()] == [[school, days]]
