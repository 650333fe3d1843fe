"""The municipality's own survey among those who get help: who was asked, what they answered, how many are satisfied."""

from __future__ import annotations

from klaremal import Column, Dataset, Indicator, Reference
from klaremal.measures import Share
from klaremal_eldercare.columns import PLACE, PLACED_IN

SURVEY = Dataset(
    id="eldercare.own_survey",
    title={
        "da": "Kommunens egen brugerundersøgelse",
        "en": "The municipality's own users' survey",
        "nb": "Kommunens egen brukerundersøkelse",
    },
    grain={
        "da": "én række pr. spurgt borger, også uden svar",
        "en": "one row per citizen asked, answered or not",
        "nb": "én rad per spurt innbygger, også uten svar",
    },
    columns=(
        Column(
            "respondent_id",
            "string",
            {"da": "Svarperson (pseudonym)", "en": "Respondent (pseudonym)", "nb": "Respondent (pseudonym)"},
            required=True,
            unique=True,
            personal=True,
            also=("Respondent", "Skema"),
        ),
        Column("invited_on", "date", {"da": "Spurgt", "en": "Asked", "nb": "Spurt"}, required=True, also=("Udsendt", "Spurgt")),
        Column(
            "help_type",
            "string",
            {"da": "Hjælp", "en": "Help", "nb": "Hjelp"},
            enum={
                "personlig_pleje": {"da": "Personlig pleje", "en": "Personal care", "nb": "Personlig pleie"},
                "praktisk_hjælp": {"da": "Praktisk hjælp", "en": "Housework", "nb": "Praktisk hjelp"},
                "plejebolig": {"da": "Plejebolig", "en": "Nursing home", "nb": "Sykehjem"},
            },
            also=("Ydelse",),
        ),
        Column(
            "overall",
            "integer",
            {"da": "Samlet tilfredshed, 1-5", "en": "Overall satisfaction, 1-5", "nb": "Samlet tilfredshet, 1-5"},
            minimum=1,
            maximum=5,
            missing={"9": "not_measured", "ved ikke": "not_measured"},
            also=("Samlet tilfredshed",),
        ),
        *PLACE,
    ),
    placed_in=PLACED_IN,
    dated_by="invited_on",
    person="respondent_id",
    events=("invited_on",),
    basis="sample",
    key=("respondent_id",),
)

USERS_SATISFIED = Indicator(
    id="eldercare.users_satisfied",
    title={
        "da": "Tilfredse i kommunens egen undersøgelse",
        "en": "Satisfied in the municipality's own survey",
        "nb": "Fornøyde i kommunens egen undersøkelse",
    },
    description={
        "da": "Andelen af svarene, der er tilfreds eller meget tilfreds (4 eller 5 af 5). Den, der svarer 'ved ikke' eller "
        "slet ikke svarer, er ikke med; hvor usikker andelen er, vises.",
        "en": "Share of answers that are satisfied or very satisfied (4 or 5 of 5). Who answers 'don't know' or not at all is "
        "left out; how uncertain the share is, is shown.",
        "nb": "Andelen svar som er fornøyd eller svært fornøyd (4 eller 5 av 5). Den som svarer 'vet ikke' eller ikke svarer, "
        "er ikke med; hvor usikker andelen er, vises.",
    },
    counted={"da": "svar", "en": "answers", "nb": "svar"},
    dataset=SURVEY,
    measure=Share("overall >= 4"),
    breakdowns=(("help_type",),),
    measured_in="percent",
    direction="higher",
    frequency="year",
    levels=("municipality",),
    kind="outcome",
    perspective="user",
    plausible=(0, 100),
    references=(Reference("Brugerundersøgelsen om hjemmehjælp: (tilfreds + meget tilfreds) / alle gyldige svar"),),
)

DATASETS = (SURVEY,)
INDICATORS = (USERS_SATISFIED,)
