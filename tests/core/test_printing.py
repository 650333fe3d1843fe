"""Tables on consoles of every width: words, ids and figures stay whole."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from klaremal.cli.printing import print_table

HEADERS = ("mål", "titel", "indfriet", "kan ikke vurderes")
ROWS = (
    ("childcare.minimum_staffing_0_2", "Voksne nok i vuggestuen i hele kommunen", 76, 1),
    ("staffing_3_5", "Voksne nok i børnehaven", 69, 1055),
)


def printed(width: int, capsys: pytest.CaptureFixture[str]) -> str:
    """Return what a console of that width shows."""
    out = Console(file=io.StringIO(), width=width, color_system=None)
    print_table(HEADERS, ROWS, numbers=(2, 3), optional=(1,), out=out)
    return capsys.readouterr().out


@pytest.mark.parametrize("width", [60, 70, 80, 100, 160])
def test_ids_header_words_and_figures_stay_whole(width: int, capsys: pytest.CaptureFixture[str]) -> None:
    """However narrow: an id can be copied, and no header is split letter by letter."""
    shown = printed(width, capsys)
    for word in ("childcare.minimum_staffing_0_2", "staffing_3_5", "indfriet", "vurderes", "1055", "76"):
        assert word in shown


def test_the_title_is_left_out_where_there_is_no_room(capsys: pytest.CaptureFixture[str]) -> None:
    """80 columns have no place for it, 160 do."""
    assert "Voksne" not in printed(65, capsys)
    assert "Voksne nok i vuggestuen i hele kommunen" in printed(160, capsys)
