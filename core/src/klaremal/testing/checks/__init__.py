"""The checks that a plugin passes, by name and in the order in which they are made; a table of contents."""

from __future__ import annotations

from klaremal.testing.checks.listed import CHECKS, Check, findings
from klaremal.testing.subject import Finding

__all__ = ["CHECKS", "Check", "Finding", "findings"]
