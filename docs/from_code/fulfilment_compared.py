"""Cases of judging a figure against other figures: earlier ones, those of others, parts that are missing, and many units."""

from __future__ import annotations

from fulfilment_case import Case

_NATION, _OTHERS = "000", ("461", "851")


def _change(
    number: str, change: str, before: str, *now: str, since: str = "2025", period: str = "2027", indicator: str = "high"
) -> tuple[Case, ...]:
    return tuple(
        Case(
            number=number,
            promise=(f"change = {change}",),
            figures={since: before, period: each},
            indicator=indicator,
            period=period,
            shows=("target",),
        )
        for each in now
    )


def _nation(*figures: str, others: dict[str, str], period: str) -> tuple[Case, ...]:
    return tuple(
        Case(
            number="15",
            promise=('relative = { to = "nation", offset = 0.5 }',),
            figures={period: each},
            others=others,
            period=period,
            indicator="national",
            about=f"own {each}, the nation {others.get(_NATION, 'not in the source')}",
            shows=("target",),
        )
        for each in figures
    )


def _group(own: str, *others: str) -> Case:
    """Return a case of a group, with what its target would be by two rules that do not hold."""
    counted = [tuple(map(int, each.split(" of "))) for each in (own, *others)]
    mean = sum(100 * kept / n for kept, n in counted[1:]) / len(others)
    all_of_them = 100 * sum(kept for kept, _ in counted) / sum(n for _, n in counted)
    besides = f"unweighted {mean:.2f}, own included {all_of_them:.2f}"
    return Case(
        number="16",
        promise=('relative = { to = "group" }',),
        figures={"2025": own},
        others=dict(zip(_OTHERS, others, strict=True)),
        place="751",
        indicator="kept",
        about=f"own {own}, the others of the group {' and '.join(others)} ({besides})",
        shows=("target",),
    )


def _months(total: int) -> Case:
    """Return a year of eleven months, with one event in each but the last, which has the rest."""
    months = [1] * 10 + [total - 10] if total > 10 else [1] * total + [0] * (11 - total)
    return Case(
        number="17",
        promise=("at_most = 10",),
        figures={f"2025M{month:02d}": str(each) for month, each in enumerate(months, start=1)},
        indicator="sum",
        about=f"a count: {sum(months)} in {len(months)} months, nothing is known of the twelfth",
    )


def _renewed(*promise: str, period: str, frequency: str) -> Case:
    return Case(
        number="18",
        promise=promise,
        figures={"2024": "720 of 1200", "2025": "720 of 1200"},
        indicator="renewed",
        period=period,
        frequency=frequency,
        about=f"60 percent all the time, counted anew from 1 July 2025; judged is {period}",
    )


def _whole(summary: str, units: str) -> Case:
    values = {"F": "95", "N": "80", "?": ""}
    return Case(
        number="35",
        promise=("at_least = 90", f"summary = {summary}"),
        units=tuple(values[letter] for letter in units.split()),
        about=units,
    )


EARLIER: tuple[Case, ...] = (
    *_change("12", "{ by = 1.5, since = 2025 }", "71.9", "74.5", "74.9"),
    *_change("13", "{ by = -2, since = 2025 }", "30", "26", indicator="low"),
    *_change("14", '{ by = 0, since = "previous", strict = true }', "71.0", "71.0", since="2024", period="2025"),
    _renewed("at_least = 50", period="2025", frequency="year"),
    _renewed("at_least = 50", period="2025K3", frequency="quarter"),
    _renewed("change = { by = 0, since = 2024 }", period="2025K3", frequency="quarter"),
)
OTHERS: tuple[Case, ...] = (
    *_nation("3.6", "3.7", others={_NATION: "3.1"}, period="2025"),
    *_nation("3.6", others={}, period="2024"),
    _group("37 of 50", "90 of 100", "30 of 60"),
)
PARTS: tuple[Case, ...] = (_months(7), _months(12))
UNITS: tuple[Case, ...] = (
    _whole('"all"', "F F ?"),
    _whole('"all"', "F N ?"),
    _whole("{ share = 75 }", "F F F ?"),
    _whole("{ share = 75 }", "F F ? ?"),
    _whole("{ share = 75 }", "F N N ?"),
)
