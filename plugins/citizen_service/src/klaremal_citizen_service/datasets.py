"""The rows that citizen service needs: appeals and requests, and those of each topic. No formulas for indicators."""

from __future__ import annotations

from klaremal import Column, Dataset, Reference
from klaremal_citizen_service import building, cases, contact

APPEALS = Dataset(
    id="citizen_service.appeals",
    title={"da": "Klagesager i Ankestyrelsen", "en": "Cases at the appeals board", "nb": "Klagesaker"},
    grain={
        "da": "én række pr. afgjort klagesag",
        "en": "one row per decided appeal",
        "nb": "én rad per avgjort klagesak",
    },
    columns=(
        Column(
            "case_id",
            "string",
            {"da": "Sagsnummer", "en": "Case number", "nb": "Saksnummer"},
            required=True,
            unique=True,
            also=("Sagsnr", "Sagsnummer"),
        ),
        Column(
            "decided_on",
            "date",
            {"da": "Afgjort", "en": "Decided", "nb": "Avgjort"},
            required=True,
            also=("Afgjort", "Afgørelsesdato"),
        ),
        Column("paragraph", "string", {"da": "Paragraf", "en": "Section", "nb": "Paragraf"}, also=("Paragraf",)),
        Column(
            "outcome",
            "string",
            {"da": "Udfald", "en": "Outcome", "nb": "Utfall"},
            enum={
                "stadfæstet": {"da": "Stadfæstet", "en": "Upheld", "nb": "Stadfestet"},
                "ændret": {"da": "Ændret", "en": "Changed", "nb": "Endret"},
                "ophævet": {"da": "Ophævet", "en": "Annulled", "nb": "Opphevet"},
                "hjemvist": {"da": "Hjemvist", "en": "Sent back", "nb": "Hjemvist"},
                "afvist": {"da": "Afvist", "en": "Rejected", "nb": "Avvist"},
                "bortfaldet": {"da": "Bortfaldet", "en": "Lapsed", "nb": "Bortfalt"},
            },
            also=("Udfald", "Afgørelse"),
        ),
        Column(
            "municipality",
            "string",
            {"da": "Kommune", "en": "Municipality", "nb": "Kommune"},
            also=("Kommune", "Kommunekode"),
        ),
    ),
    placed_in="municipality",
    dated_by="decided_on",
    events=("decided_on",),
    key=("case_id",),
    references=(Reference("Ankestyrelsen: omgørelsesprocent"),),
)

REQUESTS = Dataset(
    id="citizen_service.requests",
    title={"da": "Henvendelser fra borgerne", "en": "Requests from citizens", "nb": "Henvendelser fra innbyggerne"},
    grain={"da": "én række pr. henvendelse", "en": "one row per request", "nb": "én rad per henvendelse"},
    columns=(
        Column(
            "request_id",
            "string",
            {"da": "Nummer", "en": "Number", "nb": "Nummer"},
            required=True,
            unique=True,
            also=("case_enquiry_id", "Sagsnummer", "Saksnummer"),
        ),
        Column(
            "opened_at", "datetime", {"da": "Åbnet", "en": "Opened", "nb": "Åpnet"}, required=True, also=("open_dt", "Åbnet")
        ),
        Column("due_at", "datetime", {"da": "Frist", "en": "Due", "nb": "Frist"}, also=("sla_target_dt", "Frist")),
        Column("closed_at", "datetime", {"da": "Lukket", "en": "Closed", "nb": "Lukket"}, also=("closed_dt", "Lukket")),
        Column("type", "string", {"da": "Type", "en": "Type", "nb": "Type"}, also=("Emne",)),
        Column(
            "neighborhood",
            "string",
            {"da": "Kvarter", "en": "Neighborhood", "nb": "Bydel"},
            also=("Kvarter", "Bydel", "Distrikt"),
        ),
        Column("source", "string", {"da": "Kanal", "en": "Channel", "nb": "Kanal"}, also=("Kanal",)),
    ),
    placed_in="neighborhood",
    dated_by="opened_at",
    events=("opened_at", "closed_at"),
    key=("request_id",),
)

DATASETS = (APPEALS, REQUESTS, *building.DATASETS, *cases.DATASETS, *contact.DATASETS)
