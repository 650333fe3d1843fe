"""The keys of klaremal.toml and of goal files with their types, as attrs classes; reads nothing and judges nothing.

A field's name is the key in the file (`from_` is `from`). What has no default must be there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from attrs import field, frozen

from klaremal.model.target_keys import TARGET_KEYS
from klaremal.model.text import Text
from klaremal.preparation import PREPARATION_KEYS
from klaremal.shape import Names, Paths, PathText

Table = Mapping[str, Any]

DEFAULT_GOALS = (PathText("goals/*.toml"),)
DEFAULT_LEDGER = PathText(".klaremal/ledger.db")
_NO_TEXT = Text()
LANGUAGES = ("da", "en", "nb")


def _example(text: str) -> dict[str, str]:
    return {"example": text}


@frozen(kw_only=True)
class WorkspaceShape:
    """The whole of klaremal.toml: a few keys above the first block, then blocks."""

    plugins: Paths = field(metadata=_example('plugins = ["schools"] above the first [block].'))
    organisation: Table = field(metadata=_example('[organisation] with name = "Solbjerg Kommune" and unit = "751".'))
    goals: Paths = DEFAULT_GOALS
    languages: Names = ("da",)
    ledger: PathText = DEFAULT_LEDGER
    units: Table = field(factory=dict)
    calendar: Table = field(factory=dict)
    sources: Table = field(factory=dict)
    indicators: Table = field(factory=dict)
    statutory: Table = field(factory=dict)
    release: tuple[Table, ...] = ()


@frozen(kw_only=True)
class OrganisationShape:
    """Whose workspace it is, and its unit: rows without any unit belong to it."""

    name: str = field(metadata=_example('name = "Solbjerg Kommune".'))
    unit: str = field(metadata=_example('unit = "751" (the municipality\'s code or name, in quotes).'))


@frozen(kw_only=True)
class UnitsShape:
    """Where units come from: a set that a plugin ships, a file of one's own, the rows of a dataset."""

    set: str | None = None
    file: PathText | None = None
    from_: Table = field(factory=dict)


@frozen(kw_only=True)
class UnitsFromShape:
    """The columns of a dataset that name units, the unit above and the level; `where` picks rows."""

    code: str
    name: str
    parent: str
    level: str
    where: str = ""


@frozen(kw_only=True)
class CalendarShape:
    """The country whose holidays hold, and further closed days of one's own: "12-24" every year, or one date."""

    country: str | None = None
    closed: tuple[Any, ...] = ()


@frozen(kw_only=True)
class StatutoryShape:
    """Statutory goals that do not apply here, each with the reason."""

    off: Table = field(factory=dict)


@frozen(kw_only=True)
class SourceShape:
    """What every source may say; the collector's own options come beside it."""

    collector: str = field(metadata=_example('collector = "csv" (or excel, parquet, json, or one of a plugin).'))
    files: Paths = ()
    complete_from: Any = None
    complete_until: Any = None
    columns: Any = None
    values: Any = None
    missing: Any = None
    constants: Any = None
    wide_to_long: Any = None
    sql: Any = None
    decimal: Any = None
    thousands: Any = None
    dates: Any = None


SOURCE_KEYS = ("collector", "files", "complete_from", "complete_until", *PREPARATION_KEYS)


@frozen(kw_only=True)
class OverrideShape:
    """What a workspace may say of a plugin's indicator, always with a reason."""

    reason: str = field(metadata=_example('reason = "..."; an override needs one.'))
    minimum_count: int | None = None
    minimum_coverage: float | None = None
    noticeable: float | None = None
    decimals: int | None = None
    plausible: tuple[float, ...] | None = None
    levels: Names | None = None
    frequency: str | None = None
    publication: str | None = None
    disclosure: str | None = None
    homogeneous: str | None = None
    counted_when: str | None = None


@frozen(kw_only=True)
class ReleaseShape:
    """A decision that a revision by few persons is published: of what, by whom, when and why."""

    indicator: str = field(metadata=_example('indicator = "eldercare.visits".'))
    unit: Names = field(metadata=_example('unit = "751" (a code or a name, or several).'))
    period: Names = field(metadata=_example('period = "2026" (or several).'))
    breakdown: str = ""
    by: str = field(metadata=_example('by = "..." (who decided it, by name).'))
    date: date = field(metadata=_example("date = 2026-11-20."))
    reason: str = field(metadata=_example('reason = "..."; a release needs one.'))


@frozen(kw_only=True)
class OwnFileShape:
    """A plugin of the workspace in TOML alone: its name for people, datasets and indicators by name."""

    title: Text = _NO_TEXT
    dataset: Table = field(factory=dict)
    indicator: Table = field(factory=dict)


@frozen(kw_only=True)
class GoalFileShape:
    """A goal file: what holds for all its goals, and the goals by id."""

    defaults: Table = field(factory=dict)
    goal: Table = field(factory=dict)


@frozen(kw_only=True)
class DecisionShape:
    """Where a goal was decided."""

    body: str = field(metadata=_example('body = "Byrådet".'))
    date: date = field(metadata=_example("date = 2025-12-11."))
    case: str = ""
    text: Text = _NO_TEXT
    link: str = ""


@frozen(kw_only=True)
class GoalShape:
    """A goal: exactly one target key, or a threshold; its values are read further where the indicator is known."""

    title: Text
    promise: Text = field(metadata=_example('promise = "..." (the sentence for the citizen).'))
    valid_from: date = field(metadata=_example("valid_from = 2026-01-01."))
    valid_to: date | None = None
    indicator: str | None = None
    threshold: str | None = None
    at_least: Any = None
    at_most: Any = None
    between: Any = None
    path: Any = None
    shape: str | None = None
    change: Any = None
    relative: Any = None
    done: Any = None
    within: Any = None
    by: Any = None
    breakdown: Any = None
    summary: Any = None
    rule: str | None = None
    tolerance: float = 0.0
    frequency: str | None = None
    units: Any = ()
    targets: Table = field(factory=dict)
    decision: Table | None = None
    owner: Text = _NO_TEXT
    parent: str | None = None
    consequence: Text = _NO_TEXT
    supersedes: str | None = None
    minimum_coverage: float | None = None


TARGETS = (*TARGET_KEYS, "threshold")
