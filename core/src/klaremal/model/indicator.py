"""Sectors, references and indicators: a measure with a title, a direction and the rules for publishing it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from types import MappingProxyType
from typing import Any

from attrs import evolve, field, frozen

from klaremal.errors import DeclarationError, nearest
from klaremal.model.column import names, pairs_of
from klaremal.model.dataset import Dataset, several
from klaremal.model.identifier import plugin_id, workspace_id
from klaremal.model.measure import Count, Mean, Measure, Median, Published, Quantile, Share, Total
from klaremal.model.measured_in import factor_of, meant
from klaremal.model.on_time import Clock, OnTime
from klaremal.model.period import FREQUENCIES, finer_or_equal
from klaremal.model.quotient import Rate, Ratio, other_id
from klaremal.model.target import number
from klaremal.model.text import Text, as_text
from klaremal.model.unit import LEVELS

DIRECTIONS = ("higher", "lower", "neutral")
KINDS = ("input", "activity", "output", "outcome")
PERSPECTIVES = ("quality", "efficiency", "user", "staff")
PUBLICATIONS = ("public", "internal")
DISCLOSURES = ("process", "persons", "published")
HOMOGENEOUS = ("show", "hide")
# What no declaration says: each workspace has its own.
LEFT_TO_THE_WORKSPACE = ("calendar",)
# The fields that are words of a list.
ALLOWED = MappingProxyType(
    {
        "direction": DIRECTIONS,
        "kind": KINDS,
        "perspective": PERSPECTIVES,
        "publication": PUBLICATIONS,
        "homogeneous": HOMOGENEOUS,
        "frequency": FREQUENCIES,
        "levels": LEVELS,
        "disclosure": DISCLOSURES,
    }
)


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

    id: str = field(validator=workspace_id)
    title: Text = field(converter=as_text)
    description: Text = field(default=Text(), converter=as_text)
    languages: tuple[str, ...] = field(default=("da", "en"), converter=names)


def is_percentage(value: float) -> bool:
    """Say whether a value is a percentage; what lies between 0 and 1 is a share that was meant as one."""
    return value == 0 or 1 <= value <= 100


def _breaks(value: Any) -> tuple[tuple[date, Text], ...]:
    given = pairs_of(value, "breaks", '{date(2023, 1, 1): "a new method"}')
    for day, _ in given:
        if not isinstance(day, date):
            raise DeclarationError(f"breaks: {day!r} is not a date; write date(2023, 1, 1), the first day of the new method.")
    return tuple(sorted(((day, Text.of(text)) for day, text in given), key=lambda pair: pair[0]))


def _range(value: Any) -> tuple[float, float] | None:
    if value is None:
        return None
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise DeclarationError(f"plausible: {value!r} is no range; write (lowest, highest).")
    return (number(value[0], "plausible"), number(value[1], "plausible"))


def _breakdowns(value: Any) -> tuple[tuple[str, ...], ...]:
    return tuple(names(each) for each in several(value))


@frozen(kw_only=True)
class Indicator:
    """What is measured: a measure over a dataset, with the unit of measurement and the direction that is better.

    `measured_in` is a known unit ("percent", "days", "per_1000" ...) or one of your own, shown as it is written; where it
    names a scale (percent, per_1000), that is the measure's. `counted` is the noun for what n counts. `frequency` is the
    finest period it is reported for and `levels` the levels of unit. `decimals` is how many are shown. `noticeable` is the
    smallest change that is called one. `minimum_count` is the smallest n that may be shown. `breakdowns` are columns of the
    dataset by whose values the figures are broken down too, each alone or several together, as ("sex", ("sex", "age")).
    `disclosure` says what small numbers give away: a fault of the municipality (process), something of persons (persons),
    or nothing, since a statistics office released the figures (published); without it the measure decides. `homogeneous`
    says whether 0 and 100 percent are shown. `minimum_coverage` is a percentage of those the promise is about (default 95;
    100 for Count and Total). `plausible` is the range outside which a value is an error. `breaks` are dates of method
    changes.
    `calendar` is left to the workspace: its own working days, where the figure counts such.
    """

    id: str = field(validator=plugin_id)
    title: Text = field(converter=as_text)
    dataset: Dataset
    measure: Measure = field(metadata={"example": 'measure = "share" (or count, mean, on_time ...) with its arguments.'})
    measured_in: str = field(metadata={"example": 'measured_in = "percent" (or days, number, dkk ...).'})
    direction: str = field(metadata={"example": 'direction = "higher", "lower" or "neutral": which way is better.'})
    frequency: str = field(metadata={"example": 'frequency = "month" (or quarter, half_year, year, school_year).'})
    description: Text = field(default=Text(), converter=as_text)
    counted: Text = field(default=Text(), converter=as_text)
    dated_by: str | None = None
    levels: tuple[str, ...] = field(default=("municipality",), converter=names)
    breakdowns: tuple[tuple[str, ...], ...] = field(default=(), converter=_breakdowns)
    decimals: int = 1
    noticeable: float | None = None
    kind: str = "output"
    perspective: str = "quality"
    publication: str = "public"
    disclosure: str | None = None
    homogeneous: str = "show"
    minimum_count: int = 5
    minimum_coverage: float | None = None
    plausible: tuple[float, float] | None = field(default=None, converter=_range)
    breaks: tuple[tuple[date, Text], ...] = field(default=(), converter=_breaks)
    references: tuple[Reference, ...] = field(default=(), converter=references)
    calendar: str = ""

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be measured or judged, naming the indicator and the field."""
        self._check_kinds()
        for name, allowed in ALLOWED.items():
            given = getattr(self, name)
            if name != "disclosure" or given is not None:
                for word in given if isinstance(given, tuple) else (given,):
                    self._check_word(name, word, allowed)
        if self.minimum_coverage is not None and not is_percentage(self.minimum_coverage):
            raise self._wrong(f"minimum_coverage is a percentage, 0 or 1 to 100 (95, not 0.95), not {self.minimum_coverage}")
        if self.plausible is not None and not self.plausible[0] < self.plausible[1]:
            raise self._wrong("plausible is a range (lowest, highest), and the first number is the smaller")
        if self.minimum_count < 1:
            raise self._wrong(f"minimum_count is at least 1, not {self.minimum_count}")
        if not 0 <= self.decimals <= 6:
            raise self._wrong(f"decimals is 0 to 6, not {self.decimals}")
        if self.noticeable is not None and not self.noticeable > 0:
            raise self._wrong(f"noticeable is the smallest change that is called one, above 0, not {self.noticeable}")
        self._check_measured_in()
        self._check_dating()
        self._check_formulas()
        self._check_breakdowns()

    def _check_kinds(self) -> None:
        dataset: Any = self.dataset
        measure: Any = self.measure
        if not isinstance(dataset, Dataset):
            raise self._wrong(f"dataset: {dataset!r} is no Dataset; give the object, not its id")
        if not isinstance(measure, Measure) or type(measure) is Measure:
            raise self._wrong(f"measure: {measure!r} is no measure; write one of klaremal.measures, as Count()")
        if isinstance(measure, Total) and measure.dataset is not None:
            raise self._wrong("Total: only what a Ratio or a Rate is per may be of another dataset; leave dataset out")
        if other_id(measure) == dataset.id:
            raise self._wrong(f"per: {dataset.id} is the indicator's own dataset; leave dataset out")
        if not self.levels:
            raise self._wrong(f"levels: name at least one of {', '.join(LEVELS)}")

    def _check_measured_in(self) -> None:
        """Refuse a misspelt unit, and one that names another factor than the measure has."""
        unit: Any = self.measured_in
        measure = self.measure
        if not isinstance(unit, str) or not unit.strip():
            raise self._wrong(f'measured_in: {unit!r} is no unit; write "percent", "days", "number" or one of your own')
        if meant(unit):
            raise self._wrong(f'measured_in "{unit}" is unknown', f' Did you mean "{meant(unit)}"?')
        name = type(measure).__name__
        if isinstance(measure, (Share, OnTime)) and unit != "percent":
            raise self._wrong(f'measured_in "{unit}": {name} is a percentage; write "percent"')
        factor = factor_of(unit)
        if isinstance(measure, (Ratio, Rate)) and factor is not None and measure.scale != factor:
            already = (
                ", and divide top by 100 if it is in percent already" if isinstance(measure, Ratio) and factor == 100 else ""
            )
            what = f'{name}: scale is {measure.scale:g}, and measured_in "{unit}" means {factor:.0f}'
            raise self._wrong(f"{what}; write scale={factor:.0f}{already}")

    def _check_word(self, name: str, value: str, allowed: Iterable[str]) -> None:
        if value not in tuple(allowed):
            near = nearest(str(value), allowed)
            hint = f' Did you mean "{near}"?' if near else ""
            raise self._wrong(f'{name} "{value}" is unknown; use one of {", ".join(allowed)}', hint)

    def _check_dating(self) -> None:
        if isinstance(self.measure, OnTime):
            self._check_clock(self.measure)
        elif self.dated_by is not None and self.dated_by != self.dataset.date_column:
            if self.dataset.spell or self.dataset.snapshot:
                what = "a part of a spell belongs to its month" if self.dataset.spell else "a state belongs to its own date"
                raise self._wrong(f"dated_by: {what}; leave dated_by out")
            try:
                kind = self.dataset.column(self.dated_by).type
            except KeyError:
                near = nearest(self.dated_by, self.dataset.types)
                hint = f' Did you mean "{near}"?' if near else f" The columns are {', '.join(self.dataset.types)}."
                raise self._wrong(f'dated_by: dataset {self.dataset.id} has no column "{self.dated_by}"', hint) from None
            if kind not in ("date", "datetime", "year"):
                raise self._wrong(f'dated_by: column "{self.dated_by}" is {kind}; use a date, datetime or year column')
        if not finer_or_equal(self.base_frequency, self.frequency):
            raise self._wrong(
                f'frequency "{self.frequency}" is finer than, or cuts across, the data; use "{self.base_frequency}" or coarser'
            )

    def _check_clock(self, measure: OnTime) -> None:
        """Refuse what a clock does not go with; the dataset that pauses lie in is looked at where all datasets are known."""
        if self.dated_by is not None:
            raise self._wrong("dated_by: counted_when says which day a case counts by; leave dated_by out")
        if self.dataset.spell or self.dataset.snapshot or self.dataset.level is not None:
            raise self._wrong(f"OnTime needs one row for each case; the rows of dataset {self.dataset.id} are not cases")

    def _check_clock_formulas(self, measure: OnTime) -> None:
        elsewhere = measure.pauses is not None and measure.pauses.dataset is not None
        here = evolve(measure, pauses=None) if elsewhere else measure
        faults = list(Clock(measure=here, dataset=self.dataset, within=here.filled(None)).faults())
        if faults:
            raise self._wrong(f"OnTime: {'; '.join(faults)}")

    def _check_formulas(self) -> None:
        for fault in self.measure.faults(self.dataset):
            raise self._wrong(f"{type(self.measure).__name__}: {fault}")
        total = self.measure.top if isinstance(self.measure, Ratio) else self.measure
        if self.dataset.snapshot and isinstance(total, Total) and total.over_time == "mean":
            what = f"the rows of {self.dataset.id} are states, and a period has that of its last date"
            raise self._wrong(f'over_time "mean": {what}; leave over_time out')
        if isinstance(self.measure, Published) and self.dataset.level is None:
            raise self._wrong(f"Published needs a dataset whose rows are totals: give dataset {self.dataset.id} a level")
        kinds = {term.kind for term in self.measure.components.values()}
        if self.frequency == "rolling12" and kinds & {"quantile", "distinct"}:
            name = type(self.measure).__name__
            raise self._wrong(f'{name} has no rolling windows; use frequency="year", or a measure that adds up')
        if isinstance(self.measure, OnTime):
            self._check_clock_formulas(self.measure)

    def _check_breakdowns(self) -> None:
        for columns in self.breakdowns:
            for name in columns:
                if name not in self.dataset.types:
                    near = nearest(name, self.dataset.types)
                    hint = f' Did you mean "{near}"?' if near else f" The columns are {', '.join(self.dataset.types)}."
                    raise self._wrong(f'breakdowns: dataset {self.dataset.id} has no column "{name}"', hint)
                if self.dataset.column(name).type == "number":
                    what = f"breakdowns: {name} holds numbers with decimals, which are written in many ways"
                    raise self._wrong(f'{what}; give the column the type "integer" or "string"')
            if not columns or len(set(columns)) < len(columns):
                raise self._wrong(f"breakdowns: {columns!r} names no column, or one of them twice")
        if len({frozenset(columns) for columns in self.breakdowns}) < len(self.breakdowns):
            raise self._wrong("breakdowns: two of them are by the same columns; keep one")

    def _wrong(self, what: str, hint: str = "") -> DeclarationError:
        return DeclarationError(f"indicator {self.id}: {what}{'' if what.endswith('?') else '.'}{hint}")

    @property
    def base_frequency(self) -> str:
        """How finely the rows are dated, by this indicator's own date; a clock knows the day of every case."""
        if isinstance(self.measure, OnTime):
            return "month"
        if self.dated_by is None or self.dated_by == self.dataset.date_column:
            return self.dataset.base_frequency
        return "year" if self.dataset.column(self.dated_by).type == "year" else "month"

    @property
    def least_coverage(self) -> float:
        """The minimum coverage as a share: the declared one, else 1 for Count and Total and 0.95 for the others.

        Of a sample it is 0: how many answered is said by the interval.
        """
        if self.minimum_coverage is not None:
            return self.minimum_coverage / 100
        if self.dataset.basis == "sample":
            return 0.0
        return 1.0 if isinstance(self.measure, (Count, Total)) else 0.95

    @property
    def disclosed_as(self) -> str:
        """What small numbers of it give away: the declared `disclosure`, else what its measure and its dataset say."""
        if self.disclosure is not None:
            return self.disclosure
        if isinstance(self.measure, Published) or self.dataset.level is not None:
            return "published"
        return "process" if isinstance(self.measure, (OnTime, Mean, Median, Quantile)) else "persons"

    @property
    def datasets(self) -> tuple[str, ...]:
        """The ids of the datasets that its figure is made of: its own, and the one that it is per a total of."""
        other = other_id(self.measure)
        return (self.dataset.id,) if other is None else (self.dataset.id, other)

    @property
    def moved_by(self) -> tuple[str, ...]:
        """The ids of the datasets whose rows move its figure: `datasets`, and that of the pauses of its clock."""
        pauses = self.measure.pauses if isinstance(self.measure, OnTime) else None
        return self.datasets if pauses is None or pauses.dataset is None else (*self.datasets, pauses.dataset)

    @property
    def hides_few(self) -> bool:
        """Whether small numbers of it are hidden at all."""
        return self.disclosed_as != "published" and self.minimum_count > 1

    @property
    def plugin(self) -> str:
        """The plugin that declares the indicator: its sector."""
        return self.id.partition(".")[0]
