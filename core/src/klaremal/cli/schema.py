"""`klaremal schema`: what klaremal.toml and goal files may say, as JSON Schema for editors."""

from __future__ import annotations

import json
from pathlib import Path

import click

from klaremal.cli.options import folder, lang, spoken


@click.command()
@folder
@click.option("--goals", is_flag=True, help="The schema of goal files.  [default: of klaremal.toml]")
@click.option("--own", is_flag=True, help="The schema of a plugin file in TOML.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write.  [default: standard output]",
)
@lang
def schema(folder: Path, goals: bool, own: bool, output: Path | None, lang: str | None) -> int:
    """Write the JSON Schema of klaremal.toml, goal files or plugin files, with the ids of all plugins.

    Editors that know it complete keys and ids and mark mistakes (VS Code with Even Better TOML: the line
    "#:schema .klaremal/klaremal.schema.json" at the top, as klaremal init writes it). Titles are in the first language
    of the workspace in FOLDER, if there is one. Write the schema anew when plugins change.

    \b
    Example:
      klaremal schema . -o .klaremal/klaremal.schema.json
      klaremal schema . --goals -o .klaremal/goals.schema.json
      klaremal schema . --own -o .klaremal/own.schema.json
    """
    from klaremal.cli.listings import installed
    from klaremal.jsonschema.own import own_schema
    from klaremal.jsonschema.schemas import goals_schema, workspace_schema

    if goals and own:
        raise click.UsageError("--goals and --own are two schemas: say one of them.")
    registry = installed(folder)
    language = spoken(lang, _languages(folder))
    made = (goals_schema if goals else own_schema if own else workspace_schema)(registry, language)
    text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        try:
            output.parent.mkdir(parents=True, exist_ok=True)
            output.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise click.FileError(str(output), error.strerror) from error
    return 1 if registry.left_out else 0


def _languages(folder: Path) -> tuple[str, ...]:
    """Return the languages of the workspace in a folder; none where there is no workspace yet."""
    from klaremal.workspace.folder import FILE_NAME, read

    return read(folder)[0].languages if (folder / FILE_NAME).is_file() else ()
