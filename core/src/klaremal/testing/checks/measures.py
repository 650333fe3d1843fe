"""Checks of measures on rows that Hypothesis made: against the oracle, by order, by halves, within the plausible range."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from klaremal.model.indicator import Indicator
from klaremal.model.measure import Share
from klaremal.model.on_time import base_of
from klaremal.testing.checks.compared import CLOSE, Expected, observed
from klaremal.testing.measured_rows import TWIN, TWINNED, Batch, is_known
from klaremal.testing.oracle import beside, figures
from klaremal.testing.oracle.days import Calendar
from klaremal.testing.oracle.formulas import Evaluator
from klaremal.testing.subject import Finding, Subject, shown

# Made datasets of which chance makes no row are measured again by their own contract.
_NOTHING_MADE: Final = "makes no row"
_NOT_YOURS: Final = "This is a mistake of klaremal, not of the plugin: report it."
# So many rows made by chance are not all left out by chance.
_ENOUGH: Final = 6


def measures_equal_oracle(subject: Subject) -> Iterator[Finding]:
    """Every figure is the one that plain Python makes of the same rows, one by one.

    When it fails: measure the rows of the finding by hand, with `measured`; where your figure is klaremal's, report it.
    """
    for each in subject.declares("indicators"):
        if not is_known(each):
            name = type(each.measure).__name__
            what = f"its measure {name} is none of klaremal.measures, and the kit cannot say what it should give."
            cure = "Use one of klaremal.measures, or skip this check with a reason and test its figures by hand."
            yield Finding(each.id, what, cure)
    for batch in subject.batches:
        yield from _unusable(batch)
        for indicator in batch.usable():
            yield from _different(indicator, batch)
            yield from _known_lies(indicator, batch)


def _different(indicator: Indicator, batch: Batch) -> Iterator[Finding]:
    """Say where figures, or what stands beside them, are not those of the oracle."""
    frame, given = batch.measured.observations, (indicator, batch.rows, batch.places, batch.until, Calendar())
    is_whole = not batch.short & set(indicator.datasets)
    yield from Expected(indicator, figures(*given), is_whole=is_whole).different(observed(frame, indicator))
    for name, expected in beside(*given).items():
        yield from Expected(indicator, expected, name).different(observed(frame, indicator, name))


def _unusable(batch: Batch) -> Iterator[Finding]:
    for dataset, why in batch.broken.items():
        if _NOTHING_MADE in why:
            continue
        what = f"rows that follow its contract cannot be measured: {why}"
        yield Finding(dataset, what, "See that the contract and the SQL of made datasets take every row that they allow.")


def _known_lies(indicator: Indicator, batch: Batch) -> Iterator[Finding]:
    """Say where `known` leaves out every row that would count against a share: who can be judged is then only who is kept."""
    measure = indicator.measure
    if not isinstance(measure, Share) or measure.known is None:
        return
    rules = Evaluator(Calendar(), dict(indicator.dataset.derived))
    about = [row for row in batch.rows[indicator.dataset.id] if rules.holds(measure.where, row) is True]
    missed = [row for row in about if rules.of(measure.condition, row) is False]
    judged = [row for row in about if rules.of(measure.known, row) is True]
    if len(missed) >= _ENOUGH and judged and all(rules.of(measure.known, row) is not True for row in missed):
        what = f"known leaves out each of the {len(missed)} rows made by chance for which the condition does not hold."
        yield Finding(indicator.id, what, "Say who can be judged without asking for what the condition asks for.")


def measures_ignore_row_order(subject: Subject) -> Iterator[Finding]:
    """The same rows in another order, under other names, make the same figures.

    When it fails: order the rows in the SQL of the made dataset by columns of theirs, down to the last tie.
    """
    for batch in subject.batches:
        for indicator in batch.usable():
            if indicator.dataset.level == "nation":
                continue
            by_town = {number: _of_town(batch, indicator, number) for number in (TWINNED, TWIN)}
            ones, others = by_town[TWINNED], by_town[TWIN]
            different = sorted(key for key in ones.keys() | others.keys() if not _same(ones.get(key), others.get(key)))
            if different:
                values = [each.get(different[0]) for each in (ones, others)]
                what = f"the same rows make {values[0]} in one order and {values[1]} in another."
                cure = "Order rows by something of their own in the SQL of a made dataset, down to the last tie."
                yield Finding(f"{indicator.id}, {different[0]}", what, cure)


def _of_town(batch: Batch, indicator: Indicator, number: int) -> dict[tuple[str, int, str], Any]:
    """Return the values of a town by its units, without what tells them and the names in its rows from those of others."""
    found = observed(batch.measured.observations, indicator)
    return {
        (unit[:1], start, by.replace(f".{number}", "")): row["value"]
        for (unit, start, by), row in found.items()
        if unit[1:] == str(number)
    }


def _same(one: Any, other: Any) -> bool:
    known = [each for each in (one, other) if each is not None and each == each]
    return not known or (len(known) == 2 and abs(known[0] - known[1]) <= CLOSE * max(1.0, abs(known[0])))


def components_add_up(subject: Subject) -> Iterator[Finding]:
    """What is added up of two halves of the rows is what is added up of all of them.

    When it fails: use a measure of klaremal.measures; one that needs all rows at once has no components to be added.
    """
    for batch in subject.batches:
        for sentence in batch.unadded:
            cure = "A component that is to be added may only count or sum rows, each by itself."
            yield Finding(sentence.partition(":")[0], f"{sentence.partition(': ')[2]}.", cure)


def values_plausible(subject: Subject) -> Iterator[Finding]:
    """The plausible range is in the unit of measurement, and a value outside it is marked implausible.

    When it fails: write the range in the unit of measurement, as wide as what can be true.
    """
    for batch in subject.batches:
        frame = batch.measured.observations
        for indicator in batch.usable():
            if indicator.plausible is None:
                continue
            low, high = indicator.plausible
            if indicator.measured_in == "percent" and high <= 1:
                what = f"its plausible range {low:g}..{high:g} is one of shares, and it is measured in percent."
                yield Finding(indicator.id, what, f"Write plausible=({100 * low:g}, {100 * high:g}).")
            of = frame[(frame["indicator"] == indicator.id) & frame["value"].notna()]
            outside = of[(of["value"] < low - CLOSE) | (of["value"] > high + CLOSE)]
            unmarked = outside[~outside["cause"].isin(["implausible", "no_data", "method_changed"])]
            if len(unmarked):
                values = shown(f"{each:g}" for each in unmarked["value"])
                yield Finding(indicator.id, f"values outside {low:g}..{high:g} are not marked: {values}.", _NOT_YOURS)


def few_rows(subject: Subject) -> Iterator[Finding]:
    """A unit without a single row has no figure, but a cause.

    When it fails: look at `where` and at the SQL of made datasets: something makes a row where there is none.
    """
    for batch in subject.batches:
        frame = batch.measured.observations
        own = frame[frame["indicator"].astype(str).map(base_of) == frame["indicator"].astype(str)]
        empty = own[own["unit"].astype(str).str[1:] == "0"]
        made_up = empty[empty["value"].notna()]
        if len(made_up):
            names = shown(sorted(set(made_up["indicator"].astype(str))))
            yield Finding(names, "a unit without a single row has a value.", "A figure needs rows; look at where.")
        silent = empty[empty["value"].isna() & empty["cause"].isna()]
        if len(silent):
            yield Finding(
                shown(sorted(set(silent["indicator"].astype(str)))), "a figure is missing without a cause.", _NOT_YOURS
            )
