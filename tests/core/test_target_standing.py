"""Targets that stand on another figure, that a file lists, or that are something to be done; and the keys that say them."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaremal import Period
from klaremal.canonical import plain
from klaremal.errors import DeclarationError
from klaremal.model.listed import Listed
from klaremal.model.target_keys import target_from, target_of
from klaremal.targets import AtLeast, AtMost, Between, Change, Done, Path, Relative, Target

INF = math.inf
SINCE = Change(by=1.5, since=2025)
LESS = Change(by=-2, since=2025, until=2028)
DAY = date(2027, 12, 31)


# -- change ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "period", "direction", "band", "back"),
    [
        pytest.param(SINCE, "2027", "higher", (3.0, INF), 24, id="two years"),
        pytest.param(SINCE, "2026K3", "higher", (1.5, INF), 12, id="the same quarter of the year before"),
        pytest.param(SINCE, "2028M02", "higher", (4.5, INF), 36, id="the same month three years before"),
        pytest.param(SINCE, "2027M03R12", "higher", (3.0, INF), 24, id="the window that ended in the same month"),
        pytest.param(SINCE, "2025", "higher", None, 0, id="the year itself promises nothing"),
        pytest.param(SINCE, "2024K4", "higher", None, 0, id="nor does one before"),
        pytest.param(LESS, "2027", "lower", (-INF, -4.0), 24, id="less is a ceiling"),
        pytest.param(LESS, "2030", "lower", (-INF, -6.0), 60, id="after until it stays, and the base is the same"),
        pytest.param(Change(by_percent=5, since="2024/25"), "2026/27", "higher", (0.1, INF), 24, id="a share, school years"),
        pytest.param(Change(by=0, since="previous"), "2027K2", "higher", (0.0, INF), 12, id="the year before, always"),
    ],
)
def test_a_change_is_a_distance_from_the_same_season_of_an_earlier_year(
    target: Change, period: str, direction: str, band: tuple[float, float] | None, back: int
) -> None:
    """So much for each whole year since then; the band is how far from the earlier value the promise lies."""
    assert target.band(Period.parse(period), direction) == band
    assert target.months_back(Period.parse(period)) == back


@given(st.floats(-100, 100), st.integers(1990, 2030), st.integers(1, 40))
def test_a_change_of_many_years_is_as_many_times_that_of_one(by: float, since: int, years: int) -> None:
    """It adds up in a straight line, and is not compounded."""
    target = Change(by=by, since=since)
    band = target.band(Period("year", (since + years) * 12), "higher")
    assert band == (by * years, INF)


@pytest.mark.parametrize(
    ("target", "fits"),
    [
        pytest.param(Change(by=1, since=2025), {"higher"}, id="more"),
        pytest.param(Change(by_percent=-1, since=2025), {"lower"}, id="less"),
        pytest.param(Change(by=0, since="previous"), {"higher", "lower"}, id="no change"),
        pytest.param(Relative("nation"), {"higher", "lower"}, id="relative"),
        pytest.param(Listed(key="at_least", file="maal.csv"), {"higher", "neutral"}, id="floors of a file"),
        pytest.param(Listed(key="at_most", file="maal.csv"), {"lower", "neutral"}, id="ceilings of a file"),
    ],
)
def test_a_target_says_which_directions_it_does_not_contradict(target: Target, fits: set[str]) -> None:
    """More is against an indicator where lower is better, and less against one where higher is."""
    assert set(target.directions) == fits


@pytest.mark.parametrize(
    ("make", "parts"),
    [
        pytest.param(lambda: Change(since=2025), ["exactly one of by and by_percent"], id="no size"),
        pytest.param(lambda: Change(by=1, by_percent=2, since=2025), ["exactly one of by and by_percent"], id="two sizes"),
        pytest.param(lambda: Change(by="1,5", since=2025), ["change: by", "'1,5'", "with a point: 1.5"], id="a comma"),
        pytest.param(lambda: Change(by=1, since="2025K4"), ["since: 2025K4 is no year", "since = 2025"], id="a quarter"),
        pytest.param(lambda: Change(by=1, since="last year"), ['"last year" is not a period'], id="words"),
        pytest.param(
            lambda: Change(by=1, since=2025, until=2025), ["until (2025)", "no later year than since (2025)"], id="until"
        ),
        pytest.param(lambda: Change(by=1, since=2025, until="2026/27"), ["no later year"], id="another kind of year"),
        pytest.param(lambda: Change(by=1, since="previous", until=2029), ["until does not go with", "previous"], id="no end"),
        pytest.param(lambda: Relative(""), ["relative: to", "names nobody", "nation"], id="nobody"),
        pytest.param(lambda: Relative("nation", "0,5"), ["relative: offset", "with a point: 0.5"], id="a comma in the offset"),
        pytest.param(lambda: Done("2027-12-31"), ["done: by", "is not a date", "by = 2027-12-31"], id="a date in quotes"),
        pytest.param(lambda: Done(datetime(2027, 12, 31)), ["done: by", "is not a date"], id="a time"),
        pytest.param(
            lambda: Done(DAY, status="finished"), ['status "finished" is unknown', '"done" or "not_yet"'], id="status"
        ),
        pytest.param(lambda: Done(DAY, status="done"), ["done, but not when", "Add on"], id="done, but not when"),
        pytest.param(lambda: Done(DAY, DAY, status="not_yet"), ["done on 2027-12-31", '"not_yet"'], id="done and not yet"),
    ],
)
def test_a_target_that_contradicts_itself_is_refused(make: Any, parts: list[str]) -> None:
    """The message names the key, what was given and what to write instead."""
    with pytest.raises(DeclarationError) as caught:
        make()
    assert [part for part in parts if part not in str(caught.value)] == [], str(caught.value)


@pytest.mark.parametrize(
    ("since", "frequency", "fault"),
    [
        pytest.param(2025, "month", False, id="months of years"),
        pytest.param(2025, "rolling12", False, id="windows by the month they end in"),
        pytest.param("2024/25", "month", False, id="months of school years"),
        pytest.param(2025, "school_year", True, id="school years of years"),
        pytest.param("2024/25", "quarter", True, id="quarters of school years"),
    ],
)
def test_the_year_of_a_change_must_consist_of_the_judged_periods(since: Any, frequency: str, fault: bool) -> None:
    """A quarter that lies in two school years has no season in them."""
    assert bool(Change(by=1, since=since).faults(frequency)) is fault


# -- files, tasks, keys ----------------------------------------------------------------------------------------------


def test_a_listed_target_holds_until_the_next_and_promises_nothing_where_the_file_is_silent() -> None:
    """A unit's values by period; without any (a unit that the file does not name) there is no band."""
    listed = Listed(key="at_most", file="maal.csv")
    unit = listed.with_value({"2026": 3.4, "2028": 3.0})
    bands = [unit.band(Period.parse(year), "lower") for year in (2025, 2026, 2027, 2028, 2029)]
    assert bands == [None, (-INF, 3.4), (-INF, 3.4), (-INF, 3.0), (-INF, 3.0)]
    assert listed.band(Period.parse(2026), "lower") is None
    assert Listed(key="at_least", file="maal.csv").with_value([("2026", 3.4)]).band(Period.parse(2026), "lower") == (3.4, INF)
    with pytest.raises(DeclarationError, match=r"3 is no table of periods. Write it into maal.csv"):
        listed.with_value(3)


def test_something_done_has_its_status_from_its_day() -> None:
    """Until the day on which it was done is given, it is not yet done."""
    assert Done(DAY).status == "not_yet"
    assert Done(DAY, date(2027, 6, 3)).status == "done"
    assert Done(DAY).band(Period.parse(2027), "higher") is None


@pytest.mark.parametrize(
    ("key", "value", "target"),
    [
        pytest.param("change", {"by": 1.5, "since": 2025}, SINCE, id="change"),
        pytest.param("change", {"by_percent": 5, "since": 2025, "until": 2029, "strict": True},
                     Change(by_percent=5, since="2025", until="2029", strict=True), id="change in percent"),
        pytest.param("relative", {"to": "nation", "offset": 0.5}, Relative("nation", 0.5), id="relative"),
        pytest.param("relative", {"to": "group"}, Relative("group"), id="relative without an offset"),
        pytest.param("done", {"by": DAY, "status": "not_yet", "note": "Udbud"}, Done(DAY, note="Udbud"), id="done"),
        pytest.param("done", {"by": DAY, "on": DAY}, Done(DAY, DAY, status="done"), id="done, and when"),
    ],
)  # fmt: skip
def test_a_key_of_a_goal_file_is_a_target(key: str, value: Any, target: Target) -> None:
    """What an analyst writes and what a plugin declares are one value."""
    assert target_of(key, value) == target
    assert hash(target_of(key, value)) == hash(target)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("change", 1.5, "change: 1.5 is not a table; write { by = 1.5, since = 2025 }."),
        ("change", {"by": 1.5}, 'change: "since" is missing. Write { by = 1.5, since = 2025 }.'),
        ("change", {"by": 1, "sinse": 2025}, 'change: the key "sinse" is unknown. Did you mean "since"?'),
        ("change", {"by": 1, "since": 2025, "strict": "yes"}, "change: strict: 'yes' is neither true nor false. "
         "Write it without quotes."),
        ("relative", "nation", "relative: 'nation' is not a table; write { to = \"nation\", offset = 0.5 }."),
        ("relative", {"offset": 1}, 'relative: "to" is missing. Write { to = "nation", offset = 0.5 }.'),
        ("done", True, 'done: True is not a table; write { by = 2027-12-31, status = "not_yet" }.'),
        ("done", {"status": "not_yet"}, 'done: "by" is missing. Write { by = 2027-12-31, status = "not_yet" }.'),
        ("done", {"by": DAY, "x": 1}, 'done: the key "x" is unknown. The keys are by, on, status, note.'),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_shape_is_refused_with_an_example(key: str, value: Any, message: str) -> None:
    """The message shows how the value is written."""
    with pytest.raises(DeclarationError) as caught:
        target_of(key, value)
    assert str(caught.value) == message


def test_a_unit_can_have_a_value_of_its_own() -> None:
    """Another change a year, another distance; the rest of the target stays."""
    assert SINCE.with_value(2) == Change(by=2, since=2025)
    assert Change(by_percent=5, since=2025, until=2029).with_value(3) == Change(by_percent=3, since=2025, until=2029)
    assert Relative("nation", 0.5).with_value(-1) == Relative("nation", -1)


@pytest.mark.parametrize(
    "target",
    [
        AtLeast(3), AtMost(2.5), Between(1, 2), Path({2026: 60, 2029: 66}, shape="steps"), SINCE, LESS,
        Change(by=0, since="previous", strict=True), Relative("Aarhus", -1), Done(DAY), Done(DAY, DAY, note={"da": "Udbud"}),
        Listed(key="at_most", file="maal.csv"), Listed(key="at_least", file="a.xlsx").with_value({"2026": 3, "2027": 4}),
    ],
    ids=lambda target: type(target).__name__,
)  # fmt: skip
def test_a_target_comes_back_from_what_the_ledger_keeps_of_it(target: Target) -> None:
    """The canonical form says all of it."""
    assert target_from(plain(target)) == target
