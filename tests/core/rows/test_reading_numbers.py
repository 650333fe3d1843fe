"""Figures as text: what is found, what is declared, what is refused; through a whole source, and the pattern by itself."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaremal import Column
from klaremal.engine import Engine, text
from klaremal.errors import DeclarationError, SourceUnreadable
from klaremal.reading.numbers import NumberStyle, Signs, clean_number, either_of, found_style, signs_of


def cleaned(engine: Engine, value: str, style: NumberStyle) -> str | None:
    """Return a figure's plain text, as the engine makes it."""
    found: str | None = engine.query(f"select {clean_number('v', style)} from (select {text(value)} as v)", "clean")[0][0]
    return found


def signs(engine: Engine, values: list[str], whole: bool = False) -> Signs:
    """Return what a column with these texts shows."""
    rows = f"(select unnest([{', '.join(map(text, values))}]) as v)"
    point, comma, total, any_sign, untidy, either = engine.query(
        f"select {signs_of('v', whole)}, {either_of('v')} from {rows}", "signs"
    )[0]
    return Signs(point=point, comma=comma, total=total, any=any_sign, untidy=untidy, either=either)


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        ("76,2\n77\n-0,5", ["76.2", "77", "-0.5"]),
        ("76.2\n77\n-0.5", ["76.2", "77", "-0.5"]),
        ("1.234,5\n2.351\n12", ["1234.5", "2351", "12"]),
        ("1,234.5\n2,351\n12", ["1234.5", "2351", "12"]),
        ("1.234.567\n2.351", ["1234567", "2351"]),
        ("2,351\n2,5", ["2.351", "2.5"]),
        ("2.351\n0.351", ["2.351", "0.351"]),
        ("2.351\n1234.567", ["2.351", "1234.567"]),
        ("1 234,5\n2 351\n2 351", ["1234.5", "2351", "2351"]),
        ("1\u00a0234,5\n7", ["1234.5", "7"]),
        ("1'234.5\n7", ["1234.5", "7"]),
        ("100,0 %\n99,5%\n0 %", ["100", "99.5", "0"]),
        ("\u22121,5\n+2,5", ["-1.5", "2.5"]),
        ("1.5e-05\n2.5E+03\n1.5", ["0", "2500", "1.5"]),
        ("7\n8\n0042", ["7", "8", "42"]),
    ],
    ids=["comma", "point", "danish", "english", "groups", "three-decimals-comma", "leading-zero", "four-digits", "blanks",
         "no-break-blank", "apostrophe", "percent", "signs", "exponent", "whole"],
)  # fmt: skip
def test_figures_are_read_by_what_their_column_shows(desk: Any, cells: str, values: list[str]) -> None:
    """One cell that can be read in one way only decides how the others are read."""
    assert desk.column(cells) == [Decimal(value) for value in values]


@pytest.mark.parametrize(
    "cells", ["2.351\n4.120", "2,351\n4", "2.351\n2,351", "1.000\n2.000"], ids=["point", "comma", "both", "zeros"]
)
def test_figures_with_two_readings_are_refused_with_the_cure(desk: Any, cells: str) -> None:
    """2.351 is two thousand or two and a third: nothing in the column says which, so it is not guessed."""
    with pytest.raises(
        SourceUnreadable, match=r"column value has figures that can be read in two ways \(.*\bdecimal = .*thousands = "
    ):
        desk.column(cells)


@pytest.mark.parametrize(
    ("declared", "values"),
    [
        ({"decimal": ","}, ["2351", "4120"]),
        ({"decimal": "."}, ["2.351", "4.12"]),
        ({"thousands": "."}, ["2351", "4120"]),
        ({"decimal": ".", "thousands": ","}, ["2.351", "4.12"]),
    ],
    ids=["comma", "point", "only-thousands", "english"],
)
def test_what_the_source_declares_decides(desk: Any, declared: dict[str, str], values: list[str]) -> None:
    """The same cells, declared in two ways, are two different columns."""
    assert desk.column("2.351\n4.120", **declared) == [Decimal(value) for value in values]


@pytest.mark.parametrize(
    ("cells", "values"),
    [("12.345\n7", [12345, 7]), ("12,345\n7", [12345, 7]), ("12.0\n7,0", None), ("1.234.567", [1234567]), ("5,0\n7", [5, 7])],
    ids=["point", "comma", "mixed", "groups", "decimal-zero"],
)
def test_whole_numbers_know_that_three_decimals_are_thousands(desk: Any, cells: str, values: list[int] | None) -> None:
    """A column of whole numbers cannot hold 12 and 345 thousandths."""
    if values is None:
        with pytest.raises(SourceUnreadable, match="both decimal commas and decimal points"):
            desk.column(cells, "integer", allowed=0.01)
    else:
        assert desk.column(cells, "integer") == values


def test_a_part_of_a_whole_number_is_not_rounded(desk: Any) -> None:
    """12,5 is no whole number: it is unreadable, not 12 or 13."""
    assert desk.column("12,5\n7,0", "integer") == [None, 7]


@pytest.mark.parametrize(
    "cell", ["abc", "1,2,3", "1.23.456,7", "12 34", "1..5", "-", ",", "1.234,5.6", "0x1F", "inf", "NaN", "1_000", "½"],
)  # fmt: skip
def test_what_is_no_figure_is_not_made_one(desk: Any, cell: str) -> None:
    """A text that has some digits in it is still no number."""
    assert desk.column(f"{cell}\n1,5") == [None, Decimal("1.5")]


def test_a_stray_figure_in_another_style_is_unreadable_and_the_rest_is_read(desk: Any, one: Any) -> None:
    """One slip of the hand among two hundred does not make the column unclear, and is not guessed either."""
    desk.write("one.csv", "when;value\n" + "2024;76,5\n" * 200 + "2024;76.5\n")
    rows, frame = desk.checked(one(Column("value", "number"), 0.01), files="one.csv")
    assert (rows.bad, frame["value"].notna().sum()) == (1, 200)
    assert rows.set_aside[0].examples == ("when = 2024; value = 76.5",)


def test_a_column_of_other_text_is_not_called_unclear(engine: Engine) -> None:
    """Points in words and markers say nothing about figures."""
    assert signs(engine, ["..", "n.a.", "5"]) == Signs(point=0, comma=0, total=3, any=True, either=False, untidy=True)


def test_declared_signs_need_no_proof() -> None:
    """Half a declaration is enough: who writes thousands with points has decimal commas."""
    unclear = Signs(total=1, any=True, either=True)
    assert found_style(unclear, None, ".", 0.01) == NumberStyle(decimal=",", thousands=".", untidy=False)
    assert found_style(unclear, ".", None, 0.01) == NumberStyle(decimal=".", thousands=",", untidy=False)
    with pytest.raises(DeclarationError):
        found_style(unclear, None, None, 0.01)


NUMBERS = st.decimals(min_value=-(10**9), max_value=10**9, places=3)
STYLES = st.sampled_from([(",", "."), (".", ","), (",", " "), (".", "'"), (",", ""), (".", "")])


def written(value: Decimal, decimal: str, thousands: str) -> str:
    """Write a number as a person of that country does, independently of the code under test."""
    whole, _, part = f"{abs(value):.3f}".partition(".")
    grouped = re.sub(r"(?<=\d)(?=(\d{3})+$)", thousands, whole)
    return ("-" if value < 0 else "") + grouped + decimal + part


@given(value=NUMBERS, style=STYLES)
def test_a_number_written_in_a_style_is_read_back(engine: Engine, value: Decimal, style: tuple[str, str]) -> None:
    """Writing and reading in one style gives the same number, for every style."""
    decimal, thousands = style
    got = cleaned(engine, written(value, decimal, thousands), NumberStyle(decimal=decimal, thousands=thousands.strip(" '")))
    assert got is not None
    assert Decimal(got) == value


@given(value=NUMBERS, style=STYLES)
def test_a_style_is_never_found_wrong(engine: Engine, value: Decimal, style: tuple[str, str]) -> None:
    """Whatever single figure a column holds: it is read as it was meant, or refused, or unreadable; never as another number."""
    decimal, thousands = style
    shown = written(value, decimal, thousands)
    try:
        found = found_style(signs(engine, [shown]), None, None, 0.0)
    except DeclarationError:
        return
    got = cleaned(engine, shown, found)
    assert got is None or Decimal(got) == value
