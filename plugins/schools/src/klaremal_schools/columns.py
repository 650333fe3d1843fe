"""Columns that several datasets of schools share: where and when; it declares no dataset."""

from __future__ import annotations

from klaremal import Column

MUNICIPALITY = Column(
    "municipality",
    "string",
    {"da": "Kommune", "en": "Municipality", "nb": "Kommune"},
    also=("Kommune", "kommune", "Kommunekode", "Beliggenhedskommune"),
)
SCHOOL_YEAR = Column(
    "school_year",
    "period",
    {"da": "Skoleår", "en": "School year", "nb": "Skoleår"},
    required=True,
    also=("Skoleår", "skoleår"),
)
SCHOOL_CODE = Column(
    "school_code",
    "string",
    {"da": "Institutionsnummer", "en": "School code", "nb": "Skolenummer"},
    required=True,
    pattern="[0-9A-Za-zÆØÅæøå-]+",
    also=("Institutionsnummer", "Skolekode"),
)
SCHOOL_NAME = Column(
    "school_name", "string", {"da": "Skole", "en": "School", "nb": "Skole"}, also=("Institution", "Skolenavn", "Skole")
)
