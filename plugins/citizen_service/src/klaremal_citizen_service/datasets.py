"""The rows that citizen service needs: appeals against the municipality's decisions. No formulas for indicators."""

from __future__ import annotations

from klaremal import Column, Dataset, Reference

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

DATASETS = (APPEALS,)
