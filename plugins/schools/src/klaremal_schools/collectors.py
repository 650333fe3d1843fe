"""How school data arrives: tables of uddannelsesstatistik.dk as files, as presets of core's readers."""

from __future__ import annotations

from klaremal import Collector

STIL_CSV = Collector.like(
    "csv",
    name="schools.stil_csv",
    title={
        "da": "Fravær og trivsel fra uddannelsesstatistik.dk (CSV)",
        "en": "Absence and well-being from uddannelsesstatistik.dk (CSV)",
        "nb": "Fravær og trivsel fra uddannelsesstatistik.dk (CSV)",
    },
    values={"stage": {"Indskoling": "indskoling", "Mellemtrin": "mellemtrin", "Udskoling": "udskoling"}},
)

COLLECTORS = (STIL_CSV,)
