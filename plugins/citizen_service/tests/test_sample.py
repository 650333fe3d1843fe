"""What every plugin keeps, and the sample workspace from file to status; every expected figure is worked out by hand."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import klaremal_citizen_service
from klaremal.cli.main import main
from klaremal.run import Run
from klaremal.testing import PluginConformance
from klaremal_citizen_service.datasets import DATASETS
from klaremal_citizen_service.indicators import INDICATORS

# Its data is a city's own, not made up.
UNSAMPLED = {"citizen_service.requests"}
SAMPLE = Path(klaremal_citizen_service.__file__).parent / "sample"


class TestCitizenService(PluginConformance):
    """All that klaremal asks of a plugin; the sample runs once for it and for the tests below."""

    plugin = "citizen_service"
    today = date(2026, 11, 22)


@pytest.fixture(scope="module")
def found() -> Run:
    """Return the run of the sample."""
    return TestCitizenService.subject().sample_run


def judged(found: Run, goal: str, unit: str = "751") -> list[tuple[Any, ...]]:
    """Return period, value, status and cause of one goal and unit, oldest first; None where there is no value."""
    rows = found.fulfilments
    rows = rows[(rows["goal"] == goal) & (rows["unit"] == unit) & ~rows["provisional"]].sort_values("period")
    columns = rows[["period", "value", "status", "cause"]].astype(object)
    values = columns.where(columns.notna(), None).itertuples(index=False, name=None)
    return [(period, value if value is None else round(value, 9), status, cause) for period, value, status, cause in values]


def test_every_dataset_and_indicator_is_tried(found: Run) -> None:
    """The sample reads all that the plugin declares, and nothing of it fails."""
    assert sorted(each.dataset for each in found.provenance) == sorted(each.id for each in DATASETS if each.id not in UNSAMPLED)
    assert set(found.fulfilments["indicator"]) == {each.id for each in INDICATORS if each.dataset.id not in UNSAMPLED}
    assert (found.gaps, found.left_out) == ((), ())


def test_the_files_say_that_they_are_made_up() -> None:
    """Nobody takes the sample for a municipality's figures."""
    assert "synthetic" in (SAMPLE / "SOURCE.md").read_text(encoding="utf-8")
    assert all('body = "Eksempel"' in path.read_text(encoding="utf-8") for path in SAMPLE.glob("goals/*.toml"))


def test_the_goal_is_judged_as_worked_out_by_hand(found: Run) -> None:
    """At most 30 percent, partly until 36: 8 of 20, 9 of 25 and 6 of 24 appeals; rejected and lapsed ones are left out."""
    assert judged(found, "omgjorte_klager") == [
        ("2022", 40.0, "not_fulfilled", None),
        ("2023", 36.0, "partly_fulfilled", None),
        ("2024", 25.0, "fulfilled", None),
        ("2025", None, "not_assessable", "confidential"),
    ]


def test_so_few_reversed_appeals_that_people_could_be_known_are_hidden(found: Run) -> None:
    """4 of 20 in 2025: fewer than five people, so value, n and part are hidden and nothing gives them away."""
    rows = found.observations[
        (found.observations["period"] == "2025") & (found.observations["indicator"] == "citizen_service.appeals_reversed")
    ]
    assert rows["cause"].tolist() == ["confidential"]
    assert rows[["value", "n", "part", "low", "high"]].isna().to_numpy().all()


def test_a_case_without_an_outcome_is_promised_but_not_judged(found: Run) -> None:
    """2024 has 25 cases on their merits, one without an outcome: 24 judged, coverage 96 percent."""
    rows = found.observations[
        (found.observations["period"] == "2024") & (found.observations["indicator"] == "citizen_service.appeals_reversed")
    ]
    assert rows[["n", "part", "coverage"]].to_numpy().tolist() == [[24.0, 6.0, pytest.approx(0.96)]]


# What the sample holds, and nothing else: for each goal its period, value, status and cause.
JUDGED = {
    # 16 of 20: a case decided after 50 days waited 15 of them for the applicant; the legalisation is out.
    "byggesager": [("2025", 80.0, "fulfilled", None)],
    # 5 of 6 in every month.
    "sager_til_tiden": [("2025", 83.333333333, "not_fulfilled", None)],
    # 10 of 12 that were late; the goal is the law's.
    "citizen_service.notice_when_late": [("2025", 83.333333333, "not_fulfilled", None)],
    # 1, 2, ... 20 minutes in each of three months: between 10 and 11, and a tenth of the way from 18 to 19.
    "koe_median": [("2025K4", 10.5, "fulfilled", None)],
    "koe_ni_af_ti": [("2025K4", 18.1, "not_fulfilled", None)],
    "koe_15_minutter": [("2025K4", 75.0, "fulfilled", None)],
    # 17 of 20 in each month.
    "telefonen": [("2025K4", 85.0, "not_fulfilled", None)],
}


@pytest.mark.parametrize("goal", JUDGED)
def test_a_goal_on_cases_is_judged_as_worked_out_by_hand(found: Run, goal: str) -> None:
    """From the rows of the sample to the status, by the arithmetic that stands beside each."""
    assert judged(found, goal) == JUDGED[goal]


def test_explain_names_the_file_of_the_pauses_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What stops a clock moves the figure as the cases do."""
    sample = str(shutil.copytree(SAMPLE, tmp_path / "sample"))
    assert main(["run", sample, "--goal", "byggesager", "--today", "2026-11-22"]) == 0
    assert main(["explain", "byggesager", sample, "--lang", "en"]) == 0
    sources = [line.split()[1] for line in capsys.readouterr().out.splitlines() if line.startswith("Source ")]
    assert sources == ["data/byggesager.csv", "data/byggesager_venter.csv"]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("da", "Endnu intet at vurdere: byggesager ({dataset} rækker kun til 9. marts 2025: se complete_until)"),
        ("en", "Nothing to judge yet: byggesager ({dataset} reaches only until 9 March 2025: look at complete_until)"),
    ],
)
def test_pauses_that_end_early_are_why_nothing_is_judged(
    lang: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a word of how far they reach, their newest day is it: every later deadline may still be put off."""
    sample = shutil.copytree(SAMPLE, tmp_path / "sample")
    text = (sample / "klaremal.toml").read_text("utf-8")
    before, at, after = text.partition("[sources.citizen_service.building_case_pauses]")
    cut, _, rest = after.partition("complete_until")
    (sample / "klaremal.toml").write_text(f"{before}{at}{cut}{rest.partition(chr(10))[2]}", "utf-8")
    main(["run", str(sample), "--goal", "byggesager", "--today", "2026-11-22", "--lang", lang])
    assert said.format(dataset="citizen_service.building_case_pauses") in capsys.readouterr().out
