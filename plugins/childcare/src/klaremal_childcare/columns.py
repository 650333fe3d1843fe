"""Columns that several datasets of childcare share: who and where; it declares no dataset."""

from __future__ import annotations

from klaremal import Column

MUNICIPALITY = Column(
    "municipality",
    "string",
    {"da": "Kommune", "en": "Municipality", "nb": "Kommune"},
    also=("Kommune", "Kommunekode", "Kom.nr", "kommune"),
)
CHILD = Column(
    "child_id",
    "string",
    {"da": "Barn (pseudonym)", "en": "Child (pseudonym)", "nb": "Barn (pseudonym)"},
    required=True,
    personal=True,
    also=("Barn", "Barn-id"),
)
BIRTH_DATE = Column(
    "birth_date",
    "date",
    {"da": "Fødselsdato", "en": "Date of birth", "nb": "Fødselsdato"},
    required=True,
    personal=True,
    also=("Fødselsdato", "Født"),
)
INSTITUTION = Column(
    "institution_id",
    "string",
    {"da": "Institutionsnr.", "en": "Institution's number", "nb": "Institusjonsnr."},
    required=True,
    also=("Institutionsnr", "Institutionsnummer"),
)
