"""What the law demands of citizen service: who waits longer than the deadline is told; as a threshold and as a goal."""

from __future__ import annotations

from datetime import date

from klaremal import Goal, Threshold
from klaremal.targets import AtLeast
from klaremal_citizen_service.cases import DEADLINES_ACT, DELAY_NOTICE

DELAY_NOTICE_LAW = Threshold(
    id="citizen_service.notice_when_late_law",
    title={
        "da": "Loven: alle, der må vente længere, får besked",
        "en": "The law: all who wait longer are told",
        "nb": "Loven: alle som må vente lenger, får beskjed",
    },
    indicator=DELAY_NOTICE,
    target=AtLeast(100),
    basis="law",
    reference=DEADLINES_ACT,
    valid_from=date(1998, 7, 1),
)

THRESHOLDS = (DELAY_NOTICE_LAW,)

GOALS = (
    Goal(
        id="citizen_service.notice_when_late",
        title={"da": "Besked, når svaret trækker ud", "en": "Told when the answer is late", "nb": "Beskjed når svaret drøyer"},
        promise={
            "da": "Du får skriftlig besked om, hvornår svaret kommer, hvis vi ikke kan nå fristen.",
            "en": "You are told in writing when to expect the answer if we cannot keep the deadline.",
            "nb": "Du får skriftlig beskjed om når svaret kommer hvis vi ikke rekker fristen.",
        },
        threshold=DELAY_NOTICE_LAW.id,
        frequency="year",
        units="municipality",
        valid_from=date(1998, 7, 1),
        statutory=True,
    ),
)
