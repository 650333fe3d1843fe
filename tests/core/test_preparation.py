"""What core does to a source before its contract is checked: what may be said, merging with a preset, styles of dates."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaremal.errors import DeclarationError
from klaremal.preparation import PREPARATION_KEYS, Preparation, WideToLong, date_format


def test_nothing_is_needed() -> None:
    """A file that already has the contract's columns needs no preparation."""
    assert Preparation() == Preparation(columns={}, values={}, missing=[], constants={})
    assert Preparation().date_format is None


def test_the_keys_of_a_source_are_the_fields() -> None:
    """The keys of klaremal.toml and the fields are one list."""
    assert PREPARATION_KEYS == (
        "columns", "values", "missing", "constants", "wide_to_long", "sql", "decimal", "thousands", "dates",
    )  # fmt: skip


def test_everything_is_kept_as_text_and_hashable() -> None:
    """Sources hold text; what TOML gives as a number, a date or true becomes the text that a source could hold."""
    made = Preparation(
        columns={"ratio": "Børn pr. voksen"},
        values={"overall": {"Meget tilfreds": 5, "Ja": True}},
        constants={"year": 2025, "counted_on": date(2025, 10, 1), "closed": False},
        wide_to_long={"keep": "Kommune", "names": "year", "values": "ratio"},
    )
    assert made.columns == (("ratio", "Børn pr. voksen"),)
    assert made.values == (("overall", (("Meget tilfreds", "5"), ("Ja", "true"))),)
    assert made.constants == (("year", "2025"), ("counted_on", "2025-10-01"), ("closed", "false"))
    assert made.wide_to_long == WideToLong(keep=("Kommune",), names="year", values="ratio")
    assert len({made, Preparation()}) == 2


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        pytest.param(["..", "-"], (("", "..", "no_data"), ("", "-", "no_data")), id="a list"),
        pytest.param("..", (("", "..", "no_data"),), id="one marker"),
        pytest.param({"..": "confidential"}, (("", "..", "confidential"),), id="causes"),
        pytest.param({"ratio": {"0": "no_cases"}}, (("ratio", "0", "no_cases"),), id="of one column"),
        pytest.param({"ratio": ["x"]}, (("ratio", "x", "no_data"),), id="a list of one column"),
    ],
)
def test_markers_of_missing_values_have_a_cause(given_: object, kept: object) -> None:
    """A bare marker says only that there is no figure; a cause says more."""
    assert Preparation(missing=given_).missing == kept


def test_the_section_is_laid_over_the_preset_key_by_key() -> None:
    """Tables are merged; everything else is replaced; keys of the collector are passed over."""
    preset = {
        "columns": {"case_id": "Sag", "road": "Vejtype"},
        "values": {"road": {"K": "kommunevej", "P": "privat"}},
        "missing": ["..", "-"],
        "decimal": ",",
        "dates": "dd-mm-yyyy",
        "delimiter": ";",
    }
    section = {
        "columns": {"road": "Klasse"},
        "values": {"road": {"K": "privat"}},
        "missing": {"..": "confidential"},
        "dates": "yyyy-mm-dd",
    }
    assert Preparation.merged(preset, section) == Preparation(
        columns={"case_id": "Sag", "road": "Klasse"},
        values={"road": {"K": "privat", "P": "privat"}},
        missing={"..": "confidential", "-": "no_data"},
        decimal=",",
        dates="yyyy-mm-dd",
    )


def test_a_constant_of_the_section_takes_the_place_of_the_presets_header() -> None:
    """And the other way round: a column is a header or a constant, and the section decides."""
    assert Preparation.merged({"columns": {"a": "A"}}, {"constants": {"a": "x"}}) == Preparation(constants={"a": "x"})
    assert Preparation.merged({"constants": {"a": "x"}}, {"columns": {"a": "A"}}) == Preparation(columns={"a": "A"})


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        pytest.param({"columns": ["x"]}, "columns: ['x'] is not a table. Write columns = {", id="columns"),
        pytest.param({"columns": {"a": 3}}, 'columns: a = 3 is not a header. Write a = "your header".', id="header"),
        pytest.param({"values": {"a": "b"}}, "values: a = 'b' is not a table.", id="values"),
        pytest.param({"constants": {"a": [1]}}, "constants.a: [1] is not a text, a number or a date.", id="constant"),
        pytest.param({"missing": {"x": "confidental"}}, 'Did you mean "confidential"?', id="cause"),
        pytest.param({"missing": 3}, 'missing: 3 is not a list of markers. Write missing = ["..", "-"].', id="markers"),
        pytest.param({"wide_to_long": {"keep": ["a"]}}, "does not name keep, names and values", id="wide"),
        pytest.param({"wide_to_long": {"keep": [1], "names": "n", "values": "v"}}, "names are text in quotes", id="keep"),
        pytest.param({"sql": "drop table x"}, 'sql: this is not a query. Write sql = "select ... from source".', id="sql"),
        pytest.param({"decimal": ";"}, 'decimal: \';\' is none of ",", ".".', id="decimal"),
        pytest.param({"thousands": "x"}, "thousands: 'x' is none of", id="thousands"),
        pytest.param({"decimal": ",", "thousands": ","}, 'decimal and thousands are both ","', id="one sign for both"),
        pytest.param({"dates": "uge 5"}, "dates: \"u\" in 'uge 5' is not understood", id="style"),
        pytest.param({"dates": "dd-mm"}, "dates: 'dd-mm' does not have a day, a month and a year", id="no year"),
        pytest.param({"dates": 5}, "dates: 5 is not a style of dates", id="no style"),
        pytest.param({"columns": {"a": "A"}, "constants": {"a": "x"}}, "a is in columns and in constants", id="both"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_cure(said: dict[str, object], sentence: str) -> None:
    """The key is named, and how it is written."""
    with pytest.raises(DeclarationError) as caught:
        Preparation(**said)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("style", "text", "moment"),
    [
        ("dd-mm-yyyy", "31-12-2025", datetime(2025, 12, 31)),
        ("dd.mm.åååå", "01.02.2026", datetime(2026, 2, 1)),
        ("d/m/yy", "1/2/26", datetime(2026, 2, 1)),
        ("yyyymmdd", "20260201", datetime(2026, 2, 1)),
        ("dd-mm-yyyy HH:MM", "01-02-2026 13:45", datetime(2026, 2, 1, 13, 45)),
        ("dd-mm-yyyy hh:mm:ss", "01-02-2026 13:45:10", datetime(2026, 2, 1, 13, 45, 10)),
        ("yyyy-mm-ddTHH:MM", "2026-02-01T13:45", datetime(2026, 2, 1, 13, 45)),
    ],
)
def test_a_style_of_dates_reads_what_it_looks_like(style: str, text: str, moment: datetime) -> None:
    """mm is the month, and after the hours the minutes, as Excel shows them."""
    assert datetime.strptime(text, date_format(style)) == moment


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from(["dd-mm-yyyy", "yyyy/mm/dd", "mm.dd.åååå"]))
def test_every_day_is_read_back_from_its_style(day: date, style: str) -> None:
    """Writing and reading a day with one style gives the day."""
    made = date_format(style)
    assert datetime.strptime(day.strftime(made), made).date() == day
