"""The preset for tables of uddannelsesstatistik.dk: the words of the statistics become those of the dataset."""

from __future__ import annotations

from klaremal_schools.collectors import STIL_CSV
from klaremal_schools.datasets import MUNICIPALITIES


def test_the_preset_names_every_stage_of_the_dataset() -> None:
    """The statistics write stages with a capital letter; each of the dataset's stages is one of theirs, and none is missed."""
    stages = dict(STIL_CSV.defaults)["values"]["stage"]
    assert stages == {"Indskoling": "indskoling", "Mellemtrin": "mellemtrin", "Udskoling": "udskoling"}
    assert set(stages.values()) == set(MUNICIPALITIES.column("stage").codes)


def test_the_preset_is_a_csv_reader() -> None:
    """It needs no library of its own, and a source may still override what it fills in."""
    assert (STIL_CSV.base, STIL_CSV.collect) == ("csv", None)
