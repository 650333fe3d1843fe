"""Applications of citizens: the cases, the council's deadlines, and whether who waits longer is told so."""

from __future__ import annotations

from klaremal import Column, Dataset, Deadline, Indicator, Reference
from klaremal.measures import OnTime, Share
from klaremal_citizen_service.columns import CASE, MUNICIPALITY

DEADLINES_ACT = Reference(
    "Retssikkerhedsloven § 3 stk. 2: fristerne fastsættes og offentliggøres; den, der må vente længere, får skriftlig besked",
)

CASES = Dataset(
    id="citizen_service.cases",
    title={"da": "Sager efter ansøgning", "en": "Cases on application", "nb": "Saker etter søknad"},
    grain={"da": "én række pr. ansøgning", "en": "one row per application", "nb": "én rad per søknad"},
    columns=(
        CASE,
        Column(
            "area",
            "string",
            {"da": "Område", "en": "Area", "nb": "Område"},
            required=True,
            enum={
                "sygedagpenge": {"da": "Sygedagpenge", "en": "Sickness benefit", "nb": "Sykepenger"},
                "kontanthjælp": {"da": "Kontanthjælp", "en": "Social assistance", "nb": "Sosialhjelp"},
                "enkeltydelse": {"da": "Enkeltydelser", "en": "Single payments", "nb": "Enkeltytelser"},
                "førtidspension": {"da": "Førtidspension", "en": "Disability pension", "nb": "Uføretrygd"},
                "merudgifter": {"da": "Merudgifter", "en": "Additional costs", "nb": "Merutgifter"},
                "hjælpemidler": {"da": "Hjælpemidler", "en": "Aids", "nb": "Hjelpemidler"},
                "andet": {"da": "Andet", "en": "Other", "nb": "Annet"},
            },
            also=("Område", "Sagstype", "SagType"),
        ),
        Column(
            "applied_date",
            "date",
            {"da": "Ansøgt", "en": "Applied", "nb": "Søkt"},
            required=True,
            also=("Ansøgt", "Ansøgningsdato", "HenvendelsesDato"),
        ),
        Column("due_date", "date", {"da": "Frist", "en": "Due", "nb": "Frist"}, also=("Frist", "Fristdato")),
        Column("decided_date", "date", {"da": "Afgjort", "en": "Decided", "nb": "Avgjort"}, also=("Afgjort", "SlutDato")),
        Column("withdrawn_date", "date", {"da": "Frafaldet", "en": "Withdrawn", "nb": "Trukket"}, also=("Frafaldet",)),
        Column("notice_date", "date", {"da": "Besked om ny frist", "en": "Told of delay", "nb": "Beskjed om ny frist"}),
        MUNICIPALITY,
    ),
    placed_in="municipality",
    dated_by="applied_date",
    events=("applied_date", "decided_date", "withdrawn_date", "notice_date"),
    key=("case_id",),
    references=(DEADLINES_ACT,),
)

CASE_DEADLINE = Deadline(
    id="citizen_service.case",
    title={"da": "Frist for svar på en ansøgning", "en": "Time to answer an application", "nb": "Frist for svar på en søknad"},
    default="30 days",
    by="area",
)

CASES_ON_TIME = Indicator(
    id="citizen_service.cases_on_time",
    title={"da": "Sager afgjort til tiden", "en": "Cases decided on time", "nb": "Saker avgjort til tiden"},
    description={
        "da": "Andelen af ansøgninger, der er afgjort inden rådets frist for området. En sag, der stadig er åben efter "
        "fristen, tæller som for sent. Uden egen frist gælder 30 dage.",
        "en": "Share of applications decided within the council's deadline for the area. A case still open past it is late. "
        "Without a deadline of its own 30 days hold.",
        "nb": "Andelen søknader som er avgjort innen rådets frist for området. En sak som fortsatt er åpen etter fristen, "
        "teller som for sent. Uten egen frist gjelder 30 dager.",
    },
    counted={"da": "ansøgninger", "en": "applications", "nb": "søknader"},
    dataset=CASES,
    measure=OnTime(start="applied_date", end="decided_date", within=CASE_DEADLINE, withdrawn="withdrawn_date"),
    breakdowns=(("area",),),
    measured_in="percent",
    direction="higher",
    frequency="month",
    levels=("municipality",),
    plausible=(0, 100),
    references=(DEADLINES_ACT,),
)

DELAY_NOTICE = Indicator(
    id="citizen_service.notice_when_late",
    title={"da": "Besked, når svaret trækker ud", "en": "Told when the answer is late", "nb": "Beskjed når svaret drøyer"},
    description={
        "da": "Andelen af sager over fristen, hvor ansøgeren har fået skriftlig besked om, hvornår svaret kommer. En sag uden "
        "svar på fristdagen er over fristen, også når den stadig er åben; den hører til den periode, fristen ligger i.",
        "en": "Share of cases past their due date in which the applicant was told in writing when to expect the answer. A case "
        "without an answer on its due date is past it, also while it is open; it belongs to the period of its due date.",
        "nb": "Andelen saker over fristen der søkeren har fått skriftlig beskjed om når svaret kommer. En sak uten svar på "
        "fristdagen er over fristen, også når den fortsatt er åpen; den hører til perioden fristen ligger i.",
    },
    counted={"da": "sager over fristen", "en": "cases past their due date", "nb": "saker over fristen"},
    dataset=CASES,
    # Only due dates that the data covers lie in a closed period, so that a case open there is late.
    measure=Share(
        "notice_date is not null",
        where="coalesce(decided_date > due_date, true) and coalesce(withdrawn_date > due_date, true)",
    ),
    dated_by="due_date",
    measured_in="percent",
    direction="higher",
    frequency="month",
    levels=("municipality",),
    # It is the municipality's fault that is counted, no trait of a person.
    disclosure="process",
    plausible=(0, 100),
    references=(DEADLINES_ACT,),
)

DATASETS = (CASES,)
INDICATORS = (CASES_ON_TIME, DELAY_NOTICE)
