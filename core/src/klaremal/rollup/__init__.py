"""The roll-up from components to observations; a table of contents."""

from __future__ import annotations

from klaremal.rollup.observations import rollup
from klaremal.rollup.per import Other
from klaremal.rollup.single import places
from klaremal.rollup.unmeasured import unmeasured

__all__ = ["Other", "places", "rollup", "unmeasured"]
