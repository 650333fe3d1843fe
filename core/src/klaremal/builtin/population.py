"""The population by place, sex and age, that rates of any sector are measured against; it has no source of its own."""

from __future__ import annotations

from klaremal.model.column import Column
from klaremal.model.dataset import Dataset

POPULATION = Dataset(
    id="klaremal.population",
    title={"da": "Folketal", "en": "Population", "nb": "Folketall"},
    grain={
        "da": "én række pr. statusdato, kommune (eller mindre enhed), køn og alder",
        "en": "one row per status date, municipality (or smaller unit), sex and age",
        "nb": "én rad per statusdato, kommune (eller mindre enhet), kjønn og alder",
    },
    columns=(
        Column("status_date", "date", {"da": "Statusdato", "en": "Status date", "nb": "Statusdato"}, required=True),
        Column(
            "municipality",
            "string",
            {"da": "Kommune", "en": "Municipality", "nb": "Kommune"},
            also=("Kommunekode", "Område", "OMRÅDE"),
        ),
        Column("sex", "string", {"da": "Køn", "en": "Sex", "nb": "Kjønn"}, total="all", also=("KØN",)),
        Column("age", "integer", {"da": "Alder", "en": "Age", "nb": "Alder"}, minimum=0, maximum=125, also=("ALDER",)),
        Column(
            "persons",
            "integer",
            {"da": "Antal personer", "en": "Persons", "nb": "Antall personer"},
            required=True,
            minimum=0,
            also=("Folketal", "Antal", "INDHOLD"),
        ),
    ),
    placed_in="municipality",
    dated_by="status_date",
    snapshot=True,
    events="status_date",
    key=("status_date", "municipality", "sex", "age"),
)
