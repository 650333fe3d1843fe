"""Thresholds: reference levels with their basis, and what each contradiction is told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from attrs import evolve

from klaremal import Column, Dataset, Indicator, Reference, Threshold
from klaremal.errors import DeclarationError
from klaremal.measures import Count
from klaremal.targets import AtLeast, AtMost, Between, Path, Target

CASES = Dataset(
    id="roads.cases", title="Sager", grain="én række pr. sag", columns=(Column("on", "date"),), dated_by="on"
)  # fmt: skip


def indicator(direction: str) -> Indicator:
    """Return a count of cases in which that direction is better."""
    return Indicator(
        id="roads.cases",
        title="Sager",
        dataset=CASES,
        measure=Count(),
        measured_in="number",
        direction=direction,
        frequency="year",
    )


def threshold(direction: str = "lower", **changes: Any) -> Threshold:
    """Return the law's limit on cases with some fields changed."""
    given: dict[str, Any] = {
        "id": "roads.cases_law",
        "title": {"da": "Loft over sager", "en": "Limit on cases"},
        "indicator": indicator(direction),
        "target": AtMost(10),
        "basis": "law",
        "reference": "Vejloven § 8",
        "valid_from": date(2026, 1, 1),
    }
    return Threshold(**{**given, **changes})


def said(direction: str = "lower", **changes: Any) -> str:
    """Return the message with which a changed threshold is refused."""
    with pytest.raises(DeclarationError) as caught:
        threshold(direction, **changes)
    return str(caught.value)


@pytest.mark.parametrize("basis", ["law", "agreement", "recommendation"])
def test_a_threshold_rests_on_one_of_three(basis: str) -> None:
    """A law, an agreement or a recommendation; its reference is an object whatever was given."""
    assert threshold(basis=basis).basis == basis
    assert threshold().reference == Reference("Vejloven § 8") == threshold(reference=Reference("Vejloven § 8")).reference


@pytest.mark.parametrize(
    ("direction", "target"),
    [
        pytest.param("higher", AtLeast(1), id="higher, at least"),
        pytest.param("lower", AtMost(1), id="lower, at most"),
        pytest.param("neutral", AtLeast(1), id="neutral, at least"),
        pytest.param("neutral", AtMost(1), id="neutral, at most"),
        pytest.param("neutral", Between(1, 2), id="neutral, between"),
        pytest.param("higher", Between(1, 2), id="higher, between"),
        pytest.param("lower", Path({2026: 10, 2029: 5}), id="lower, path"),
    ],
)
def test_a_target_in_the_indicators_direction_is_accepted(direction: str, target: Target) -> None:
    """At least where higher is better, at most where lower is; a range everywhere."""
    assert threshold(direction, target=target).target == target


@pytest.mark.parametrize(
    ("direction", "target", "cure"),
    [
        pytest.param("lower", AtLeast(1), "lower is better, so use AtMost", id="at least, where lower is better"),
        pytest.param("higher", AtMost(1), "higher is better, so use AtLeast", id="at most, where higher is better"),
        pytest.param("neutral", Path({2026: 1}), "use AtLeast, AtMost or Between", id="a path, where neither is"),
    ],
)
def test_a_target_against_the_direction_is_refused_with_the_cure(direction: str, target: Target, cure: str) -> None:
    """A promise to get worse is a mistake; the message says what fits."""
    message = said(direction, target=target)
    assert message.startswith("threshold roads.cases_law: the target is against the direction of roads.cases: ")
    assert message.endswith(f"{cure}. Or correct the indicator's direction.")


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        pytest.param({"id": "cases_law"}, ["Threshold.id", '"<plugin>.cases_law"'], id="id"),
        pytest.param({"basis": "custom"}, ["basis", '"custom" is unknown', "law, agreement, recommendation"], id="basis"),
        pytest.param({"indicator": "roads.cases"}, ["indicator", "no Indicator", "not its id"], id="an id for an indicator"),
        pytest.param({"target": 10}, ["target", "10 is no target", "AtLeast(95)"], id="a number for a target"),
        pytest.param({"valid_to": date(2025, 1, 1)}, ["valid_to (2025-01-01)", "(2026-01-01)", "swap"], id="ends first"),
    ],
)
def test_a_threshold_that_contradicts_itself_is_refused(changes: dict[str, Any], parts: list[str]) -> None:
    """The message names the threshold, the field and what to write instead."""
    message = said(**changes)
    assert [part for part in parts if part not in message] == [], message


@pytest.mark.parametrize(
    ("direction", "target", "percent"),
    [
        pytest.param("higher", AtLeast(0.5), "50", id="at least"),
        pytest.param("neutral", AtLeast(1), "100", id="at least 1"),
        pytest.param("higher", Path({2026: 0.5, 2029: 0.95}), "95", id="path"),
    ],
)
def test_a_share_on_an_indicator_in_percent_is_refused(direction: str, target: Target, percent: str) -> None:
    """A floor of half a percent would call almost everything fulfilled: as in a goal, the message has the percentage."""
    share = f"{float(percent) / 100:g}"
    message = said(indicator=evolve(indicator(direction), measured_in="percent"), target=target)
    assert message == (
        f"threshold roads.cases_law: target: {share} means {share} percent, since roads.cases is measured in percent. "
        f"Write {percent}; if {share} percent is meant, write Between({share}, 100)."
    )


@pytest.mark.parametrize("target", [AtLeast(50), AtLeast(0), Between(0.5, 100)], ids=["percent", "zero", "a range"])
def test_a_percentage_on_an_indicator_in_percent_is_accepted(target: Target) -> None:
    """And so is half a percent in the words that the message gives."""
    assert threshold(indicator=evolve(indicator("higher"), measured_in="percent"), target=target).target == target


def test_thresholds_are_values() -> None:
    """Declared twice it is one value with one hash; another level is another."""
    assert threshold() == threshold()
    assert hash(threshold()) == hash(evolve(threshold()))
    assert threshold(target=AtMost(9)) != threshold()
