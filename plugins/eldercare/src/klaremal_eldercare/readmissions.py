"""Readmissions: stays in hospital, what they were after, and how many citizens of 67 or older came back within 30 days."""

from __future__ import annotations

from klaremal import Column, Dataset, Indicator, Reference
from klaremal.measures import Rate, Total
from klaremal_eldercare.columns import BIRTH_DATE, CITIZEN, PLACE, PLACED_IN

READMISSIONS_OF_OLD = Reference(
    "Danmarks Statistik AED20: genindlæggelser af borgere på 67 år eller ældre, efter Landspatientregisteret",
    "https://www.statistikbanken.dk/AED20",
)

_STAY = Column(
    "stay_id",
    "string",
    {"da": "Indlæggelse", "en": "Stay", "nb": "Innleggelse"},
    required=True,
    unique=True,
    also=("Indlæggelse", "Indlæggelses-id"),
)
_ADMITTED = Column(
    "admitted_date",
    "date",
    {"da": "Indlagt", "en": "Admitted", "nb": "Innlagt"},
    required=True,
    also=("Indlagt", "Indlæggelsesdato"),
)
_ADMISSION = Column(
    "admission",
    "string",
    {"da": "Indlæggelsesmåde", "en": "Kind of admission", "nb": "Innleggelsesmåte"},
    required=True,
    enum={
        "akut": {"da": "Akut", "en": "Acute", "nb": "Akutt"},
        "planlagt": {"da": "Planlagt", "en": "Planned", "nb": "Planlagt"},
    },
    also=("Indlæggelsesmåde", "Måde"),
)

HOSPITAL_STAYS = Dataset(
    id="eldercare.hospital_stays",
    title={"da": "Indlæggelser", "en": "Stays in hospital", "nb": "Sykehusopphold"},
    grain={"da": "én række pr. indlæggelse", "en": "one row per stay", "nb": "én rad per opphold"},
    columns=(
        _STAY,
        CITIZEN,
        BIRTH_DATE,
        _ADMITTED,
        Column(
            "discharged_date",
            "date",
            {"da": "Udskrevet", "en": "Discharged", "nb": "Utskrevet"},
            also=("Udskrevet", "Udskrivningsdato"),
        ),
        _ADMISSION,
        *PLACE,
    ),
    placed_in=PLACED_IN,
    dated_by="admitted_date",
    person="citizen_id",
    events=("admitted_date", "discharged_date"),
    key=("stay_id",),
    references=(READMISSIONS_OF_OLD,),
)

ADMISSIONS = Dataset(
    id="eldercare.admissions",
    title={
        "da": "Indlæggelser efter tidligere udskrivning",
        "en": "Admissions after an earlier discharge",
        "nb": "Innleggelser etter tidligere utskrivning",
    },
    grain={
        "da": "én række pr. indlæggelse, med dage siden borgerens seneste udskrivning",
        "en": "one row per stay, with days since the citizen's latest discharge",
        "nb": "én rad per opphold, med dager siden innbyggerens siste utskrivning",
    },
    columns=(
        _STAY,
        CITIZEN,
        BIRTH_DATE,
        _ADMITTED,
        _ADMISSION,
        Column(
            "days_since_discharge",
            "integer",
            {"da": "Dage siden udskrivning", "en": "Days since discharge", "nb": "Dager siden utskrivning"},
        ),
        *PLACE,
    ),
    derived={"is_readmission": "coalesce(admission = 'akut' and days_since_discharge between 1 and 30, false)"},
    placed_in=PLACED_IN,
    dated_by="admitted_date",
    person="citizen_id",
    events=("admitted_date",),
    key=("stay_id",),
    made_from=(HOSPITAL_STAYS,),
    # A citizen who is moved on the day of discharge is in the same illness; the latest discharge is of any stay before.
    sql="""
        select stay_id, citizen_id, birth_date, admitted_date, admission,
               datediff('day', max(discharged_date) over (
                   partition by citizen_id order by admitted_date, stay_id rows between unbounded preceding and 1 preceding
               ), admitted_date) as days_since_discharge,
               district, municipality
        from hospital_stays
    """,
)

READMISSIONS_PER_1000 = Indicator(
    id="eldercare.readmissions_per_1000",
    title={
        "da": "Genindlæggelser pr. 1.000 ældre",
        "en": "Readmissions per 1,000 older citizens",
        "nb": "Reinnleggelser per 1 000 eldre",
    },
    description={
        "da": "Akutte indlæggelser af borgere på 67 år eller ældre 1 til 30 dage efter en udskrivning, pr. 1.000 borgere på 67 "
        "år eller ældre. En indlæggelse på udskrivningsdagen er en overflytning og tæller ikke.",
        "en": "Acute admissions of citizens of 67 years or older 1 to 30 days after a discharge, per 1,000 citizens of that "
        "age. An admission on the day of discharge is a transfer and does not count.",
        "nb": "Akutte innleggelser av innbyggere på 67 år eller eldre 1 til 30 dager etter en utskrivning, per 1 000 "
        "innbyggere på 67 år eller eldre. En innleggelse på utskrivningsdagen er en overflytting og teller ikke.",
    },
    counted={"da": "indlagte borgere", "en": "citizens admitted", "nb": "innlagte innbyggere"},
    dataset=ADMISSIONS,
    measure=Rate(
        "case when is_readmission then 1 else 0 end",
        per=Total("persons", where="age between 67 and 125", dataset="klaremal.population"),
        where="age(birth_date, admitted_date) >= 67",
    ),
    measured_in="per_1000",
    direction="lower",
    frequency="month",
    levels=("municipality",),
    kind="outcome",
    plausible=(0, 1000),
    references=(READMISSIONS_OF_OLD,),
)

DATASETS = (HOSPITAL_STAYS, ADMISSIONS)
INDICATORS = (READMISSIONS_PER_1000,)
