"""Makes `python -m klaremal` the same as the command `klaremal`."""

from __future__ import annotations

import sys

from klaremal.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
