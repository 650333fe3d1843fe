"""The test class that a plugin's author subclasses; what it checks is in `klaremal.testing.checks`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import ModuleType
from typing import ClassVar

import pytest

from klaremal.discovery import PluginSource
from klaremal.errors import nearest
from klaremal.testing.checks import CHECKS, findings
from klaremal.testing.subject import Subject


class PluginConformance:
    """Everything that klaremal asks of a plugin, as tests: subclass it, and name the plugin.

    ::

        class TestParks(PluginConformance):
            plugin = "parks"

    `plugin` is the entry-point name, or a module that need not be installed. `skip` leaves checks out, each with a reason that
    a reader can judge: ``skip = {"values_plausible": "the range is that of the law's own table"}``. `today` is the day of the
    sample's run, today unless it is given. The same checks without a test suite: `klaremal plugin check parks`.
    """

    plugin: ClassVar[str | ModuleType | PluginSource] = ""
    skip: ClassVar[Mapping[str, str]] = {}
    today: ClassVar[date | None] = None
    _subject: ClassVar[Subject]

    @pytest.mark.parametrize("check", CHECKS)
    def test_plugin(self, check: str) -> None:
        """The plugin passes a check, or says why it need not."""
        if check in self.skip and self.skip[check].strip():
            pytest.skip(self.skip[check])
        found = findings(self.subject(), check)
        if found:
            said = "\n".join(f"- {each}" for each in found)
            cure = f'If it cannot be otherwise: skip = {{"{check}": "<why>"}}.'
            pytest.fail(f"{CHECKS[check].__doc__}\n{said}\n{cure}", pytrace=False)

    def test_skips(self) -> None:
        """Only checks that there are can be left out, each with a reason."""
        for name, reason in self.skip.items():
            near = nearest(name, CHECKS)
            hint = f'Did you mean "{near}"?' if near else f"The checks are {', '.join(CHECKS)}."
            assert name in CHECKS, f'skip: there is no check "{name}". {hint}'
            assert reason.strip(), f'skip: say why "{name}" need not hold for this plugin.'

    @classmethod
    def subject(cls) -> Subject:
        """Return the plugin with what its tests share: the run of its sample, the rows made for its datasets."""
        assert cls.plugin, f'{cls.__name__}: name the plugin, as plugin = "parks".'
        if "_subject" not in cls.__dict__:
            cls._subject = Subject.of(cls.plugin, cls.today)
        return cls._subject
