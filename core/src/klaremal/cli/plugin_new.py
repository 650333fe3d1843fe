"""`klaremal plugin new`: the package of a plugin that runs at once."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--title", "titles", metavar="TEXT", multiple=True,
              help="What people call the service area; da=TEXT and en=TEXT for one language.  [default: the name]")  # fmt: skip
def new(name: str, folder: Path | None, titles: tuple[str, ...]) -> int:
    """Write the package of a new plugin that runs and passes its tests at once, on made-up figures.

    NAME is the service area's: every id of the plugin begins with it. Without a folder it is klaremal-NAME. Nothing is
    overwritten.

    \b
    Example:
      klaremal plugin new parks
      klaremal plugin new parks work/parks --title da="Parker og grønne områder" --title en=Parks
    """
    from klaremal.scaffold.new_folder import write
    from klaremal.scaffold.plugin import plugin_package

    made = plugin_package(name, titles)
    place = folder or Path(made.distribution)
    paths = write(made.files, place)
    shown = place.as_posix()
    click.echo(f"Written in {shown}:")
    for path in paths:
        click.echo(f"  {path}")
    click.echo("The figures and the law in it are made up. Now run:")
    click.echo(f'  cd "{shown}"' if " " in shown else f"  cd {shown}")
    click.echo('  python -m pip install -e ".[test]"')
    click.echo("  python -m pytest")
    click.echo("  klaremal run sample")
    click.echo(f"Then say in src/{made.module}/datasets.py which rows you have; docs/write-a-plugin.md goes on from there.")
    return 0
