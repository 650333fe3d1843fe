"""What Kolada publishes of schools in Sweden: one long dataset, its collector, one indicator per KPI; judges nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from klaremal import Collector, Column, Dataset, Indicator, Reference
from klaremal.measures import Published

# Kolada's own names of what is measured, as its definitions are found by.
KPIS = {
    "N15428": "Elever i åk 9 som är behöriga till yrkesprogram, hemkommun, andel (%)",
    "N15436": "Elever i åk 9 som är behöriga till yrkesprogram, kommunala skolor, andel (%)",
    "N15507": "Elever i åk 9, meritvärde, hemkommun, genomsnitt (17 ämnen)",
    "N15814": "Lärare (heltidstjänster) med lärarlegitimation och behörighet i minst ett ämne, kommunala skolor",
}

KOLADA = Dataset(
    id="schools.kolada",
    title={
        "da": "Nøgletal fra Kolada (Sverige), grundskole",
        "en": "Key figures from Kolada (Sweden), compulsory school",
        "nb": "Nøkkeltall fra Kolada (Sverige), grunnskole",
    },
    grain={
        "da": "én række pr. nøgletal, kommune, år og køn",
        "en": "one row per key figure, municipality, year and gender",
        "nb": "én rad per nøkkeltall, kommune, år og kjønn",
    },
    columns=(
        Column(
            "kpi",
            "string",
            {"da": "Nøgletal", "en": "Key figure", "nb": "Nøkkeltall"},
            required=True,
            enum=tuple(KPIS),
            also=("Nyckeltal", "kpi_id"),
        ),
        Column(
            "municipality",
            "string",
            {"da": "Kommune", "en": "Municipality", "nb": "Kommune"},
            also=("geo", "Kommun", "municipality_id"),
        ),
        Column(
            "year",
            "year",
            {"da": "År", "en": "Year", "nb": "År"},
            required=True,
            minimum=1990,
            maximum=2100,
            also=("period",),
        ),
        Column(
            "gender",
            "string",
            {"da": "Køn", "en": "Gender", "nb": "Kjønn"},
            required=True,
            enum={
                "T": {"da": "I alt", "en": "Total", "nb": "I alt"},
                "K": {"da": "Kvinder", "en": "Women", "nb": "Kvinner"},
                "M": {"da": "Mænd", "en": "Men", "nb": "Menn"},
            },
            also=("Kön",),
        ),
        Column(
            "value",
            "number",
            {"da": "Værdi", "en": "Value", "nb": "Verdi"},
            minimum=0,
            # As many as Kolada publishes, so that its figure is judged and not a rounded one.
            decimals=8,
            # Nothing stands where a figure is missing or suppressed, and nothing says which.
            missing={"": "no_data"},
            also=("Värde",),
        ),
    ),
    placed_in="municipality",
    level="municipality",
    dated_by="year",
    key=("kpi", "municipality", "year", "gender"),
    references=(Reference("Kolada (RKA), nyckeltal för kommuner och regioner. Källa: Kolada", "https://www.kolada.se"),),
)

COLLECTOR = Collector.like(
    "csv",
    name="schools.kolada",
    title={
        "da": "Koladas lange tabel (CSV): af alle nøgletal dem om grundskole",
        "en": "Kolada's long table (CSV): of all key figures those on compulsory school",
        "nb": "Koladas lange tabell (CSV): av alle nøkkeltall dem om grunnskole",
    },
    decimal=".",
    sql=f"select * from source where kpi in ({', '.join(repr(kpi) for kpi in KPIS)})",
)


# What a pupil needs to be eligible changed; Kolada keeps one series.
ELIGIBILITY = {
    date(2012, 1, 1): {
        "da": "Til og med 2011 var kravet beståede karakterer i svensk, engelsk og matematik; derefter i otte fag.",
        "en": "Until 2011 passing grades in Swedish, English and mathematics were needed; since then in eight subjects.",
        "nb": "Til og med 2011 var kravet bestått karakter i svensk, engelsk og matematikk; deretter i åtte fag.",
    }
}
UNKNOWN_BACKGROUND = {
    date(2016, 1, 1): {
        "da": "I 2016 er elever med ukendt baggrund ikke med.",
        "en": "In 2016 pupils of unknown background are left out.",
        "nb": "I 2016 er elever med ukjent bakgrunn ikke med.",
    },
    date(2017, 1, 1): {
        "da": "Fra 2017 er elever med ukendt baggrund med igen.",
        "en": "From 2017 pupils of unknown background are in it again.",
        "nb": "Fra 2017 er elever med ukjent bakgrunn med igjen.",
    },
}


def _indicator(kpi: str, **given: Any) -> Indicator:
    """Return the indicator of a KPI: the figure of a school year, under the year that Kolada gives it."""
    return Indicator(
        id=f"schools.kolada_{kpi.lower()}",
        dataset=KOLADA,
        measure=Published("value", where=f"kpi = '{kpi}' and gender = 'T'"),
        frequency="year",
        references=(Reference(f"Kolada {kpi}: {KPIS[kpi]}", f"https://api.kolada.se/v3/kpi/{kpi}"),),
        **given,
    )


INDICATORS = (
    _indicator(
        "N15428",
        title={
            "da": "Elever, der kan optages på et erhvervsrettet gymnasieprogram",
            "en": "Pupils eligible for a vocational programme",
            "nb": "Elever som er kvalifisert for yrkesprogram",
        },
        description={
            "da": "Andelen af 9.-klasses elever med bopæl i kommunen, der har beståede karakterer nok til et erhvervsrettet "
            "program (yrkesprogram) i gymnasieskolen, uanset hvor de går i skole. Elever med ukendt baggrund er ikke med.",
            "en": "Share of year-9 pupils living in the municipality, wherever they go to school, with passing grades enough "
            "for a vocational programme in upper secondary school. Pupils of unknown background are left out.",
            "nb": "Andelen elever i åk 9 bosatt i kommunen som har beståtte karakterer nok til et yrkesprogram i "
            "videregående skole, uansett hvor de går på skole. Elever med ukjent bakgrunn er ikke med.",
        },
        measured_in="percent",
        direction="higher",
        levels=("municipality", "region", "nation"),
        kind="outcome",
        plausible=(10, 100),
        breaks=ELIGIBILITY,
    ),
    _indicator(
        "N15436",
        title={
            "da": "Elever i kommunens skoler, der kan optages på et erhvervsrettet gymnasieprogram",
            "en": "Pupils of municipal schools eligible for a vocational programme",
            "nb": "Elever i kommunale skoler som er kvalifisert for yrkesprogram",
        },
        description={
            "da": "Andelen af 9.-klasses elever i kommunens skoler, uanset bopæl, med beståede karakterer nok til et "
            "yrkesprogram. Af 40 eller flere elever, hvor 1-4 ikke har det, skriver kilden 95 procent.",
            "en": "Share of year-9 pupils of the municipality's schools, wherever they live, with passing grades enough for "
            "a vocational programme. Of 40 or more pupils of whom 1-4 have not, the source writes 95 percent.",
            "nb": "Andelen elever i åk 9 i kommunens skoler, uansett bosted, med beståtte karakterer nok til et "
            "yrkesprogram. Av 40 eller flere elever der 1-4 ikke har det, skriver kilden 95 prosent.",
        },
        measured_in="percent",
        direction="higher",
        levels=("municipality", "nation"),
        kind="outcome",
        plausible=(10, 100),
        breaks={**ELIGIBILITY, **UNKNOWN_BACKGROUND},
    ),
    _indicator(
        "N15507",
        title={
            "da": "Samlet karaktertal (meritvärde) i 9. klasse",
            "en": "Merit value in year 9",
            "nb": "Samlet karakterverdi (meritvärde) i åk 9",
        },
        description={
            "da": "Summen af en elevs 17 bedste karakterer (E = 10 til A = 20, højst 340), i gennemsnit for elever med bopæl "
            "i kommunen. Elever med ukendt baggrund er ikke med.",
            "en": "The sum of a pupil's 17 best grades (E = 10 to A = 20, at most 340), on average for pupils living in the "
            "municipality. Pupils of unknown background are left out.",
            "nb": "Summen av en elevs 17 beste karakterer (E = 10 til A = 20, høyst 340), i snitt for elever bosatt i "
            "kommunen. Elever med ukjent bakgrunn er ikke med.",
        },
        measured_in="points",
        direction="higher",
        levels=("municipality", "nation"),
        kind="outcome",
        plausible=(50, 340),
    ),
    _indicator(
        "N15814",
        title={
            "da": "Lærere med legitimation i mindst ét fag",
            "en": "Teachers certified in at least one subject",
            "nb": "Lærere med godkjenning i minst ett fag",
        },
        description={
            "da": "Andelen af lærerstillinger (fuldtid) i kommunens grundskoler, hvis lærer har legitimation og er behörig "
            "til at undervise i mindst ét fag. Målt 15. oktober.",
            "en": "Share of teaching positions (full-time) in the municipality's compulsory schools whose teacher is "
            "certified and qualified in at least one subject. Counted on 15 October.",
            "nb": "Andelen lærerårsverk i kommunens grunnskoler der læreren har godkjenning og er kvalifisert i minst ett "
            "fag. Målt 15. oktober.",
        },
        measured_in="percent",
        direction="higher",
        levels=("municipality", "nation"),
        kind="input",
        plausible=(0, 100),
    ),
)
