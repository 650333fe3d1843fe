"""`klaremal export`: observations or fulfilments of the ledger as a file for others."""

from __future__ import annotations

from pathlib import Path

import click

from klaremal.cli.options import folder, lang, spoken


@click.command()
@click.argument("table", type=click.Choice(("observations", "fulfilments")))
@folder
@click.option(
    "--format", "form", metavar="NAME", help="csv, csv_excel, json, parquet, or one of a plugin.  [default: by FILE, or csv]"
)
@click.option("--excel", is_flag=True, help="CSV for Excel in Danish or Norwegian: semicolons, decimal commas, and æ, ø, å.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write.  [default: standard output]"
)
@click.option("--indicator", multiple=True, metavar="ID", help="Only this indicator (observations).")
@click.option("--goal", multiple=True, metavar="ID", help="Only this goal (fulfilments).")
@click.option("--unit", multiple=True, metavar="UNIT", help="Only this unit, by code or name.")
@click.option("--period", multiple=True, metavar="PERIOD", help="Only this period.")
@click.option("--level", multiple=True, metavar="LEVEL", help="Only this level (observations).")
@click.option("--sector", multiple=True, metavar="NAME", help="Only this sector.")
@click.option("--status", multiple=True, metavar="STATUS", help="Only this status (fulfilments).")
@click.option("--run", type=int, help="As the ledger stood after this run.  [default: the newest]")
@lang
def export(
    table: str,
    folder: Path,
    form: str | None,
    excel: bool,
    output: Path | None,
    unit: tuple[str, ...],
    period: tuple[str, ...],
    lang: str | None,
    **filters: object,
) -> int:
    """Write the newest observations or fulfilments to a file; internal indicators are left out.

    \b
    Example:
      klaremal export fulfilments . --format csv -o maal.csv --lang da
      klaremal export fulfilments . --excel -o maal.csv --lang da
      klaremal export observations . --indicator childcare.staffing_0_2 --format json
    """
    from klaremal.cli.asked import period_code
    from klaremal.errors import Refused
    from klaremal.export import exporter_of, write
    from klaremal.export import table as read_table
    from klaremal.ready import prepare_run

    unfit = ("goal", "status") if table == "observations" else ("indicator", "level")
    for name in unfit:
        if filters.pop(name, None):
            raise click.UsageError(f"--{name} does not filter {table}.")
    if excel and (form not in (None, "csv") or output is None or output.suffix.lower() not in ("", ".csv")):
        raise Refused("--excel is for a CSV file: say --format csv and where to write it, as -o figures.csv.")
    ready = prepare_run(folder)
    exporter = exporter_of(ready.registry.exporters, "csv_excel" if excel else form, output)
    filters["unit"] = tuple(ready.code(each) for each in unit) or None
    filters["period"] = tuple(period_code(each) for each in period) or None
    frame, kept_back = read_table(ready, table, filters, spoken(lang, ready.workspace.languages))
    write(frame, exporter, output)
    if kept_back:
        click.echo(f"klaremal: left out, not for publication: {', '.join(kept_back)}", err=True)
    if output is not None:
        click.echo(f"{len(frame)} row{'' if len(frame) == 1 else 's'} written to {output}", err=True)
    return 0
