"""How childcare data arrives: uddannelsesstatistik.dk and the municipality's own systems, as presets of core's readers."""

from __future__ import annotations

from klaremal import Collector

STIL = Collector.like(
    "json",
    name="childcare.stil",
    title={
        "da": "Normering fra uddannelsesstatistik.dk (JSON)",
        "en": "Staffing from uddannelsesstatistik.dk (JSON)",
        "nb": "Bemanning fra uddannelsesstatistik.dk (JSON)",
    },
    decimal=",",
    # The cube has one column per method and leaves the other empty: up to 2022, and from 2023.
    sql="""
        select
            "[Kommune].[Navn].[Navn]" as municipality,
            "[Pasningstilbud].[Pasningstilbud].[Pasningstilbud]" as offer,
            "[År].[År].[År]" as year,
            case when cast("[År].[År].[År]" as integer) >= 2023 then "Normering kommune fra 2023"
                 else "Normering kommune til og med 2022" end as ratio
        from source
    """,
    values={"offer": {"Dagpleje": "dagpleje", "0-2 år": "0-2", "3-5 år": "3-5"}},
)

WAITING_LIST_CSV = Collector.like(
    "csv",
    name="childcare.waiting_list_csv",
    title={
        "da": "Ventelisten fra pladsanvisningen (CSV)",
        "en": "The waiting list of the place allocation (CSV)",
        "nb": "Ventelisten fra opptaket (CSV)",
    },
    delimiter=";",
    dates="dd-mm-yyyy",
    values={
        "application_type": {"Ny": "ny", "Flytning": "flytning"},
        "offer_response": {"Ja": "accepteret", "Accepteret": "accepteret", "Nej": "afslået", "Afslået": "afslået"},
    },
)

ENROLMENT_CSV = Collector.like(
    "csv",
    name="childcare.enrolment_csv",
    title={
        "da": "Indskrevne børn fra pladsanvisningen (CSV)",
        "en": "Children enrolled, of the place allocation (CSV)",
        "nb": "Barn med plass fra opptaket (CSV)",
    },
    delimiter=";",
    decimal=",",
    dates="dd-mm-yyyy",
    values={
        "institution_type": {
            "Dagpleje": "dagpleje",
            "Vuggestue": "vuggestue",
            "Børnehave": "børnehave",
            "Integreret institution": "integreret",
        },
        "ownership": {"Kommunal": "kommunal", "Selvejende": "selvejende", "Privat": "privat"},
    },
)

STAFF_CSV = Collector.like(
    "csv",
    name="childcare.staff_csv",
    title={
        "da": "Personalet fra lønsystemet (CSV)",
        "en": "The staff of the payroll (CSV)",
        "nb": "Personalet fra lønnssystemet (CSV)",
    },
    delimiter=";",
    decimal=",",
    dates="dd-mm-yyyy",
    values={
        "position": {
            "Pædagog": "pædagog",
            "Pædagogisk assistent": "pæd.assistent",
            "Pædagogmedhjælper": "medhjælper",
            "Studerende": "studerende",
            "Elev": "studerende",
            "Leder": "leder",
        }
    },
)

COLLECTORS = (STIL, WAITING_LIST_CSV, ENROLMENT_CSV, STAFF_CSV)
