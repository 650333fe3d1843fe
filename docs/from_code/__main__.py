"""Writes the pages of the reference from the code: ``python docs/from_code``; with ``--check`` it only says which are old."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from difflib import unified_diff
from pathlib import Path

import cli_page
import config_page
import errors_page
import formulas_page
import fulfilment_page
import hooks_page
import measures_page

PAGES: Mapping[str, Callable[[], str]] = {
    "hooks.md": hooks_page.text,
    "cli.md": cli_page.text,
    "config.md": config_page.text,
    "measures.md": measures_page.text,
    "formulas.md": formulas_page.text,
    "fulfilment.md": fulfilment_page.text,
    "errors.md": errors_page.text,
}


def main(arguments: list[str]) -> int:
    """Write every page that has changed, or show how it differs, and return how many do not stand as they should."""
    folder = Path(__file__).resolve().parents[1]
    old = 0
    for name, made in PAGES.items():
        path, new = folder / name, made()
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if before == new:
            continue
        if "--check" not in arguments:
            path.write_text(new, encoding="utf-8", newline="\n")
            print(f"docs/{name} written")
            continue
        old += 1
        print("\n".join(unified_diff(before.splitlines(), new.splitlines(), f"docs/{name}", "from code", n=1, lineterm="")))
    print(
        f"{len(PAGES)} pages of the reference" + (f", {old} of them old: run python dev.py docs" if old else " are up to date")
    )
    return min(old, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
