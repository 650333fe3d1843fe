"""Decisions of a workspace to publish a revision by few persons, as klaremal.toml gives them; looks nothing up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from attrs import field, frozen

from klaremal.errors import DeclarationError, Fault
from klaremal.model.breakdown import ordered
from klaremal.model.period import Period
from klaremal.shape import Shapes, fault, read_fields, under
from klaremal.workspace.shape import ReleaseShape


@frozen(kw_only=True)
class Release:
    """Who decided when and why that held revisions of an indicator are published, of which units and periods.

    It holds for one revision: the run that publishes it notes so in the ledger.
    """

    indicator: str
    unit: tuple[str, ...]
    period: tuple[str, ...]
    breakdown: str
    by: str
    date: date
    reason: str
    place: str = field(default="", eq=False)


def read_releases(
    shapes: Shapes, blocks: Sequence[Mapping[str, Any]], file: str
) -> tuple[tuple[Release, ...], tuple[Fault, ...]]:
    """Return what the [[release]] blocks decide, and what is wrong with them."""
    found: list[Release] = []
    faults: list[Fault] = []
    for number, block in enumerate(blocks, start=1):
        place = under(file, "release") + (f" (block {number})" if len(blocks) > 1 else "")
        values, wrong = read_fields(shapes, block, ReleaseShape, place)
        faults += wrong
        for code in values.get("period", ()):
            try:
                Period.parse(code)
            except DeclarationError as error:
                wrong = (*wrong, fault(under(place, "period"), str(error)))
                faults.append(wrong[-1])
        try:
            breakdown = ordered(values.get("breakdown", ""))
        except DeclarationError as error:
            faults.append(fault(under(place, "breakdown"), str(error)))
            continue
        if not wrong:
            found.append(Release(**values | {"breakdown": breakdown, "place": place}))
    return tuple(found), tuple(faults)
