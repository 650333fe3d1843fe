"""Building cases: the cases, the days they waited for the applicant, and how many kept the agreed processing time."""

from __future__ import annotations

from attrs import evolve

from klaremal import Column, Dataset, Indicator, Reference
from klaremal.measures import OnTime, Pauses
from klaremal_citizen_service.columns import CASE, MUNICIPALITY

SERVICE_LEVELS = Reference(
    "KL og staten: servicemål for byggesager (40, 40, 50, 55 og 60 kalenderdage fra fuldt oplyst sag, uden ventetid på ansøger)"
)

BUILDING_CASES = Dataset(
    id="citizen_service.building_cases",
    title={"da": "Byggesager", "en": "Building cases", "nb": "Byggesaker"},
    grain={"da": "én række pr. byggesag", "en": "one row per building case", "nb": "én rad per byggesak"},
    columns=(
        CASE,
        Column(
            "case_type",
            "string",
            {"da": "Sagstype", "en": "Kind of case", "nb": "Sakstype"},
            enum={
                "simple_konstruktioner": {
                    "da": "Simple konstruktioner",
                    "en": "Simple constructions",
                    "nb": "Enkle konstruksjoner",
                },
                "enfamiliehuse": {"da": "Enfamiliehuse", "en": "One-family houses", "nb": "Eneboliger"},
                "industri_lager": {"da": "Industri og lager", "en": "Industry and storage", "nb": "Industri og lager"},
                "etage_erhverv": {"da": "Etagebyggeri, erhverv", "en": "Storeys, business", "nb": "Etasjebygg, næring"},
                "etage_bolig": {"da": "Etagebyggeri, bolig", "en": "Storeys, housing", "nb": "Etasjebygg, bolig"},
            },
            also=("Sagstype", "Kategori", "Gruppering"),
        ),
        Column("received_at", "date", {"da": "Modtaget", "en": "Received", "nb": "Mottatt"}, required=True, also=("Modtaget",)),
        Column("fully_informed_at", "date", {"da": "Fuldt oplyst", "en": "Fully informed", "nb": "Fullstendig"}),
        Column("decided_at", "date", {"da": "Afgjort", "en": "Decided", "nb": "Avgjort"}, also=("Afgjort", "Dato")),
        Column("withdrawn_at", "date", {"da": "Trukket tilbage", "en": "Withdrawn", "nb": "Trukket"}, also=("Henlagt",)),
        Column(
            "outcome",
            "string",
            {"da": "Afgørelse", "en": "Outcome", "nb": "Avgjørelse"},
            enum={
                "tilladelse": {"da": "Tilladelse", "en": "Permitted", "nb": "Tillatelse"},
                "afslag": {"da": "Afslag", "en": "Refused", "nb": "Avslag"},
                "kræver_ikke": {"da": "Kræver ikke tilladelse", "en": "Needs no permit", "nb": "Ikke søknadspliktig"},
            },
            also=("Beslutningstype",),
        ),
        Column(
            "excluded_reason",
            "string",
            {"da": "Uden for servicemål", "en": "Outside the agreement", "nb": "Utenfor avtalen"},
            enum={
                "lovliggørelse": {"da": "Lovliggørelse", "en": "Legalisation", "nb": "Lovliggjøring"},
                "dispensation": {"da": "Dispensation", "en": "Exemption", "nb": "Dispensasjon"},
                "lokalplan": {"da": "Kræver lokalplan", "en": "Needs a local plan", "nb": "Krever reguleringsplan"},
                "vvm": {"da": "Kræver miljøvurdering", "en": "Needs an assessment", "nb": "Krever konsekvensutredning"},
            },
        ),
        MUNICIPALITY,
    ),
    derived={
        "allowed_days": "case when case_type in ('simple_konstruktioner', 'enfamiliehuse') then 40 "
        "when case_type = 'industri_lager' then 50 when case_type = 'etage_erhverv' then 55 "
        "when case_type = 'etage_bolig' then 60 end",
    },
    placed_in="municipality",
    dated_by="received_at",
    events=("received_at", "fully_informed_at", "decided_at", "withdrawn_at"),
    key=("case_id",),
    references=(SERVICE_LEVELS,),
)

BUILDING_CASE_PAUSES = Dataset(
    id="citizen_service.building_case_pauses",
    title={"da": "Byggesager, der venter på ansøger", "en": "Building cases waiting", "nb": "Byggesaker som venter på søker"},
    grain={
        "da": "én række pr. gang en byggesag venter på ansøgeren",
        "en": "one row per time that a building case waits for the applicant",
        "nb": "én rad per gang en byggesak venter på søkeren",
    },
    columns=(
        # A case may wait several times.
        evolve(CASE, unique=False),
        Column("waits_from", "date", {"da": "Venter fra", "en": "Waits from", "nb": "Venter fra"}, required=True),
        Column("waits_to", "date", {"da": "Venter til", "en": "Waits to", "nb": "Venter til"}),
        MUNICIPALITY,
    ),
    placed_in="municipality",
    dated_by="waits_from",
    events=("waits_from", "waits_to"),
    key=("case_id", "waits_from"),
)

BUILDING_ON_TIME = Indicator(
    id="citizen_service.building_cases_on_time",
    title={
        "da": "Byggesager inden for servicemålet",
        "en": "Building cases within the agreed time",
        "nb": "Byggesaker innenfor servicemålet",
    },
    description={
        "da": "Andelen af afgjorte byggesager, der er afgjort inden for servicemålet: 40, 40, 50, 55 eller 60 kalenderdage "
        "efter sagstypen, fra sagen er fuldt oplyst. Dage, hvor der ventes på ansøgeren, tæller ikke med. Lovliggørelse, "
        "dispensation, lokalplan og miljøvurdering er ikke med. Åbne sager over fristen vises ved siden af.",
        "en": "Share of decided building cases that were decided within 40, 40, 50, 55 or 60 calendar days by kind of case, "
        "from the day on which the case is fully informed. Days of waiting for the applicant do not count. Legalisation, "
        "exemption, local plans and assessments are left out. Open cases past their time stand beside the figure.",
        "nb": "Andelen avgjorte byggesaker som er avgjort innen 40, 40, 50, 55 eller 60 kalenderdager etter sakstype, fra "
        "saken er fullstendig. Dager der det ventes på søkeren, teller ikke. Lovliggjøring, dispensasjon, reguleringsplan og "
        "konsekvensutredning er ikke med. Åpne saker over fristen vises ved siden av.",
    },
    counted={"da": "byggesager", "en": "building cases", "nb": "byggesaker"},
    dataset=BUILDING_CASES,
    measure=OnTime(
        start="fully_informed_at",
        end="decided_at",
        within="allowed_days days",
        pauses=Pauses(dataset=BUILDING_CASE_PAUSES, start="waits_from", end="waits_to"),
        withdrawn="withdrawn_at",
        counted_when="decided",
        where="excluded_reason is null and (fully_informed_at is not null or decided_at is not null)",
    ),
    breakdowns=(("case_type",),),
    measured_in="percent",
    direction="higher",
    frequency="month",
    levels=("municipality",),
    plausible=(0, 100),
    references=(SERVICE_LEVELS,),
)

DATASETS = (BUILDING_CASES, BUILDING_CASE_PAUSES)
INDICATORS = (BUILDING_ON_TIME,)
