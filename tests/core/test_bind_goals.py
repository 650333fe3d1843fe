"""Goals bound to indicators, targets, units and days: what judges them, and every promise that cannot be judged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from klaremal.bind.workspace import Bound
from klaremal.model.goal import UnitsUnder
from klaremal.targets import AtLeast, Between, Path

Binding = Callable[..., Bound]
Faults = Callable[..., list[str]]
WithGoal = Callable[..., list[str]]

PLACE = "goals/goals.toml: goal.huller"
LAW = """\
[goal.lov]
title = "t"
promise = "p"
threshold = "roads.law"
valid_from = 2026-01-01
decision = { body = "Byrådet", date = 2025-12-11 }
"""


def second(goal_text: str, name: str, *lines: str, valid_from: str = "2027-01-01") -> str:
    """Return another goal like the usual one."""
    text = goal_text.replace("[goal.huller]", f"[goal.{name}]").replace("2026-01-01", valid_from)
    return text + "\n".join(lines) + "\n"


def test_a_goal_knows_what_judges_it(bound: Binding, workspace_text: str, goal_text: str) -> None:
    """Indicator, target, frequency, days, basis, coverage and where it stands."""
    text = (
        goal_text + 'frequency = "year"\nvalid_to = 2029-12-31\nminimum_coverage = 80\n[goal.huller.targets]\n"Aarhus" = 90\n'
    )
    goal = bound(workspace_text, text).goals[0]
    assert (goal.goal.id, goal.version, goal.indicator.id) == ("huller", 1, "roads.repaired")
    assert (goal.target, goal.frequency, goal.basis, goal.threshold) == (AtLeast(95), "year", None, None)
    assert (goal.first, goal.last) == (date(2026, 1, 1), date(2029, 12, 31))
    assert goal.targets == (("Aarhus", AtLeast(90)),)
    assert (goal.minimum_coverage, goal.place) == (0.8, PLACE)
    assert goal.goal.decision is not None
    assert (goal.goal.decision.body, goal.goal.decision.date) == ("Byrådet", date(2025, 12, 11))


def test_the_frequency_is_the_indicators_and_the_goal_without_end_when_nothing_is_said(bound: Binding) -> None:
    """So is the least coverage: 0.95 for a share."""
    goal = bound().goals[0]
    assert (goal.frequency, goal.last, goal.minimum_coverage) == ("month", None, 0.95)


def test_a_goal_may_adopt_a_threshold(bound: Binding, workspace_text: str) -> None:
    """The law's target, indicator and validity; the council's own words."""
    goal = bound(workspace_text, LAW).goals[0]
    assert (goal.target, goal.indicator.id, goal.basis) == (AtLeast(90), "roads.repaired", "law")
    assert (goal.first, goal.last) == (date(2026, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("lines", "target"),
    [
        (("between = [90, 99.5]",), Between(90, 99.5)),
        (("path = { 2026 = 60, 2029 = 66 }",), Path({2026: 60, 2029: 66})),
        (("path = { 2026 = 60, 2029 = 66 }", 'shape = "steps"'), Path({2026: 60, 2029: 66}, shape="steps")),
        (('path = { 2026 = 60, 2029 = 66, shape = "steps" }',), Path({2026: 60, 2029: 66}, shape="steps")),
    ],
    ids=["between", "path", "steps beside", "steps inside"],
)
def test_every_kind_of_target_is_read(
    lines: tuple[str, ...], target: object, bound: Binding, workspace_text: str, goal_text: str
) -> None:
    """The key says the kind."""
    text = goal_text.replace("at_least = 95", "\n".join(lines))
    assert bound(workspace_text, text).goals[0].target == target


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        pytest.param(
            (),
            ": it has no target. Give exactly one of at_least, at_most, between, path, change, relative, done, threshold.",
            id="none",
        ),
        pytest.param(
            ("at_least = 95", "between = [90, 95]"),
            ": it has several targets: at_least, between. "
            "Give exactly one of at_least, at_most, between, path, change, relative, done, threshold.",
            id="two",
        ),
        pytest.param(
            ("at_most = 95",),
            ".at_most: the target is against the direction of roads.repaired, where higher is better. Use at_least.",
            id="against the direction",
        ),
        pytest.param(
            ('at_least = "92,5"',),
            ".at_least: '92,5' is not a number. Write it without quotes and with a point: 92.5.",
            id="in quotes",
        ),
        pytest.param(
            ("at_least = 0.95",),
            ".at_least: 0.95 means 0.95 percent, since the indicator is measured in percent. "
            "Write 95; if 0.95 percent is meant, write between = [0.95, 100].",
            id="0.95 for 95 %",
        ),
        pytest.param(
            ("path = { 2026 = 0.6, 2029 = 0.66 }",),
            ".path: 0.66 means 0.66 percent, since the indicator is measured in percent. "
            "Write 66; if 0.66 percent is meant, write between = [0.66, 100].",
            id="0.66 on a path",
        ),
        pytest.param(("between = [95]",), ".between: [95] is not two numbers; write [95, 105].", id="between of one number"),
        pytest.param(
            ("path = { 2026Q1 = 60, 2027 = 61 }",),
            ".path: the points are of different kinds (2026K1, 2027); use years, or quarters, throughout.",
            id="path of two kinds",
        ),
        pytest.param(
            ("path = { 2026 = 60 }", 'frequency = "rolling12"'),
            ".path: points such as 2026 cannot contain rolling windows of 12 months.",
            id="path on rolling windows",
        ),
        pytest.param(
            ("at_least = 95", 'shape = "steps"'), ".shape: shape is for a path, not for at_least. Leave it out.", id="shape"
        ),
        pytest.param(("at_least = 95", "tolerance = -1"), ": tolerance is 0 or more, not -1.", id="tolerance"),
        pytest.param(
            ("at_least = 95", "valid_to = 2025-12-31"),
            ": valid_to (2025-12-31) is before valid_from (2026-01-01)",
            id="ends before it begins",
        ),
        pytest.param(
            ("at_least = 95", 'within = "10 days"'),
            ".within: roads.repaired is not about a deadline. Leave within out.",
            id="within",
        ),
        pytest.param(
            ("at_least = 95", 'units = "muncipality"'),
            '.units: there is no unit "muncipality". Did you mean "municipality"?',
            id="misspelt level",
        ),
        pytest.param(
            ("at_least = 95", 'units = ["Ranbers"]'),
            '.units: there is no unit "Ranbers". Did you mean "Randers"?',
            id="misspelt unit",
        ),
        pytest.param(
            ("at_least = 95", 'units = "region"'),
            '.units: roads.repaired is reported for municipality, district, not for region. Write units = ["municipality"].',
            id="a level that is not reported",
        ),
        pytest.param(
            ("at_least = 95", 'units = { under = "Randers", level = "distrikt" }'),
            '.units: "distrikt" is no level. Did you mean "district"? Use nation, region, municipality, district, institution.',
            id="level below a unit",
        ),
        pytest.param(
            ("at_least = 95", "within = 42"),
            '.within: 42 is no length of time; write "10 days", or one for each value of the column: { letter = "10 days" }.',
            id="within as a number",
        ),
        pytest.param(
            ("at_least = 95", 'breakdown = ["road"]'),
            """.breakdown: ['road'] is no text; write "sex=K", "sex" for each value, or "sex=K;age=0-5".""",
            id="breakdown as a list",
        ),
        pytest.param(
            ("at_least = 95", "units = [751]"),
            ".units: 751 names no units. "
            'Write units = ["municipality"], units = ["Østby"] or units = { under = "Østby", level = "institution" }.',
            id="unit without quotes",
        ),
        pytest.param(
            ("at_least = 95", "[goal.huller.targets]", '"Ranbers" = 90'),
            '.targets: there is no unit "Ranbers". Did you mean "Randers"?',
            id="target of no unit",
        ),
        pytest.param(
            ("at_least = 95", "[goal.huller.targets]", '"Randers" = "90"'),
            ".targets.\"Randers\": at_least: '90' is not a number. Write it without quotes and with a point: 90.",
            id="target in quotes",
        ),
        pytest.param(
            ("at_least = 95", 'parent = "roads.garantee"'),
            '.parent: there is no statutory goal "roads.garantee". Did you mean "roads.guarantee"?',
            id="parent",
        ),
        pytest.param(
            ("at_least = 95", 'supersedes = "hulller"'),
            '.supersedes: there is no goal "hulller". Did you mean "huller"?',
            id="supersedes no goal",
        ),
        pytest.param(
            ("at_least = 95", 'supersedes = "huller"'),
            ".supersedes: a goal cannot supersede itself. Name the goal that it takes the place of.",
            id="supersedes itself",
        ),
        pytest.param(
            ("at_least = 95", 'supersedes = "roads.guarantee"'),
            ".supersedes: roads.guarantee is a statutory goal; a council cannot end it. "
            'Switch it off with a reason: [statutory.off] "roads.guarantee" = "...".',
            id="supersedes the law",
        ),
    ],
)
def test_a_promise_that_cannot_be_judged_is_said_with_its_place_and_cure(
    lines: tuple[str, ...], sentence: str, with_goal: WithGoal
) -> None:
    """Targets, days, units and what it refers to."""
    said = with_goal(*lines)
    assert len(said) == 1
    assert said[0].startswith(PLACE + sentence)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        pytest.param(
            '"roads.repaired"',
            '"repaired"',
            '.indicator: there is no indicator "repaired". Did you mean "roads.repaired"?',
            id="indicator without its plugin",
        ),
        pytest.param(
            'indicator = "roads.repaired"\n',
            "",
            ': "indicator" is missing. Name what is measured; klaremal indicators lists them.',
            id="no indicator",
        ),
        pytest.param(
            'indicator = "roads.repaired"\n',
            'indicator = "parks.benches"\n',
            '.indicator: indicator "parks.benches": the plugin "parks" is not installed. '
            "Install it: pip install klaremal-parks.",
            id="indicator of another plugin",
        ),
        pytest.param(
            "at_least = 95",
            'at_least = 95\nfrequency = "weekly"',
            ': frequency "weekly" is unknown; use one of month, quarter, half_year, year, school_year, rolling12.',
            id="frequency",
        ),
        pytest.param(
            "at_least = 95",
            'threshold = "roads.low"',
            '.threshold: there is no threshold "roads.low". Did you mean "roads.law"?',
            id="threshold",
        ),
    ],
)
def test_an_unknown_id_is_said_with_the_nearest(
    old: str, new: str, sentence: str, faults: Faults, workspace_text: str, goal_text: str
) -> None:
    """And with the command that lists them or installs them."""
    assert faults(workspace_text, goal_text.replace(old, new)) == [PLACE + sentence]


def test_a_goal_that_is_finer_than_its_indicator_is_a_fault(faults: Faults, workspace_text: str, goal_text: str) -> None:
    """Nothing is prorated."""
    block = '[indicators."roads.repaired"]\nfrequency = "quarter"\nreason = "x"\n'
    assert faults(workspace_text + block, goal_text + 'frequency = "month"\n') == [
        f'{PLACE}.frequency: "month" is finer than roads.repaired is measured, or cuts across it (quarter). '
        'Use "quarter" or coarser.'
    ]


def test_an_own_target_beside_a_law_is_a_fault(faults: Faults, workspace_text: str) -> None:
    """A council cannot lower what the law demands for one of its units."""
    assert faults(workspace_text, LAW + '[goal.lov.targets]\n"751" = 50\n') == [
        "goals/goals.toml: goal.lov.targets: the target is a law's, and the law is the same for every unit. "
        "Leave targets out, or make a goal of your own beside the law's."
    ]


def test_a_tolerance_beside_a_law_is_a_fault(faults: Faults, workspace_text: str) -> None:
    """A law that is nearly kept is broken."""
    assert faults(workspace_text, LAW + "tolerance = 2\n") == [
        "goals/goals.toml: goal.lov.tolerance: the target is a law's, and a law that is nearly kept is broken. "
        "Leave tolerance out."
    ]


def test_a_threshold_of_another_indicator_is_a_fault(faults: Faults, workspace_text: str) -> None:
    """The threshold already says what is measured."""
    assert faults(workspace_text, LAW + 'indicator = "roads.days"\n') == [
        "goals/goals.toml: goal.lov.indicator: the threshold roads.law is one of roads.repaired, not of roads.days. "
        "Leave indicator out."
    ]


def test_a_ceiling_below_one_percent_is_only_a_warning(bound: Binding, workspace_text: str, goal_text: str) -> None:
    """It makes nothing look fulfilled that is not; a range that ends there is treated alike."""
    text = goal_text.replace("at_least = 95", "between = [0, 0.5]")
    assert [str(warning) for warning in bound(workspace_text, text).warnings] == [
        f"{PLACE}.between: 0.5 means 0.5 percent, since the indicator is measured in percent. If 50 percent is meant, write 50."
    ]


def test_a_goal_without_a_decision_is_a_warning(bound: Binding, workspace_text: str, goal_text: str) -> None:
    """The account should say who promised it; the figures do not need it. A law's goal is not asked."""
    text = "\n".join(line for line in goal_text.splitlines() if not line.startswith("decision")) + "\n"
    made = bound(workspace_text, text)
    assert [str(warning) for warning in made.warnings] == [
        f"{PLACE}: the goal says nothing of where it was decided. "
        'Add decision = { body = "Byrådet", date = 2025-12-11, case = "..." }.'
    ]
    assert [goal.goal.id for goal in made.goals] == ["huller", "roads.guarantee"]


def test_a_goal_whose_dataset_has_no_source_is_a_warning(bound: Binding, workspace_text: str) -> None:
    """It can never be assessed until somebody delivers the data."""
    made = bound(workspace_text.partition("[sources")[0])
    assert [str(warning) for warning in made.warnings] == [
        f"{PLACE}: the goal is measured on roads.potholes, which has no source: it cannot be assessed. "
        "Add [sources.roads.potholes] to klaremal.toml."
    ]


def test_units_are_levels_names_or_those_below_one(bound: Binding, workspace_text: str, goal_text: str) -> None:
    """As the plan reads them."""
    text = goal_text + 'units = ["municipality", "Randers", { under = "Randers", level = "district" }]\n'
    assert bound(workspace_text, text).goals[0].goal.units == (
        "municipality",
        "Randers",
        UnitsUnder(under="Randers", level="district"),
    )


def test_a_goal_of_a_nation_has_to_name_its_units(faults: Faults, workspace_text: str) -> None:
    """The nation itself has no figure of an indicator that is reported for municipalities."""
    assert faults(workspace_text.replace('"730"', '"Danmark"')) == [
        f'{PLACE}.units: roads.repaired is reported for municipality, district, not for nation. Write units = ["municipality"].'
    ]


# -- versions -------------------------------------------------------------------------------------------------------


def test_a_goal_that_supersedes_another_ends_it_the_day_before(bound: Binding, workspace_text: str, goal_text: str) -> None:
    """History stays with both."""
    made = bound(workspace_text, goal_text + second(goal_text, "huller_2027", 'supersedes = "huller"'))
    assert [(one.goal.id, one.first, one.last) for one in made.goals if not one.goal.statutory] == [
        ("huller", date(2026, 1, 1), date(2026, 12, 31)),
        ("huller_2027", date(2027, 1, 1), None),
    ]


def test_a_goal_that_ends_one_on_another_indicator_is_asked_about(bound: Binding, workspace_text: str, goal_text: str) -> None:
    """A council may measure its promise otherwise from now on; more often the id is a slip of the pen."""
    days = second(goal_text, "dage", 'supersedes = "huller"').replace("roads.repaired", "roads.days")
    text = goal_text + days.replace("at_least = 95", "at_most = 9")
    made = bound(workspace_text, text)
    assert [str(each) for each in made.warnings] == [
        "goals/goals.toml: goal.dage.supersedes: it ends huller, which is measured on roads.repaired, not on roads.days. "
        "Where both promises hold, leave supersedes out."
    ]
    assert [(one.goal.id, one.last) for one in made.goals if not one.goal.statutory] == [
        ("dage", None),
        ("huller", date(2026, 12, 31)),
    ]


def test_a_goal_cannot_supersede_one_that_begins_later(faults: Faults, workspace_text: str, goal_text: str) -> None:
    """Then there is nothing to end."""
    text = goal_text.replace("2026-01-01", "2027-01-01") + second(
        goal_text, "tidlig", 'supersedes = "huller"', valid_from="2026-01-01"
    )
    said = faults(workspace_text, text)
    assert said[0] == (
        "goals/goals.toml: goal.tidlig.supersedes: huller begins on 2027-01-01, and this goal, which is to end it, "
        "on 2026-01-01. Let this goal begin later."
    )


def test_versions_of_one_goal_are_numbered_by_their_days(bound: Binding, workspace_text: str, goal_text: str) -> None:
    """Two blocks of one id whose days do not meet, in any order and in any file."""
    later = second(goal_text, "huller").replace("95", "97")
    first = goal_text + "valid_to = 2026-12-31\n"
    made = bound(workspace_text, later, **{"goals/z.toml": first})
    assert [(one.goal.id, one.version, one.target, one.first, one.last) for one in made.goals if not one.goal.statutory] == [
        ("huller", 1, AtLeast(95), date(2026, 1, 1), date(2026, 12, 31)),
        ("huller", 2, AtLeast(97), date(2027, 1, 1), None),
    ]


def test_versions_that_hold_on_the_same_day_are_a_fault(faults: Faults, workspace_text: str, goal_text: str) -> None:
    """Which of them would judge?"""
    assert faults(workspace_text, goal_text, **{"goals/z.toml": second(goal_text, "huller")}) == [
        "goals/z.toml: goal.huller: two versions hold on 2027-01-01 (one from 2026-01-01 without end, one from 2027-01-01). "
        "End the first the day before (valid_to), or give one another id."
    ]


def test_a_goal_begins_when_its_threshold_does(bound: Binding, workspace_text: str) -> None:
    """A law is not applied backwards; that is said."""
    made = bound(workspace_text, LAW.replace("2026-01-01", "2024-01-01"))
    assert made.goals[0].first == date(2025, 1, 1)
    assert [str(warning) for warning in made.warnings] == [
        "goals/goals.toml: goal.lov: the goal begins on 2024-01-01, but roads.law holds from 2025-01-01: "
        "it is judged from then."
    ]


def test_a_goal_that_never_holds_is_a_fault(faults: Faults, workspace_text: str) -> None:
    """It begins after its threshold has ended."""
    assert faults(workspace_text, LAW.replace("2026-01-01", "2031-01-01")) == [
        "goals/goals.toml: goal.lov: the goal never holds: it would begin on 2031-01-01 and end on 2030-12-31. "
        "Check valid_from and valid_to, and those of its threshold."
    ]


def test_a_goal_file_that_cannot_be_read_is_not_missed(faults: Faults, workspace_text: str, goal_text: str) -> None:
    """What a goal supersedes may well stand in it."""
    text = goal_text + 'supersedes = "gammel"\nparent = "aeldre"\n'
    assert faults(workspace_text, text, **{"goals/a.toml": "[goal.gammel]\n[goal.gammel]\n"}) == [
        "goals/a.toml: line 2: the block [goal.gammel] is there twice. "
        "Give one another id; for a new version of the same goal write [[goal.gammel]] above both."
    ]
