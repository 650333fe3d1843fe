"""How citizen service's data arrives: extracts of the queue system and of building cases, as presets of core's readers."""

from __future__ import annotations

from klaremal import Collector

FRONTDESK = Collector.like(
    "csv",
    name="citizen_service.frontdesk",
    title={"da": "Frontdesks udtræk (CSV)", "en": "Frontdesk's extract (CSV)", "nb": "Frontdesks uttrekk (CSV)"},
    columns={
        "ticket_id": "Id",
        "created_at": "CreatedAt",
        "called_at": "CalledAt",
        "ended_at": "EndedAt",
        "queue": "QueueName",
        "category": "QueueCategoryName",
    },
)

BUILDING_CASES_CSV = Collector.like(
    "csv",
    name="citizen_service.building_cases_csv",
    title={"da": "Byggesager fra sagssystemet (CSV)", "en": "Building cases (CSV)", "nb": "Byggesaker fra saksystemet (CSV)"},
    delimiter=";",
    dates="dd-mm-yyyy",
    values={
        "case_type": {
            "Simple konstruktioner": "simple_konstruktioner",
            "Enfamiliehuse": "enfamiliehuse",
            "Industri og lager": "industri_lager",
            "Etagebyggeri erhverv": "etage_erhverv",
            "Etagebyggeri bolig": "etage_bolig",
        },
        "outcome": {"Tilladelse": "tilladelse", "Afslag": "afslag", "Kræver ikke tilladelse": "kræver_ikke"},
    },
)

COLLECTORS = (FRONTDESK, BUILDING_CASES_CSV)
