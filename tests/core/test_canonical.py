"""Canonical form: one text per value, and a definition that changes with the number and with nothing else."""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import PurePosixPath, PureWindowsPath
from types import FrameType
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from klaremal import Column, Dataset, Formula, Indicator, Period, Reference, Text
from klaremal.canonical import canonical, definition, definitions, digest, plain
from klaremal.measures import Count, Mean, Published, Ratio, Share
from klaremal.targets import AtLeast, AtMost, Path

POTHOLES = Dataset(
    id="roads.potholes",
    title={"da": "Huller", "en": "Potholes"},
    grain="én række pr. hul",
    columns=(
        Column("reported_on", "date", {"da": "Anmeldt"}, required=True, also=("Dato",)),
        Column("days", "number", decimals=2, missing={"..": "no_data"}),
        Column("road", "string", enum={"kommune": {"da": "Kommunevej"}, "stat": {"da": "Statsvej"}}),
    ),
    dated_by="reported_on",
    references=(Reference("Vejloven"),),
)
REPAIRED = Indicator(
    id="roads.repaired",
    title={"da": "Lukkede huller", "en": "Potholes repaired"},
    dataset=POTHOLES,
    measure=Share("days <= 14", where="road = 'kommune'"),
    measured_in="percent",
    direction="higher",
    frequency="month",
    breaks={date(2024, 1, 1): "Nyt system"},
)


@frozen
class Pair:
    """Two values, as a class of somebody else's would hold them."""

    one: Any
    two: Any = None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(None, "null", id="nothing"),
        pytest.param(True, "true", id="true"),
        pytest.param(3, "3", id="integer"),
        pytest.param(3.0, "3", id="a whole float is the integer"),
        pytest.param(-0.0, "0", id="minus zero"),
        pytest.param(0.1, "0.1", id="the shortest text that reads back"),
        pytest.param(1e300, str(int(1e300)), id="large"),
        pytest.param(float("inf"), '"inf"', id="infinity"),
        pytest.param("0.1", '"0.1"', id="text is no number"),
        pytest.param("æøå", '"æøå"', id="Danish letters"),
        pytest.param(Decimal("3.10"), '"3.1"', id="decimal"),
        pytest.param(date(2026, 3, 1), '"2026-03-01"', id="date"),
        pytest.param(datetime(2026, 3, 1, 12, 30), '"2026-03-01T12:30:00"', id="time"),
        pytest.param(PurePosixPath("data/a.csv"), '"data/a.csv"', id="path"),
        pytest.param(PureWindowsPath("data/a.csv"), '"data/a.csv"', id="the same path on Windows"),
        pytest.param(Period.parse("1. kvartal 2026"), '"2026K1"', id="period"),
        pytest.param(Formula.of("( a )  AND b"), '"a and b"', id="formula"),
        pytest.param(Text.of({"en": "Roads", "da": "Veje"}), '{"da":"Veje","en":"Roads"}', id="text for people"),
        pytest.param({"b": 1, "a": [2, (3,)]}, '{"a":[2,[3]],"b":1}', id="keys in order, no spaces"),
        pytest.param({3, 1, 2}, "[1,2,3]", id="sets in order"),
        pytest.param(AtLeast(92.5), '{"":"AtLeast","value":92.5}', id="a frozen value with its class"),
        pytest.param(Pair({"x": 1}), '{"":"Pair","one":{"x":1},"two":null}', id="somebody else's class"),
    ],
)
def test_a_value_has_one_text(value: Any, text: str) -> None:
    """The text is JSON with sorted keys and no spaces; equal values of different classes differ."""
    assert canonical(value) == text


def test_what_has_no_canonical_form_is_an_error() -> None:
    """An object without a stable text is a mistake in klaremal, not a hash that differs from run to run."""
    with pytest.raises(TypeError, match="object has no canonical form"):
        canonical([object()])


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.dates()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner), st.builds(Pair, inner, inner)),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), VALUES))
def test_the_order_of_keys_never_shows(value: dict[str, Any]) -> None:
    """A mapping written in another order is the same mapping."""
    backwards = dict(reversed(value.items()))
    assert canonical(backwards) == canonical(value)
    assert digest(backwards) == digest(value)


@given(VALUES)
def test_the_form_is_stable_and_plain(value: Any) -> None:
    """The text reads back as JSON, and its plain values have the same text again."""
    assert canonical(json.loads(canonical(value))) == canonical(value)
    assert canonical(plain(value)) == canonical(value)


@given(st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(), st.booleans()), VALUES)
def test_different_plain_values_have_different_texts(one: Any, other: Any) -> None:
    """Texts are equal exactly when the values are; true is not 1."""
    same = one == other and isinstance(one, bool) == isinstance(other, bool)
    if isinstance(other, (int, float, str, bool)):
        assert (canonical(one) == canonical(other)) == same or str(other) in ("inf", "-inf")


def test_a_digest_is_sha_256_of_the_text() -> None:
    """Anyone can recompute it: SHA-256 over the UTF-8 text of the list of values."""
    assert digest("æ", 1) == sha256('["æ",1]'.encode()).hexdigest()


def test_fields_can_be_left_out_by_class() -> None:
    """A name is Class.field: the same field of another class stays."""
    assert canonical(Pair(AtLeast(1), 2), without=("Pair.two",)) == '{"":"Pair","one":{"":"AtLeast","value":1}}'
    assert canonical(Pair(AtLeast(1), 2), without=("AtLeast.value", "Pair.value")) == (
        '{"":"Pair","one":{"":"AtLeast"},"two":2}'
    )


# -- the definition of an indicator ------------------------------------------------------------------------------------


def of_dataset(**changes: Any) -> Indicator:
    """Return the indicator on a changed dataset."""
    return evolve(REPAIRED, dataset=evolve(POTHOLES, **changes))


def of_column(place: int, **changes: Any) -> Indicator:
    """Return the indicator on a dataset with one column changed."""
    columns = list(POTHOLES.columns)
    columns[place] = evolve(columns[place], **changes)
    return of_dataset(columns=columns)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(evolve(REPAIRED, measure=Share("days <= 15", where="road = 'kommune'")), id="measure"),
        pytest.param(evolve(REPAIRED, measure=Share("days <= 14", where="road = 'stat'")), id="where"),
        pytest.param(evolve(REPAIRED, measure=Share("days <= 14")), id="no where"),
        pytest.param(evolve(REPAIRED, measure=Share("days <= 14", where="road = 'kommune'", known="days > 0")), id="known"),
        pytest.param(evolve(REPAIRED, measure=Mean("days", where="road = 'kommune'")), id="kind of measure"),
        pytest.param(evolve(REPAIRED, plausible=(0, 100)), id="plausible"),
        pytest.param(evolve(REPAIRED, minimum_count=3), id="minimum_count"),
        pytest.param(evolve(REPAIRED, minimum_coverage=80), id="minimum_coverage"),
        pytest.param(evolve(REPAIRED, frequency="year"), id="frequency"),
        pytest.param(evolve(REPAIRED, direction="lower"), id="direction"),
        pytest.param(evolve(REPAIRED, breaks={}), id="a break"),
        pytest.param(evolve(REPAIRED, breaks={date(2025, 1, 1): "Nyt system"}), id="the day of a break"),
        pytest.param(of_dataset(settle_days=30), id="settle_days"),
        pytest.param(of_dataset(key="reported_on"), id="key"),
        pytest.param(of_dataset(events="reported_on"), id="events"),
        pytest.param(of_dataset(derived={"late": "days > 14"}), id="derived"),
        pytest.param(of_dataset(bad_rows_allowed=0.5), id="bad_rows_allowed"),
        pytest.param(of_column(1, missing={"..": "confidential"}), id="missing"),
        pytest.param(of_column(1, decimals=4), id="decimals that are kept"),
        pytest.param(of_column(1, minimum=0), id="minimum"),
        pytest.param(of_column(2, enum=("kommune",)), id="allowed values"),
        pytest.param(of_column(2, pattern="[a-z]+"), id="pattern"),
        pytest.param(of_column(0, required=False), id="required"),
    ],
)
def test_whatever_moves_the_number_changes_the_definition(changed: Indicator) -> None:
    """Measure, rows, dates, contract, checks and rules are the definition."""
    assert definition(changed) != definition(REPAIRED)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(evolve(REPAIRED, title="Huller, der er lukket"), id="title"),
        pytest.param(evolve(REPAIRED, description={"da": "Hvor mange ..."}), id="description"),
        pytest.param(evolve(REPAIRED, counted="huller"), id="counted"),
        pytest.param(evolve(REPAIRED, references="Vejloven § 8"), id="references"),
        pytest.param(evolve(REPAIRED, decimals=3), id="decimals that are shown"),
        pytest.param(evolve(REPAIRED, kind="outcome", perspective="user"), id="kind and perspective"),
        pytest.param(evolve(REPAIRED, publication="internal"), id="publication"),
        pytest.param(evolve(REPAIRED, noticeable=0.5), id="noticeable"),
        pytest.param(evolve(REPAIRED, levels=("municipality", "district")), id="levels"),
        pytest.param(evolve(REPAIRED, breaks={date(2024, 1, 1): {"en": "New system"}}), id="words of a break"),
        pytest.param(of_dataset(title="Hullerne", grain="en række", references=()), id="words of the dataset"),
        pytest.param(of_column(0, title="Meldt", also=("Dato", "Oprettet"), personal=True), id="words of a column"),
        pytest.param(of_column(2, enum={"kommune": "Byens", "stat": "Statens"}), id="words of allowed values"),
    ],
)
def test_words_for_people_do_not_change_the_definition(changed: Indicator) -> None:
    """Better titles are no new figures."""
    assert changed != REPAIRED
    assert definition(changed) == definition(REPAIRED)


def test_definitions_differ_between_indicators_and_stay_the_same() -> None:
    """Indicators on the same rows have definitions of their own; a definition is the same on every call."""
    measures = [Count(), Count(where="days > 1"), Mean("days"), Ratio("days", per="days", scale=100), Share("days > 1")]
    one_by_one = [definition(evolve(REPAIRED, measure=measure)) for measure in measures]
    assert len(set(one_by_one)) == len(measures)
    assert one_by_one == [definition(evolve(REPAIRED, measure=measure)) for measure in measures]
    assert len(definition(REPAIRED)) == 64


def test_many_indicators_are_defined_as_each_by_itself() -> None:
    """Sharing a dataset, or bringing one that differs under the same id, changes no definition."""
    changes: list[dict[str, Any]] = [{}, {"measure": Mean("days")}, {"dataset": evolve(POTHOLES, settle_days=30)}]
    indicators = [evolve(REPAIRED, id=f"roads.one_{place}", **each) for place, each in enumerate(changes)]
    together = definitions(indicators)
    assert together == tuple(definition(each) for each in indicators)
    assert len(set(together)) == 3


def test_a_dataset_that_many_indicators_share_is_hashed_once() -> None:
    """Each further indicator looks at fewer values than its dataset has columns."""
    wide = of_dataset(columns=(*POTHOLES.columns, *(Column(f"c{place}", "string") for place in range(100)))).dataset
    indicators = [evolve(REPAIRED, id=f"roads.one_{place}", dataset=wide) for place in range(31)]
    looked: Counter[str] = Counter()

    def watch(frame: FrameType, event: str, _: Any) -> None:
        looked[f"{event} {frame.f_code.co_name}"] += 1

    values = []
    for chosen in (indicators[:1], indicators):
        looked.clear()
        sys.setprofile(watch)
        definitions(chosen)
        sys.setprofile(None)
        values.append(looked["call plain"])
    assert 30 < values[1] - values[0] < 30 * 100
    assert values[0] > 100


def test_equal_values_have_equal_texts() -> None:
    """Values that compare equal have one text: written in another order, as text or number, or with a whole float."""
    pairs: list[tuple[Any, Any]] = [
        (REPAIRED, evolve(REPAIRED, measure=Share("( days<=14 )", where="road='kommune'"))),
        (AtMost(3), AtMost(3.0)),
        (Path({2026: 60, 2029: 66}), Path({"2029": 66.0, "2026": 60})),
        (Published("a", where="b = 1"), Published("a", where="(b=1)")),
        (Text.of({"da": "a", "en": "b"}), Text.of({"en": "b", "da": "a"})),
    ]
    assert [canonical(one) == canonical(other) and one == other for one, other in pairs] == [True] * len(pairs)
