"""Datasets and columns: the contracts that hold, and what each contradiction is told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from attrs import evolve, exceptions

from klaremal import Column, Dataset, Reference, Text
from klaremal.errors import DeclarationError
from klaremal.model.column import MISSING_CAUSES, TYPES

COLUMNS = (
    Column("case_id", "string", required=True, unique=True, personal=True),
    Column("reported_on", "date", required=True, also=("Anmeldt", "Oprettet")),
    Column("repaired_on", "datetime"),
    Column("cost", "number", decimals=2, minimum=0, maximum=1_000_000, missing={"..": "no_data", "*": "confidential"}),
    Column("road", "string", enum={"kommune": {"da": "Kommunevej", "en": "Municipal"}, "stat": "Statsvej"}),
    Column("year", "year"),
    Column("quarter", "period"),
    Column("district", "string"),
    Column("municipality", "string"),
)
GIVEN: dict[str, Any] = {
    "id": "roads.potholes",
    "title": {"da": "Huller", "en": "Potholes"},
    "grain": "én række pr. hul",
    "columns": COLUMNS,
    "dated_by": "reported_on",
    "placed_in": ("district", "municipality"),
    "key": "case_id",
    "events": ("reported_on", "repaired_on"),
    "derived": {"days": "days_between(reported_on, repaired_on)", "late": "days > 14"},
    "references": Reference("Vejloven"),
}


def dataset(**changes: Any) -> Dataset:
    """Return the potholes with some fields changed."""
    return Dataset(**{**GIVEN, **changes})


def said(**changes: Any) -> str:
    """Return the message with which a changed dataset is refused."""
    with pytest.raises(DeclarationError) as caught:
        dataset(**changes)
    return str(caught.value)


def column_said(*given: Any, **named: Any) -> str:
    """Return the message with which a column is refused."""
    with pytest.raises(DeclarationError) as caught:
        Column(*given, **named)
    return str(caught.value)


def test_a_dataset_keeps_what_it_is_given_as_values() -> None:
    """One name and several, mappings and texts are kept as tuples, so that the dataset can be a key."""
    potholes = dataset()
    assert potholes.key == ("case_id",)
    assert potholes.placed_in == ("district", "municipality")
    assert potholes.references == (Reference("Vejloven"),)
    assert [name for name, _ in potholes.derived] == ["days", "late"]
    assert potholes.column("cost").missing == (("..", "no_data"), ("*", "confidential"))
    assert potholes.column("road").enum == (
        ("kommune", Text.of({"da": "Kommunevej", "en": "Municipal"})),
        ("stat", Text.of("Statsvej")),
    )
    assert potholes.column("road").codes == ("kommune", "stat")
    assert Column("channel", "string", enum=("app", "mail")).codes == ("app", "mail")
    assert potholes.plugin == "roads"
    with pytest.raises(KeyError):
        potholes.column("colour")


def test_the_types_of_derived_columns_follow_from_their_formulas() -> None:
    """A derived column has a kind, and one may use the one before it."""
    assert {**dataset().types, "days": "number", "late": "condition"} == dataset().every_type


@pytest.mark.parametrize(
    ("changes", "frequency"),
    [
        pytest.param({}, "month", id="dates are counted by month"),
        pytest.param({"frequency": "quarter"}, "quarter", id="dates that stand for quarters"),
        pytest.param({"dated_by": "year"}, "year", id="years"),
        pytest.param({"dated_by": "quarter", "frequency": "quarter"}, "quarter", id="periods say which"),
    ],
)
def test_how_finely_rows_are_dated_follows_from_the_column(changes: dict[str, Any], frequency: str) -> None:
    """Months for dates, years for years, and what is declared for periods."""
    assert dataset(**changes).base_frequency == frequency


def test_equal_contracts_are_equal_and_hash_alike_and_cannot_be_changed() -> None:
    """A dataset declared twice is one value; another rule is another value; a copy with a change keeps the rest."""
    assert dataset() == dataset()
    assert hash(dataset()) == hash(dataset())
    assert dataset(bad_rows_allowed=0.02) != dataset()
    assert evolve(dataset(), bad_rows_allowed=0.02) == dataset(bad_rows_allowed=0.02)
    assert [evolve(column) for column in COLUMNS] == list(COLUMNS)
    assert len({*COLUMNS, *COLUMNS}) == len(COLUMNS)
    with pytest.raises(exceptions.FrozenInstanceError):
        dataset().level = "municipality"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        pytest.param({"id": "potholes"}, ["Dataset.id", '"<plugin>.potholes"'], id="id without the plugin"),
        pytest.param({"id": "Roads.Potholes"}, ["Dataset.id", 'Write "roads.potholes"'], id="id with capitals"),
        pytest.param({"columns": ("case_id",)}, ["columns", 'Column("name", "string")'], id="a name for a column"),
        pytest.param({"columns": (*COLUMNS, COLUMNS[0])}, ["case_id is declared twice", "keep one"], id="two of one name"),
        pytest.param({"placed_in": "muncipality"}, ["placed_in", 'Did you mean "municipality"?'], id="place"),
        pytest.param({"key": ("case",)}, ["key", 'no column "case"', "case_id"], id="key"),
        pytest.param({"events": ("xx",)}, ["events", 'no column "xx"', "The columns are case_id, reported_on"], id="event"),
        pytest.param({"dated_by": "reported"}, ["dated_by", 'Did you mean "reported_on"?'], id="date"),
        pytest.param({"dated_by": "road"}, ["dated_by", '"road" is string', "use a date"], id="text for a date"),
        pytest.param({"dated_by": "quarter"}, ["frequency", '"quarter"', 'as frequency="year"'], id="periods of no kind"),
        pytest.param({"frequency": "rolling12"}, ["frequency", "rolling12", "use month, quarter"], id="rolling rows"),
        pytest.param({"frequency": "weekly"}, ["frequency", '"weekly" is unknown', "use month"], id="weeks"),
        pytest.param({"dated_by": "year", "frequency": "month"}, ["frequency", "holds years", "leave"], id="months"),
        pytest.param({"events": "road"}, ["events", '"road" is string', "that happened"], id="no date for an event"),
        pytest.param({"level": "school"}, ["level", '"school" is unknown', "institution"], id="level"),
        pytest.param({"bad_rows_allowed": 5}, ["bad_rows_allowed", "0.01 is one percent"], id="percent for a share"),
        pytest.param({"settle_days": -1}, ["settle_days", "0 or more"], id="days before the end"),
        pytest.param({"basis": "census"}, ["basis", '"census" is unknown', "register, sample"], id="basis"),
        pytest.param({"derived": {"cost": "1"}}, ['derived["cost"]', "name of a column", "something else"], id="derived twice"),
        pytest.param({"derived": {"Days late": "1"}}, ['derived["Days late"]', "a-z, 0-9 and _"], id="derived name"),
        pytest.param({"derived": {"x": "cots * 2"}}, ['derived["x"]', "cots", "cost"], id="derived from nothing"),
        pytest.param({"derived": {"a": "b", "b": "a"}}, ['derived["a"]', '"b"'], id="derived in a circle"),
        pytest.param({"derived": "cost * 2"}, ["derived", "not a mapping", '{"name": value}'], id="derived without a name"),
        pytest.param({"title": 3}, ["Text", "3 is not text"], id="title"),
    ],
)  # fmt: skip
def test_a_contract_that_contradicts_itself_is_refused_with_field_and_cure(changes: dict[str, Any], parts: list[str]) -> None:
    """The message names the dataset, the field and what to write instead."""
    message = said(**changes)
    assert [part for part in parts if part not in message] == [], message
    assert "roads.potholes" in message or set(changes) & {"id", "columns", "derived", "title"}
    assert ".." not in message.replace("...", "")


def test_what_a_dataset_is_dated_by_and_made_of_is_told_in_one_way() -> None:
    """One date or the two of a spell, which is then dated by its months; parts by object or id."""
    one, spell = dataset(), dataset(dated_by=["reported_on", "repaired_on"], events=())
    assert (one.date_column, one.date_columns, one.spell) == ("reported_on", ("reported_on",), ())
    assert (spell.date_column, spell.date_columns, spell.base_frequency) == ("month", ("reported_on", "repaired_on"), "month")
    assert (spell.types["month"], spell.types["share_of_month"]) == ("date", "number")
    made = dataset(made_from=(one, "roads.log"), sql="select * from potholes, log", id="roads.made")
    assert (one.made_of, made.made_of) == ((), ("roads.potholes", "roads.log"))
    assert evolve(spell, title="Andre") == dataset(dated_by=("reported_on", "repaired_on"), events=(), title="Andre")


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        pytest.param({"person": "citizen"}, 'person: there is no column "citizen"', id="person"),
        pytest.param({"basis": "survey"}, 'basis "survey" is unknown; use one of register, sample', id="basis"),
    ],
)
def test_a_person_and_a_basis_must_be_known(changes: dict[str, Any], what: str) -> None:
    """The message names the field."""
    assert what in said(**changes)


def test_the_code_that_means_all_may_stand_where_values_are_listed() -> None:
    """It is one of the allowed values, and no value of its own; without a list anything may stand."""
    assert Column("sex", "string", enum=("K", "M"), total="TOT").allowed == ("K", "M", "TOT")
    assert Column("sex", "string", enum=("K", "TOT"), total="TOT").allowed == ("K", "TOT")
    assert Column("sex", "string", total="TOT").allowed == ()


@pytest.mark.parametrize(
    ("given", "named", "parts"),
    [
        pytest.param(("Case id", "string"), {}, ['"Case id"', "a-z, 0-9 and _"], id="name"),
        pytest.param((5, "string"), {}, ['"5"', "a-z, 0-9 and _"], id="a number for a name"),
        pytest.param(("cost__cause", "string"), {}, ['"cost__cause"', '"__cause"'], id="a name of core's own"),
        pytest.param(("a", "int"), {}, ['type "int"', "string, integer, number"], id="type"),
        pytest.param(("a", "dat"), {}, ['type "dat"', 'Did you mean "date"?'], id="nearly a type"),
        pytest.param(("a", None), {}, ['type "None"', "string, integer"], id="no type"),
        pytest.param(("a", "number"), {"decimals": 13}, ["decimals is 0 to 12, not 13"], id="too many decimals"),
        pytest.param(("a", "number"), {"decimals": -1}, ["decimals is 0 to 12, not -1"], id="too few decimals"),
        pytest.param(("a", "number"), {"missing": {"-": "unknown"}}, ['missing["-"]', "is no cause", "no_data"], id="cause"),
        pytest.param(("a", "number"), {"missing": ("-", "..")}, ["missing", "not a mapping"], id="markers without causes"),
        pytest.param(("a", "number"), {"missing": "-"}, ["missing", "not a mapping"], id="one marker without a cause"),
        pytest.param(("a", "string"), {"pattern": "[0-9"}, ["pattern cannot be read", "regular expression"], id="pattern"),
        pytest.param(("a", "string"), {"enum": "app"}, ["enum", '("app",)'], id="one value, not three letters"),
        pytest.param(("a", "number"), {"minimum": 5, "maximum": 1}, ["minimum (5) is above", "swap"], id="empty range"),
        pytest.param(("a", "string"), {"minimum": 5}, ["a string column has no minimum", "leave it out"], id="range of text"),
        pytest.param(("a", "date"), {"maximum": 2026}, ["maximum", "date(2026, 1, 31)", "2026"], id="a year for a date"),
        pytest.param(("a", "year"), {"minimum": date(2026, 1, 1)}, ["minimum", "a number"], id="a date for a year"),
    ],
)  # fmt: skip
def test_a_column_that_no_source_could_keep_is_refused(given: tuple[Any, ...], named: dict[str, Any], parts: list[str]) -> None:
    """The message names the column, the field and what to write instead."""
    message = column_said(*given, **named)
    assert [part for part in parts if part not in message] == [], message


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_of_the_table_schema_can_be_a_column(kind: str) -> None:
    """The eight types are accepted, each with every cause for a missing value."""
    assert Column("a", kind, missing={cause: cause for cause in MISSING_CAUSES}).type == kind


def test_dates_have_ranges_of_dates() -> None:
    """The first and last day allowed are kept as they are given."""
    column = Column("on", "date", minimum=date(2020, 1, 1), maximum=date(2030, 12, 31))
    assert (column.minimum, column.maximum) == (date(2020, 1, 1), date(2030, 12, 31))


def test_a_code_for_all_is_no_number_with_decimals() -> None:
    """0, 0.0 and 0.0000 are one number, and three texts."""
    assert 'total "0" is a code, and numbers with decimals are written in many ways' in column_said("n", "number", total="0")
    assert Column("n", "integer", total="0").total == "0"
