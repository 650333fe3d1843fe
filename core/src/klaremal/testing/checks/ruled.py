"""Checks of rules of fulfilment on made figures: a word for each row, by the rows alone; not whether it is wise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, field, frozen

from klaremal.discovery import raised_at
from klaremal.errors import DeclarationError
from klaremal.model.outcome import CAUSES, STATUSES
from klaremal.model.rule import FulfilmentRule
from klaremal.testing.guard import no_network
from klaremal.testing.subject import Finding, Subject, shown

if TYPE_CHECKING:
    from klaremal.assess.by_rule import Rows
    from klaremal.testing.ruled_rows import Promise, Series

_WORDS: Final = (*STATUSES[:3], *CAUSES)
_GOOD: Final = STATUSES[:2]


@frozen
class _Asked:
    """A rule on made figures, under the name of what they are."""

    rule: FulfilmentRule
    name: str
    promise: Promise
    step: int
    units: Series = field(repr=False)

    @property
    def rows(self) -> Rows:
        """The figures as the rule is shown them."""
        from klaremal.testing.ruled_rows import rows_of

        return rows_of(self.promise, self.step, self.units)

    def found(self, what: str, cure: str) -> Finding:
        """Return a finding about the rule on these figures."""
        return Finding(f"rule {self.rule.id}, {self.name}", what, cure)

    def given(self, rows: Rows) -> list[Any]:
        """Return what the rule answers; DeclarationError when it raises, or gives anything but a word for each row."""
        try:
            given: Any = self.rule.judge(rows.frame, rows.compared)
        except (Exception, SystemExit) as error:
            place = raised_at(error)
            what = f"it raised {type(error).__name__}: {error}{f' ({place})' if place else ''}."
            cure = "Return a word for each row, also where there is none, or one, or where a figure is unknown (NaN)."
            raise DeclarationError(f"{what} {cure}") from error
        rows.read(given)
        return list(given)

    def words(self) -> dict[tuple[str, int], str]:
        """Return the word by unit and first month, of all rows of which a status is due."""
        rows = self.rows
        places = rows.read(self.given(rows))
        asked = rows.frame.iloc[rows.at]
        keys = zip(asked["unit"], asked["start"], strict=True)
        return {(unit, int(start)): _WORDS[place] for (unit, start), place in zip(keys, places, strict=True)}


def rules_judge(subject: Subject) -> Iterator[Finding]:
    """A rule gives a word for each row by its unit's rows alone, always the same, and none is better for what is hidden.

    When it fails: judge the named rows by hand, and correct `judge`; where it is to compare units, skip the check and say so.
    """
    for rule in subject.declares("fulfilment_rules"):
        with no_network() as addresses:
            found = _first(_answers, _every(rule)) or _first(_apart, _every(rule)) or _first(_of_hidden, _known(rule))
        if found is not None:
            yield found
        if addresses:
            cure = "Let it judge by rows and compared alone; what else it needs the plugin brings along."
            yield Finding(f"rule {rule.id}", f"it asks the network ({shown(dict.fromkeys(addresses))}).", cure)


def rules_monotone(subject: Subject) -> Iterator[Finding]:
    """By a rule a better figure never has a worse status, whatever is promised: at least, at most, or between.

    When it fails: compare by `compared`; where a rule is for one direction only, skip the check and say so.
    """
    for rule in subject.declares("fulfilment_rules"):
        with no_network(), suppress(DeclarationError):
            # That a rule raises, or gives no words, is a finding of rules_judge.
            yield from islice(filter(None, map(_of_better, _known(rule))), 1)


def _every(rule: FulfilmentRule) -> Iterator[_Asked]:
    from klaremal.testing.ruled_rows import tables

    return (_Asked(rule, *each) for each in tables())


def _known(rule: FulfilmentRule) -> Iterator[_Asked]:
    from klaremal.testing.ruled_rows import histories

    return (_Asked(rule, name, promise, step, {"A": cells}) for name, promise, step, cells in histories())


def _first(look: Callable[[_Asked], Finding | None], every: Iterable[_Asked]) -> Finding | None:
    """Return what is found first; that the rule does not answer is a finding, too."""
    for each in every:
        try:
            found = look(each)
        except DeclarationError as error:
            found = each.found(str(error), "")
        if found is not None:
            return found
    return None


def _answers(asked: _Asked) -> Finding | None:
    """Look for rows that are changed, for words that are others the second time, and for good ones of unknown figures."""
    rows = asked.rows
    before = rows.frame.copy()
    first = asked.given(rows)
    if not rows.frame.equals(before):
        changed = [name for name in rows.frame if name not in before or not rows.frame[name].equals(before[name])]
        what = f"it changes the rows that it is given ({shown(changed) or 'their columns, or their order'})."
        return asked.found(what, "Work on a copy: rows = rows.copy().")
    if rows.read(first).tolist() != rows.read(asked.given(rows)).tolist():
        cure = "Let it depend on rows and compared alone: no chance, no clock, and nothing kept from one call to the next."
        return asked.found("the same rows get other words the second time.", cure)
    hidden = before["value"].isna()
    unknown = [
        word for word, is_hidden in zip(first, hidden, strict=True) if is_hidden and isinstance(word, str) and word in _GOOD
    ]
    if unknown:
        what = f"a figure that is hidden or missing is {unknown[0]}."
        return asked.found(what, 'Return a cause such as "no_data" where rows["value"] is unknown.')
    return None


def _apart(asked: _Asked) -> Finding | None:
    """Look for words that are others where the unit is alone, or stands before the others that it stood behind."""
    words = asked.words()
    turned = dict(zip(sorted(asked.units), sorted(asked.units, reverse=True), strict=True))
    named = evolve(asked, units={turned[unit]: cells for unit, cells in asked.units.items()}).words()
    cure = 'Look at the rows of each unit by themselves: by rows.groupby("unit"), or by unit and start.'
    for unit, cells in asked.units.items():
        alone = evolve(asked, units={unit: cells}).words()
        for (_, start), word in alone.items():
            if word != words[unit, start]:
                what = f"a unit that is {word} by itself is {words[unit, start]} beside others."
                return asked.found(what, cure)
            if word != named[turned[unit], start]:
                return asked.found(f"a unit that is {word} is {named[turned[unit], start]} under another name.", cure)
    return None


def _of_hidden(asked: _Asked) -> Finding | None:
    """Look for a word that gets better when another figure of the unit is hidden or missing."""
    from klaremal.testing.ruled_rows import Cell

    (cells,) = asked.units.values()
    hidden = {
        f"{number:02} {cause}": [*cells[:number], Cell(None, cause), *cells[number + 1 :]]
        for number in range(len(cells))
        for cause in ("confidential", "no_data")
    }
    before = {start: word for (_, start), word in asked.words().items()}
    for (_, start), word in evolve(asked, units=hidden).words().items():
        if word in _GOOD and _WORDS.index(word) < _WORDS.index(before[start]):
            what = f"what is {before[start]} becomes {word} when a figure of another period is hidden or missing."
            return asked.found(what, 'Return "no_data" where a figure that the rule looks at is not usable.')
    return None


def _of_better(asked: _Asked) -> Finding | None:
    """Look for a better figure in the judged period, all others being the same, that gets a worse status."""
    from klaremal.testing.ruled_rows import Cell

    (cells,) = asked.units.values()
    better = asked.promise.better
    units = {f"{place:02}": [*cells[:-1], Cell(part)] for place, part in enumerate(better)}
    words = evolve(asked, units=units).words()
    last = max(start for _, start in words)
    ranked = [(part, words[f"{place:02}", last]) for place, part in enumerate(better)]
    judged = [(part / 2, word) for part, word in ranked if word in STATUSES]
    for (value, word), (nearer, other) in pairwise(judged):
        if STATUSES.index(other) > STATUSES.index(word):
            what = f"{value:g} is {word}, and {nearer:g}, which is better, {other}."
            cure = "Compare by compared(values); where the rule is for one direction only, skip this check and say so."
            return asked.found(what, cure)
    return None
