"""What Kolada publishes of eldercare in Sweden: one long dataset, its collector, one indicator per KPI; judges nothing."""

from __future__ import annotations

from typing import Any

from klaremal import Collector, Column, Dataset, Indicator, Reference
from klaremal.measures import Published

# Kolada's own names of what is measured, as its definitions are found by.
KPIS = {
    "U21401": "Personalkontinuitet, antal personal som en hemtjänsttagare med minst 2 besök dagligen möter under 14 dagar",
    "U21467": "Brukarbedömning hemtjänst äldreomsorg - trygghet (mycket trygga), andel (%)",
    "U21475": "Brukarbedömning hemtjänst äldreomsorg - personalen kommer på avtalad tid, andel (%)",
    "U21481": "Brukarbedömning hemtjänst äldreomsorg - få kontakt med hemtjänstpersonalen, andel (%)",
    "U23401": "Väntetid i antal dagar från ansökningsdatum till första erbjudet inflyttningsdatum till särskilt boende",
    "U23463": "Brukarbedömning särskilt boende äldreomsorg - alltid bra bemötande, andel (%)",
    "U23464": "Brukarbedömning särskilt boende äldreomsorg - mycket trygga, andel (%)",
}

KOLADA = Dataset(
    id="eldercare.kolada",
    title={
        "da": "Nøgletal fra Kolada (Sverige), ældrepleje",
        "en": "Key figures from Kolada (Sweden), eldercare",
        "nb": "Nøkkeltall fra Kolada (Sverige), eldreomsorg",
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
    name="eldercare.kolada",
    title={
        "da": "Koladas lange tabel (CSV): af alle nøgletal dem om ældrepleje",
        "en": "Kolada's long table (CSV): of all key figures those on eldercare",
        "nb": "Koladas lange tabell (CSV): av alle nøkkeltall dem om eldreomsorg",
    },
    decimal=".",
    sql=f"select * from source where kpi in ({', '.join(repr(kpi) for kpi in KPIS)})",
)


def _indicator(kpi: str, **given: Any) -> Indicator:
    """Return the indicator of a KPI: the figure for women and men together, as Kolada publishes it for each year."""
    return Indicator(
        id=f"eldercare.kolada_{kpi.lower()}",
        dataset=KOLADA,
        measure=Published("value", where=f"kpi = '{kpi}' and gender = 'T'"),
        frequency="year",
        kind="outcome",
        references=(Reference(f"Kolada {kpi}: {KPIS[kpi]}", f"https://api.kolada.se/v3/kpi/{kpi}"),),
        **given,
    )


def _of_survey(kpi: str, **given: Any) -> Indicator:
    """Return the indicator of a question that Socialstyrelsen asks everyone of 65 years or older who gets the help."""
    return _indicator(
        kpi,
        measured_in="percent",
        direction="higher",
        levels=("municipality", "nation"),
        perspective="user",
        # Published as whole percentages.
        decimals=0,
        plausible=(0, 100),
        **given,
    )


INDICATORS = (
    _indicator(
        "U21401",
        title={
            "da": "Personer, en hjemmehjælpsmodtager møder på 14 dage",
            "en": "Staff whom a user of home care meets in 14 days",
            "nb": "Ansatte som en bruker av hjemmetjenesten møter på 14 dager",
        },
        description={
            "da": "Hvor mange forskellige medarbejdere en modtager på 65 år eller ældre med mindst to besøg hver dag møder "
            "på 14 dage mellem kl. 7 og 22, i gennemsnit. Nødkald, madudbringning og hjemmesygepleje er ikke med.",
            "en": "How many different members of staff a user of 65 years or older with at least two visits every day meets "
            "in 14 days between 7 and 22 o'clock, on average. Alarms, meals on wheels and home nursing are left out.",
            "nb": "Hvor mange ulike ansatte en bruker på 65 år eller eldre med minst to besøk hver dag møter på 14 dager "
            "mellom kl. 7 og 22, i snitt. Trygghetsalarm, matlevering og hjemmesykepleie er ikke med.",
        },
        measured_in="number",
        direction="lower",
        # Who is visited twice a day meets at least one person; 0 is a figure that was not reported.
        plausible=(1, 100),
    ),
    _of_survey(
        "U21467",
        title={
            "da": "Meget trygge hjemme med hjemmehjælp",
            "en": "Very safe at home with home care",
            "nb": "Svært trygge hjemme med hjemmetjeneste",
        },
        description={
            "da": "Andelen på 65 år eller ældre, der svarer, at det føles meget trygt at bo hjemme med støtte fra "
            "hjemmehjælpen. 'Ved ikke' er ikke med.",
            "en": "Share of users of 65 years or older who answer that living at home with the support of home care feels "
            "very safe. 'Don't know' is left out.",
            "nb": "Andelen på 65 år eller eldre som svarer at det føles svært trygt å bo hjemme med støtte fra "
            "hjemmetjenesten. 'Vet ikke' er ikke med.",
        },
    ),
    _of_survey(
        "U21475",
        title={
            "da": "Hjemmehjælpen kommer til aftalt tid",
            "en": "Home care comes at the agreed time",
            "nb": "Hjemmetjenesten kommer til avtalt tid",
        },
        description={
            "da": "Andelen på 65 år eller ældre, der svarer, at personalet altid eller oftest kommer til aftalt tid. 'Ved "
            "ikke' er ikke med.",
            "en": "Share of users of 65 years or older who answer that staff always or mostly come at the agreed time. "
            "'Don't know' is left out.",
            "nb": "Andelen på 65 år eller eldre som svarer at personalet alltid eller oftest kommer til avtalt tid. 'Vet "
            "ikke' er ikke med.",
        },
    ),
    _of_survey(
        "U21481",
        title={
            "da": "Let at få fat i hjemmehjælpen",
            "en": "Easy to get hold of home care",
            "nb": "Lett å få tak i hjemmetjenesten",
        },
        description={
            "da": "Andelen på 65 år eller ældre, der svarer, at det er meget eller ganske let at få kontakt med personalet, "
            "når det er nødvendigt. 'Ved ikke' er ikke med.",
            "en": "Share of users of 65 years or older who answer that getting in touch with staff when needed is very or "
            "fairly easy. 'Don't know' is left out.",
            "nb": "Andelen på 65 år eller eldre som svarer at det er svært eller ganske lett å få kontakt med personalet ved "
            "behov. 'Vet ikke' er ikke med.",
        },
    ),
    _indicator(
        "U23401",
        title={
            "da": "Ventetid på en plejebolig",
            "en": "Waiting time for a place in a nursing home",
            "nb": "Ventetid på plass i sykehjem eller omsorgsbolig",
        },
        description={
            "da": "Dage fra ansøgningen om en plads i særskilt bolig (särskilt boende) for ældre til den første dag, hvor "
            "kommunen tilbød, at man kunne flytte ind, i gennemsnit. Det gælder ansøgninger fra personer på 65 år eller "
            "ældre, som blev imødekommet og afsluttet i første halvår.",
            "en": "Days from the application for a place in special housing (särskilt boende) for older people to the first "
            "day on which the municipality offered that one could move in, on average. Applications of people of 65 years or "
            "older that were granted and closed in the first half of the year.",
            "nb": "Dager fra søknaden om plass i särskilt boende for eldre til den første dagen da kommunen tilbød "
            "innflytting, i snitt. Det gjelder søknader fra personer på 65 år eller eldre som ble innvilget og avsluttet i "
            "første halvår.",
        },
        measured_in="days",
        direction="lower",
        decimals=0,
        # A mean of 0 would be that everyone was offered a home on the day they applied, in Stockholm too.
        plausible=(1, 730),
    ),
    _of_survey(
        "U23463",
        title={
            "da": "Altid godt behandlet i plejeboligen",
            "en": "Always treated well in the nursing home",
            "nb": "Alltid godt behandlet på sykehjemmet",
        },
        description={
            "da": "Andelen af beboere på 65 år eller ældre i särskilt boende, der svarer, at personalet altid møder dem på "
            "en god måde. 'Ved ikke' er ikke med.",
            "en": "Share of residents of 65 years or older in särskilt boende who answer that staff always meet them in a "
            "good way. 'Don't know' is left out.",
            "nb": "Andelen av beboere på 65 år eller eldre i särskilt boende som svarer at personalet alltid møter dem på en "
            "god måte. 'Vet ikke' er ikke med.",
        },
    ),
    _of_survey(
        "U23464",
        title={
            "da": "Meget trygge i plejeboligen",
            "en": "Very safe in the nursing home",
            "nb": "Svært trygge på sykehjemmet",
        },
        description={
            "da": "Andelen på 65 år eller ældre, der svarer, at det føles meget trygt at bo i deres plejebolig. 'Ved ikke' "
            "er ikke med.",
            "en": "Share of residents of 65 years or older who answer that living in their nursing home feels very safe. "
            "'Don't know' is left out.",
            "nb": "Andelen på 65 år eller eldre som svarer at det føles svært trygt å bo på sykehjemmet. 'Vet ikke' er ikke "
            "med.",
        },
    ),
)
