"""A rule in a file of the workspace over several runs: what the ledger keeps of it, and what a run does when it breaks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from klaremal.ledger import Ledger

Said = Callable[..., Any]

FILES = {
    "klaremal.toml": """
        plugins = ["own.toml", "judge.py"]
        [organisation]
        name = "Solbjerg Kommune"
        unit = "751"
        [sources.own.survey]
        collector = "csv"
        files = "survey.csv"
        complete_until = 2025-12-31
    """,
    "own.toml": """
        [dataset.survey]
        title = "Tilfredshed"
        grain = "et år"
        dated_by = "year"
        level = "municipality"
        columns = { year = "year", asked = "integer", satisfied = "integer" }
        [indicator.satisfied]
        title = "Tilfredse"
        dataset = "own.survey"
        measure = "ratio"
        top = "satisfied"
        per = "asked"
        scale = 100
        measured_in = "percent"
        direction = "higher"
        frequency = "year"
    """,
    "survey.csv": "year,asked,satisfied\n2024,200,170\n2025,200,190\n",
    "goals/goals.toml": """
        [defaults]
        valid_from = 2024-01-01
        indicator = "own.satisfied"
        decision = { body = "Byrådet", date = 2023-12-10 }
        [goal.plain]
        title = "Tilfredse"
        promise = "Ni af ti er tilfredse."
        at_least = 90
        [goal.kind]
        title = "Tilfredse"
        promise = "Otte af ti er tilfredse, næsten."
        at_least = 90
        rule = "judge.kind"
    """,
}
RULE = """
from klaremal import FulfilmentRule, hookimpl

def judge(rows, compared):
    return compared(rows["value"] + {more})

@hookimpl
def klaremal_fulfilment_rules():
    return [FulfilmentRule(id="judge.kind", version="{version}", title="Venlig regel", judge=judge)]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the workspace, with a rule that adds ten percentage points."""
    for name, text in {**FILES, "judge.py": RULE.format(more=10, version="1")}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def statuses(folder: Path) -> dict[tuple[str, str], str]:
    """Return the statuses in the ledger by goal and period."""
    with Ledger.open(folder / ".klaremal" / "ledger.db", read_only=True) as book:
        rows = book.fulfilments()
    return {(row.goal, row.period): row.status for row in rows.itertuples()}


def rule_kept(folder: Path, run: int) -> Any:
    """Return the rule that the ledger kept with the goal as of a run."""
    with Ledger.open(folder / ".klaremal" / "ledger.db", read_only=True) as book:
        return book.goals(run)["kind", "1"].get("rule")


PLAIN = {("plain", "2024"): "not_fulfilled", ("plain", "2025"): "fulfilled"}


def test_the_ledger_keeps_by_which_version_of_a_rule_was_judged(folder: Path, klaremal: Said) -> None:
    """85 and 95 percent, and 95 and 105 by the rule; its second version adds nothing, and the first run is told as it was."""
    assert klaremal("run", folder, "--today", "2026-02-01").code == 0
    assert statuses(folder) == PLAIN | {("kind", "2024"): "fulfilled", ("kind", "2025"): "fulfilled"}
    (folder / "judge.py").write_text(RULE.format(more=0, version="2"), encoding="utf-8")
    assert klaremal("run", folder, "--today", "2026-02-02").code == 0
    assert statuses(folder) == PLAIN | {("kind", "2024"): "not_fulfilled", ("kind", "2025"): "fulfilled"}
    assert [rule_kept(folder, run) for run in (1, 2)] == [
        {"id": "judge.kind", "version": version, "title": {"": "Venlig regel"}} for version in ("1", "2")
    ]
    told = klaremal("export", "fulfilments", folder, "--goal", "kind", "--run", "1").out
    assert 'Indfriet: efter reglen ""Venlig regel"" (version 1); periodens eget tal er 85,0 %' in told


def test_a_rule_that_breaks_leaves_its_goal_as_it_was_and_the_rest_is_stored(folder: Path, klaremal: Said) -> None:
    """Exit code 1, the goal and the line named; what was known of the goal is neither closed nor judged anew."""
    assert klaremal("run", folder, "--today", "2026-02-01").code == 0
    before = statuses(folder)
    (folder / "judge.py").write_text(RULE.format(more="nothing", version="1"), encoding="utf-8")
    (folder / "survey.csv").write_text("year,asked,satisfied\n2024,200,199\n2025,200,190\n", encoding="utf-8")
    said = klaremal("run", folder, "--today", "2026-02-02", "--lang", "en")
    assert said.code == 1
    shown = " ".join(said.out.split())
    assert "goal kind: the rule judge.kind (version 1): it raised NameError: name 'nothing' is not defined" in shown
    assert "judge.py, line 5)" in shown
    assert "Nothing to judge yet" not in shown
    assert statuses(folder) == before | {("plain", "2024"): "fulfilled"}


def test_a_goal_is_judged_plainly_again_when_its_rule_is_taken_away(folder: Path, klaremal: Said) -> None:
    """The ledger then keeps no rule with it."""
    assert klaremal("run", folder, "--today", "2026-02-01").code == 0
    path = folder / "goals/goals.toml"
    path.write_text(path.read_text("utf-8").replace('rule = "judge.kind"', ""), encoding="utf-8")
    assert klaremal("run", folder, "--today", "2026-02-02").code == 0
    assert statuses(folder)["kind", "2024"] == "not_fulfilled"
    assert rule_kept(folder, 2) is None
    assert rule_kept(folder, 1)["id"] == "judge.kind"
