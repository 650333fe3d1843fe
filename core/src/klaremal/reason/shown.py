"""Numbers, promises and dates as people read them: as many decimals as the status needs, the language's marks, the unit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from klaremal.judge import SLACK
from klaremal.model.indicator import Indicator
from klaremal.model.measure import Count, Distinct
from klaremal.model.period import Period, month_key
from klaremal.model.target import Band, Target
from klaremal.reason.words import PHRASES, words_of

UNLIMITED: Final = float("inf")

# Beyond this no two numbers are told apart by the comparison with its slack of 1e-9.
_MOST_DECIMALS: Final = 10
# A promise is quoted in full up to here; a point on a straight line (62.666...) is not, and gets the value's decimals.
_PROMISE_DECIMALS: Final = 6
# The largest float has 309 digits before its point.
_DIGITS: Final = 350

_MARKS: Final[Mapping[str, dict[int, str]]] = {
    "da": str.maketrans({",": ".", ".": ","}),
    "nb": str.maketrans({",": "\N{NO-BREAK SPACE}", ".": ","}),
    "en": {},
}

# Singular and plural.
_UNITS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "da": {
        "percent": ("%", "%"),
        "days": ("dag", "dage"),
        "working_days": ("arbejdsdag", "arbejdsdage"),
        "hours": ("time", "timer"),
        "months": ("måned", "måneder"),
        "minutes": ("minut", "minutter"),
        "points": ("point", "point"),
        "per_1000": ("pr. 1.000", "pr. 1.000"),
        "per_10000": ("pr. 10.000", "pr. 10.000"),
        "per_100000": ("pr. 100.000", "pr. 100.000"),
        "number": ("", ""),
        "dkk": ("krone", "kroner"),
        "km": ("km", "km"),
        "grade": ("i karaktergennemsnit", "i karaktergennemsnit"),
        "children_per_adult": ("barn pr. voksen", "børn pr. voksen"),
        "pupils_per_class": ("elev pr. klasse", "elever pr. klasse"),
    },
    "en": {
        "percent": ("%", "%"),
        "days": ("day", "days"),
        "working_days": ("working day", "working days"),
        "hours": ("hour", "hours"),
        "months": ("month", "months"),
        "minutes": ("minute", "minutes"),
        "points": ("point", "points"),
        "per_1000": ("per 1,000", "per 1,000"),
        "per_10000": ("per 10,000", "per 10,000"),
        "per_100000": ("per 100,000", "per 100,000"),
        "number": ("", ""),
        "dkk": ("DKK", "DKK"),
        "km": ("km", "km"),
        "grade": ("as average grade", "as average grade"),
        "children_per_adult": ("child per adult", "children per adult"),
        "pupils_per_class": ("pupil per class", "pupils per class"),
    },
    "nb": {
        "percent": ("%", "%"),
        "days": ("dag", "dager"),
        "working_days": ("arbeidsdag", "arbeidsdager"),
        "hours": ("time", "timer"),
        "months": ("måned", "måneder"),
        "minutes": ("minutt", "minutter"),
        "points": ("poeng", "poeng"),
        "per_1000": ("per 1\N{NO-BREAK SPACE}000", "per 1\N{NO-BREAK SPACE}000"),
        "per_10000": ("per 10\N{NO-BREAK SPACE}000", "per 10\N{NO-BREAK SPACE}000"),
        "per_100000": ("per 100\N{NO-BREAK SPACE}000", "per 100\N{NO-BREAK SPACE}000"),
        "number": ("", ""),
        "dkk": ("dansk krone", "danske kroner"),
        "km": ("km", "km"),
        "grade": ("i karaktersnitt", "i karaktersnitt"),
        "children_per_adult": ("barn per voksen", "barn per voksen"),
        "pupils_per_class": ("elev per klasse", "elever per klasse"),
    },
}


def number_text(value: float, decimals: int, lang: str) -> str:
    """Write a number with thousands and decimals marked as the language does; a language not known reads as Danish."""
    text = f"{_rounded(value, decimals):,.{decimals}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.translate(_MARKS.get(lang, _MARKS["da"]))


def decimals_of(value: float, bands: Iterable[Band], decimals: int) -> int:
    """Return how many decimals, at least `decimals`, put the rounded value in and out of the same bands as the value.

    It also holds for the bands as they are quoted, so that a reader who compares the two numbers sees the status. A bound
    that is quoted with more decimals gives them to the value, unless that is a whole number of something counted.
    """
    bands = tuple(bands)
    least = decimals
    if decimals or value != math.floor(value):
        ends = (end for band in bands for end in band if abs(end) < UNLIMITED)
        least = max([decimals, *(_places_of(end, decimals, decimals) for end in ends)])
    for places in range(least, _MOST_DECIMALS):
        rounded = float(_rounded(value, places))
        pairs = ((band, _quoted(band, decimals, places)) for band in bands)
        if all(_inside(rounded, band) == _inside(value, band) == _inside(rounded, quoted) for band, quoted in pairs):
            return places
    return _MOST_DECIMALS


def shown(value: float, against: Iterable[Band], decimals: int, lang: str) -> str:
    """Write a value with as many decimals as put it on its status's side of every band: 94.96 is not 95.0.

    `against` is the band that fulfils the promise and, where it has a tolerance, the wider one.
    """
    return number_text(value, decimals_of(value, against, decimals), lang)


def target_text(bound: float, decimals: int, places: int, lang: str) -> str:
    """Write what was promised in full, with at least `decimals`; a number without end gets the value's `places`."""
    return number_text(bound, _places_of(bound, decimals, places), lang)


def with_unit(number: str, measured_in: str, lang: str, counted: str = "") -> str:
    """Put the unit of measurement behind a number as it is written; for plain numbers `counted`, what they count."""
    units = _UNITS.get(lang, _UNITS["da"])
    one, several = units.get(measured_in, (measured_in.replace("_", " "),) * 2)
    unit = (one if number == "1" else several) or counted
    if unit == "%" and lang == "en":
        return f"{number}%"
    return f"{number} {unit}".rstrip()


def date_text(day: date, lang: str) -> str:
    """Write a date in words: "11. december 2025"."""
    month = Period("month", month_key(day)).label(lang)
    return words_of(PHRASES, lang)["date"].format(day=day.day, month=month)


def count_text(number: float, lang: str) -> str:
    """Write a number of rows or persons: whole, unless it is weighted."""
    return number_text(number, 0 if number == int(number) else 1, lang)


def persons_text(number: float, lang: str) -> str:
    """Return the word for so many persons."""
    return words_of(PHRASES, lang)["persons_one" if number == 1 else "persons"]


def judged_rows(indicator: Indicator, value: float | None, n: float, part: float) -> float | None:
    """Return of how many rows a share's `part` did what was promised; None where nobody can tell.

    Where persons are told apart, n says how many they are. How many rows they have follows from the figure, unless it is 0.
    """
    if indicator.dataset.person is None:
        return n
    return round(100 * part / value) if value else None


def decimals_of_indicator(indicator: Indicator) -> int:
    """Return how many decimals its values have at least: what is counted is whole."""
    return 0 if isinstance(indicator.measure, (Count, Distinct)) else indicator.decimals


def open_band(bound: float, target: Target, indicator: Indicator) -> Band:
    """Return the band of a single bound: a floor, or a ceiling where only less is better."""
    floor = "lower" not in target.directions or ("higher" in target.directions and indicator.direction == "higher")
    return (bound, UNLIMITED) if floor else (-UNLIMITED, bound)


def quantity_text(bound: float, indicator: Indicator, lang: str, places: int = 1) -> str:
    """Write a promised number; only a percentage carries its unit, which the value has already said of the others."""
    text = target_text(bound, decimals_of_indicator(indicator), places, lang)
    return with_unit(text, "percent", lang) if indicator.measured_in == "percent" else text


def promise_text(band: Band, indicator: Indicator, lang: str, places: int = 1) -> str:
    """Say what a band promises: "højst 3,0", "mellem 95 % og 105 %"."""
    low, high = (quantity_text(bound, indicator, lang, places) if abs(bound) < UNLIMITED else "" for bound in band)
    kind = "between" if low and high else "at_least" if low else "at_most"
    return words_of(PHRASES, lang)[kind].format(low=low, high=high)


def _rounded(value: float, decimals: int) -> Decimal:
    """Round half up the number that people see, which is the shortest decimal text of the float: 4.25 to 4.3."""
    exact = Decimal(repr(float(value)))
    if not exact.is_finite():
        return exact
    return exact.quantize(Decimal(1).scaleb(-decimals), context=Context(prec=_DIGITS, rounding=ROUND_HALF_UP))


def _places_of(bound: float, decimals: int, places: int) -> int:
    for exact in range(decimals, max(decimals, _PROMISE_DECIMALS) + 1):
        if float(_rounded(bound, exact)) == bound:
            return exact
    return places


def _quoted(band: Band, decimals: int, places: int) -> Band:
    low, high = (
        float(_rounded(bound, _places_of(bound, decimals, places))) if abs(bound) < UNLIMITED else bound for bound in band
    )
    return (low, high)


def _inside(value: float, band: Band) -> bool:
    low, high = band
    return low - SLACK * max(1.0, abs(low)) <= value <= high + SLACK * max(1.0, abs(high))
