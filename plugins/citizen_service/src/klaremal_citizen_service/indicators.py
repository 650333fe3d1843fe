"""The indicator of citizen service: how often the appeals board changes the municipality's decisions."""

from __future__ import annotations

from klaremal import Indicator, Reference
from klaremal.measures import Share
from klaremal_citizen_service.datasets import APPEALS

APPEALS_REVERSED = Indicator(
    id="citizen_service.appeals_reversed",
    title={"da": "Omgjorte klagesager", "en": "Appeals reversed", "nb": "Omgjorte klagesaker"},
    description={
        "da": "Andelen af realitetsbehandlede klagesager, hvor Ankestyrelsen ændrer, ophæver eller hjemviser afgørelsen.",
        "en": "Share of appeals decided on their merits in which the board changes, annuls or sends back the decision.",
        "nb": "Andelen realitetsbehandlede klagesaker der klageinstansen endrer, opphever eller hjemviser vedtaket.",
    },
    counted={"da": "klagesager", "en": "appeals", "nb": "klagesaker"},
    dataset=APPEALS,
    measure=Share(
        "outcome in ('ændret', 'ophævet', 'hjemvist')", where="coalesce(outcome, '') not in ('afvist', 'bortfaldet')"
    ),
    measured_in="percent",
    direction="lower",
    frequency="year",
    levels=("municipality",),
    kind="outcome",
    references=(
        Reference("Ankestyrelsen: (ændret + ophævet + hjemvist) / realitetsbehandlede; afvist og bortfaldet er ikke med"),
        Reference("Retssikkerhedsloven § 79 b (Danmarkskortet)"),
    ),
)

INDICATORS = (APPEALS_REVERSED,)
