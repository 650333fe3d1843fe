"""Reference levels of schools: the national goals. None is a goal by itself; a council adopts it or not."""

from __future__ import annotations

from datetime import date

from klaremal import Reference, Threshold
from klaremal.targets import AtLeast
from klaremal_schools.indicators import COMPETENCE_COVERAGE, GOOD_AT_MATHS, GOOD_READERS

NATIONAL_GOALS = Reference("De nationale mål for folkeskolen (aftale om et fagligt løft af folkeskolen, 2013)")

THRESHOLDS = (
    Threshold(
        id="schools.competence_coverage_national",
        title={
            "da": "Nationalt mål: 95 % kompetencedækning",
            "en": "National goal: 95 % competence coverage",
            "nb": "Nasjonalt mål: 95 % kompetansedekning",
        },
        indicator=COMPETENCE_COVERAGE,
        target=AtLeast(95),
        basis="agreement",
        reference=Reference("Fuld kompetencedækning: 95 % (målår 2025/26; 90 % i 2020/21)"),
        valid_from=date(2025, 8, 1),
    ),
    *(
        Threshold(
            id=f"{indicator.id}_national",
            title={
                "da": f"Nationalt mål: 80 % {words['da']}",
                "en": f"National goal: 80 % {words['en']}",
                "nb": f"Nasjonalt mål: 80 % {words['nb']}",
            },
            indicator=indicator,
            target=AtLeast(80),
            basis="agreement",
            reference=NATIONAL_GOALS,
            valid_from=date(2014, 8, 1),
        )
        for indicator, words in (
            (GOOD_READERS, {"da": "gode læsere", "en": "good readers", "nb": "gode lesere"}),
            (GOOD_AT_MATHS, {"da": "gode til matematik", "en": "good at mathematics", "nb": "gode i matematikk"}),
        )
    ),
)
