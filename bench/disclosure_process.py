"""Disclosure control of one large family, in one process of its own; it prints its times as JSON and ends."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from klaremal.disclosure import Cells, Family

_FIRST_MONTH = 2026 * 12
_DISTRICTS = 15
_SEXES, _AGES = 2, 4
# What an institution has in a month, on average; half of them have less than 70 % of it.
_CASES = 25
_LENGTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def _values() -> list[tuple[int, int, tuple[Any, Any]]]:
    """Return the total and the values of two breakdowns: code, breakdown, and which sexes and ages they hold."""
    everything = slice(None)
    found: list[tuple[int, int, tuple[Any, Any]]] = [(0, 0, (everything, everything))]
    found += [(1 + sex, 1, ([sex], everything)) for sex in range(_SEXES)]
    return found + [(1 + _SEXES + age, 2, (everything, [age])) for age in range(_AGES)]


def _table(institutions: int) -> tuple[Cells, Family]:
    """Return a municipality with districts and institutions, by sex and by age, in all periods of a year."""
    from klaremal.disclosure import Cells, Figures, family
    from klaremal.model.period import FREQUENCIES

    chance = np.random.default_rng(1)
    size = chance.gamma(1.0, _CASES, institutions)[:, None, None, None] / (_SEXES * _AGES)
    cases = chance.poisson(np.broadcast_to(size, (institutions, 12, _SEXES, _AGES)))
    of_district = np.arange(institutions) % _DISTRICTS
    districts = np.stack([cases[of_district == district].sum(axis=0) for district in range(_DISTRICTS)])
    numbers = np.concatenate([cases.sum(axis=0)[None], districts, cases])
    parents = np.concatenate([[-1], np.zeros(_DISTRICTS), 1 + of_district])
    depths = np.concatenate([[2], np.full(_DISTRICTS, 3), np.full(institutions, 4)])
    parts: dict[str, list[Any]] = {name: [] for name in ("unit", "kind", "start", "months", "breakdown", "dimension", "n")}
    for code, dimension, (sexes, ages) in _values():
        by_month = numbers[:, :, sexes][:, :, :, ages].sum(axis=(2, 3))
        for kind, length in _LENGTHS.items():
            by_period = by_month.reshape(len(numbers), -1, length).sum(axis=2)
            units, periods = np.indices(by_period.shape).reshape(2, -1)
            same = np.ones_like(units)
            columns = (
                units,
                FREQUENCIES.index(kind) * same,
                _FIRST_MONTH + periods * length,
                length * same,
                code * same,
                dimension * same,
            )
            for name, values in zip(parts, (*columns, by_period.reshape(-1)), strict=True):
                parts[name].append(values)
    given = {name: np.concatenate(values) for name, values in parts.items()}
    n, unit = given.pop("n"), given["unit"]
    nothing = np.zeros(len(n), dtype=bool)
    cells = Cells(parent=parents[unit], depth=depths[unit], public=nothing, withheld=nothing, provisional=nothing, **given)
    return cells, family([Figures(kind="process", n=n)])


def measured(institutions: int, rounds: int) -> dict[str, Any]:
    """Return how long control takes, of how many cells, how many of them are few, and how many are hidden."""
    from klaremal.disclosure import control

    cells, family = _table(institutions)
    times, hidden = [], 0
    for _ in range(rounds):
        started = time.perf_counter()
        found = control(cells, family)
        times.append(time.perf_counter() - started)
        hidden = int(found.hidden.sum())
    return {"times": times, "cells": len(cells), "few": int(family.sensitive.sum()), "hidden": hidden}


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]), int(sys.argv[2]))))
