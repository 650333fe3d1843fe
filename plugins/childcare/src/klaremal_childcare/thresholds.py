"""Reference levels of childcare and the goals that follow from law by themselves."""

from __future__ import annotations

from datetime import date

from klaremal import Goal, Indicator, Reference, Threshold
from klaremal.targets import AtLeast, AtMost
from klaremal_childcare.indicators import STAFFING_0_2, STAFFING_3_5, TRAINED_PEDAGOGUES
from klaremal_childcare.own_staffing import STAFFING_0_2_OWN, STAFFING_3_5_OWN
from klaremal_childcare.places import GUARANTEE_DATE, PLACE_GUARANTEE

LAW = Reference("Dagtilbudsloven § 19 a (minimumsnormeringer), i kraft 1. januar 2024: kommunens gennemsnit over kalenderåret")
IN_FORCE = date(2024, 1, 1)


def _minimum_staffing(indicator: Indicator, age: str, most: int) -> Threshold:
    """Return the law's level for one age group; the same for published figures and for the municipality's own."""
    return Threshold(
        id=f"{indicator.id.replace('.', '.minimum_')}_law",
        title={
            "da": f"Minimumsnormering {age} år: højst {most} børn pr. voksen",
            "en": f"Minimum staffing {age} years: at most {most} children per adult",
            "nb": f"Minimumsbemanning {age} år: høyst {most} barn per voksen",
        },
        indicator=indicator,
        target=AtMost(most),
        basis="law",
        reference=LAW,
        valid_from=IN_FORCE,
    )


MINIMUM_0_2_LAW = _minimum_staffing(STAFFING_0_2, "0-2", 3)
MINIMUM_3_5_LAW = _minimum_staffing(STAFFING_3_5, "3-5", 6)
MINIMUM_0_2_OWN_LAW = _minimum_staffing(STAFFING_0_2_OWN, "0-2", 3)
MINIMUM_3_5_OWN_LAW = _minimum_staffing(STAFFING_3_5_OWN, "3-5", 6)

TRAINED_RECOMMENDED = Threshold(
    id="childcare.trained_pedagogues_recommended",
    title={
        "da": "Anbefaling: 80 % uddannede pædagoger",
        "en": "Recommended: 80 % trained pedagogues",
        "nb": "Anbefaling: 80 % utdannede barnehagelærere",
    },
    indicator=TRAINED_PEDAGOGUES,
    target=AtLeast(80),
    basis="recommendation",
    reference=Reference("BUPL, pædagogernes fagforening"),
    valid_from=date(2018, 1, 1),
)

PLACE_GUARANTEE_LAW = Threshold(
    id="childcare.place_guarantee_law",
    title={
        "da": "Loven: alle børn kan få en plads til tiden",
        "en": "The law: every child can have a place on time",
        "nb": "Loven: alle barn kan få plass til rett tid",
    },
    indicator=PLACE_GUARANTEE,
    target=AtLeast(100),
    basis="law",
    reference=GUARANTEE_DATE,
    # The day on which the executive order with these deadlines came into force.
    valid_from=date(2021, 11, 18),
)

THRESHOLDS = (
    MINIMUM_0_2_LAW,
    MINIMUM_3_5_LAW,
    TRAINED_RECOMMENDED,
    MINIMUM_0_2_OWN_LAW,
    MINIMUM_3_5_OWN_LAW,
    PLACE_GUARANTEE_LAW,
)


def _by_law(threshold: Threshold, title: dict[str, str], promise: dict[str, str]) -> Goal:
    """Return the goal that every municipality has on a level of the law: its figure of the calendar year."""
    return Goal(
        id=threshold.id.removesuffix("_law"),
        title=title,
        promise=promise,
        threshold=threshold.id,
        frequency="year",
        units="municipality",
        valid_from=threshold.valid_from,
        statutory=True,
    )


NURSERY = {
    "da": "Der er højst 3 børn pr. voksen i vuggestuerne.",
    "en": "There are at most 3 children per adult in the nurseries.",
    "nb": "Det er høyst 3 barn per voksen for de minste.",
}
KINDERGARTEN = {
    "da": "Der er højst 6 børn pr. voksen i børnehaverne.",
    "en": "There are at most 6 children per adult in the kindergartens.",
    "nb": "Det er høyst 6 barn per voksen for de største.",
}

GOALS = (
    _by_law(
        MINIMUM_0_2_LAW,
        {"da": "Voksne nok i vuggestuen", "en": "Adults enough in the nursery", "nb": "Voksne nok for de minste"},
        NURSERY,
    ),
    _by_law(
        MINIMUM_3_5_LAW,
        {"da": "Voksne nok i børnehaven", "en": "Adults enough in the kindergarten", "nb": "Voksne nok for de største"},
        KINDERGARTEN,
    ),
    _by_law(
        MINIMUM_0_2_OWN_LAW,
        {
            "da": "Voksne nok i vuggestuen, egne tal",
            "en": "Adults enough in the nursery, own data",
            "nb": "Voksne nok for de minste, egne tall",
        },
        NURSERY,
    ),
    _by_law(
        MINIMUM_3_5_OWN_LAW,
        {
            "da": "Voksne nok i børnehaven, egne tal",
            "en": "Adults enough in the kindergarten, own data",
            "nb": "Voksne nok for de største, egne tall",
        },
        KINDERGARTEN,
    ),
    _by_law(
        PLACE_GUARANTEE_LAW,
        {"da": "Pasningsgarantien", "en": "The place guarantee", "nb": "Plassgarantien"},
        {
            "da": "Du får tilbudt en plads, så dit barn kan begynde senest på garantidatoen.",
            "en": "You are offered a place in time for your child to start by the guarantee date.",
            "nb": "Du får tilbud om en plass slik at barnet ditt kan begynne senest på garantidatoen.",
        },
    ),
)
