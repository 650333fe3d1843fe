"""What Kolada publishes of childcare in Sweden: one long dataset, its collector, one indicator per KPI; judges nothing."""

from __future__ import annotations

from typing import Any

from klaremal import Collector, Column, Dataset, Indicator, Reference
from klaremal.measures import Published

# Kolada's own names of what is measured, as its definitions are found by.
KPIS = {
    "N11102": "Inskrivna barn per årsarbetare i förskolan, lägeskommun, antal",
    "N11703": "Barn per barngrupp i förskola, kommunal regi, antal",
    "N11810": "Heltidstjänster i förskolan med förskollärarlegitimation, kommunal regi, andel (%)",
    "N11813": "Förskollärartäthet, antal barn/lärare med förskollärarlegitimation, kommunal regi",
}

KOLADA = Dataset(
    id="childcare.kolada",
    title={
        "da": "Nøgletal fra Kolada (Sverige), førskole",
        "en": "Key figures from Kolada (Sweden), preschool",
        "nb": "Nøkkeltall fra Kolada (Sverige), førskole",
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
    name="childcare.kolada",
    title={
        "da": "Koladas lange tabel (CSV): af alle nøgletal dem om førskole",
        "en": "Kolada's long table (CSV): of all key figures those on preschool",
        "nb": "Koladas lange tabell (CSV): av alle nøkkeltall dem om førskole",
    },
    decimal=".",
    sql=f"select * from source where kpi in ({', '.join(repr(kpi) for kpi in KPIS)})",
)


def _indicator(kpi: str, **given: Any) -> Indicator:
    """Return the indicator of a KPI: the figure of 15 October, as Kolada publishes it for each year."""
    return Indicator(
        id=f"childcare.kolada_{kpi.lower()}",
        dataset=KOLADA,
        measure=Published("value", where=f"kpi = '{kpi}' and gender = 'T'"),
        frequency="year",
        levels=("municipality", "nation"),
        kind="input",
        references=(Reference(f"Kolada {kpi}: {KPIS[kpi]}", f"https://api.kolada.se/v3/kpi/{kpi}"),),
        **given,
    )


INDICATORS = (
    _indicator(
        "N11102",
        title={
            "da": "Børn pr. fuldtidsansat i förskolan",
            "en": "Children per full-time employee in preschool",
            "nb": "Barn per årsverk i førskolen",
        },
        description={
            "da": "Indskrevne børn på 1-5 år delt med fuldtidsstillinger, der arbejder med børn, i alle kommunens førskoler, "
            "også de private. Rengøring og køkken er ikke med.",
            "en": "Enrolled children of 1-5 years per full-time equivalent of staff who work with children, in all "
            "preschools in the municipality, private ones too. Cleaning and kitchen staff are left out.",
            "nb": "Innskrevne barn på 1-5 år delt på årsverk som arbeider med barn, i alle førskoler i kommunen, også de "
            "private. Renhold og kjøkken er ikke med.",
        },
        measured_in="children_per_adult",
        direction="lower",
        plausible=(1, 20),
    ),
    _indicator(
        "N11703",
        title={
            "da": "Børn pr. gruppe i kommunens førskoler",
            "en": "Children per group in municipal preschools",
            "nb": "Barn per gruppe i kommunale førskoler",
        },
        description={
            "da": "Hvor mange børn der er i hver børnegruppe i kommunens egne førskoler, i gennemsnit.",
            "en": "How many children there are in each group in the municipality's own preschools, on average.",
            "nb": "Hvor mange barn det er i hver barnegruppe i kommunens egne førskoler, i snitt.",
        },
        measured_in="number",
        direction="lower",
        plausible=(5, 40),
    ),
    _indicator(
        "N11810",
        title={
            "da": "Andel legitimerede førskolelærere",
            "en": "Share of certified preschool teachers",
            "nb": "Andel godkjente førskolelærere",
        },
        description={
            "da": "Hvor stor en del af fuldtidsstillingerne i kommunens egne førskoler der har førskolelærerlegitimation.",
            "en": "The part of full-time positions in the municipality's own preschools held by certified preschool teachers.",
            "nb": "Hvor stor del av årsverkene i kommunens egne førskoler som har godkjenning som førskolelærer.",
        },
        measured_in="percent",
        direction="higher",
        # Published as whole percentages.
        decimals=0,
        plausible=(0, 100),
    ),
    _indicator(
        "N11813",
        title={
            "da": "Børn pr. legitimeret førskolelærer",
            "en": "Children per certified preschool teacher",
            "nb": "Barn per godkjent førskolelærer",
        },
        description={
            "da": "Indskrevne børn delt med fuldtidsstillinger med førskolelærerlegitimation i kommunens egne førskoler.",
            "en": "Enrolled children per full-time position of a certified preschool teacher in the municipality's own "
            "preschools.",
            "nb": "Innskrevne barn delt på årsverk med godkjenning som førskolelærer i kommunens egne førskoler.",
        },
        measured_in="number",
        direction="lower",
        plausible=(2, 100),
    ),
)
