"""The checks that a plugin passes, by name and in the order in which they are made; a table of contents."""

from __future__ import annotations

from klaremal.testing.checks.listed import CHECKS, Check, asked_for, findings, no_check, wrong_skip
from klaremal.testing.subject import Finding

__all__ = ["CHECKS", "Check", "Finding", "asked_for", "findings", "no_check", "wrong_skip"]
