"""Sectors, references and indicators: a measure with a title, a direction and the rules for publishing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from attrs import field, frozen

from klaremal.errors import DeclarationError, nearest, not_yet
from klaremal.model.dataset import Dataset, names, several
from klaremal.model.identifier import plugin_id
from klaremal.model.measure import Count, Measure, Published, Total
from klaremal.model.period import FREQUENCIES, finer_or_equal
from klaremal.model.text import Text, as_text
from klaremal.model.unit import LEVELS

DIRECTIONS = ("higher", "lower", "neutral")
KINDS = ("input", "activity", "output", "outcome")
PERSPECTIVES = ("quality", "efficiency", "user", "staff")
PUBLICATIONS = ("public", "internal")
UNITS_OF_MEASUREMENT = (
    "percent", "days", "working_days", "hours", "minutes", "points", "per_1000", "number", "dkk", "km", "grade",
    "children_per_adult", "pupils_per_class",
)  # fmt: skip


@frozen
class Reference:
    """Where a definition or a level comes from: a law, a statistics office, an agreement; with a link when there is one."""

    text: str
    link: str = ""


def references(value: Any) -> tuple[Reference, ...]:
    """Keep one reference or several, texts or objects, as a tuple of references."""
    given = (value,) if isinstance(value, (str, Reference)) else value
    return tuple(each if isinstance(each, Reference) else Reference(each) for each in given)


@frozen(kw_only=True)
class Sector:
    """A service area that one plugin covers; `id` is the plugin's entry-point name."""

    id: str
    title: Text = field(converter=as_text)
    description: Text = field(default=Text(), converter=as_text)
    languages: tuple[str, ...] = field(default=("da", "en"), converter=names)


def Deadline(**named: Any) -> Any:
    """Refuse: a deadline that the goal's own `within` fills is named by the contracts, not yet carried out."""
    raise not_yet(f"Deadline {named.get('id', '')}".strip())


def _breaks(value: Any) -> tuple[tuple[date, Text], ...]:
    given = value.items() if isinstance(value, Mapping) else value
    return tuple(sorted(((day, Text.of(text)) for day, text in given), key=lambda pair: pair[0]))


@frozen(kw_only=True)
class Indicator:
    """What is measured: a measure over a dataset, with the unit of measurement and the direction that is better.

    `counted` is the noun for what n counts. `frequency` is the finest period it is reported for and `levels` the levels
    of unit. `decimals` is how many are shown. `noticeable` is the smallest change that is called one. `minimum_count`
    is the smallest n that may be shown. `minimum_coverage` is a percentage of those the promise is about (default 95; 100 for
    Count and Total). `plausible` is the range outside which a value is an error. `breaks` are dates of method changes.
    """

    id: str = field(validator=plugin_id)
    title: Text = field(converter=as_text)
    dataset: Dataset
    measure: Measure
    measured_in: str
    direction: str
    frequency: str
    description: Text = field(default=Text(), converter=as_text)
    counted: Text = field(default=Text(), converter=as_text)
    dated_by: str | None = None
    levels: tuple[str, ...] = field(default=("municipality",), converter=names)
    breakdowns: tuple[tuple[str, ...], ...] = field(default=(), converter=several)
    decimals: int = 1
    noticeable: float | None = None
    kind: str = "output"
    perspective: str = "quality"
    publication: str = "public"
    disclosure: str | None = None
    minimum_count: int = 5
    minimum_coverage: float | None = None
    plausible: tuple[float, float] | None = None
    breaks: tuple[tuple[date, Text], ...] = field(default=(), converter=_breaks)
    references: tuple[Reference, ...] = field(default=(), converter=references)

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be measured or judged, naming the indicator and the field."""
        for name, value, allowed in (
            ("direction", self.direction, DIRECTIONS),
            ("kind", self.kind, KINDS),
            ("perspective", self.perspective, PERSPECTIVES),
            ("publication", self.publication, PUBLICATIONS),
            ("frequency", self.frequency, FREQUENCIES),
            *(("levels", level, LEVELS) for level in self.levels),
        ):
            self._check_word(name, value, allowed)
        if self.breakdowns:
            raise not_yet(f"indicator {self.id}: breakdowns")
        if self.disclosure is not None:
            raise not_yet(f"indicator {self.id}: disclosure (small numbers are hidden by minimum_count alone)")
        if self.minimum_coverage is not None and not 0 <= self.minimum_coverage <= 100:
            raise self._wrong(f"minimum_coverage is a percentage from 0 to 100, not {self.minimum_coverage}")
        if self.plausible is not None and not self.plausible[0] < self.plausible[1]:
            raise self._wrong("plausible is a range (lowest, highest)")
        if self.minimum_count < 1:
            raise self._wrong("minimum_count is at least 1")
        self._check_dating()
        self._check_formulas()

    def _check_word(self, name: str, value: str, allowed: Iterable[str]) -> None:
        if value not in tuple(allowed):
            near = nearest(str(value), allowed)
            hint = f' Did you mean "{near}"?' if near else ""
            raise self._wrong(f'{name} "{value}" is unknown; use one of {", ".join(allowed)}.{hint}'.rstrip("."))

    def _check_dating(self) -> None:
        if self.dated_by is not None:
            try:
                kind = self.dataset.column(self.dated_by).type
            except KeyError:
                raise self._wrong(f'dated_by: dataset {self.dataset.id} has no column "{self.dated_by}"') from None
            if kind not in ("date", "datetime", "year"):
                raise self._wrong(f'dated_by: column "{self.dated_by}" is {kind}; use a date, datetime or year column')
        if self.frequency != "rolling12" and not finer_or_equal(self.base_frequency, self.frequency):
            raise self._wrong(f"frequency {self.frequency} is finer than, or cuts across, the data's {self.base_frequency}")

    def _check_formulas(self) -> None:
        types = self.dataset.every_type
        for name, formula, wanted in self.measure.formulas:
            problems = formula.check(types)
            if not problems and wanted != "any" and formula.kind(types) not in (wanted, "unknown"):
                problems = [f'"{formula.text}" is a {formula.kind(types)}, but a {wanted} is wanted']
            if problems:
                raise self._wrong(f"{type(self.measure).__name__}: {name}: {'; '.join(problems)}".rstrip("."))
        if isinstance(self.measure, Published) and self.dataset.level is None:
            raise self._wrong(f"Published needs a dataset whose rows are totals: give dataset {self.dataset.id} a level")

    def _wrong(self, what: str) -> DeclarationError:
        return DeclarationError(f"indicator {self.id}: {what}.")

    @property
    def base_frequency(self) -> str:
        """How finely the rows are dated, by this indicator's own date."""
        if self.dated_by is None or self.dated_by == self.dataset.dated_by:
            return self.dataset.base_frequency
        return "year" if self.dataset.column(self.dated_by).type == "year" else "month"

    @property
    def least_coverage(self) -> float:
        """The minimum coverage as a share: the declared one, else 1 for Count and Total and 0.95 for the others."""
        if self.minimum_coverage is not None:
            return self.minimum_coverage / 100
        return 1.0 if isinstance(self.measure, (Count, Total)) else 0.95

    @property
    def plugin(self) -> str:
        """The plugin that declares the indicator: its sector."""
        return self.id.partition(".")[0]
