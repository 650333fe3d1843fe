"""Files as plain UTF-8 that the engine can read: encodings found, gz and zip unpacked, streamed; no table is parsed here."""

from __future__ import annotations

import codecs
import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from attrs import frozen

from klaremal.errors import SourceError, SourceUnavailable, SourceUnreadable

_CHUNK = 1 << 20
# Signs that the engine reads as a pattern in a file's name.
_PATTERN_SIGNS = frozenset("*?[]{}")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A tab, and the first bytes of no-break space, zero-width space and byte order mark in UTF-8.
_BLANK_BYTES = (b"\t", b"\xc2", b"\xe2", b"\xef")
_NOT_TEXT = {
    b"%PDF": "a PDF document",
    b"\xd0\xcf\x11\xe0": 'an old Excel workbook; use collector = "excel"',
    b"PAR1": 'a Parquet file; use collector = "parquet"',
}


@frozen
class Plain:
    """A file in UTF-8 without a byte order mark; `name` is for messages.

    `quotes` says whether a quote sign is in it, `blanks` whether other blanks than spaces may be (tabs, no-break spaces),
    `uneven` whether its lines end in different ways.
    """

    path: Path
    name: str
    quotes: bool
    blanks: bool
    uneven: bool


@frozen
class _Content:
    """One text inside a file: the file itself, or what a gz or zip holds; `chunks` reads it from the start."""

    name: str
    chunks: Callable[[], Iterator[bytes]]
    packed: bool


class _Seen:
    """Signs that the bytes of a UTF-8 text hold, told chunk by chunk; seeing one that is not there does no harm."""

    def __init__(self) -> None:
        self.quotes = self.blanks = False
        self._ends = {b"\r\n": 0, b"\n": 0, b"\r": 0}
        self._held = b""

    def take(self, chunk: bytes) -> None:
        self.quotes = self.quotes or b'"' in chunk
        self.blanks = self.blanks or any(byte in chunk for byte in _BLANK_BYTES)
        # The end of a line may lie across two chunks.
        whole = self._held + chunk
        self._held = b"\r" if whole.endswith(b"\r") else b""
        counted = whole[:-1] if self._held else whole
        for end in self._ends:
            self._ends[end] += counted.count(end)

    @property
    def uneven(self) -> bool:
        pairs = self._ends[b"\r\n"]
        alone = [self._ends[b"\n"] - pairs, self._ends[b"\r"] - pairs + len(self._held)]
        return sum(1 for kind in (pairs, *alone) if kind) > 1


def plain_texts(path: Path, scratch: Path, encoding: str | None = None) -> tuple[Plain, ...]:
    """Return the texts of a file (a zip may hold several) as UTF-8; what is not plain UTF-8 is streamed to `scratch`.

    Without a declared encoding: what the byte order mark says, else UTF-8, else cp1252 (Windows in Western Europe).
    Errors: SourceUnavailable when it cannot be opened, SourceUnreadable when it is empty, cut off or not text.
    """
    if encoding is not None:
        _check_name(encoding)
    made = []
    for content in _contents(path):
        with _faults_of(path):
            seen = _Seen()
            found, target = _look(content, encoding, seen), path.resolve()
            if found != "utf-8" or content.packed or _PATTERN_SIGNS & set(str(path)):
                seen, target = _Seen(), scratch / f"text_{len(list(scratch.iterdir()))}.txt"
                _write(content, found, target, seen)
        made.append(Plain(target, content.name, seen.quotes, seen.blanks, seen.uneven))
    return tuple(made)


@contextmanager
def _faults_of(path: Path) -> Iterator[None]:
    """Turn what the operating system and the unpackers say about a file into a sentence with a cure."""
    try:
        yield
    except SourceError as error:
        raise type(error)(error.message, error.dataset, error.address or str(path)) from error
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        message = f"the compressed file is cut off or damaged ({error}). Fetch it again; it was probably still being copied."
        raise SourceUnreadable(message, address=str(path)) from error
    except (NotImplementedError, RuntimeError) as error:
        message = f"the zip file cannot be unpacked ({error}). Unpack it yourself and name the file inside."
        raise SourceUnreadable(message, address=str(path)) from error
    except OSError as error:
        raise unavailable(path, error) from error


def unavailable(path: Path, error: OSError) -> SourceUnavailable:
    """Return the error for a file that the operating system does not open."""
    if isinstance(error, PermissionError):
        cure = "You may not read it, or another program (Excel?) has it open. Close it there, or ask for the right to read it."
    elif isinstance(error, (FileNotFoundError, NotADirectoryError)):
        cure = "Check the name and the folder."
    elif isinstance(error, IsADirectoryError):
        cure = 'It is a folder: write "folder/*.csv" for the files in it.'
    else:
        cure = "Check that the disk or the network drive is there."
    return SourceUnavailable(f"cannot be opened: {error.strerror or error}. {cure}", address=str(path))


def _contents(path: Path) -> list[_Content]:
    with _faults_of(path):
        with path.open("rb") as file:
            start = file.read(4)
        if start in (b"PK\x03\x04", b"PK\x05\x06"):
            return _members(path)
        packed = start[:2] == b"\x1f\x8b"
        return [_Content(path.name, lambda: _file_chunks(path, packed), packed)]


def _members(path: Path) -> list[_Content]:
    with zipfile.ZipFile(path) as archive:
        names = sorted(
            info.filename for info in archive.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX/")
        )
    if "[Content_Types].xml" in names or "mimetype" in names:
        raise SourceUnreadable('this is a workbook, not text. Use collector = "excel".')
    if not names:
        raise SourceUnreadable("the zip file holds no file.")
    return [_Content(f"{path.name}/{name}", partial(_member_chunks, path, name), packed=True) for name in names]


def _file_chunks(path: Path, packed: bool) -> Iterator[bytes]:
    with gzip.open(path, "rb") if packed else path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _member_chunks(path: Path, name: str) -> Iterator[bytes]:
    with zipfile.ZipFile(path) as archive, archive.open(name) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _check_name(encoding: str) -> None:
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise SourceUnreadable(
            f'encoding = "{encoding}" is unknown. Use "utf-8", "cp1252" (Windows, "ANSI") or "utf-16", or leave it out.'
        ) from None


def _look(content: _Content, declared: str | None, seen: _Seen) -> str:
    """Read a text once to see its encoding, and what is in it when that is UTF-8."""
    first = next(content.chunks(), b"")
    if not first.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise SourceUnreadable(f"{content.name} is empty. The extract probably failed: fetch it again.")
    for mark, what in _NOT_TEXT.items():
        if first.startswith(mark):
            raise SourceUnreadable(f"{content.name} is not text but {what}.")
    marked = next((encoding for mark, encoding in _MARKS if first.startswith(mark)), None)
    if marked is None and declared is None and b"\x00" in first:
        marked = _without_mark(first, content.name)
    if marked is not None:
        return marked
    utf8 = _Utf8()
    for chunk in content.chunks():
        seen.take(chunk)
        utf8.take(chunk)
    utf8.end(content.name)
    known = None if declared is None else codecs.lookup(declared).name
    if utf8.wrong is not None and known == "utf-8":
        raise _not_utf8(content.name, *utf8.wrong)
    # Text that is valid UTF-8 beyond plain English letters is UTF-8, also when a preset expects the older encoding.
    if utf8.wrong is None and (utf8.beyond_ascii or known in (None, "utf-8", "ascii")):
        return "utf-8"
    return declared or "cp1252"


class _Utf8:
    """Whether bytes are valid UTF-8, told chunk by chunk; `wrong` is the first byte that is not, and its line."""

    def __init__(self) -> None:
        self.beyond_ascii = False
        self.wrong: tuple[int, int] | None = None
        self._lines = 1
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def take(self, chunk: bytes) -> None:
        if self.wrong is not None:
            return
        try:
            self.beyond_ascii = not self._decoder.decode(chunk).isascii() or self.beyond_ascii
        except UnicodeDecodeError as error:
            seen = error.object[: error.start]
            self.wrong = error.object[error.start], self._lines + seen.count(b"\n")
        self._lines += chunk.count(b"\n")

    def end(self, name: str) -> None:
        left = self._decoder.getstate()[0]
        if self.wrong is None and left:
            if self.beyond_ascii:
                raise SourceUnreadable(f"{name} ends in the middle of a letter: it is cut off. Fetch it again.")
            # The only such letter, at the very end: it is whole in the encoding of Windows ("Blå").
            self.wrong = left[0], self._lines


def _without_mark(first: bytes, name: str) -> str:
    """Tell UTF-16 without a byte order mark by where its zero bytes are; other zero bytes mean that it is no text."""
    even, odd = first[0::2].count(0), first[1::2].count(0)
    if max(even, odd) > len(first) // 8 and min(even, odd) * 20 <= max(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    raise SourceUnreadable(f"{name} is not text: it holds zero bytes. Export it as CSV or JSON.")


def _not_utf8(name: str, byte: int, line: int) -> SourceUnreadable:
    return SourceUnreadable(
        f'{name} is not UTF-8: byte 0x{byte:02X} on line {line} ("{bytes([byte]).decode("cp1252", "replace")}" in the encoding '
        'of Windows). Write encoding = "cp1252", or leave encoding out: it is found.'
    )


def _write(content: _Content, encoding: str, target: Path, seen: _Seen) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    with target.open("wb") as file:
        try:
            for chunk in content.chunks():
                plain = decoder.decode(chunk).encode()
                seen.take(plain)
                file.write(plain)
            file.write(decoder.decode(b"", final=True).encode())
        except UnicodeDecodeError as error:
            raise SourceUnreadable(
                f"{content.name} cannot be read as {encoding}: {error.reason} (byte 0x{error.object[error.start]:02X}). "
                'Save it as UTF-8, or declare its encoding, as encoding = "cp1252".'
            ) from error
