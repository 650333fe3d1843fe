"""The rows that childcare needs: staffing as published, education, the parents' survey, and those of each topic."""

from __future__ import annotations

from klaremal import Column, Dataset, Reference
from klaremal_childcare import own_staffing, places
from klaremal_childcare.columns import MUNICIPALITY

YEAR = Column(
    "year",
    "year",
    {"da": "År", "en": "Year", "nb": "År"},
    required=True,
    minimum=2000,
    maximum=2100,
    also=("År", "Aar"),
)

STAFFING = Dataset(
    id="childcare.staffing",
    title={
        "da": "Normeringer som offentliggjort",
        "en": "Staffing ratios as published",
        "nb": "Bemanning som publisert",
    },
    grain={
        "da": "én række pr. kommune, tilbud og år",
        "en": "one row per municipality, offer and year",
        "nb": "én rad per kommune, tilbud og år",
    },
    columns=(
        MUNICIPALITY,
        Column(
            "offer",
            "string",
            {"da": "Pasningstilbud", "en": "Offer", "nb": "Tilbud"},
            required=True,
            enum={
                "dagpleje": {"da": "Dagpleje", "en": "Childminders", "nb": "Familiebarnehage"},
                "0-2": {"da": "0-2 år", "en": "0-2 years", "nb": "0-2 år"},
                "3-5": {"da": "3-5 år", "en": "3-5 years", "nb": "3-5 år"},
            },
            also=("Pasningstilbud", "Alder", "Tilbud"),
        ),
        YEAR,
        Column(
            "ratio",
            "number",
            {"da": "Børn pr. voksen", "en": "Children per adult", "nb": "Barn per voksen"},
            minimum=0,
            maximum=50,
            # The statistics write 0 where a municipality has no such offer: nobody is looked after, nothing is measured.
            missing={"0": "no_cases", "0,0": "no_cases", "0.0": "no_cases"},
            also=("Børn pr. voksen", "Normering"),
        ),
    ),
    placed_in="municipality",
    level="municipality",
    dated_by="year",
    key=("municipality", "offer", "year"),
    references=(Reference("Uddannelsesstatistik.dk, Dagtilbud, Normering (Børne- og Undervisningsministeriet, STIL)"),),
)

EDUCATION = Dataset(
    id="childcare.education",
    title={
        "da": "Pædagogisk personale efter uddannelse",
        "en": "Pedagogic staff by education",
        "nb": "Pedagogisk personale etter utdanning",
    },
    grain={
        "da": "én række pr. kommune og år",
        "en": "one row per municipality and year",
        "nb": "én rad per kommune og år",
    },
    columns=(
        MUNICIPALITY,
        YEAR,
        Column(
            "pedagogue_fte",
            "number",
            {
                "da": "Pædagoguddannede, årsværk",
                "en": "Trained pedagogues, full-time equivalents",
                "nb": "Barnehagelærere, årsverk",
            },
            minimum=0,
            also=("Pædagoguddannede", "Uddannede pædagoger"),
        ),
        Column(
            "staff_fte",
            "number",
            {
                "da": "Pædagogisk personale, årsværk",
                "en": "Pedagogic staff, full-time equivalents",
                "nb": "Pedagogisk personale, årsverk",
            },
            minimum=0,
            also=("Pædagogisk personale", "Personale i alt"),
        ),
    ),
    placed_in="municipality",
    level="municipality",
    dated_by="year",
    key=("municipality", "year"),
    references=(Reference("Danmarks Statistik, BOERN1 (OVERENS 7 of TOT, without dagpleje)"),),
)

PARENT_SURVEY = Dataset(
    id="childcare.parent_survey",
    title={"da": "Forældrenes tilfredshed", "en": "Parents' satisfaction", "nb": "Foreldrenes tilfredshet"},
    grain={
        "da": "én række pr. kommune og undersøgelsesår",
        "en": "one row per municipality and survey year",
        "nb": "én rad per kommune og undersøkelsesår",
    },
    columns=(
        MUNICIPALITY,
        YEAR,
        Column(
            "satisfaction",
            "number",
            {
                "da": "Tilfredshed samlet set (1-5)",
                "en": "Satisfaction overall (1-5)",
                "nb": "Tilfredshet samlet (1-5)",
            },
            minimum=1,
            maximum=5,
            missing={"-": "no_data", "*": "confidential"},
            also=("Tilfredshed", "Samlet tilfredshed"),
        ),
        Column(
            "answers",
            "integer",
            {"da": "Antal svar", "en": "Answers", "nb": "Antall svar"},
            minimum=0,
            also=("Antal svar", "Svar"),
        ),
    ),
    placed_in="municipality",
    level="municipality",
    dated_by="year",
    key=("municipality", "year"),
    references=(Reference("Brugertilfredshedsundersøgelsen på dagtilbudsområdet (item 'samlet set', five-point scale)"),),
)

DATASETS = (STAFFING, EDUCATION, PARENT_SURVEY, *places.DATASETS, *own_staffing.DATASETS)
