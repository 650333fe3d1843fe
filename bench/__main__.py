"""Measures the promises about speed and prints them as one table: ``python dev.py bench [--only NAME] [--quick]``.

Whatever it compares it measures in the same run, in turn; ratios are kept, seconds depend on the machine.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

# So that `python bench` and `python -m bench` are the same.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def main(arguments: list[str] | None = None) -> int:
    """Measure what was asked for and return 1 when a promise is broken, else 0."""
    from bench.lines import header, shown
    from bench.promises import PROMISES, Asked

    parser = argparse.ArgumentParser(prog="bench", description="The promises about speed, as ratios.")
    parser.add_argument("--only", action="append", choices=PROMISES, help="only this one; may be given several times")
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows, fewer rounds, and no file of 2 GB")
    parser.add_argument("--folder", type=Path, help="where the data is made (up to 8 GB), and removed at the end")
    given = parser.parse_args(arguments)
    print(f"{os.cpu_count()} processors, load {' '.join(f'{each:.1f}' for each in _load())}, Python {sys.version.split()[0]}\n")
    print(header(), flush=True)
    broken = 0
    with tempfile.TemporaryDirectory(prefix="klaremal-bench-", dir=given.folder) as folder:
        asked = Asked(Path(folder), given.quick)
        for name, measure in PROMISES.items():
            if given.only and name not in given.only:
                continue
            for line in measure(asked):
                print(shown(line), flush=True)
                broken += line.verdict == "BROKEN"
    return 1 if broken else 0


def _load() -> tuple[float, ...]:
    return os.getloadavg() if hasattr(os, "getloadavg") else ()


if __name__ == "__main__":
    sys.exit(main())
