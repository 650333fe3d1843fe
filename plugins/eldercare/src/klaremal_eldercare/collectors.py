"""How eldercare data arrives: extracts of the care records as files, as presets of core's readers."""

from __future__ import annotations

from klaremal import Collector

WAITING_LIST_CSV = Collector.like(
    "csv",
    name="eldercare.waiting_list_csv",
    title={
        "da": "Ventelisten fra omsorgsjournalen (CSV)",
        "en": "The waiting list of the care record (CSV)",
        "nb": "Ventelisten fra omsorgsjournalen (CSV)",
    },
    delimiter=";",
    dates="dd-mm-yyyy",
    values={
        "list_type": {"Generel": "generel", "Generel venteliste": "generel", "Frit valg": "frit_valg"},
        "offer_response": {"Ja": "accepteret", "Accepteret": "accepteret", "Nej": "afslået", "Afslået": "afslået"},
        "exit_reason": {"Flyttet": "flyttet", "Død": "død", "Frafaldet": "frafaldet"},
    },
)

VISITS_CSV = Collector.like(
    "csv",
    name="eldercare.visits_csv",
    title={
        "da": "Besøgsloggen fra omsorgsjournalen (CSV)",
        "en": "The log of visits of the care record (CSV)",
        "nb": "Besøksloggen fra omsorgsjournalen (CSV)",
    },
    delimiter=";",
    values={
        "paragraph": {"Helhedspleje": "helhedspleje", "§ 83": "§83", "§ 86": "§86", "Sygepleje": "sygepleje"},
        "status": {
            "Gennemført": "gennemført",
            "Aflyst af borger": "aflyst_borger",
            "Aflyst af kommune": "aflyst_kommune",
        },
    },
)

COLLECTORS = (WAITING_LIST_CSV, VISITS_CSV)
