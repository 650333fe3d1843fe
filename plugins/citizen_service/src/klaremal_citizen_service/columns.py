"""Columns that several datasets of citizen service share: the case and the place; it declares no dataset."""

from __future__ import annotations

from klaremal import Column

CASE = Column(
    "case_id",
    "string",
    {"da": "Sagsnummer", "en": "Case number", "nb": "Saksnummer"},
    required=True,
    unique=True,
    also=("Sagsnr", "Sagsnummer", "Journalnummer"),
)
MUNICIPALITY = Column(
    "municipality",
    "string",
    {"da": "Kommune", "en": "Municipality", "nb": "Kommune"},
    also=("Kommune", "Kommunekode"),
)
