"""Errors: one tree, messages with what, where and what to do, and the facts as attributes."""

from __future__ import annotations

import ast
import builtins
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klaremal import errors
from klaremal.errors import (
    ContractBroken,
    DeclarationError,
    Fault,
    KlaremalError,
    LedgerError,
    PluginError,
    PluginLoadError,
    Refused,
    SourceError,
    SourceUnavailable,
    SourceUnreadable,
    WorkspaceError,
    nearest,
    not_yet,
)

SOURCE = Path(errors.__file__).parent
CLASSES = [
    value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)
]  # fmt: skip

# Raised where Python's own protocol asks for it, or as a programming mistake inside klaremal; each with its place.
OF_PYTHON = {
    "AttributeError": {"renamed.py"},  # what a module's __getattr__ must raise
    "KeyError": {"model/dataset.py", "registry.py"},  # Dataset.column, Registry.origin
    "KeyboardInterrupt": {"engine.py"},  # Ctrl-C that DuckDB had wrapped
    "NotImplementedError": {"model/target.py"},  # Target.band
    "TypeError": {"canonical.py"},  # a value of klaremal's own without canonical form
    "ValueError": {"units_file.py"},  # what attrs validators of a reader expect
}


def test_there_is_one_tree_and_the_docstring_draws_it() -> None:
    """Every class is in the drawing, below the class it derives from, and all derive from KlaremalError."""
    parents: list[tuple[int, str]] = []
    drawn = {}
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"^( {4}[ │├└─]*)([A-Z]\w+)", line)
        if found and found[2] in {each.__name__ for each in CLASSES}:
            depth = (len(found[1]) - 4) // 4
            parents = [*(each for each in parents if each[0] < depth), (depth, found[2])]
            drawn[found[2]] = parents[-2][1] if len(parents) > 1 else ""
    bases = {each.__name__: each.__bases__[0].__name__ for each in CLASSES}
    assert drawn == {**bases, "KlaremalError": ""}
    assert all(issubclass(each, KlaremalError) for each in CLASSES)


def test_the_tree_stays_shallow_and_every_class_says_what_it_is_for() -> None:
    """At most 14 classes, at most two below the root, one sentence each."""
    assert len(CLASSES) <= 14
    assert max(len(each.__mro__) - KlaremalError.__mro__.__len__() for each in CLASSES) == 2
    assert [each.__name__ for each in CLASSES if not (each.__doc__ or "").strip().endswith(".")] == []


def test_core_raises_no_error_of_another_family() -> None:
    """Only klaremal's own errors are raised on purpose, but where Python's protocols ask for another."""
    found: dict[str, set[str]] = {}
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            raised = node.exc if isinstance(node, ast.Raise) else None
            raised = raised.func if isinstance(raised, ast.Call) else raised
            if isinstance(raised, ast.Name) and hasattr(builtins, raised.id) and raised.id != "type":
                found.setdefault(raised.id, set()).add(path.relative_to(SOURCE).as_posix())
    strange = {name: places - OF_PYTHON.get(name, set()) for name, places in found.items()}
    assert {name: places for name, places in strange.items() if places} == {}


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        pytest.param(
            Fault("klaremal.toml: plugins", 'there is no plugin "schols".', "Install it.", "schools"),
            'klaremal.toml: plugins: there is no plugin "schols". Did you mean "schools"? Install it.',
            id="everything",
        ),
        pytest.param(Fault("goals/a.toml", "it is empty."), "goals/a.toml: it is empty.", id="no cure"),
        pytest.param(Fault("", "no goal is judged.", "Choose another."), "no goal is judged. Choose another.", id="no place"),
    ],
)
def test_a_fault_reads_as_one_line_with_place_mistake_and_cure(fault: Fault, text: str) -> None:
    """The place comes first, then what is wrong, the nearest name, and what to do."""
    assert str(fault) == text


def test_a_workspace_error_shows_every_fault_up_to_twenty() -> None:
    """All faults are kept; the text stops after twenty and says how many more there are."""
    few = WorkspaceError([Fault("a", "x."), Fault("b", "y.", "Do z.")])
    many = WorkspaceError(Fault("goals/a.toml", f"mistake {number}.") for number in range(25))
    assert str(few) == "- a: x.\n- b: y. Do z."
    assert [str(many).count("\n"), str(many).splitlines()[-1], len(many.faults)] == [20, "- ... and 5 more", 25]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        pytest.param(
            PluginLoadError("no such module.", "roads", "klaremal-roads", "0.3"),
            "plugin roads (klaremal-roads 0.3): no such module.",
            id="plugin with distribution",
        ),
        pytest.param(PluginError("no such module.", "roads"), "plugin roads: no such module.", id="plugin alone"),
        pytest.param(DeclarationError("id is missing."), "id is missing.", id="no plugin yet"),
        pytest.param(
            SourceUnreadable("it ends early.", "schools.overview", "data/a.gz"),
            "schools.overview (data/a.gz): it ends early.",
            id="source",
        ),
        pytest.param(SourceUnavailable("no rights.", "schools.overview"), "schools.overview: no rights.", id="no address"),
        pytest.param(ContractBroken("no rows."), "no rows.", id="nothing but the message"),
        pytest.param(LedgerError("it is locked."), "it is locked.", id="ledger"),
        pytest.param(Refused("not for publication."), "not for publication.", id="refused"),
    ],
)
def test_a_message_says_who_and_where(error: KlaremalError, text: str) -> None:
    """Plugin and distribution, or dataset and address, stand before the message."""
    assert str(error) == text


def test_the_facts_are_attributes_too() -> None:
    """A program need not read the text: message, plugin, dataset and address can be asked for."""
    plugin = DeclarationError("wrong.", "roads", "klaremal-roads", "0.3")
    source = ContractBroken("wrong.", "roads.potholes", "data/huller.csv")
    assert (plugin.message, plugin.plugin, plugin.distribution, plugin.version) == ("wrong.", "roads", "klaremal-roads", "0.3")
    assert (source.message, source.dataset, source.address) == ("wrong.", "roads.potholes", "data/huller.csv")
    assert isinstance(source, SourceError)


@pytest.mark.parametrize(
    ("word", "near"),
    [
        pytest.param("tolerence", "tolerance", id="a letter"),
        pytest.param("TOLERANCE", "tolerance", id="capitals"),
        pytest.param("Læsoe", "Læsø", id="a Danish name"),
        pytest.param("xyz", "", id="nothing near"),
        pytest.param("", "", id="nothing at all"),
    ],
)
def test_the_nearest_name_is_suggested_or_none(word: str, near: str) -> None:
    """A near name is given as it is written; a far one is not guessed."""
    assert nearest(word, ["tolerance", "target", "Læsø"]) == near


@given(st.data(), st.lists(st.text(min_size=1), unique_by=str.casefold, min_size=1))
def test_a_name_that_is_known_is_its_own_nearest(data: st.DataObject, names: list[str]) -> None:
    """A word that is among the names is found among them, whatever else there is."""
    one = data.draw(st.sampled_from(names))
    assert nearest(one, names) == one


def test_not_yet_names_the_thing_and_the_way_out() -> None:
    """What a later version does is an error now, with a way out."""
    error = not_yet("goal wait: by")
    assert isinstance(error, DeclarationError)
    assert str(error) == "goal wait: by: klaremal does not do this yet. Leave it out, or wait for a version that does."
