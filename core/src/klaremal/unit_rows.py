"""Units read from a dataset's own rows: schools below municipalities, say; it decides no figures."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from klaremal import __version__
from klaremal.canonical import digest
from klaremal.model.formula import Formula
from klaremal.model.outcome import SetAside
from klaremal.model.unit import Unit

if TYPE_CHECKING:
    from klaremal.checks.rows import Rows
    from klaremal.collect import Delivery
    from klaremal.engine import Engine
    from klaremal.model.unit import Units
    from klaremal.workspace.folder import UnitsFrom

_EXAMPLES = 5

Triple = tuple[str, str, str]


def kept(state: Path, delivery: Delivery, spec: UnitsFrom) -> tuple[Triple, ...] | None:
    """Return what `keep` kept of the same content, or None; a file that cannot be read counts as not kept."""
    try:
        triples = json.loads(_path(state, delivery, spec).read_text("utf-8"))
        return tuple((str(code), str(name), str(parent)) for code, name, parent in triples)
    except (OSError, ValueError, TypeError):
        # Half a file after a power cut, say: the source is there to be read again.
        return None


def keep(state: Path, delivery: Delivery, spec: UnitsFrom, triples: Sequence[Triple]) -> None:
    """Keep the texts for the next run; a reader finds the file whole, or none. OSError when the folder does not take it."""
    path = _path(state, delivery, spec)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.json")
    unfinished.write_text(json.dumps(triples, ensure_ascii=False), "utf-8")
    unfinished.replace(path)


def _path(state: Path, delivery: Delivery, spec: UnitsFrom) -> Path:
    return state / "components" / f"{digest(delivery.fingerprint, spec, __version__, 'units')}.units.json"


def distinct(engine: Engine, rows: Rows, spec: UnitsFrom) -> tuple[Triple, ...]:
    """Return the distinct (code, name, parent) texts of a dataset's good rows."""
    chosen = f" and ({Formula.of(spec.where).sql(engine.dialect)})" if spec.where else ""
    texts = ", ".join(f"coalesce(cast(max({column}) as varchar), '')" for column in (spec.code, spec.name, spec.parent))
    found = engine.query(
        f"select {texts} from {rows.relation} where __bad is null and {spec.code} is not null{chosen} "
        f"group by {spec.code} order by {spec.code}",
        purpose=f"units of {spec.dataset}",
    )
    return tuple((str(code), str(name), str(parent)) for code, name, parent in found)


def units_of(
    triples: Sequence[Triple], spec: UnitsFrom, units: Units, organisation: str
) -> tuple[tuple[Unit, ...], tuple[SetAside, ...]]:
    """Return the units whose parent is known, and what was set aside: a parent that is no unit, a code that is taken.

    Where the rows name no parent the organisation itself is it, as it is the unit of rows that name none.
    A unit without a known parent cannot be placed in the tree, so its rows are set aside later as an unknown unit.
    """
    made: list[Unit] = []
    lost: list[tuple[str, str]] = []
    taken: list[str] = []
    for code, name, parent in triples:
        holder = units.resolve(parent) if parent else organisation
        if code in units.codes:
            taken.append(f"{code} {name}")
        elif holder is None:
            lost.append((f'{name or code}: "{parent}"', parent))
        else:
            made.append(Unit(code=code, name=name or code, level=spec.level, parent=holder))
    return tuple(made), (*_parentless(lost, spec, units), *_taken(taken, spec))


def _parentless(lost: Iterable[tuple[str, str]], spec: UnitsFrom, units: Units) -> Iterable[SetAside]:
    by_parent: dict[str, list[str]] = {}
    for name, parent in lost:
        by_parent.setdefault(parent, []).append(name)
    for parent, names in sorted(by_parent.items()):
        near = units.nearest(parent)
        hint = f' Did you mean "{near}"?' if near else ""
        message = f'units whose {spec.parent} "{parent}" is no known unit.{hint}'
        yield SetAside(
            dataset=spec.dataset, rule="unknown_parent", rows=len(names), message=message, examples=names[:_EXAMPLES]
        )


def _taken(taken: Sequence[str], spec: UnitsFrom) -> Iterable[SetAside]:
    if taken:
        message = "units whose code already belongs to another unit; give them codes of their own."
        yield SetAside(
            dataset=spec.dataset, rule="unit_code_taken", rows=len(taken), message=message, examples=taken[:_EXAMPLES]
        )
