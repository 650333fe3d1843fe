"""Sources that a test gives to klaremal as a plugin: one that always fails."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from klaremal.errors import SourceError, SourceUnavailable
from klaremal.hookspecs import hookimpl
from klaremal.model.collector import Collected, Collector, Request


@frozen
class _NoOptions:
    """A source that fails has no options."""


class FailingSource:
    """A plugin with the collector `failing.source`, which raises an error whenever it is asked.

    Give it to `registry_of`, and name its collector in a workspace: what a dataset whose source fails looks like.
    """

    name = "failing"

    def __init__(self, error: SourceError | None = None) -> None:
        self.error = error or SourceUnavailable("the source does not answer.")

    @hookimpl
    def klaremal_collectors(self) -> list[Collector[Any]]:
        """Declare the collector."""
        return [Collector(name=f"{self.name}.source", options=_NoOptions, collect=self._collect)]

    def _collect(self, request: Request[Any]) -> Collected:
        raise self.error
