"""Columns that several datasets of eldercare share: who, where and from when; it declares no dataset."""

from __future__ import annotations

from klaremal import Column

CITIZEN = Column(
    "citizen_id",
    "string",
    {"da": "Borger (pseudonym)", "en": "Citizen (pseudonym)", "nb": "Innbygger (pseudonym)"},
    required=True,
    personal=True,
    also=("Borger", "Borger-id"),
)
BIRTH_DATE = Column(
    "birth_date",
    "date",
    {"da": "Fødselsdato", "en": "Date of birth", "nb": "Fødselsdato"},
    personal=True,
    also=("Fødselsdato",),
)
PLACE = (
    Column("district", "string", {"da": "Distrikt", "en": "District", "nb": "Distrikt"}, also=("Distrikt", "Område")),
    Column(
        "municipality",
        "string",
        {"da": "Kommune", "en": "Municipality", "nb": "Kommune"},
        also=("Kommune", "Kommunekode", "Kom.nr"),
    ),
)
PLACED_IN = ("district", "municipality")
