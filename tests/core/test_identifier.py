"""Names of declared things: which are accepted, and which name a message suggests instead."""

from __future__ import annotations

import pytest
from attrs import field, frozen
from hypothesis import given
from hypothesis import strategies as st

from klaremal.errors import DeclarationError
from klaremal.model.identifier import (
    any_id,
    collector_name,
    is_plugin_id,
    is_workspace_id,
    plugin_id,
    suggest,
    workspace_id,
)


@frozen
class Declared:
    """What a plugin declares."""

    id: str = field(validator=plugin_id)


@frozen
class Written:
    """What a workspace writes."""

    id: str = field(validator=workspace_id)


@frozen
class Judged:
    """What both can give."""

    id: str = field(validator=any_id)


@frozen
class Fetcher:
    """What fetches."""

    name: str = field(validator=collector_name)


@pytest.mark.parametrize("name", ["eldercare.wait_days", "klaremal.population", "a.b", "citizen_service.m2"])
def test_a_plugin_id_has_two_parts(name: str) -> None:
    """``<plugin>.<name>`` is accepted and kept."""
    assert Declared(name).id == name


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("wait_days", 'Put the plugin\'s name before it: "<plugin>.wait_days"', id="no plugin"),
        pytest.param("Eldercare.Wait Days", 'Write "eldercare.wait_days"', id="capitals and a space"),
        pytest.param("eldercare.ventetid_på_plads", 'Write "eldercare.ventetid_paa_plads"', id="a Danish letter"),
        pytest.param("eldercare.2023", 'Write "eldercare.x_2023"', id="a digit first"),
        pytest.param("eldercare.wait.days", 'Write "eldercare.wait_days"', id="three parts"),
        pytest.param("", "written <plugin>.<name>", id="empty"),
        pytest.param(7, "written <plugin>.<name>", id="a number"),
    ],
)
def test_a_wrong_plugin_id_is_met_with_the_right_one(name: str, said: str) -> None:
    """The message names class and field, quotes the name and gives the cure."""
    with pytest.raises(DeclarationError) as caught:
        Declared(name)
    assert str(caught.value).startswith(f"Declared.id: {name!r} is not a valid name. ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("schools.absence", "It has no dot", id="a plugin's id"),
        pytest.param("Normering 0-2 år", 'Write "normering_0_2_aar"', id="a title"),
        pytest.param("-", "Give it a name", id="nothing left to suggest"),
    ],
)
def test_a_workspace_id_has_no_dot(name: str, said: str) -> None:
    """A goal file's own ids are one name, so that they can never be taken for a plugin's."""
    assert Written("normering_0_2").id == "normering_0_2"
    with pytest.raises(DeclarationError) as caught:
        Written(name)
    assert said in str(caught.value)


@pytest.mark.parametrize("name", ["csv", "childcare.stil"])
def test_collectors_and_goals_may_have_either_form(name: str) -> None:
    """Core's collectors are bare and a plugin's are not; goals come from workspaces and plugins."""
    assert Fetcher(name).name == name
    assert Judged(name).id == name


def test_neither_form_is_refused() -> None:
    """A name in no valid form is refused for collectors and goals too."""
    with pytest.raises(DeclarationError, match=r"Fetcher\.name"):
        Fetcher("My CSV")
    with pytest.raises(DeclarationError, match='Write "my_goal"'):
        Judged("my goal")


@given(st.text(max_size=30))
def test_a_name_is_never_both_kinds(name: str) -> None:
    """The dot tells where an id comes from."""
    assert not (is_plugin_id(name) and is_workspace_id(name))


@given(st.from_regex("[A-Za-zÆØÅæøå][A-Za-z0-9ÆØÅæøå _-]{0,20}", fullmatch=True).filter(lambda text: text[0] not in "_-"))
def test_what_is_suggested_is_valid(title: str) -> None:
    """A title in Danish letters gives a name that can be used as it is, and a valid name is left alone."""
    name = suggest(title)
    assert is_workspace_id(name)
    assert suggest(name).rstrip("_") == name.rstrip("_")
