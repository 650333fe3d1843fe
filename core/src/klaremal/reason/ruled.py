"""What is said of a judgement by a rule of a plugin, where the comparison of one figure with its target decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from klaremal.reason.words import words_of

if TYPE_CHECKING:
    from klaremal.model.rule import Rule

_PHRASES: Final[Mapping[str, Mapping[str, str]]] = {
    "da": {
        "by": "efter reglen \"{rule}\" (version {version}); periodens eget tal er {value}, og måltallet er {promise}",
        "judged": "Målet vurderes efter reglen \"{rule}\" (version {version}).",
    },
    "en": {
        "by": "by the rule \"{rule}\" (version {version}); the period's own figure is {value}, and the target is {promise}",
        "judged": "The goal is judged by the rule \"{rule}\" (version {version}).",
    },
    "nb": {
        "by": "etter regelen \"{rule}\" (versjon {version}); periodens eget tall er {value}, og måltallet er {promise}",
        "judged": "Målet vurderes etter regelen \"{rule}\" (versjon {version}).",
    },
}  # fmt: skip


def by_rule(rule: Rule, value: str, promise: str, lang: str) -> str:
    """Say by which rule a goal has its status, and what the period's own figure is beside the target."""
    return words_of(_PHRASES, lang)["by"].format(rule=rule.title.say(lang), version=rule.version, value=value, promise=promise)


def judged_by(rule: Rule | None, lang: str) -> str:
    """Say which rule judges a goal; nothing where none does."""
    if rule is None:
        return ""
    return words_of(_PHRASES, lang)["judged"].format(rule=rule.title.say(lang), version=rule.version)
