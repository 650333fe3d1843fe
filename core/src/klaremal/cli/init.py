"""`klaremal init`: a new workspace that runs at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from klaremal.cli.options import LANGUAGES, lang, spoken

if TYPE_CHECKING:
    from klaremal.scaffold.workspace import Scaffold

_WRITTEN = {"da": "Skrevet i {folder}:", "en": "Written in {folder}:", "nb": "Skrevet i {folder}:"}
_NO_SAMPLE = {
    "da": "{plugin}: uden eksempeldata ({why}). Skriv dets kilder selv; klaremal datasets viser, hvad det vil have.",
    "en": "{plugin}: without sample data ({why}). Write its sources yourself; klaremal datasets shows what it wants.",
    "nb": "{plugin}: uten eksempeldata ({why}). Skriv kildene selv; klaremal datasets viser hva den vil ha.",
}
_EXAMPLE = {
    "da": "Enheden {code} ({unit}) er et eksempel: skriv jeres egen i klaremal.toml.",
    "en": "The unit {code} ({unit}) is an example: write your own in klaremal.toml.",
    "nb": "Enheten {code} ({unit}) er et eksempel: skriv deres egen i klaremal.toml.",
}
_NEXT = {
    "da": "Tallene i data/ er opdigtede. Kør nu: klaremal run {folder}",
    "en": "The figures in data/ are made up. Now run: klaremal run {folder}",
    "nb": "Tallene i data/ er oppdiktet. Kjør nå: klaremal run {folder}",
}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--unit", metavar="CODE", help="Your municipality, by code or name.  [default: an example]")
@click.option("--plugins", metavar="NAME,NAME", help="The plugins to use.  [default: all that are installed]")
@click.option("--name", help="The organisation's name.  [default: from the unit]")
@lang
def init(folder: Path, unit: str | None, plugins: str | None, name: str | None, lang: str | None) -> int:
    """Write a commented workspace that runs at once, on sample data of the plugins. Nothing is overwritten.

    \b
    Example:
      klaremal init solbjerg --unit 751 --plugins schools,childcare
      klaremal run solbjerg
    """
    from klaremal.cli.listings import installed
    from klaremal.scaffold.new_folder import write
    from klaremal.scaffold.workspace import scaffold

    language = spoken(lang)
    registry = installed()
    made = scaffold(
        registry,
        unit=unit,
        plugins=[each.strip() for each in (plugins or "").split(",") if each.strip()],
        languages=(language, *(each for each in LANGUAGES if each != language)),
        name=name,
    )
    paths = write(made.files, folder)
    click.echo(_WRITTEN[language].format(folder=folder))
    for path in paths:
        click.echo(f"  {path}")
    for note in _notes(made, unit is None, language):
        click.echo(note)
    shown = folder.as_posix()
    click.echo(_NEXT[language].format(folder=f'"{shown}"' if " " in shown else shown))
    # Whoever wants all plugins did not get the one that is left out; whoever named others did.
    return 1 if registry.left_out and plugins is None else 0


def _notes(made: Scaffold, is_example: bool, language: str) -> list[str]:
    """Return what a new user should know besides what was written."""
    notes = [_NO_SAMPLE[language].format(plugin=plugin, why=why) for plugin, why in made.without_sample]
    if is_example:
        notes.append(_EXAMPLE[language].format(code=made.unit.code, unit=made.unit.name))
    return notes
