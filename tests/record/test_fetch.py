"""The API on the loopback: it answers as documented, also when it is busy, loses a cursor or talks nonsense."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlparse

import pytest
from tests.record.snapshots import content, work, write

from udsyn.errors import UdsynError, UsageError
from udsyn.record.engine import Record
from udsyn.record.ingest import ingest_openalex
from udsyn.record.sources import api
from udsyn.record.tables import COUNTRY_YEAR, PAIR_YEAR

WORKS = [work(n) for n in range(1, 501)]


class OpenAlex(BaseHTTPRequestHandler):
    """Pages of works and grouped counts; `faults` are answered first, one per call."""

    faults: ClassVar[list[tuple[int, dict[str, str], bytes]]] = []
    calls: ClassVar[list[str]] = []
    hangs: ClassVar[str | None] = None
    hanging: ClassVar[threading.Event] = threading.Event()

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        asked = parse_qs(urlparse(self.path).query)
        self.calls.append(self.path)
        if self.hangs and self.hangs in self.path:
            self.hanging.set()
            time.sleep(5)
        elif self.faults:
            self.reply(*self.faults.pop(0))
        elif "group-by" in asked:
            year = int(asked["filter"][0].rsplit(":", 1)[1])
            groups = [
                ("https://openalex.org/countries/DK", "Denmark", 90),
                ("https://openalex.org/countries/KR", "Korea", 5),
            ]
            if "field" in asked["group-by"][0]:
                groups = [("https://openalex.org/fields/21", "Energy", year - 2000)]
            listed = [{"key": key, "key_display_name": name, "count": count} for key, name, count in groups]
            self.say({"meta": {"count": 3, "next_cursor": None}, "results": [], "group_by": listed})
        else:
            size = int(asked["per-page"][0])
            start = int(asked.get("cursor", ["*"])[0].replace("*", "0"))
            after = str(start + size) if start + size < len(WORKS) else None
            self.say({"meta": {"count": len(WORKS), "next_cursor": after}, "results": WORKS[start : start + size]})

    def say(self, answer: dict[str, Any]) -> None:
        self.reply(200, {}, json.dumps(answer).encode())

    def reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[OpenAlex]]:
    OpenAlex.faults, OpenAlex.calls = [], []
    http = ThreadingHTTPServer(("127.0.0.1", 0), OpenAlex)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    monkeypatch.setenv("OPENALEX_URL", f"http://127.0.0.1:{http.server_port}")
    monkeypatch.setattr(api, "PATIENCE", 0.001)
    yield OpenAlex
    http.shutdown()


def test_fetched_works_are_the_works_that_files_would_give(tmp_path: Path, server: type[OpenAlex]) -> None:
    said: list[str] = []
    result = api.fetch_works(tmp_path / "fetched", "DK", "KR", 2015, say=said.append)
    assert (result["fetched"], result["calls"], result["works"]) == (500, 3, 500)
    assert said[0] == "500 works, 0 fetched before: 3 calls of a budget of 1,000"
    assert "authorships.countries:DK+KR,from_publication_date:2015-01-01" in server.calls[0]
    ingest_openalex(write(tmp_path / "works.jsonl", WORKS), tmp_path / "files")
    assert {name: sorted(rows, key=repr) for name, rows in content(tmp_path / "fetched").items()} == {
        name: sorted(rows, key=repr) for name, rows in content(tmp_path / "files").items()
    }


def test_a_budget_is_kept_before_anything_is_spent(tmp_path: Path, server: type[OpenAlex]) -> None:
    with pytest.raises(UdsynError, match="3 calls are needed, 2 allowed"):
        api.fetch_works(tmp_path / "record", "DK", budget=2)
    assert len(server.calls) == 1
    with pytest.raises(UdsynError, match="8 calls are needed"):
        api.fetch_panel(tmp_path / "record", "DK", (2020, 2021), budget=7)
    assert len(server.calls) == 1


def test_a_busy_server_and_nonsense_are_asked_again(tmp_path: Path, server: type[OpenAlex]) -> None:
    server.faults = [
        (429, {"Retry-After": "0"}, b"{}"),
        (503, {}, b""),
        (200, {}, b"<html>"),
        (200, {}, b'{"meta": {}}'),
    ]
    assert api.fetch_works(tmp_path / "record", "DK")["works"] == 500


def test_a_server_that_stays_away_is_one_clear_line_and_the_next_run_goes_on(
    tmp_path: Path, server: type[OpenAlex]
) -> None:
    query = [(200, {}, json.dumps({"meta": {"count": 500}, "results": WORKS[:1]}).encode())]
    page = json.dumps({"meta": {"count": 500, "next_cursor": "200"}, "results": WORKS[:200]}).encode()
    server.faults = [*query, (200, {}, page), *[(500, {}, b"")] * api.ATTEMPTS]
    with pytest.raises(UdsynError, match="no answer in 6 attempts: it answered 500"):
        api.fetch_works(tmp_path / "record", "DK")
    server.calls.clear()
    result = api.fetch_works(tmp_path / "record", "DK")
    assert (result["fetched"], result["calls"], result["works"]) == (500, 2, 500)
    assert "cursor=200" in server.calls[0]


def test_a_killed_fetch_goes_on_from_the_last_page(tmp_path: Path, server: type[OpenAlex]) -> None:
    """The third page never comes: the process is killed while it waits."""
    server.hangs = "cursor=400"
    run = "import sys; from udsyn.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", run, "fetch", "works", "--country", "DK", "--record", str(tmp_path / "record")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert server.hanging.wait(60)
        process.kill()
        assert process.stderr is not None
        said = process.stderr.read().decode()
    assert "500 works, 0 fetched before: 3 calls of a budget of 1,000" in said
    server.hangs = None
    server.calls.clear()
    result = api.fetch_works(tmp_path / "record", "DK")
    assert (result["fetched"], result["calls"], result["works"]) == (500, 1, 500)
    assert "cursor=400" in server.calls[0]
    api.fetch_works(tmp_path / "clean", "DK")
    assert content(tmp_path / "record") == content(tmp_path / "clean")


def test_an_expired_cursor_starts_the_listing_over(tmp_path: Path, server: type[OpenAlex]) -> None:
    page = json.dumps({"meta": {"count": 500, "next_cursor": "gone"}, "results": WORKS[:200]}).encode()
    server.faults = [
        (200, {}, json.dumps({"meta": {"count": 500}, "results": []}).encode()),
        (200, {}, page),
        (400, {}, b'{"error": "Invalid cursor", "message": "cursor expired"}'),
    ]
    result = api.fetch_works(tmp_path / "record", "DK")
    assert (result["fetched"], result["works"]) == (500, 500)


def test_a_wrong_key_or_country_is_said_at_once(tmp_path: Path, server: type[OpenAlex]) -> None:
    server.faults = [(403, {}, b'{"error": "forbidden"}')]
    with pytest.raises(UdsynError, match="answered 403"):
        api.fetch_works(tmp_path / "record", "DK")
    with pytest.raises(UsageError, match="no country code"):
        api.fetch_works(tmp_path / "record", "Denmark")
    assert len(server.calls) == 1


def test_a_panel_fills_the_cubes_of_its_source(tmp_path: Path, server: type[OpenAlex]) -> None:
    result = api.fetch_panel(tmp_path / "record", "DK", (2020, 2022))
    assert (result["source"], result["calls"]) == ("openalex-api", 12)
    record = Record.open(tmp_path / "record")
    assert record.cube(PAIR_YEAR)["works"].to_list() == [5, 5, 5]
    output = record.cube(COUNTRY_YEAR)
    assert output.filter(output["country"] == "DK")["works"].to_list() == [90, 90, 90]
    server.calls.clear()
    assert api.fetch_panel(tmp_path / "record", "DK", (2020, 2023))["calls"] == 4
