"""How childcare data arrives: the answer of uddannelsesstatistik.dk as a file, as a preset of core's JSON reader."""

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

COLLECTORS = (STIL,)
