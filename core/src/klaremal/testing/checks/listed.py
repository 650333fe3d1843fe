"""All checks of a plugin: their names, what each looks at, and their findings; what they look for is in the other files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from inspect import cleandoc
from types import MappingProxyType
from typing import Final

from klaremal.errors import KlaremalError, nearest
from klaremal.testing.checks.collecting import broken_sources_are_source_errors, changed_sources_are_noticed
from klaremal.testing.checks.consistent import goals_and_thresholds_agree
from klaremal.testing.checks.declared import definitions, ids, texts_in_every_language
from klaremal.testing.checks.exporting import exporters_write
from klaremal.testing.checks.judged import statuses_monotone, suppression_safe
from klaremal.testing.checks.measures import (
    components_add_up,
    few_rows,
    measures_equal_oracle,
    measures_ignore_row_order,
    values_plausible,
)
from klaremal.testing.checks.packaged import imports_light, loads_alone, loads_beside_others, metadata
from klaremal.testing.checks.ruled import rules_judge, rules_monotone
from klaremal.testing.checks.sample import sample_keeps_contract, sample_runs
from klaremal.testing.subject import Finding, Subject

Check = Callable[[Subject], Iterator[Finding]]

# In the order in which an author wants to hear of them: what makes others fail comes first.
CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        each.__name__: each
        for each in (
            metadata,
            loads_alone,
            loads_beside_others,
            imports_light,
            ids,
            texts_in_every_language,
            definitions,
            goals_and_thresholds_agree,
            sample_runs,
            sample_keeps_contract,
            measures_equal_oracle,
            measures_ignore_row_order,
            components_add_up,
            values_plausible,
            few_rows,
            statuses_monotone,
            suppression_safe,
            rules_judge,
            rules_monotone,
            exporters_write,
            broken_sources_are_source_errors,
            changed_sources_are_noticed,
        )
    }
)


def findings(subject: Subject, name: str) -> list[Finding]:
    """Return what a check finds; what cannot be checked at all is a finding, too. KeyError for a check that there is not."""
    try:
        return list(CHECKS[name](subject))
    except KlaremalError as error:
        return [Finding(subject.name, f"it cannot be checked: {error}", "Correct that first.")]


def asked_for(name: str) -> tuple[str, str]:
    """Return what a check asks, in a sentence, and what to do when it fails."""
    asked, _, advice = cleandoc(CHECKS[name].__doc__ or "").partition("\n\n")
    return asked, advice


def no_check(name: str) -> str:
    """Say that there is no check of that name, and which is meant; empty when there is one."""
    if name in CHECKS:
        return ""
    near = nearest(name, CHECKS)
    hint = f'Did you mean "{near}"?' if near else f"The checks are {', '.join(CHECKS)}."
    return f'there is no check "{name}". {hint}'


def wrong_skip(name: str, reason: str) -> str:
    """Say why a check cannot be left out so: there is none of that name, or no reason is given; empty when it can."""
    return no_check(name) or ("" if reason.strip() else f'say why "{name}" need not hold for this plugin.')
