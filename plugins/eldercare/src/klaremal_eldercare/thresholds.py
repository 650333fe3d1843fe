"""What the law demands of eldercare: the nursing-home guarantee, as a threshold and as a goal that holds by itself."""

from __future__ import annotations

from datetime import date

from klaremal import Goal, Threshold
from klaremal.targets import AtLeast
from klaremal_eldercare.nursing_homes import GUARANTEE, NURSING_HOME_GUARANTEE

IN_FORCE = date(2009, 1, 1)

NURSING_HOME_LAW = Threshold(
    id="eldercare.nursing_home_guarantee_law",
    title={
        "da": "Loven: alle får tilbudt en plejebolig inden 2 måneder",
        "en": "The law: everyone is offered a nursing home within 2 months",
        "nb": "Loven: alle får tilbud om sykehjem innen 2 måneder",
    },
    indicator=NURSING_HOME_GUARANTEE,
    target=AtLeast(100),
    basis="law",
    reference=GUARANTEE,
    valid_from=IN_FORCE,
)

THRESHOLDS = (NURSING_HOME_LAW,)

GOALS = (
    Goal(
        id="eldercare.nursing_home_guarantee",
        title={"da": "Plejeboliggarantien", "en": "The nursing-home guarantee", "nb": "Sykehjemsgarantien"},
        promise={
            "da": "Du får tilbudt en plejebolig inden 2 måneder, når du står på den generelle venteliste.",
            "en": "You are offered a nursing home within 2 months when you are on the general waiting list.",
            "nb": "Du får tilbud om sykehjem innen 2 måneder når du står på den generelle ventelisten.",
        },
        threshold=NURSING_HOME_LAW.id,
        frequency="year",
        units="municipality",
        valid_from=IN_FORCE,
        statutory=True,
    ),
)
