"""The indicators of childcare: staffing as published, trained pedagogues, satisfied parents, and those of each topic."""

from __future__ import annotations

from datetime import date

from klaremal import Indicator, Reference
from klaremal.measures import Published, Ratio
from klaremal_childcare import own_staffing, places
from klaremal_childcare.datasets import EDUCATION, PARENT_SURVEY, STAFFING

# The statistics changed how staff and children are counted from 2023; its cube keeps two series.
NEW_METHOD = {
    date(2023, 1, 1): {
        "da": "Ny opgørelsesmetode fra 2023: tallene før og efter kan ikke sammenlignes.",
        "en": "New method from 2023: figures before and after cannot be compared.",
        "nb": "Ny metode fra 2023: tallene før og etter kan ikke sammenlignes.",
    }
}
STATISTICS = Reference(
    "Uddannelsesstatistik.dk, Dagtilbud, Normering: full-time children per full-time pedagogic adult; leaders count 85 %"
)


def _staffing(name: str, offer: str, title: dict[str, str], description: dict[str, str], law: Reference | None) -> Indicator:
    """Return the published ratio of one offer: children per adult, the municipality's mean of the year."""
    return Indicator(
        id=f"childcare.{name}",
        title=title,
        description=description,
        dataset=STAFFING,
        measure=Published("ratio", where=f"offer = '{offer}'"),
        measured_in="children_per_adult",
        direction="lower",
        frequency="year",
        levels=("municipality",),
        kind="input",
        plausible=(1, 20),
        breaks=NEW_METHOD,
        references=(STATISTICS,) if law is None else (STATISTICS, law),
    )


STAFFING_0_2 = _staffing(
    "staffing_0_2",
    "0-2",
    {"da": "Børn pr. voksen, 0-2 år", "en": "Children per adult, 0-2 years", "nb": "Barn per voksen, 0-2 år"},
    {
        "da": "Hvor mange børn der er pr. voksen i kommunens vuggestuer, som gennemsnit over året.",
        "en": "How many children there are per adult in the municipality's nurseries, on average over the year.",
        "nb": "Hvor mange barn det er per voksen i kommunens barnehager for de minste, i snitt over året.",
    },
    Reference("Dagtilbudsloven § 19 a (from 2024-01-01)"),
)

STAFFING_3_5 = _staffing(
    "staffing_3_5",
    "3-5",
    {"da": "Børn pr. voksen, 3-5 år", "en": "Children per adult, 3-5 years", "nb": "Barn per voksen, 3-5 år"},
    {
        "da": "Hvor mange børn der er pr. voksen i kommunens børnehaver, som gennemsnit over året.",
        "en": "How many children there are per adult in the municipality's kindergartens, on average over the year.",
        "nb": "Hvor mange barn det er per voksen i kommunens barnehager for de største, i snitt over året.",
    },
    Reference("Dagtilbudsloven § 19 a (from 2024-01-01)"),
)

STAFFING_DAGPLEJE = _staffing(
    "staffing_dagpleje",
    "dagpleje",
    {
        "da": "Børn pr. voksen, dagpleje",
        "en": "Children per adult, childminders",
        "nb": "Barn per voksen, familiebarnehage",
    },
    {
        "da": "Hvor mange børn der er pr. dagplejer, som gennemsnit over året. Loven sætter ingen grænse.",
        "en": "How many children there are per childminder, on average over the year. The law sets no limit.",
        "nb": "Hvor mange barn det er per dagmamma, i snitt over året. Loven setter ingen grense.",
    },
    None,
)

TRAINED_PEDAGOGUES = Indicator(
    id="childcare.trained_pedagogues",
    title={"da": "Andel pædagoguddannede", "en": "Share of trained pedagogues", "nb": "Andel barnehagelærere"},
    description={
        "da": "Hvor stor en del af det pædagogiske personales tid der arbejdes af uddannede pædagoger. Dagpleje er ikke med.",
        "en": "The part of pedagogic staff time that is worked by trained pedagogues. Childminders are left out.",
        "nb": "Hvor stor del av det pedagogiske personalets tid som arbeides av utdannede. Familiebarnehage er ikke med.",
    },
    dataset=EDUCATION,
    measure=Ratio("pedagogue_fte", per="staff_fte", scale=100),
    measured_in="percent",
    direction="higher",
    frequency="year",
    levels=("municipality",),
    kind="input",
    plausible=(0, 100),
    # Full-time equivalents of a whole municipality, published by the statistics office.
    minimum_count=1,
    references=(Reference("Danmarks Statistik, BOERN1: OVERENS 7 (pædagog) of TOT, without 25 (dagpleje)"),),
)

PARENT_SATISFACTION = Indicator(
    id="childcare.parent_satisfaction",
    title={"da": "Forældrenes tilfredshed", "en": "Parents' satisfaction", "nb": "Foreldrenes tilfredshet"},
    description={
        "da": "Forældrenes gennemsnitlige svar på, hvor tilfredse de samlet set er med dagtilbuddet, fra 1 til 5.",
        "en": "The parents' mean answer to how satisfied they are with childcare overall, from 1 to 5.",
        "nb": "Foreldrenes gjennomsnittlige svar på hvor fornøyde de samlet sett er med barnehagen, fra 1 til 5.",
    },
    counted={"da": "svar", "en": "answers", "nb": "svar"},
    dataset=PARENT_SURVEY,
    measure=Published("satisfaction", weight="answers", n="answers"),
    measured_in="points",
    direction="higher",
    frequency="year",
    levels=("municipality",),
    kind="outcome",
    perspective="user",
    plausible=(1, 5),
    # Between municipalities a difference above 0.1 is real, says the survey's own guide.
    noticeable=0.1,
    references=(Reference("Brugertilfredshedsundersøgelsen på dagtilbudsområdet, 'samlet set'"),),
)

INDICATORS = (
    STAFFING_0_2,
    STAFFING_3_5,
    STAFFING_DAGPLEJE,
    TRAINED_PEDAGOGUES,
    PARENT_SATISFACTION,
    *places.INDICATORS,
    *own_staffing.INDICATORS,
)
