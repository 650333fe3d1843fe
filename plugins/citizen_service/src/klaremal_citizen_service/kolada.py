"""What Kolada publishes of citizen service in Sweden: a long dataset, its collector, one indicator per KPI; judges nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from klaremal import Collector, Column, Dataset, Indicator, Reference
from klaremal.measures import Published

# Kolada's own names of what is measured, as its definitions are found by.
KPIS = {
    "N00647": "Medborgarundersökningen - Att få svar på frågor till kommunen fungerar bra, andel (%)",
    "U07447": "Företagsklimat enl. ÖJ (Insikt) - Bygglov - Index",
    "U07510": "Företagsklimat enl. ÖJ (Insikt) - Bemötande - Index",
    "U31402": "Väntetid i antal dagar från ansökan vid nybesök till beslut inom försörjningsstöd, medelvärde",
    "U31463": "Väntetid i antal dagar från ansökan vid nybesök till beslut inom försörjningsstöd, längre än 14 dagar (%)",
}

KOLADA = Dataset(
    id="citizen_service.kolada",
    title={
        "da": "Nøgletal fra Kolada (Sverige), borgerservice",
        "en": "Key figures from Kolada (Sweden), citizen service",
        "nb": "Nøkkeltall fra Kolada (Sverige), innbyggerservice",
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
    name="citizen_service.kolada",
    title={
        "da": "Koladas lange tabel (CSV): af alle nøgletal dem om borgerservice",
        "en": "Kolada's long table (CSV): of all key figures those on citizen service",
        "nb": "Koladas lange tabell (CSV): av alle nøkkeltall dem om innbyggerservice",
    },
    decimal=".",
    sql=f"select * from source where kpi in ({', '.join(repr(kpi) for kpi in KPIS)})",
)


# Kolada: "Fram till 2017 mättes tid från första kontakt till beslut". That 2017 is still counted so shows in the medians of
# the municipalities: 15, 15 and 12 days in 2016 to 2018.
FROM_APPLICATION = {
    date(2018, 1, 1): {
        "da": "Indtil 2017 blev tiden målt fra den første kontakt, derefter fra ansøgningen.",
        "en": "Until 2017 the time was counted from the first contact, since then from the application.",
        "nb": "Fram til 2017 ble tiden målt fra første kontakt, deretter fra søknaden.",
    }
}


def _indicator(kpi: str, **given: Any) -> Indicator:
    """Return the indicator of a KPI: the figure for women and men together, as Kolada publishes it for each year."""
    return Indicator(
        id=f"citizen_service.kolada_{kpi.lower()}",
        dataset=KOLADA,
        measure=Published("value", where=f"kpi = '{kpi}' and gender = 'T'"),
        frequency="year",
        kind="outcome",
        perspective="user",
        references=(Reference(f"Kolada {kpi}: {KPIS[kpi]}", f"https://api.kolada.se/v3/kpi/{kpi}"),),
        **given,
    )


INDICATORS = (
    _indicator(
        "N00647",
        title={
            "da": "Det fungerer godt at få svar fra kommunen",
            "en": "Getting answers from the municipality works well",
            "nb": "Det fungerer godt å få svar fra kommunen",
        },
        description={
            "da": "Andelen af borgere, der i Statistiska centralbyråns borgerundersøgelse svarer, at det fungerer meget "
            "eller ganske godt at få svar på spørgsmål om kommunen. 'Ved ikke' er ikke med.",
            "en": "Share of citizens who answer in Statistics Sweden's citizen survey that getting answers to questions "
            "about the municipality works very or fairly well. 'Don't know' is left out.",
            "nb": "Andelen innbyggere som i Statistiska centralbyråns innbyggerundersøkelse svarer at det fungerer svært "
            "eller ganske godt å få svar på spørsmål om kommunen. 'Vet ikke' er ikke med.",
        },
        measured_in="percent",
        direction="higher",
        levels=("municipality", "region", "nation"),
        plausible=(0, 100),
    ),
    _indicator(
        "U07447",
        title={
            "da": "Virksomheders tilfredshed med byggesager",
            "en": "Companies' satisfaction with building permits",
            "nb": "Bedrifters tilfredshet med byggesaker",
        },
        description={
            "da": "Virksomhedernes bedømmelse af kommunens service i byggesager i undersøgelsen Insikt (SKR), som indeks fra "
            "0 til 100. Færre end 10 svar vises ikke.",
            "en": "Companies' judgement of the municipality's service with building permits in the survey Insikt (SKR), as "
            "an index from 0 to 100. Fewer than 10 answers are not shown.",
            "nb": "Bedriftenes vurdering av kommunens service i byggesaker i undersøkelsen Insikt (SKR), som indeks fra 0 "
            "til 100. Færre enn 10 svar vises ikke.",
        },
        measured_in="points",
        direction="higher",
        levels=("municipality", "nation"),
        plausible=(0, 100),
    ),
    _indicator(
        "U07510",
        title={
            "da": "Virksomheders tilfredshed med, hvordan de bliver mødt",
            "en": "Companies' satisfaction with how they are treated",
            "nb": "Bedrifters tilfredshet med hvordan de blir møtt",
        },
        description={
            "da": "Virksomhedernes bedømmelse af, hvordan kommunens myndigheder møder dem, i undersøgelsen Insikt (SKR), som "
            "indeks fra 0 til 100.",
            "en": "Companies' judgement of how the municipality's authorities treat them in the survey Insikt (SKR), as an "
            "index from 0 to 100.",
            "nb": "Bedriftenes vurdering av hvordan kommunens myndigheter møter dem, i undersøkelsen Insikt (SKR), som "
            "indeks fra 0 til 100.",
        },
        measured_in="points",
        direction="higher",
        levels=("municipality", "nation"),
        plausible=(0, 100),
    ),
    _indicator(
        "U31402",
        title={
            "da": "Ventetid på en afgørelse om forsørgelsesstøtte",
            "en": "Waiting time for a decision on social assistance",
            "nb": "Ventetid på vedtak om økonomisk sosialhjelp",
        },
        description={
            "da": "Dage fra ansøgningen ved et nyt besøg til afgørelsen om forsørgelsesstøtte (försörjningsstöd), i "
            "gennemsnit for første halvår. Ansøgningen behøver ikke at være fuldstændig.",
            "en": "Days from the application at a first visit to the decision on social assistance (försörjningsstöd), on "
            "average for the first half of the year. The application need not be complete.",
            "nb": "Dager fra søknaden ved et nytt besøk til vedtaket om økonomisk sosialhjelp (försörjningsstöd), i snitt "
            "for første halvår. Søknaden trenger ikke å være fullstendig.",
        },
        measured_in="days",
        direction="lower",
        decimals=0,
        plausible=(0, 365),
        breaks=FROM_APPLICATION,
    ),
    _indicator(
        "U31463",
        title={
            "da": "Ventede mere end 14 dage på forsørgelsesstøtte",
            "en": "Waited more than 14 days for social assistance",
            "nb": "Ventet mer enn 14 dager på økonomisk sosialhjelp",
        },
        description={
            "da": "Andelen, der ventede mere end 14 dage fra ansøgningen ved et nyt besøg til afgørelsen om "
            "forsørgelsesstøtte (försörjningsstöd), i første halvår.",
            "en": "Share of those who waited more than 14 days from the application at a first visit to the decision on "
            "social assistance (försörjningsstöd), in the first half of the year.",
            "nb": "Andelen som ventet mer enn 14 dager fra søknaden ved et nytt besøk til vedtaket om økonomisk sosialhjelp "
            "(försörjningsstöd), i første halvår.",
        },
        measured_in="percent",
        direction="lower",
        # Published as whole percentages.
        decimals=0,
        plausible=(0, 100),
    ),
)
