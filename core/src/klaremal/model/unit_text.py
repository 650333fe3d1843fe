"""What unit the text of a row means: of its dataset's level, and of the organisation's own, before any other."""

from __future__ import annotations

from klaremal.model.unit import Units


def unit_meant(text: str, level: str | None, units: Units, organisation: str) -> str | None:
    """Return the code of the unit that a row of a dataset of some level names; None when nobody knows it, or several fit."""
    for of_level, under in ((level, organisation), (level, None), (None, organisation), (None, None)):
        code = units.resolve(text, level=of_level, under=under)
        if code is not None:
            return code
    return None
