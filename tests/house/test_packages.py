"""What the packages hand to others: nothing that a run of their samples left in their folders."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest
from flit_core.sdist import SdistBuilder
from flit_core.wheel import make_wheel_in

from klaremal.scaffold.new_folder import write
from klaremal.scaffold.plugin import plugin_package

ROOT = Path(__file__).parents[2]
NEW = "parks"


@pytest.mark.parametrize("name", [*sorted(each.parent.name for each in ROOT.glob("plugins/*/pyproject.toml")), NEW])
def test_what_a_run_left_in_the_sample_is_in_no_package(name: str, tmp_path: Path) -> None:
    """The source package has the sample and not the ledger beside it, and so has the wheel that is made of it."""
    folder = tmp_path / name
    if name == NEW:
        write(plugin_package(NEW).files, folder)
    else:
        shutil.copytree(ROOT / "plugins" / name, folder, ignore=shutil.ignore_patterns(".klaremal", "__pycache__"))
    sample = f"src/klaremal_{name}/sample"
    for left in (".klaremal/ledger.db", ".klaremal/cache/rows.parquet"):
        path = folder / sample / left
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"hidden counts")
    source = SdistBuilder.from_ini_path(folder / "pyproject.toml").build(tmp_path)
    with tarfile.open(source) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
        names = [each.partition("/")[2] for each in archive.getnames()]
    assert f"{sample}/klaremal.toml" in names
    assert [each for each in names if ".klaremal" in each] == []
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    wheel = make_wheel_in(unpacked / "pyproject.toml", tmp_path)
    with ZipFile(wheel.file) as packed:
        inside = packed.namelist()
    assert f"klaremal_{name}/sample/klaremal.toml" in inside
    assert [each for each in inside if ".klaremal" in each] == []
