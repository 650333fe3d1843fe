"""`klaremal plugins`, `datasets`, `indicators` and `goals`: what is installed and what a workspace promises."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from klaremal.cli.options import folder, lang, listing, spoken, workspace
from klaremal.cli.printing import print_json, print_listing

if TYPE_CHECKING:
    from klaremal.bind.workspace import BoundGoal, BoundTask
    from klaremal.model.target import Target
    from klaremal.registry import Registry


def installed(folder: Path | None = None) -> Registry:
    """Return the registry of everything installed, and of the workspace in a folder its own files.

    A plugin that is left out is named on standard error.
    """
    from klaremal.discovery import discover
    from klaremal.gather import known_in
    from klaremal.registry import build

    return _told(build(*discover()) if folder is None else known_in(folder))


def _told(registry: Registry) -> Registry:
    for left in registry.left_out:
        click.echo(f"klaremal: left out: {left}", err=True)
    return registry


def _exit_code(registry: Registry) -> int:
    return 1 if registry.left_out else 0


@click.command()
@workspace
@listing
@lang
def plugins(workspace: Path | None, form: str, lang: str | None) -> int:
    """List the installed plugins: what each brings, and which was left out and why.

    \b
    Example:
      klaremal plugins
      klaremal plugins --format json
    """
    from klaremal.discovery import short

    registry = installed(workspace)
    language = spoken(lang)
    rows: list[dict[str, Any]] = []
    for source in registry.plugins:
        sector = registry.sectors.get(source.name)
        rows.append(
            {
                "id": source.name,
                "title": sector.title.say(language) if sector else "",
                "distribution": source.distribution,
                "version": source.version if form == "json" else short(source.version),
                "datasets": _count(registry.datasets, source.name),
                "indicators": _count(registry.indicators, source.name),
                "goals": _count(registry.goals, source.name),
                "left_out": "",
            }
        )
    rows += [
        {
            "id": left.plugin,
            "title": "",
            "distribution": left.distribution,
            "version": left.version if form == "json" else short(left.version),
            "left_out": f"{left.what}: {left.why}" if left.what else left.why,
        }
        for left in registry.left_out
    ]
    headers = {
        "id": "plugin", "title": "title", "distribution": "distribution", "version": "version", "datasets": "datasets",
        "indicators": "indicators", "goals": "statutory goals", "left_out": "left out",
    }  # fmt: skip
    print_listing(form, rows, headers, "No plugin is installed. Install one: pip install klaremal-schools")
    return _exit_code(registry)


def _count(objects: Any, plugin: str) -> int:
    return sum(1 for name in objects if name.partition(".")[0] == plugin)


@click.command()
@click.argument("dataset", required=False)
@workspace
@click.option("--format", "form", type=click.Choice(("table", "json", "tableschema")), default="table",
              help="For people, for programs, or as Frictionless Table Schema for the supplier of the data.")  # fmt: skip
@lang
def datasets(dataset: str | None, workspace: Path | None, form: str, lang: str | None) -> int:
    """List the datasets that plugins want, or describe one, column by column, for whoever delivers it.

    \b
    Example:
      klaremal datasets
      klaremal datasets childcare.staffing
      klaremal datasets childcare.staffing --format tableschema
    """
    from klaremal.cli.dataset_account import print_dataset
    from klaremal.tableschema import table_schema

    registry = installed(workspace)
    language = spoken(lang)
    chosen = [each for name, each in sorted(registry.datasets.items()) if dataset in (None, name)]
    if dataset is not None and not chosen:
        raise _unknown("dataset", dataset, registry.datasets)
    if form == "tableschema":
        schemas = [table_schema(each, language) for each in chosen]
        print_json(schemas[0] if dataset is not None else schemas)
        return _exit_code(registry)
    if form == "table" and dataset is not None:
        print_dataset(chosen[0], language)
        return _exit_code(registry)
    rows = [
        {
            "id": each.id,
            "title": each.title.say(language),
            "grain": each.grain.say(language),
            "columns": [column.name + ("*" if column.required else "") for column in each.columns],
            "level": each.level,
            "dated_by": list(each.date_columns),
            "frequency": each.base_frequency,
            "key": list(each.key),
            "made_of": list(each.made_of),
        }
        for each in chosen
    ]
    headers = {
        "id": "dataset",
        "title": "title",
        "grain": "a row is",
        "columns": "columns (* required)",
        "level": "level",
        "dated_by": "dated by",
        "frequency": "frequency",
    }
    print_listing(form, rows, headers, "No plugin with a dataset is installed.")
    return _exit_code(registry)


@click.command()
@workspace
@listing
@lang
def indicators(workspace: Path | None, form: str, lang: str | None) -> int:
    """List the indicators that can be promised something about.

    \b
    Example:
      klaremal indicators
      klaremal indicators --format json --lang en
      klaremal indicators --workspace solbjerg
    """
    registry = installed(workspace)
    language = spoken(lang)
    rows = [
        {
            "id": each.id,
            "title": each.title.say(language),
            "description": each.description.say(language),
            "dataset": each.dataset.id,
            "measure": type(each.measure).__name__,
            "measured_in": each.measured_in,
            "direction": each.direction,
            "frequency": each.frequency,
            "levels": list(each.levels),
            "publication": each.publication,
            "references": [reference.text for reference in each.references],
        }
        for _, each in sorted(registry.indicators.items())
    ]
    headers = {
        "id": "indicator", "title": "title", "measure": "measure", "measured_in": "measured in", "direction": "better is",
        "frequency": "frequency", "levels": "levels", "publication": "publication",
    }  # fmt: skip
    print_listing(form, rows, headers, "No plugin with an indicator is installed.")
    return _exit_code(registry)


@click.command()
@folder
@listing
@lang
def goals(folder: Path, form: str, lang: str | None) -> int:
    """List the goals of a workspace: its own and those that follow from law.

    \b
    Example:
      klaremal goals examples/danmark
      klaremal goals . --format json
    """
    from klaremal.bind.workspace import bind
    from klaremal.gather import gather, of_workspace
    from klaremal.workspace.folder import read

    workspace, faults = read(folder)
    files, taken = of_workspace(workspace)
    registry = _told(gather(workspace, only_named=False, files=files))
    bound = bind(workspace, registry, (*faults, *taken))
    language = spoken(lang, workspace.languages)
    rows = [_goal_row(each, each.indicator.id, each.target, language) for each in bound.goals]
    rows += [_goal_row(each, None, each.done, language) for each in bound.tasks]
    headers = {
        "id": "goal", "title": "title", "indicator": "indicator", "target": "target", "frequency": "frequency",
        "valid_from": "from", "valid_to": "to", "decision": "decision",
    }  # fmt: skip
    print_listing(form, rows, headers, "The workspace has no goals. Write one in goals/, or see klaremal init --help.")
    return _exit_code(registry)


def _goal_row(bound: BoundGoal | BoundTask, indicator: str | None, target: Target, lang: str) -> dict[str, Any]:
    by = f" by {bound.goal.by.code}" if bound.goal.by else ""
    return {
        "id": bound.goal.id,
        "version": bound.version,
        "title": bound.goal.title.say(lang),
        "promise": bound.goal.promise.say(lang),
        "indicator": indicator,
        "target": target_words(target) + by,
        "frequency": bound.frequency,
        "valid_from": bound.first.isoformat(),
        "valid_to": bound.last.isoformat() if bound.last else None,
        "statutory": bound.goal.statutory,
        "decision": decision_words(bound.goal.decision),
    }


def target_words(target: Any) -> str:
    """Return a target as its TOML key and numbers, as an analyst wrote it."""
    from klaremal.model.listed import Listed
    from klaremal.targets import AtLeast, AtMost, Between, Change, Done, Path, Relative

    if isinstance(target, AtLeast):
        return f"at_least {target.value:g}"
    if isinstance(target, AtMost):
        return f"at_most {target.value:g}"
    if isinstance(target, Between):
        return f"between {target.low:g} and {target.high:g}"
    if isinstance(target, Path):
        return "path " + ", ".join(f"{period.code} = {value:g}" for period, value in target.points)
    if isinstance(target, Change):
        since = getattr(target.since, "code", target.since)
        until = f" until {target.until.code}" if target.until else ""
        return f"change {'by_percent' if target.in_percent else 'by'} {target.size:g} since {since}{until}"
    if isinstance(target, Relative):
        return f"relative to {target.to}" + (f" offset {target.offset:g}" if target.offset else "")
    if isinstance(target, Done):
        return f"done by {target.by.isoformat()}"
    return f"{target.key} {target.file}" if isinstance(target, Listed) else type(target).__name__


def decision_words(decision: Any) -> str:
    """Return a decision as body, date and case in one line; empty when there is none."""
    if decision is None:
        return ""
    return " ".join(part for part in (decision.body, decision.date.isoformat(), decision.case) if part)


def _unknown(kind: str, name: str, known: Any) -> click.UsageError:
    from klaremal.errors import nearest

    near = nearest(name, known)
    hint = f' Did you mean "{near}"?' if near else f" See klaremal {kind}s."
    return click.UsageError(f'There is no {kind} "{name}".{hint}')
