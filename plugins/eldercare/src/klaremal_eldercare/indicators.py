"""The indicators of eldercare: how satisfied the users of home help are, and those of each topic."""

from __future__ import annotations

from klaremal import Indicator, Reference
from klaremal.measures import Published
from klaremal_eldercare import decisions, home_help, nursing_homes, readmissions, survey
from klaremal_eldercare.datasets import SATISFACTION

HOME_HELP_SATISFACTION = Indicator(
    id="eldercare.home_help_satisfaction",
    title={"da": "Tilfredse med hjemmehjælpen", "en": "Satisfied with home help", "nb": "Fornøyd med hjemmetjenesten"},
    description={
        "da": "Andelen af brugere, der er tilfredse eller meget tilfredse med hjemmehjælpen. 'Ved ikke' er ikke med.",
        "en": "Share of users who are satisfied or very satisfied with home help. 'Don't know' is left out.",
        "nb": "Andelen brukere som er fornøyd eller svært fornøyd med hjemmetjenesten. 'Vet ikke' er ikke med.",
    },
    counted={"da": "svar", "en": "answers", "nb": "svar"},
    dataset=SATISFACTION,
    measure=Published("satisfied", weight="answers", n="answers"),
    measured_in="percent",
    direction="higher",
    frequency="year",
    levels=("municipality",),
    kind="outcome",
    perspective="user",
    plausible=(0, 100),
    references=(Reference("Brugerundersøgelsen om hjemmehjælp: (tilfreds + meget tilfreds) / alle gyldige svar"),),
)

INDICATORS = (
    HOME_HELP_SATISFACTION,
    *nursing_homes.INDICATORS,
    *home_help.INDICATORS,
    *decisions.INDICATORS,
    *survey.INDICATORS,
    *readmissions.INDICATORS,
)
