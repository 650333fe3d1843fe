"""The test class that a plugin's author subclasses; what it checks is in `klaremal.testing.checks`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from types import ModuleType
from typing import ClassVar

import pytest

from klaremal.discovery import PluginSource
from klaremal.errors import DeclarationError
from klaremal.testing.checks import CHECKS, asked_for, findings, wrong_skip
from klaremal.testing.subject import Subject


class PluginConformance:
    """Everything that klaremal asks of a plugin, as tests: subclass it, and name the plugin.

    ::

        class TestParks(PluginConformance):
            plugin = "parks"

    `plugin` is the entry-point name, or a module that need not be installed. `skip` leaves checks out, each with a reason that
    a reader can judge: ``skip = {"values_plausible": "the range is that of the law's own table"}``; a test that takes the place
    of one of these is refused when the class is made. `today` is the day of the sample's run, today unless it is given. The
    same checks without a test suite: `klaremal plugin check parks`.
    """

    plugin: ClassVar[str | ModuleType | PluginSource] = ""
    skip: ClassVar[Mapping[str, str]] = {}
    today: ClassVar[date | None] = None
    _subject: ClassVar[Subject]

    def __init_subclass__(cls) -> None:
        """Refuse a class in which something else stands in the place of a test: nobody would see what was left out, and why."""
        super().__init_subclass__()
        for name in ("test_plugin", "test_skips"):
            if getattr(cls, name) is not getattr(PluginConformance, name):
                what = f"{cls.__name__}.{name} takes the place of the checks of klaremal."
                cure = f'Give it another name; leave a check out with a reason: skip = {{"{next(iter(CHECKS))}": "<why>"}}.'
                raise DeclarationError(f"{what} {cure}")

    @pytest.mark.parametrize("check", CHECKS)
    def test_plugin(self, check: str) -> None:
        """The plugin passes a check, or says why it need not."""
        if check in self.skip and self.skip[check].strip():
            pytest.skip(self.skip[check])
        every = findings(self.subject(), check)
        for each in every:
            if not each.fails:
                # pytest shows it with -rP, and beside whatever else the test finds.
                sys.stdout.write(f"note: {each}\n")
        found = [each for each in every if each.fails]
        if found:
            said = "\n".join(f"- {each}" for each in found)
            asked, advice = asked_for(check)
            cure = f'If it cannot be otherwise: skip = {{"{check}": "<why>"}}.'
            pytest.fail(f"{asked}\n{said}\n{advice}\n{cure}", pytrace=False)

    def test_skips(self) -> None:
        """Only checks that there are can be left out, each with a reason."""
        wrong = [each for name, reason in self.skip.items() if (each := wrong_skip(name, reason))]
        assert not wrong, "\n".join(f"skip: {each}" for each in wrong)

    @classmethod
    def subject(cls) -> Subject:
        """Return the plugin with what its tests share: the run of its sample, the rows made for its datasets."""
        assert cls.plugin, f'{cls.__name__}: name the plugin, as plugin = "parks".'
        if "_subject" not in cls.__dict__:
            cls._subject = Subject.of(cls.plugin, cls.today)
        return cls._subject
