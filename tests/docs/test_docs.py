"""What the documentation says of files, keys, commands and options, held against the product; the README is a part of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from attrs import fields

from klaremal.bind.workspace import bind
from klaremal.cli.main import cli
from klaremal.discovery import discover
from klaremal.errors import WorkspaceError
from klaremal.registry import Registry, build
from klaremal.shape import key_of
from klaremal.workspace.folder import read
from klaremal.workspace.shape import (
    WorkspaceShape,
)

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["README.md", *(f"docs/{path.name}" for path in sorted(ROOT.glob("docs/*.md")))]
LINKED = [*PAGES, "CONTRIBUTING.md", *(path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("plugins/*/README.md")))]
WORKSPACE = "docs/workspace.md"

Blocks = Callable[[str], list[Any]]
Section = Callable[[str, str], str]
Tables = Callable[[str, str], list[list[dict[str, str]]]]


# -- links -----------------------------------------------------------------------------------------------------------


def anchors(path: Path) -> set[str]:
    """Return the anchors of a page's headings, as they are made from their words."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", LINKED)
def test_every_relative_link_leads_somewhere(page: str) -> None:
    """To a file or folder of the repository, and to a heading where one is named."""
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", (ROOT / page).read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        path = (ROOT / page).parent / name if name else ROOT / page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            lost.append(target)
    assert lost == []


def test_the_index_names_every_page(root: Path) -> None:
    """No page of the documentation can only be found by chance."""
    index = (root / "docs/README.md").read_text(encoding="utf-8")
    assert [page for page in PAGES[1:] if page != "docs/README.md" and f"({page.removeprefix('docs/')})" not in index] == []


# -- commands --------------------------------------------------------------------------------------------------------


def written_commands(page: str) -> Iterator[list[str]]:
    """Give every command of klaremal on a page, in a line of its own or within one, as words."""
    text = (ROOT / page).read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines() if re.match(r"(?: {4,})?klaremal [a-z-]", line)]
    for command in [*re.findall(r"`(klaremal(?: [^`]+)?)`", text), *lines]:
        yield command.split("#")[0].split()[1:]


def command_called(name: str, following: str = "") -> click.Command:
    """Return a command of the command line; of a group that which the following word names, if it names one."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None, name
    within = command.commands.get(following) if isinstance(command, click.Group) else None
    return within or command


def options_of(command: click.Command) -> set[str]:
    """Return the options of a command, --help included; of a group also those of its commands."""
    inside = command.commands.values() if isinstance(command, click.Group) and command is not cli else ()
    own = {option for parameter in command.params for option in parameter.opts} | {"--help", "-h"}
    return own.union(*map(options_of, inside))


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_is_written_exists_with_its_options(page: str) -> None:
    """A renamed command or option is renamed in the documentation too."""
    wrong = []
    for words in written_commands(page):
        name = next(iter(words), "--help")
        known = options_of(cli) if name.startswith("-") else None
        if known is None and name not in cli.list_commands(click.Context(cli)):
            wrong.append(" ".join(words))
            continue
        known = known or options_of(command_called(*words[:2]))
        wrong += [f"{name} {word}" for word in words if word.startswith("-") and word.partition("=")[0] not in known]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES)
def test_every_option_that_is_named_alone_exists(page: str) -> None:
    """`--lang` is an option of some command."""
    known = options_of(cli).union(*(options_of(command_called(name)) for name in cli.list_commands(click.Context(cli))))
    named = re.findall(r"`(--[\w-]+)", (ROOT / page).read_text(encoding="utf-8"))
    assert [option for option in named if option not in known] == []


def test_every_command_is_named_in_the_documentation() -> None:
    """Also those that few need."""
    named = {words[0] for page in PAGES for words in written_commands(page) if words}
    assert [name for name in cli.list_commands(click.Context(cli)) if name not in named] == []


# -- TOML ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Return what the installed plugins declare."""
    return build(*discover())


def kind_of(block: Any) -> str:
    """Say what a TOML block is, by what is in it."""
    keys = set(block.toml)
    if keys & {"goal", "defaults"}:
        return "goals"
    return "workspace" if keys <= {key_of(each) for each in fields(WorkspaceShape)} else "other"


def completed(block: Any, everything: str) -> str:
    """Return a block of klaremal.toml with what it lacks to be one: plugins above it, the organisation below it."""
    plugins = "" if "plugins" in block.toml else f"plugins = [{everything}]\n"
    organisation = "" if "organisation" in block.toml else '\n[organisation]\nname = "Solbjerg Kommune"\nunit = "751"\n'
    return f"{plugins}{block.text}{organisation}"


def write(folder: Path, blocks: list[Any], workspace: str, goals: str = "") -> None:
    """Write a workspace, with the files of units that stand on its page."""
    for name, text in (("klaremal.toml", workspace), ("goals/goals.toml", goals)):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for block in blocks:
        if block.file and "/" not in block.file:
            (folder / block.file).write_text(block.text, encoding="utf-8")


def faults_of(folder: Path, registry: Registry) -> list[str]:
    """Return the sentences that binding a workspace raises; warnings are not among them."""
    workspace, faults = read(folder)
    try:
        bind(workspace, registry, faults)
    except WorkspaceError as error:
        return [str(fault) for fault in error.faults]
    return []


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ("docs/write-a-plugin.md", "docs/errors.md")])
def test_every_toml_block_is_right(page: str, blocks: Blocks, registry: Registry, tmp_path: Path) -> None:
    """Each is bound to the installed plugins; goals in the workspace that stands on the page of workspaces."""
    everything = ", ".join(f'"{source.name}"' for source in registry.plugins if source.name != "klaremal")
    whole = next(
        block.text for block in blocks(WORKSPACE) if "organisation" in (block.toml if block.language == "toml" else {})
    )
    wrong = {}
    for number, block in enumerate(block for block in blocks(page) if block.language == "toml" and not block.file):
        kind, folder = kind_of(block), tmp_path / str(number)
        assert kind != "other", f"{block} is neither a workspace nor goals"
        is_goals = kind == "goals"
        files = [*blocks(WORKSPACE), *blocks(page)]
        write(folder, files, whole if is_goals else completed(block, everything), block.text if is_goals else "")
        if faults := faults_of(folder, registry):
            wrong[str(block)] = faults
    assert wrong == {}


def test_the_files_on_the_page_of_plugins_are_read_as_toml(blocks: Blocks) -> None:
    """What they mean is tried where the page is followed; here they are only parsed."""
    files = {
        block.file.rpartition("/")[2]: block.toml for block in blocks("docs/write-a-plugin.md") if block.language == "toml"
    }
    assert sorted(files) == ["klaremal.toml", "parks.toml"]
