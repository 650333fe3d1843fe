"""Files as they arrive: encodings, compression, half files, other kinds of files, and files that may not be read."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from klaremal.errors import SourceUnavailable, SourceUnreadable
from klaremal.reading.encoding import plain_texts

TEXT = "navn;beløb\nÆrø – Blåbærvej;5 €\n" + "x;1\n" * 50
DROPPED_RIGHTS = """
import os, sys
from pathlib import Path
from klaremal.errors import SourceError
from klaremal.reading.encoding import plain_texts
os.setgid(65534)
os.setuid(65534)
try:
    plain_texts(Path(sys.argv[1]), Path("."))
except SourceError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """Give a folder for streamed texts."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def written(tmp_path: Path, content: bytes, name: str = "udtræk.csv") -> Path:
    """Write a file and return its path."""
    path = tmp_path / name
    path.write_bytes(content)
    return path


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a zip file with these files in it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("cp1252"),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        gzip.compress(TEXT.encode()),
        gzip.compress(TEXT.encode("cp1252")),
        zipped({"udtræk.csv": TEXT.encode("cp1252")}),
    ],
    ids=["utf-8", "utf-8-bom", "cp1252", "utf-16", "utf-16-be", "utf-16-without-mark", "gz", "gz-cp1252", "zip-cp1252"],
)
def test_every_usual_encoding_is_found(tmp_path: Path, scratch: Path, content: bytes) -> None:
    """The same text comes out of all of them, the dash and the euro sign of Windows included."""
    (plain,) = plain_texts(written(tmp_path, content), scratch)
    assert plain.path.read_text(encoding="utf-8") == TEXT


def test_plain_utf8_is_read_where_it_lies(tmp_path: Path, scratch: Path) -> None:
    """A large file is not copied when the engine can read it as it is."""
    path = written(tmp_path, TEXT.encode())
    (plain,) = plain_texts(path, scratch)
    assert plain.path == path.resolve()
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("name", ["tal [2026].csv", "tal*.csv", "tal?.csv"])
@pytest.mark.skipif(sys.platform == "win32", reason="such names cannot be made there")
def test_a_name_that_the_engine_would_take_for_a_pattern_is_streamed(tmp_path: Path, scratch: Path, name: str) -> None:
    """Brackets in a file's name are no pattern."""
    (plain,) = plain_texts(written(tmp_path, TEXT.encode(), name), scratch)
    assert plain.path.parent == scratch
    assert plain.name == name


def test_a_late_danish_letter_decides_for_the_whole_file(tmp_path: Path, scratch: Path) -> None:
    """The only letter that tells cp1252 from UTF-8 may stand 3 million bytes into the file."""
    (plain,) = plain_texts(written(tmp_path, b"a;b\n" * 750_000 + "Sønderborg".encode("cp1252")), scratch)
    assert plain.path.read_text(encoding="utf-8").endswith("Sønderborg")


def test_the_only_danish_letter_may_be_the_last_byte(tmp_path: Path, scratch: Path) -> None:
    """å of Windows begins a letter of UTF-8 that never ends; it is not taken for half a file."""
    (plain,) = plain_texts(written(tmp_path, "farve\nBlå".encode("cp1252")), scratch)
    assert plain.path.read_text(encoding="utf-8") == "farve\nBlå"


def test_a_letter_across_two_pieces_is_whole(tmp_path: Path, scratch: Path) -> None:
    """Files are read in pieces of a megabyte; a letter of two bytes may lie on the border."""
    text = "x" * ((1 << 20) - 1) + "æ" + "y" * 10
    (plain,) = plain_texts(written(tmp_path, text.encode("utf-8-sig")), scratch)
    assert plain.path.read_text(encoding="utf-8") == text


class TestDeclared:
    """What the source says about its encoding."""

    def test_latin1_declared_as_utf8_is_refused_with_the_line(self, tmp_path: Path, scratch: Path) -> None:
        """Which byte, on which line, which letter it is in Windows, and what to write."""
        path = written(tmp_path, "navn\nKøge\nÆrø\n".encode("latin-1"))
        with pytest.raises(SourceUnreadable, match=r'is not UTF-8: byte 0xF8 on line 2 \("ø".*encoding = "cp1252"'):
            plain_texts(path, scratch, "utf-8")

    def test_utf8_is_recognised_although_a_preset_says_cp1252(self, tmp_path: Path, scratch: Path) -> None:
        """A vendor who changes to UTF-8 does not make "KÃ¸ge" of Køge."""
        (plain,) = plain_texts(written(tmp_path, "navn\nKøge\n".encode()), scratch, "cp1252")
        assert plain.path.read_text(encoding="utf-8") == "navn\nKøge\n"

    def test_another_encoding_is_read_as_declared(self, tmp_path: Path, scratch: Path) -> None:
        """Any encoding that Python knows can be declared."""
        (plain,) = plain_texts(written(tmp_path, "navn\nKøge\n".encode("cp850")), scratch, "cp850")
        assert plain.path.read_text(encoding="utf-8") == "navn\nKøge\n"

    def test_an_unknown_encoding_is_named_with_those_that_are_meant(self, tmp_path: Path, scratch: Path) -> None:
        """Windows has names of its own for encodings."""
        with pytest.raises(SourceUnreadable, match=r'encoding = "windows" is unknown.*"cp1252" \(Windows, "ANSI"\)'):
            plain_texts(written(tmp_path, b"a\n1\n"), scratch, "windows")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty. The extract probably failed"),
        (b"\xef\xbb\xbf\r\n \r\n", "is empty"),
        (b"\xff\xfe", "is empty"),
        (gzip.compress(TEXT.encode() * 100)[:-40], "cut off or damaged .*Fetch it again"),
        (gzip.compress(b""), "is empty"),
        (b"\x1f\x8bgarbage that is no gz file", "cut off or damaged"),
        (zipped({"a.csv": TEXT.encode() * 100})[:-60], "cut off or damaged"),
        (b"PK\x03\x04" + b"garbage" * 50, "cut off or damaged"),
        (zipped({}), "zip file holds no file"),
        (zipped({"[Content_Types].xml": b"<x/>"}), 'workbook, not text. Use collector = "excel"'),
        (b"%PDF-1.7 ...", "not text but a PDF"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 100, 'old Excel workbook; use collector = "excel"'),
        (b"PAR1" + b"\x00" * 40, 'Parquet file; use collector = "parquet"'),
        (b"\x00\x01\x00\x02 zeros \x00\x00\x00", "zero bytes"),
        ("navn\nKøg".encode() + b"\xc3", "ends in the middle of a letter"),
        (TEXT.encode("utf-16")[:-1], "cannot be read as utf-16"),
        (b"a;b\n1;\x81\n", "cannot be read as cp1252"),
    ],
    ids=["0-bytes", "only-blanks", "only-a-mark", "half-gz", "empty-gz", "garbage-gz", "half-zip", "garbage-zip", "empty-zip",
         "workbook", "pdf", "xls", "parquet", "binary", "cut-letter", "half-utf-16", "no-cp1252"],
)  # fmt: skip
def test_what_is_no_whole_text_is_refused_in_words(tmp_path: Path, scratch: Path, content: bytes, message: str) -> None:
    """Each damaged or mistaken file is named with what it is and what to do."""
    path = written(tmp_path, content)
    with pytest.raises(SourceUnreadable, match=message) as caught:
        plain_texts(path, scratch)
    assert caught.value.address == str(path)


def test_every_file_of_a_zip_is_a_text(tmp_path: Path, scratch: Path) -> None:
    """They come sorted by name; folders and what a Mac adds are no texts."""
    content = zipped({"2026/b.csv": b"n\n2\n", "2026/a.csv": b"n\n1\n", "__MACOSX/a.csv": b"x", "2026/": b""})
    plains = plain_texts(written(tmp_path, content, "udtræk.zip"), scratch)
    assert [(plain.name, plain.path.read_text()) for plain in plains] == [
        ("udtræk.zip/2026/a.csv", "n\n1\n"),
        ("udtræk.zip/2026/b.csv", "n\n2\n"),
    ]


class TestCannotBeOpened:
    """Files that the operating system does not hand over."""

    def test_a_file_that_is_not_there(self, tmp_path: Path, scratch: Path) -> None:
        """A file may vanish between the look into the folder and the reading."""
        with pytest.raises(SourceUnavailable, match=r"cannot be opened: No such file.*Check the name"):
            plain_texts(tmp_path / "væk.csv", scratch)

    def test_a_path_through_a_file(self, tmp_path: Path, scratch: Path) -> None:
        """A folder that is in truth a file has nothing in it."""
        written(tmp_path, b"x", "mappe")
        with pytest.raises(SourceUnavailable, match="cannot be opened: Not a directory"):
            plain_texts(tmp_path / "mappe" / "a.csv", scratch)

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows says that it may not be read")
    def test_a_folder_is_no_file(self, tmp_path: Path, scratch: Path) -> None:
        """Who names the folder is told how to name the files in it."""
        with pytest.raises(SourceUnavailable, match=r'It is a folder: write "folder/\*\.csv"'):
            plain_texts(tmp_path, scratch)

    @pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="rights are dropped by who has them all")
    def test_a_file_without_rights(self, tmp_path: Path) -> None:
        """The message names rights and the other program that may hold the file, the two usual causes."""
        path = written(tmp_path, b"n\n1\n")
        path.chmod(0)
        done = subprocess.run(
            [sys.executable, "-c", DROPPED_RIGHTS, str(path)], capture_output=True, text=True, check=True, timeout=30
        )
        assert done.stdout.startswith("SourceUnavailable")
        assert "Permission denied" in done.stdout
        assert "Close it there, or ask for the right to read it" in done.stdout
