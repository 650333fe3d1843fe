"""The reference is what the code says today, and all of the code is in it."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from attrs import fields

from klaremal import hookspecs, measures
from klaremal.cli.main import cli
from klaremal.jsonschema.words import WORDS
from klaremal.model.formula_words import OWN_FUNCTIONS
from klaremal.shape import key_of

ROOT = Path(__file__).resolve().parents[2]


def plain(text: str) -> str:
    """Return a text with single spaces and without the marks of Markdown."""
    return " ".join(text.replace("`", "").replace("\\|", "|").split())


def read(name: str) -> str:
    """Return a page."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def commands() -> Iterator[tuple[str, ...]]:
    """Give every command of core, those of groups too, as words."""
    for name in cli.list_commands(click.Context(cli)):
        command = cli.get_command(click.Context(cli), name)
        if command is not None and command.callback is not None and command.callback.__module__.startswith("klaremal."):
            yield (name,)
            yield from ((name, each) for each in (command.commands if isinstance(command, click.Group) else ()))


def test_the_pages_are_up_to_date() -> None:
    """Whoever changes a hook, an option, a key or a result writes the pages anew."""
    command = [sys.executable, ROOT / "docs" / "from_code", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("words", tuple(commands()), ids=" ".join)
def test_a_commands_help_is_on_the_page(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """What `--help` says of the command and of each option stands below its heading."""
    cli.main([*words, "--help"], standalone_mode=False, terminal_width=10_000, max_content_width=10_000)
    heading = f"\n{'#' * (len(words) + 1)} klaremal {' '.join(words)}\n"
    section = plain(read("cli.md").partition(heading)[2].partition("\n## ")[0])
    help_text, _, options = capsys.readouterr().out.partition("Options:")
    described, _, example = help_text.partition("\n\n")[2].partition("Example:")
    lines = [plain(line) for part in (described, example) for line in part.splitlines()]
    said = [re.split(r"\s{2,}", line.strip(), maxsplit=1)[-1] for line in options.partition("\n\n")[0].splitlines()]
    lines += [
        plain(re.sub(r"\s*\[default: .*\]$", "", each)) for each in said if not each.startswith(("-", "Show this message"))
    ]
    assert [line for line in lines if line not in section] == []


def test_every_hook_is_explained_with_its_arguments() -> None:
    """A new hook has a heading of its own."""
    specified = {name: each for name, each in vars(hookspecs).items() if name.startswith("klaremal_")}
    wanted = {f"### {name}({', '.join(inspect.signature(each).parameters)})" for name, each in specified.items()}
    assert wanted == {line for line in read("hooks.md").splitlines() if line.startswith("### ")}


def test_every_key_is_explained() -> None:
    """A new key of a file has a line of its own."""
    text = read("config.md")
    missing = [
        (shape.__name__, key_of(each)) for shape in WORDS for each in fields(shape) if f"| `{key_of(each)}` |" not in text
    ]
    assert missing == []


def test_every_measure_and_function_is_explained_with_a_result() -> None:
    """A new measure or function has an example."""
    figures = read("measures.md").partition("## What comes out")[2]
    declared = [name for name in measures.__all__ if name not in ("Measure", "Pauses", "Published")]
    assert [name for name in declared if f"| `{name}(" not in figures] == []
    values = read("formulas.md").partition("## What comes out")[2]
    assert [name for name in OWN_FUNCTIONS if f"| `{name}(" not in values] == []
