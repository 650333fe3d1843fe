"""klaremal_fulfilment_rules: other ways to judge a goal, by name and version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from klaremal import Dataset, FulfilmentRule, Goal, Indicator, Threshold
from klaremal.discovery import CORE, discover
from klaremal.errors import DeclarationError
from klaremal.registry import Registry, build

Of = Callable[..., Registry]


def judge(rows: Any, compared: Any) -> Any:
    """Call everything fulfilled."""
    return ["fulfilled"] * len(rows)


def test_a_plugin_declares_a_rule_by_id(registry_of: Of) -> None:
    """With its version, and the words for people."""
    rule = FulfilmentRule(id="roads.always", version="2", title="Altid", judge=judge)
    registry = registry_of(klaremal_fulfilment_rules=[rule])
    assert registry.fulfilment_rules == {"roads.always": rule}
    assert registry.left_out == ()


def test_core_ships_a_rule_through_the_hook() -> None:
    """As any other plugin does."""
    registry = build([source for source in discover()[0] if source.name == CORE])
    assert list(registry.fulfilment_rules) == ["klaremal.mean_of_three_years"]


def test_a_goal_of_law_by_a_rule_that_nobody_declares_is_left_out(
    registry_of: Of, potholes: Dataset, repaired: Indicator, recommended: Threshold
) -> None:
    """Like whatever else refers to something that is not there."""
    goal = Goal(
        id="roads.all",
        title="Alle",
        promise="Vi lukker huller.",
        threshold=recommended.id,
        valid_from=date(2026, 1, 1),
        statutory=True,
        rule="roads.gone",
    )
    registry = registry_of(
        klaremal_datasets=[potholes], klaremal_indicators=[repaired], klaremal_thresholds=[recommended], klaremal_goals=[goal]
    )
    (left,) = registry.left_out
    assert str(left) == (
        "plugin roads (klaremal-roads 1.0): goal roads.all: it needs fulfilment rule roads.gone, which no plugin declares. "
        "Return it from klaremal_fulfilment_rules."
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"version": ""}, 'rule roads.always: version is a text ("1")', id="no version"),
        pytest.param({"version": 2}, 'rule roads.always: version is a text ("1")', id="a number"),
        pytest.param({"judge": "always"}, "rule roads.always: judge is a function of rows and compared", id="no function"),
        pytest.param({"id": "always"}, "FulfilmentRule.id: 'always' is not a valid name", id="no plugin in the id"),
    ],
)
def test_a_rule_that_nobody_could_tell_or_call_is_refused(given: dict[str, Any], message: str) -> None:
    """When it is declared, at the author's own line."""
    with pytest.raises(DeclarationError) as raised:
        FulfilmentRule(**{"id": "roads.always", "version": "2", "title": "Altid", "judge": judge} | given)
    assert str(raised.value).startswith(message)
