"""Makes `python -m klaremal` the same as the command `klaremal`."""

from __future__ import annotations

from klaremal.cli.main import entry

if __name__ == "__main__":
    entry()
