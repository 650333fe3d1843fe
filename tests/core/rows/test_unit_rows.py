"""Units that a dataset's own rows name: their code, name and parent as texts, whatever the types of the columns."""

from __future__ import annotations

from typing import Any

import pytest

from klaremal import Column, Dataset
from klaremal.unit_rows import distinct
from klaremal.workspace.folder import UnitsFrom


@pytest.mark.parametrize(
    ("kind", "parent", "expected"),
    [("string", "0751", "0751"), ("integer", "751", "751"), ("date", "2026-01-31", "2026-01-31")],
)
def test_an_empty_parent_is_an_empty_text(desk: Any, kind: str, parent: str, expected: str) -> None:
    """And the parents beside it are what a person reads: 751, not 751.0."""
    columns = (Column("code", "integer"), Column("name", "string"), Column("above", kind), Column("when", "year"))
    dataset = Dataset(id="demo.schools", title="Skoler", grain="én", columns=columns, dated_by="when", bad_rows_allowed=1)
    desk.write("a.csv", f"code;name;above;when\n20;Søndre;{parent};2025\n3;;;2025\n3;;;2026\n;Ingen;;2025\n4;Dårlig;;x\n")
    rows, _ = desk.checked(dataset, files="a.csv")
    spec = UnitsFrom(dataset="demo.schools", code="code", name="name", parent="above", level="institution")
    assert distinct(desk.engine, rows, spec) == (("3", "", ""), ("20", "Søndre", expected))
