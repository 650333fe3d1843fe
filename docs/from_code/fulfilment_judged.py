"""Cases of judging a figure by itself: floats, tolerance, nobody, certainty, coverage and margin, and where it is heading."""

from __future__ import annotations

from fulfilment_case import Case, published, shares


def _sample(asked: int) -> Case:
    """Return a sample of which 90 answered, and 84 of them yes."""
    return Case(
        number="26",
        promise=("at_least = 95",),
        figures={"2025": f"84 of 90?{asked - 90}"},
        indicator="answered",
        about=f"a sample: 84 of 90 who answered, of {asked} asked",
        shows=("certainty", "interval"),
    )


def _trend(number: str, target: str, *figures: str, indicator: str, shows: tuple[str, ...] = ("trend",)) -> Case:
    years = range(2026 - len(figures), 2026)
    by_year = {str(year): figure for year, figure in zip(years, figures, strict=True)}
    return Case(number=number, promise=(target,), figures=by_year, indicator=indicator, shows=shows)


def _course(period: str, value: str) -> Case:
    return Case(
        number="33",
        promise=("at_least = 80", "by = 2029", "valid_from = 2026-01-01"),
        figures={"2025": "60", period: value},
        period=period,
        shows=("course",),
    )


STATUS: tuple[Case, ...] = (
    *shares("1", ("at_least = 29",), "29 of 100"),
    *published("2", ("at_most = 0.3",), str(0.1 + 0.2), indicator="low"),
    *shares("3", ("at_least = 95",), "1187 of 1250", shows=("reason",)),
    *published("4", ("at_least = 95", "tolerance = 2"), "93.0", "92.99"),
    *published("5", ("between = [95, 105]", "tolerance = 5"), "94", "89.9", "105", "110", "110.01"),
    *shares("6", ("at_most = 0",), "0 of 12", "1 of 12", "", indicator="broken"),
    *shares("also", ("at_least = 100",), "", shows=("value",)),
)
CERTAINTY: tuple[Case, ...] = (
    *shares("25", ("at_least = 95",), "84 of 90", shows=("certainty",)),
    *(_sample(asked) for asked in (1000, 95)),
    *shares("27", ("at_least = 95",), "95 of 100+2", "98 of 100+2", shows=("certainty", "worst")),
)
MARGIN: tuple[Case, ...] = (
    *shares("34", ("at_least = 95",), "393 of 400", "375 of 400", "19 of 19", shows=("margin",)),
    *shares("34", ("at_least = 90",), "90 of 90", shows=("margin",)),
)
COVERAGE: tuple[Case, ...] = (*shares("36", ("at_least = 50",), "930 of 930?70", shows=("coverage", "required")),)
_USUAL = ("3.4", "3.3", "3.5", "3.3", "3.4")
TREND: tuple[Case, ...] = (
    _trend("30", "at_least = 50", "180 of 200", "186 of 200", indicator="kept", shows=("trend", "change")),
    _trend("30", "at_least = 50", "160 of 200", "186 of 200", indicator="kept", shows=("trend", "change")),
    _trend(
        "30",
        "at_least = 50",
        "90010 of 100000",
        "90040 of 100000",
        indicator="noticed",
        shows=("trend", "change", "noticeable"),
    ),
    *(_trend("31", "at_most = 4", *_USUAL, last, indicator="low") for last in ("3.1", "3.032", "3.03", "3.0")),
    *(_trend("32", "at_most = 90", "40 of 40", f"{n} of {n}", indicator="number") for n in (58, 59, 60, 62)),
    _trend("also", "at_least = 95", "990 of 1000", "960 of 1000", indicator="kept", shows=("trend", "change")),
)
COURSE: tuple[Case, ...] = (_course("2027", "69"), _course("2027", "70"), _course("2029", "79"), _course("2029", ""))
