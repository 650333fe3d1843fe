"""Revisions that a run holds back: which of them somebody has released, and whose status waits for one; it hides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

if TYPE_CHECKING:
    import pandas as pd

    from klaremal.disclose import Disclosed
    from klaremal.disclosure.families import Address
    from klaremal.errors import Fault
    from klaremal.ledger import Ledger
    from klaremal.model.unit import Units
    from klaremal.plan import PlannedGoal
    from klaremal.workspace.releases import Release


@frozen(eq=False)
class Releases:
    """The decisions of a workspace that have not been carried out, by the figure whose revision they release."""

    open: Mapping[Address, Release]

    @classmethod
    def of(cls, decided: Iterable[Release], units: Units, organisation: str, book: Ledger) -> Releases:
        """Return the decisions without those that an earlier run has carried out; a unit that nobody knows is left out."""
        from klaremal.disclosure.families import Address
        from klaremal.model.period import Period

        decided = tuple(decided)
        done = {tuple(row) for row in book.releases().drop(columns="run").itertuples(index=False)} if decided else set()
        found = {}
        for release in decided:
            codes = [units.resolve(text) or units.resolve(text, under=organisation) for text in release.unit]
            for code in filter(None, codes):
                for period in map(Period.parse, release.period):
                    of = Address(
                        indicator=release.indicator,
                        unit=code,
                        start=period.start,
                        frequency=period.frequency,
                        breakdown=release.breakdown,
                    )
                    if tuple(_row(of, release).values()) not in done:
                        found[of] = release
        return cls(found)

    def rows(self, carried_out: Iterable[Address]) -> tuple[dict[str, str], ...]:
        """Return what the ledger keeps of the decisions that a run has carried out."""
        return tuple(_row(each, self.open[each]) for each in carried_out)


def _row(of: Address, release: Release) -> dict[str, str]:
    from klaremal.model.period import Period

    return {
        "indicator": of.indicator,
        "unit": of.unit,
        "period": Period.of(of.frequency, of.start).code,
        "breakdown": of.breakdown,
        "decided_by": release.by,
        "decided_on": release.date.isoformat(),
        "reason": release.reason,
    }


def waiting(disclosed: Disclosed, judged: pd.DataFrame, goals: Sequence[PlannedGoal], units: Units) -> Iterator[Fault]:
    """Give a warning for each judgement that would be another one if the revision of its figure were not held back."""
    from klaremal.assess.fulfilments import assess
    from klaremal.errors import Fault
    from klaremal.model.period import Period

    if disclosed.held is None or disclosed.revised is None:
        return
    held = disclosed.observations[disclosed.held]
    keys = ["indicator", "unit", "start", "frequency", "breakdown"]
    ids = frozenset(held["indicator"].astype(object))
    later = assess(disclosed.revised, [each for each in goals if each.goal.indicator.id in ids])
    both = later.merge(judged, on=["goal", *keys], suffixes=("", "_now"), how="left").merge(
        held[keys].drop_duplicates(), on=keys
    )
    changed = both[(both["status"].astype(object).fillna("") != both["status_now"].astype(object).fillna(""))]
    for row in changed.to_dict("records"):
        period = Period.of(row["frequency"], int(row["start"])).code
        breakdown = f", {row['breakdown']}" if row["breakdown"] else ""
        where = f"{units.name(row['unit'])}, {period}{breakdown}"
        what = f"a revision of {row['indicator']} by few persons is held back ({where}); with it the status would be another."
        yield Fault(str(row["goal"]), what, _cure(row, period))


def _cure(row: Mapping[Any, Any], period: str) -> str:
    of = f' breakdown = "{row["breakdown"]}",' if row["breakdown"] else ""
    figure = f'indicator = "{row["indicator"]}", unit = "{row["unit"]}", period = "{period}",{of}'
    return f"To publish it, decide so in klaremal.toml: [[release]] with {figure} by, date and reason."
