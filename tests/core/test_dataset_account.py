"""`klaremal datasets NAME`: the contract of one dataset in words, in every language, with nothing left out."""

from __future__ import annotations

import re

import pytest

from klaremal import Column, Dataset, Reference
from klaremal.cli.dataset_account import _WORDS, print_dataset
from klaremal.cli.main import main
from klaremal.model.period import FREQUENCIES

CASES = Dataset(
    id="roads.cases",
    title={"da": "Sager", "en": "Cases", "nb": "Saker"},
    grain={"da": "én række pr. sag", "en": "one row per case", "nb": "én rad per sak"},
    columns=(
        Column(
            "case_id", "string", {"da": "Sag", "en": "Case", "nb": "Sak"}, required=True, unique=True, also=("Sagsnr", "sag")
        ),
        Column("cpr", "string", personal=True, pattern="[0-9]{10}"),
        Column("opened_on", "date", {"da": "Åbnet", "en": "Opened", "nb": "Åpnet"}, required=True),
        Column("kind", "string", enum={"hole": {"da": "Hul", "en": "Hole", "nb": "Hull"}, "lamp": "lamp"}, total="all"),
        Column("days", "number", minimum=0, maximum=1.5, missing={"..": "no_data", "-": "too_few"}),
    ),
    key=("case_id",),
    person="cpr",
    dated_by="opened_on",
    events=("opened_on",),
    settle_days=14,
    basis="sample",
    references=(Reference("Vejloven", "https://example.org"), "Byrådets egen opgørelse"),
)
STAYS = Dataset(
    id="roads.stays",
    title="Ophold",
    grain="én række pr. ophold",
    columns=(Column("opened_on", "date"), Column("closed_on", "date"), Column("place", "string")),
    dated_by=("opened_on", "closed_on"),
    placed_in="place",
    made_from=(CASES, "roads.others"),
    sql="select opened_on, opened_on as closed_on, 'x' as place from cases union all select * from others",
)


def told(dataset: Dataset, lang: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the printed lines, blanks within them as one."""
    print_dataset(dataset, lang)
    return [re.sub(r"\s+", " ", line).strip() for line in capsys.readouterr().out.splitlines() if line.strip()]


def test_the_contract_of_a_dataset_is_told_column_by_column(capsys: pytest.CaptureFixture[str]) -> None:
    """The real column that dates a row, the key, the rules, other headers once, and allowed values with their titles."""
    lines = told(CASES, "en", capsys)
    assert lines[:10] == [
        "Cases (roads.cases)",
        "A row is one row per case",
        "Dated by opened_on (month)",
        "Placed in your own unit",
        "Key case_id",
        "Person cpr",
        "Events opened_on",
        "Basis a sample: those who did not answer are rows, too",
        "Settles 14 days after the end of the period",
        "Definition from Vejloven https://example.org",
    ]
    assert lines[10:12] == ["Definition from Byrådets egen opgørelse", "column type title also called rules and allowed values"]
    assert lines[13:] == [
        "case_id string Case sag, Sak, Sagsnr required; unique",
        "cpr string personal; of the form [0-9]{10}",
        "opened_on date Opened Åbnet, Åpnet required",
        "kind string hole = Hole, lamp; all = all",
        "days number at least 0; at most 1.5; .., - = missing",
    ]


def test_a_made_dataset_says_what_it_is_made_of_and_a_spell_from_when_to_when(capsys: pytest.CaptureFixture[str]) -> None:
    """In Danish; nobody looks for its source."""
    assert told(STAYS, "da", capsys)[1:5] == [
        "En række er én række pr. ophold",
        "Dateres efter opened_on til closed_on (en periode; den sidste dag tæller ikke med)",
        "Hører til place",
        "Laves af roads.cases, roads.others; det har ingen kilde selv",
    ]


def test_every_word_is_there_in_every_language() -> None:
    """And every frequency by which a dataset can be dated."""
    assert all(len(words) == 3 and all(words) for words in _WORDS.values())
    assert {*FREQUENCIES} - {"rolling12"} <= _WORDS.keys()


def test_the_command_tells_of_the_population(capsys: pytest.CaptureFixture[str]) -> None:
    """A state, as the contract says; the list of all stays a list."""
    assert main(["datasets", "klaremal.population", "--lang", "nb"]) == 0
    out = capsys.readouterr().out
    assert "status_date (en tilstand, som ikke legges sammen over tid)" in out
    assert main(["datasets", "--lang", "en"]) == 0
    assert "klaremal.population" in capsys.readouterr().out
