"""Decisions on help and training within the council's own deadlines: the cases, the deadline, the indicator."""

from __future__ import annotations

from klaremal import Column, Dataset, Deadline, Indicator, Reference
from klaremal.measures import OnTime
from klaremal_eldercare.columns import CITIZEN, PLACE, PLACED_IN

DEADLINES_ACT = Reference(
    "Retssikkerhedsloven § 3 stk. 2: kommunen fastsætter og offentliggør frister på de enkelte områder",
)

DECISIONS = Dataset(
    id="eldercare.decisions",
    title={"da": "Afgørelser om hjælp", "en": "Decisions on help", "nb": "Vedtak om hjelp"},
    grain={"da": "én række pr. ansøgning", "en": "one row per application", "nb": "én rad per søknad"},
    columns=(
        Column(
            "case_id",
            "string",
            {"da": "Sagsnummer", "en": "Case number", "nb": "Saksnummer"},
            required=True,
            unique=True,
            also=("Sagsnr", "Sagsnummer"),
        ),
        CITIZEN,
        Column(
            "paragraph",
            "string",
            {"da": "Paragraf", "en": "Section", "nb": "Paragraf"},
            required=True,
            enum={
                "§83": {"da": "Hjemmehjælp (§ 83)", "en": "Home help (§ 83)", "nb": "Hjemmehjelp (§ 83)"},
                "§83a": {"da": "Rehabilitering (§ 83 a)", "en": "Rehabilitation (§ 83 a)", "nb": "Rehabilitering (§ 83 a)"},
                "§86": {"da": "Genoptræning (§ 86)", "en": "Training (§ 86)", "nb": "Opptrening (§ 86)"},
            },
            also=("Paragraf",),
        ),
        Column(
            "applied_date",
            "date",
            {"da": "Ansøgt", "en": "Applied", "nb": "Søkt"},
            required=True,
            also=("Ansøgt", "Ansøgningsdato", "Henvendelsesdato"),
        ),
        Column("decided_date", "date", {"da": "Afgjort", "en": "Decided", "nb": "Vedtatt"}, also=("Afgjort", "Afgørelsesdato")),
        Column("withdrawn_date", "date", {"da": "Frafaldet", "en": "Withdrawn", "nb": "Trukket"}, also=("Frafaldet",)),
        *PLACE,
    ),
    placed_in=PLACED_IN,
    dated_by="applied_date",
    person="citizen_id",
    events=("applied_date", "decided_date", "withdrawn_date"),
    key=("case_id",),
    references=(DEADLINES_ACT,),
)

DECISION_DEADLINE = Deadline(
    id="eldercare.decision",
    title={"da": "Frist for svar på en ansøgning", "en": "Time to answer an application", "nb": "Frist for svar på en søknad"},
    default="30 days",
    by="paragraph",
)

DECISIONS_ON_TIME = Indicator(
    id="eldercare.decisions_on_time",
    title={"da": "Afgørelser til tiden", "en": "Decisions on time", "nb": "Vedtak til tiden"},
    description={
        "da": "Andelen af ansøgninger, der er afgjort inden rådets frist for paragraffen. En sag, der stadig er åben efter "
        "fristen, tæller som for sent. Uden egen frist gælder 30 dage.",
        "en": "Share of applications decided within the council's deadline for their section. A case still open past it is "
        "late. Without a deadline of its own 30 days hold.",
        "nb": "Andelen søknader som er avgjort innen rådets frist for paragrafen. En sak som fortsatt er åpen etter fristen, "
        "teller som for sent. Uten egen frist gjelder 30 dager.",
    },
    counted={"da": "ansøgninger", "en": "applications", "nb": "søknader"},
    dataset=DECISIONS,
    measure=OnTime(start="applied_date", end="decided_date", within=DECISION_DEADLINE, withdrawn="withdrawn_date"),
    breakdowns=(("paragraph",),),
    measured_in="percent",
    direction="higher",
    frequency="month",
    levels=("municipality",),
    plausible=(0, 100),
    references=(DEADLINES_ACT,),
)

DATASETS = (DECISIONS,)
INDICATORS = (DECISIONS_ON_TIME,)
