"""Core's rules of fulfilment: a promise judged over three years, for figures that chance moves much from year to year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from klaremal.model.rule import FulfilmentRule

if TYPE_CHECKING:
    import pandas as pd

_YEAR = 12


def _three_years(rows: pd.DataFrame, compared: Any) -> pd.Series[Any]:
    """Judge the mean of a period's figure and those of the two years before; all three must be known and of one method."""
    import pandas as pd

    usable = rows[rows["usable"]].set_index(["unit", "start"])
    earlier = [
        usable.reindex(pd.MultiIndex.from_arrays([rows["unit"], rows["start"] - years * _YEAR])).set_axis(rows.index)
        for years in (1, 2)
    ]
    total = rows["value"] + earlier[0]["value"] + earlier[1]["value"]
    changed = [each["method"].notna() & (each["method"] != rows["method"]) for each in earlier]
    judged: pd.Series[Any] = compared(total / 3)
    return judged.where(total.notna(), "no_data").where(~(changed[0] | changed[1]), "method_changed")


MEAN_OF_THREE_YEARS = FulfilmentRule(
    id="klaremal.mean_of_three_years",
    version="1",
    title={"da": "Gennemsnit af tre år", "en": "Mean of three years", "nb": "Gjennomsnitt av tre år"},
    description={
        "da": "Gennemsnittet af periodens tal og de to tilsvarende fra årene før holdes op mod måltallet. Alle tre skal være "
        "kendt og opgjort på samme måde.",
        "en": "The mean of the period's figure and those of the same period in the two years before is held against the "
        "target. All three must be known and measured in one way.",
        "nb": "Gjennomsnittet av periodens tall og de to tilsvarende fra årene før holdes opp mot måltallet. Alle tre må være "
        "kjent og målt på samme måte.",
    },
    judge=_three_years,
)
RULES = (MEAN_OF_THREE_YEARS,)
