"""The page on collectors: its plugin asks a server on this machine, and says what the page says when that is down."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from klaremal.cli.main import main
from klaremal.testing.guard import no_network

PAGE = "docs/write-a-collector.md"
TODAY = ("--today", "2025-04-20")
# Ten asked for in January; all but two are answered within ten days, the last one not at all.
ROWS = [
    {"id": f"b{day:02}", "asked": f"2025-01-{day:02}", "answered": f"2025-01-{day + (14 if day == 9 else 5):02}"}
    for day in range(1, 10)
] + [{"id": "b10", "asked": "2025-01-10", "answered": None}]


class Harbour(BaseHTTPRequestHandler):
    """The booking system: pages of rows for who has the key, or the answer that it is told to give."""

    def do_GET(self) -> None:
        """Answer a page."""
        server: Any = self.server
        asked = {name: int(value) for name, (value,) in parse_qs(urlsplit(self.path).query).items()}
        server.asked.append(asked["page"])
        is_known = self.headers["Authorization"] == "Bearer let-me-in"
        if not is_known or server.status != 200:
            self.send_error(401 if not is_known else server.status)
            return
        end = asked["page"] * asked["rows"]
        body = {"bookings": server.rows[end - asked["rows"] : end], "more": end < len(server.rows), "extracted": "2025-04-16"}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(server.text.encode() or json.dumps(body).encode())

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def harbour() -> Iterator[Any]:
    """Give the booking system, which answers on a port of this machine."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Harbour)
    server.asked, server.status, server.rows, server.text = [], 200, ROWS, ""
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    with no_network():
        yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def workspace(blocks: Callable[[str], list[Any]], harbour: Any, tmp_path: Path) -> Path:
    """Return the workspace of the page, asking the port that the system has."""
    for block in blocks(PAGE):
        if block.file:
            path = tmp_path / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text.replace("8765", str(harbour.server_port)), encoding="utf-8")
    return tmp_path


def test_every_page_is_fetched_with_the_key_and_the_goal_is_judged(
    workspace: Path, harbour: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """8 of 10 in time; the day of the extract says how far they reach, and an unchanged source is not scanned again."""
    assert main(["run", str(workspace), *TODAY]) == 0
    assert harbour.asked == [1, 2, 3]
    capsys.readouterr()
    assert main(["run", str(workspace), "--format", "json", *TODAY]) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["scanned"], again["reused"]) == (0, 1)
    assert main(["explain", "baadplads", str(workspace), "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "100 x 8 / 10 = 80.0%" in told
    assert f"http://127.0.0.1:{harbour.server_port}/bookings (harbour.bookings_api)" in told
    assert "15 April 2025 (from the date of the extract)" in told
    assert "let-me-in" not in told


def test_what_goes_wrong_is_said_as_the_page_says_it(
    workspace: Path, harbour: Any, blocks: Callable[[str], list[Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    """A system that is down, and a key that it does not know; what is no answer of its is told as well."""
    down, refused = (" ".join(block.text.split()) for block in blocks(PAGE) if block.language == "text")

    def checked() -> str:
        capsys.readouterr()
        assert main(["check", str(workspace), *TODAY]) == 1
        return " ".join(capsys.readouterr().out.split())

    harbour.status = 503
    assert down in checked()
    harbour.status, harbour.text = 200, "<html>"
    assert "the answer is no JSON" in checked()
    harbour.text = '{"bookings": []}'
    assert "page 1 is not as agreed (KeyError('extracted'))" in checked()
    (workspace / ".klaremal/secrets.toml").write_text('harbour = "guessed"', "utf-8")
    assert refused in checked()


def test_an_option_of_the_wrong_kind_is_told_before_anything_is_fetched(
    workspace: Path, harbour: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the type of the field, by its validator, and by its name."""
    file = workspace / "klaremal.toml"
    text = file.read_text("utf-8")
    for wrong, said in (
        ('rows_per_page = "four"', "sources.harbour.bookings.rows_per_page"),
        ("rows_per_page = 0", "'rows_per_page' must be >= 1: 0"),
        ("rows_pr_page = 4", 'Did you mean "rows_per_page"?'),
    ):
        file.write_text(text.replace("rows_per_page = 4", wrong), "utf-8")
        assert main(["check", str(workspace), *TODAY]) == 2
        assert said in capsys.readouterr().err
    assert harbour.asked == []
