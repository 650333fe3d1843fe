"""The rows that eldercare needs: the published survey on home help, and those of each topic. No formulas for indicators."""

from __future__ import annotations

from klaremal import Column, Dataset, Reference
from klaremal_eldercare import decisions, home_help, nursing_homes, readmissions, survey

SATISFACTION = Dataset(
    id="eldercare.home_help_survey",
    title={
        "da": "Brugertilfredshed med hjemmehjælp",
        "en": "Users' satisfaction with home help",
        "nb": "Brukertilfredshet med hjemmetjenester",
    },
    grain={
        "da": "én række pr. kommune og undersøgelsesår",
        "en": "one row per municipality and survey year",
        "nb": "én rad per kommune og undersøkelsesår",
    },
    columns=(
        Column(
            "municipality",
            "string",
            {"da": "Kommune", "en": "Municipality", "nb": "Kommune"},
            also=("Kommune", "Kommunekode", "Kom.nr"),
        ),
        Column(
            "year",
            "year",
            {"da": "År", "en": "Year", "nb": "År"},
            required=True,
            minimum=2000,
            maximum=2100,
            also=("År",),
        ),
        Column(
            "satisfied",
            "number",
            {
                "da": "Tilfredse eller meget tilfredse, %",
                "en": "Satisfied or very satisfied, %",
                "nb": "Fornøyd eller svært fornøyd, %",
            },
            minimum=0,
            maximum=100,
            missing={"-": "no_data", "*": "confidential", "<5": "too_few"},
            also=("Tilfredse", "Andel tilfredse"),
        ),
        Column(
            "answers",
            "integer",
            {"da": "Antal svar", "en": "Answers", "nb": "Antall svar"},
            minimum=0,
            also=("Antal svar",),
        ),
    ),
    placed_in="municipality",
    level="municipality",
    dated_by="year",
    key=("municipality", "year"),
    references=(Reference("Brugerundersøgelsen om hjemmehjælp (Sundhedsdatastyrelsen, Ældreministeriet)"),),
)

DATASETS = (
    SATISFACTION,
    *nursing_homes.DATASETS,
    *home_help.DATASETS,
    *decisions.DATASETS,
    *survey.DATASETS,
    *readmissions.DATASETS,
)
