"""Patterns of files: which files they match, also those that Python's own matching refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from klaremal.model.file_pattern import files_like


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("a.csv", ["a.csv"]),
        ("*.csv", ["a.csv", "b.csv"]),
        ("**.csv", ["a.csv", "b.csv"]),
        ("**/*.csv", ["a.csv", "b.csv", "in/c.csv", "in/deep/d.csv"]),
        ("in/**.csv", ["in/c.csv"]),
        ("in/***/d.csv", ["in/deep/d.csv"]),
        ("[ab].csv", ["a.csv", "b.csv"]),
        ("in", []),
        (".", []),
        ("[", []),
        ("nowhere/*.csv", []),
    ],
)
def test_a_pattern_matches_files_and_is_never_refused(pattern: str, found: list[str], tmp_path: Path) -> None:
    """In the folder, and as a whole path from anywhere."""
    for name in ("a.csv", "b.csv", "in/c.csv", "in/deep/d.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [each.relative_to(tmp_path).as_posix() for each in files_like(tmp_path, pattern)] == found
    assert [each.relative_to(tmp_path).as_posix() for each in files_like(Path("/"), str(tmp_path / pattern))] == found


def test_the_root_of_everything_is_no_file() -> None:
    """Nor a pattern of files."""
    assert files_like(Path("/nowhere"), "/") == []
