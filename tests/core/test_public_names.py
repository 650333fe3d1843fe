"""The public names: few, sorted, all importable, and the same for people, type checkers and `dir`."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest

import klaremal
from klaremal import hookspecs, measures, targets, testing

FRONTS = {"klaremal": klaremal, "klaremal.measures": measures, "klaremal.targets": targets, "klaremal.testing": testing}
STABILITY = Path(__file__).parents[2] / "docs/stability.md"


def imported_by_name(module: str) -> list[str]:
    """Return the names that a module imports from klaremal's own modules, for type checkers or at once, as written."""
    tree = ast.parse(Path(str(FRONTS[module].__file__)).read_text("utf-8"))
    return [
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("klaremal.")
        for alias in node.names
    ]


@pytest.mark.parametrize("module", FRONTS)
def test_all_is_sorted_and_says_each_name_once(module: str) -> None:
    """A table of contents reads like one."""
    names = list(FRONTS[module].__all__)
    assert names == sorted(set(names))


@pytest.mark.parametrize("module", FRONTS)
def test_all_is_what_type_checkers_see(module: str) -> None:
    """What is imported by name and what is public is the same; nothing else can be mistaken for public."""
    assert sorted(imported_by_name(module)) == list(FRONTS[module].__all__)


@pytest.mark.parametrize("module", FRONTS)
def test_every_public_name_is_importable_and_documented(module: str) -> None:
    """Each name leads to an object that says what it is for in a sentence."""
    front = FRONTS[module]
    values = {name: getattr(front, name) for name in front.__all__}
    assert [name for name, value in values.items() if callable(value) and not (value.__doc__ or "").strip()] == []


def test_there_are_at_most_thirty_names_at_the_front() -> None:
    """A plugin author can read the list in a minute."""
    assert len(klaremal.__all__) <= 30


def test_lazy_names_are_the_very_objects_of_their_modules() -> None:
    """A name is loaded on first use from the module where it is defined, and found by `dir`."""
    places = {name: importlib.import_module(place) for name, place in klaremal._PLACES.items()}
    assert list(places) == list(klaremal.__all__)
    assert [name for name, module in places.items() if getattr(klaremal, name) is not getattr(module, name)] == []
    assert dir(klaremal) == sorted([*klaremal.__all__, "__version__"])


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    """A typing mistake fails as it does with every module."""
    with pytest.raises(AttributeError, match="module 'klaremal' has no attribute 'Indikator'"):
        klaremal.Indikator  # noqa: B018
    with pytest.raises(ImportError):
        from klaremal import Indikator  # noqa: F401


def test_measures_and_targets_are_all_that_the_model_defines() -> None:
    """Every measure and every target of the model is on its table of contents."""
    for front, module, base in (
        (measures, "klaremal.model.measure", measures.Measure),
        (targets, "klaremal.model.target", targets.Target),
    ):
        defined = {
            name
            for name, value in vars(importlib.import_module(module)).items()
            if isinstance(value, type) and issubclass(value, base)
        }
        assert defined <= set(front.__all__)


def written(name: str) -> list[str]:
    """Return the names in the second cell of the row of the stability page that begins with a name."""
    (row,) = (line for line in STABILITY.read_text("utf-8").splitlines() if line.startswith(f"| `{name}` |"))
    return re.findall(r"`(\w+)`", row.split("|")[2])


@pytest.mark.parametrize("module", FRONTS)
def test_the_public_names_are_those_that_the_stability_page_promises(module: str) -> None:
    """One that comes, goes or is renamed is a change of that page, and of somebody's plugin."""
    assert written(module) == list(FRONTS[module].__all__)


@pytest.mark.parametrize("hook", [*hookspecs.DECLARATIONS, *hookspecs.NOTIFICATIONS])
def test_the_hooks_take_what_the_stability_page_promises(hook: str) -> None:
    """An argument is a promise too."""
    assert written(hook) == list(inspect.signature(getattr(hookspecs, hook)).parameters)


def test_the_stability_page_promises_no_other_hook() -> None:
    """What was taken away is taken from the page."""
    promised = re.findall(r"^\| `(klaremal_\w+)` \|", STABILITY.read_text("utf-8"), flags=re.MULTILINE)
    assert promised == [*hookspecs.DECLARATIONS, *hookspecs.NOTIFICATIONS]
