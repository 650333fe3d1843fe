"""The Danish units that come with klaremal: the nation, its regions and municipalities, and groups of municipalities.

Districts and institutions belong to each municipality and are not here. `data/SOURCE.md` names source and licence.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from typing import Final

from klaremal.model.unit import Unit, UnitGroup, UnitSet

REFERENCE: Final = (
    "Danmarks Statistik: kommuner og regioner (https://www.statistikbanken.dk/FOLK1A) og Kommunegrupper v1:2018. CC BY 4.0."
)


def dk() -> UnitSet:
    """Return Denmark with its regions and 98 municipalities since 2007, and the five "kommunegrupper" of 2018.

    Codes are Statistics Denmark's: "000", "081" to "085" and three digits for a municipality. On 2027-01-01 Region
    Østdanmark takes over the 46 municipalities of Region Hovedstaden and Region Sjælland; no official code for it is
    known, so its code is "oestdanmark". Christiansø is not a municipality and is left out.
    """
    return UnitSet(id="dk", units=_units(), groups=_groups(), reference=REFERENCE, country="DK")


def _units() -> Iterator[Unit]:
    for row in _rows("dk_units.csv"):
        yield Unit(
            code=row["code"],
            name=row["name"],
            level=row["level"],
            parent=row["parent"] or None,
            valid_from=_day(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            aliases=tuple(alias for alias in row["aliases"].split("|") if alias),
        )


def _groups() -> Iterator[UnitGroup]:
    members: dict[tuple[str, str, str, str], list[str]] = {}
    for row in _rows("dk_groups.csv"):
        members.setdefault((row["group"], row["name"], row["valid_from"], row["valid_to"]), []).append(row["member"])
    for (group, name, valid_from, valid_to), codes in members.items():
        yield UnitGroup(id=group, name=name, members=tuple(codes), valid_from=_day(valid_from), valid_to=_day(valid_to))


def _rows(name: str) -> Iterator[dict[str, str]]:
    # The data lies beside this module in an installed package too, where it may be inside a zip file.
    text = (files("klaremal") / "builtin" / "data" / name).read_text(encoding="utf-8")
    return iter(csv.DictReader(text.splitlines()))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
