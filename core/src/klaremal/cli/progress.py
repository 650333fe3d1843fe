"""Progress of long work on standard error: a line that changes on a terminal, silence in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Give a function that shows what is being done; nothing is left on the screen afterwards."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda message: None
        return
    from klaremal.cli.printing import console

    with console(stderr=True).status("klaremal", spinner="line") as status:
        yield status.update
