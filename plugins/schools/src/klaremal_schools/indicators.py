"""The indicators of schools: absence, well-being, competence, class size, grades, test results (internal by law)."""

from __future__ import annotations

from datetime import date

from klaremal import Indicator, Reference
from klaremal.measures import Published, Ratio
from klaremal_schools import high_absence
from klaremal_schools.datasets import MUNICIPALITIES, OVERVIEW, TEST_RESULTS

FOLKESKOLE = "school_type = 'folkeskole'"
STAGES = {
    "mellemtrin": {"da": "mellemtrin", "en": "years 4-6", "nb": "mellomtrinn"},
    "udskoling": {"da": "udskoling", "en": "years 7-9", "nb": "ungdomstrinn"},
}
OVERVIEW_SOURCE = Reference("Uddannelsesstatistik.dk, Skoleoverblik")

ABSENCE_DEFINITION = Reference(
    "STIL, Elevfravær: days absent (sick, with leave, illegal) of school days, averaged over pupils weighted by months enrolled"
)
WELLBEING_DEFINITION = Reference(
    "STIL, Trivselsindikatorer: mean over pupils of the pupil's mean; a pupil counts with at least half of the items answered"
)


def _absence(stage: str) -> Indicator:
    """Return the mean pupil absence of one stage, as published per municipality."""
    words = STAGES[stage]
    return Indicator(
        id=f"schools.absence_{stage}",
        title={
            "da": f"Elevfravær, {words['da']}",
            "en": f"Pupil absence, {words['en']}",
            "nb": f"Elevfravær, {words['nb']}",
        },
        description={
            "da": "Hvor stor en del af skoledagene eleverne i gennemsnit er væk: sygdom, lovligt og ulovligt fravær.",
            "en": "The part of school days that pupils are away on average: illness, with leave and without.",
            "nb": "Hvor stor del av skoledagene elevene i snitt er borte: sykdom, lovlig og ulovlig fravær.",
        },
        dataset=MUNICIPALITIES,
        measure=Published("absence", where=f"stage = '{stage}'"),
        measured_in="percent",
        direction="lower",
        frequency="school_year",
        levels=("municipality",),
        kind="outcome",
        # No municipality's pupils are away less than one day in a hundred: such a figure is a reporting error.
        plausible=(1, 40),
        references=(ABSENCE_DEFINITION,),
    )


def _wellbeing(stage: str) -> Indicator:
    """Return the general well-being of one stage, as published per municipality."""
    words = STAGES[stage]
    return Indicator(
        id=f"schools.wellbeing_{stage}",
        title={
            "da": f"Generel trivsel, {words['da']}",
            "en": f"General well-being, {words['en']}",
            "nb": f"Generell trivsel, {words['nb']}",
        },
        description={
            "da": "Elevernes gennemsnitlige svar i den nationale trivselsmåling, fra 1 til 5.",
            "en": "The pupils' mean answer in the national well-being survey, from 1 to 5.",
            "nb": "Elevenes gjennomsnittlige svar i den nasjonale trivselsundersøkelsen, fra 1 til 5.",
        },
        dataset=MUNICIPALITIES,
        measure=Published("wellbeing", where=f"stage = '{stage}'"),
        measured_in="points",
        direction="higher",
        frequency="school_year",
        levels=("municipality",),
        kind="outcome",
        perspective="user",
        decimals=2,
        plausible=(1, 5),
        references=(WELLBEING_DEFINITION,),
    )


ABSENCE_MELLEMTRIN = _absence("mellemtrin")
ABSENCE_UDSKOLING = _absence("udskoling")
WELLBEING_MELLEMTRIN = _wellbeing("mellemtrin")
WELLBEING_UDSKOLING = _wellbeing("udskoling")

SCHOOL_ABSENCE = Indicator(
    id="schools.absence",
    title={"da": "Elevfravær pr. folkeskole", "en": "Pupil absence per municipal school", "nb": "Elevfravær per skole"},
    description={
        "da": "Samlet elevfravær pr. folkeskole; kommunens tal er vægtet med skolernes elevtal.",
        "en": "Pupil absence per municipal school; the municipality's figure is weighted by the schools' pupils.",
        "nb": "Samlet elevfravær per skole; kommunens tall er vektet med skolenes elevtall.",
    },
    counted={"da": "elever", "en": "pupils", "nb": "elever"},
    dataset=OVERVIEW,
    measure=Published("absence", weight="pupils", n="pupils", where=FOLKESKOLE),
    measured_in="percent",
    direction="lower",
    frequency="school_year",
    levels=("municipality", "institution"),
    kind="outcome",
    plausible=(1, 40),
    references=(ABSENCE_DEFINITION, OVERVIEW_SOURCE),
)

COMPETENCE_COVERAGE = Indicator(
    id="schools.competence_coverage",
    title={"da": "Kompetencedækning", "en": "Competence coverage", "nb": "Kompetansedekning"},
    description={
        "da": "Andelen af undervisningen, der gives af lærere med undervisningskompetence i faget eller tilsvarende.",
        "en": "Share of lessons taught by teachers with a teaching competence in the subject, or equivalent.",
        "nb": "Andelen av undervisningen som gis av lærere med kompetanse i faget eller tilsvarende.",
    },
    dataset=OVERVIEW,
    measure=Published("competence_coverage", where=FOLKESKOLE),
    measured_in="percent",
    direction="higher",
    frequency="school_year",
    levels=("institution",),
    kind="input",
    plausible=(0, 100),
    references=(
        Reference("STIL, Kompetencedækning: planned hours by teachers with competence or equivalent of all planned hours"),
    ),
)

CLASS_SIZE = Indicator(
    id="schools.class_size",
    title={"da": "Klassekvotient", "en": "Class size", "nb": "Klassestørrelse"},
    description={
        "da": "Elever pr. normalklasse som gennemsnit for skolen. Lovens loft gælder hver enkelt klasse, ikke gennemsnittet.",
        "en": "Pupils per ordinary class, the school's mean. The law's cap binds each class, not the mean.",
        "nb": "Elever per vanlig klasse, skolens snitt. Lovens tak gjelder hver klasse, ikke snittet.",
    },
    dataset=OVERVIEW,
    measure=Published("class_size", where=FOLKESKOLE),
    measured_in="pupils_per_class",
    direction="lower",
    frequency="school_year",
    levels=("institution",),
    kind="input",
    plausible=(1, 40),
    references=(
        Reference("STIL, Klassekvotient: pupils / ordinary classes"),
        Reference("Folkeskoleloven § 17 (caps per class)"),
    ),
)

GRADE_AVERAGE = Indicator(
    id="schools.grade_average",
    title={
        "da": "Karaktergennemsnit ved 9. klasses prøver",
        "en": "Grade average, year 9 exams",
        "nb": "Karaktersnitt, 9. klasse",
    },
    description={
        "da": "Gennemsnittet af elevernes karakterer i de bundne prøver i 9. klasse, fra -3 til 12.",
        "en": "The mean of the pupils' grades in the compulsory year 9 exams, from -3 to 12.",
        "nb": "Snittet av elevenes karakterer i de obligatoriske prøvene i 9. klasse, fra -3 til 12.",
    },
    dataset=OVERVIEW,
    measure=Published("grade_average", where=FOLKESKOLE),
    measured_in="grade",
    direction="higher",
    frequency="school_year",
    levels=("institution",),
    kind="outcome",
    plausible=(-3, 12),
    references=(Reference("STIL, KARA/KARAGNS: mean of the pupil means in the compulsory exams (bundne prøver)"),),
)

# Three test regimes whose results cannot be compared.
TEST_REGIMES = {
    date(2022, 8, 1): {
        "da": "Overgangstest afløser de nationale test: tallene kan ikke sammenlignes.",
        "en": "Transition tests replace the national tests: figures cannot be compared.",
        "nb": "Overgangsprøver avløser de nasjonale prøvene: tallene kan ikke sammenlignes.",
    },
    date(2026, 8, 1): {
        "da": "Folkeskolens nationale færdighedstest afløser overgangstestene: tallene kan ikke sammenlignes.",
        "en": "Skill tests replace the transition tests: figures cannot be compared.",
        "nb": "Ferdighetsprøver avløser overgangsprøvene: tallene kan ikke sammenlignes.",
    },
}


def _tested(name: str, subject: str, title: dict[str, str]) -> Indicator:
    """Return the share of tested pupils at good or better in one subject; kept inside the municipality by law."""
    return Indicator(
        id=f"schools.{name}",
        title=title,
        description={
            "da": "Andelen af testede elever med et godt resultat eller bedre. Loven forbyder at offentliggøre kommunens tal.",
            "en": "Share of tested pupils at good or better. The law forbids publishing the municipality's figures.",
            "nb": "Andelen prøvde elever med et godt resultat eller bedre. Loven forbyr å publisere kommunens tall.",
        },
        dataset=TEST_RESULTS,
        measure=Ratio("good", per="tested", scale=100, where=f"subject = '{subject}'"),
        measured_in="percent",
        direction="higher",
        frequency="school_year",
        levels=("municipality",),
        kind="outcome",
        publication="internal",
        minimum_count=1,
        plausible=(0, 100),
        breaks=TEST_REGIMES,
        references=(
            Reference("Nationale mål for folkeskolen: mindst 80 % gode"),
            Reference("Folkeskoleloven § 13 a, stk. 4-5, og § 55 b"),
        ),
    )


GOOD_READERS = _tested("good_readers", "dansk", {"da": "Gode læsere", "en": "Good readers", "nb": "Gode lesere"})
GOOD_AT_MATHS = _tested(
    "good_at_maths", "matematik", {"da": "Gode til matematik", "en": "Good at mathematics", "nb": "Gode i matematikk"}
)

INDICATORS = (
    ABSENCE_MELLEMTRIN,
    ABSENCE_UDSKOLING,
    SCHOOL_ABSENCE,
    WELLBEING_MELLEMTRIN,
    WELLBEING_UDSKOLING,
    COMPETENCE_COVERAGE,
    CLASS_SIZE,
    GRADE_AVERAGE,
    GOOD_READERS,
    GOOD_AT_MATHS,
    *high_absence.INDICATORS,
)
