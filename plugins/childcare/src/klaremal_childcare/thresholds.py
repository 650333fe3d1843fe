"""Reference levels of childcare and the goals that follow from law by themselves."""

from __future__ import annotations

from datetime import date

from klaremal import Goal, Reference, Threshold
from klaremal.targets import AtLeast, AtMost
from klaremal_childcare.indicators import STAFFING_0_2, STAFFING_3_5, TRAINED_PEDAGOGUES

LAW = Reference("Dagtilbudsloven § 19 a (minimumsnormeringer), i kraft 1. januar 2024: kommunens gennemsnit over kalenderåret")

MINIMUM_0_2_LAW = Threshold(
    id="childcare.minimum_staffing_0_2_law",
    title={
        "da": "Minimumsnormering 0-2 år: højst 3 børn pr. voksen",
        "en": "Minimum staffing 0-2 years: at most 3 children per adult",
        "nb": "Minimumsbemanning 0-2 år: høyst 3 barn per voksen",
    },
    indicator=STAFFING_0_2,
    target=AtMost(3.0),
    basis="law",
    reference=LAW,
    valid_from=date(2024, 1, 1),
)

MINIMUM_3_5_LAW = Threshold(
    id="childcare.minimum_staffing_3_5_law",
    title={
        "da": "Minimumsnormering 3-5 år: højst 6 børn pr. voksen",
        "en": "Minimum staffing 3-5 years: at most 6 children per adult",
        "nb": "Minimumsbemanning 3-5 år: høyst 6 barn per voksen",
    },
    indicator=STAFFING_3_5,
    target=AtMost(6.0),
    basis="law",
    reference=LAW,
    valid_from=date(2024, 1, 1),
)

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

THRESHOLDS = (MINIMUM_0_2_LAW, MINIMUM_3_5_LAW, TRAINED_RECOMMENDED)

GOALS = (
    Goal(
        id="childcare.minimum_staffing_0_2",
        title={"da": "Voksne nok i vuggestuen", "en": "Adults enough in the nursery", "nb": "Voksne nok for de minste"},
        promise={
            "da": "Der er højst 3 børn pr. voksen i vuggestuerne.",
            "en": "There are at most 3 children per adult in the nurseries.",
            "nb": "Det er høyst 3 barn per voksen for de minste.",
        },
        threshold=MINIMUM_0_2_LAW.id,
        units="municipality",
        valid_from=date(2024, 1, 1),
        statutory=True,
    ),
    Goal(
        id="childcare.minimum_staffing_3_5",
        title={
            "da": "Voksne nok i børnehaven",
            "en": "Adults enough in the kindergarten",
            "nb": "Voksne nok for de største",
        },
        promise={
            "da": "Der er højst 6 børn pr. voksen i børnehaverne.",
            "en": "There are at most 6 children per adult in the kindergartens.",
            "nb": "Det er høyst 6 barn per voksen for de største.",
        },
        threshold=MINIMUM_3_5_LAW.id,
        units="municipality",
        valid_from=date(2024, 1, 1),
        statutory=True,
    ),
)
