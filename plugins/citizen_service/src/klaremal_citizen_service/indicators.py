"""The indicators of citizen service: appeals that are reversed, requests on time, and those of each topic."""

from __future__ import annotations

from klaremal import Indicator, Reference
from klaremal.measures import OnTime, Share
from klaremal_citizen_service import building, cases, contact
from klaremal_citizen_service.datasets import APPEALS, REQUESTS

APPEALS_REVERSED = Indicator(
    id="citizen_service.appeals_reversed",
    title={"da": "Omgjorte klagesager", "en": "Appeals reversed", "nb": "Omgjorte klagesaker"},
    description={
        "da": "Andelen af realitetsbehandlede klagesager, hvor Ankestyrelsen ændrer, ophæver eller hjemviser afgørelsen.",
        "en": "Share of appeals decided on their merits in which the board changes, annuls or sends back the decision.",
        "nb": "Andelen realitetsbehandlede klagesaker der klageinstansen endrer, opphever eller hjemviser vedtaket.",
    },
    counted={"da": "klagesager", "en": "appeals", "nb": "klagesaker"},
    dataset=APPEALS,
    measure=Share("outcome in ('ændret', 'ophævet', 'hjemvist')", where="outcome not in ('afvist', 'bortfaldet')"),
    measured_in="percent",
    direction="lower",
    frequency="year",
    levels=("municipality",),
    kind="outcome",
    references=(
        Reference("Ankestyrelsen: (ændret + ophævet + hjemvist) / realitetsbehandlede; afvist og bortfaldet er ikke med"),
        Reference("Retssikkerhedsloven § 79 b (Danmarkskortet)"),
    ),
)

REQUESTS_ON_TIME = Indicator(
    id="citizen_service.requests_on_time",
    title={"da": "Henvendelser løst til tiden", "en": "Requests solved on time", "nb": "Henvendelser løst i tide"},
    description={
        "da": "Andelen af henvendelser med en frist, der er lukket inden for den; åbne efter fristen er for sene.",
        "en": "Share of requests with a due date that are closed by it; open ones past it are late.",
        "nb": "Andelen henvendelser med en frist som er lukket innen den; åpne etter fristen er for sene.",
    },
    counted={"da": "henvendelser", "en": "requests", "nb": "henvendelser"},
    dataset=REQUESTS,
    measure=OnTime(start="opened_at", end="closed_at", deadline="due_at", where="due_at is not null"),
    measured_in="percent",
    direction="higher",
    frequency="year",
    levels=("municipality", "district"),
    breakdowns=("type",),
    references=(
        Reference(
            "City of Boston: 311 service requests, SLA target date", "https://data.boston.gov/dataset/311-service-requests"
        ),
    ),
)

INDICATORS = (
    APPEALS_REVERSED,
    REQUESTS_ON_TIME,
    *building.INDICATORS,
    *cases.INDICATORS,
    *contact.INDICATORS,
)
