"""Thirty and more kinds of broken input: each is set aside or refused with its reason, and the good is kept."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.record.snapshots import OPENALEX, content, partition, work, write

from udsyn.errors import UdsynError
from udsyn.record import ingest, report
from udsyn.record.ingest import ingest_openalex
from udsyn.record.sources import lines as reading

GOOD = [work(n) for n in range(1, 41)]


@pytest.fixture(params=["scanned", "parsed"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of reading JSON lines: by the scanner, as large files are, and by the engine, as small ones are."""
    monkeypatch.setattr(ingest, "WORTH_A_SCANNER", 0 if request.param == "scanned" else 1 << 60)
    return str(request.param)


def dumps(value: Any) -> bytes:
    return orjson.dumps(value)


BROKEN_LINES: dict[str, tuple[bytes, str]] = {
    "cut off": (dumps(work(99))[:-40], "not JSON"),
    "cut off in a string": (b'{"id": "https://openalex.org/W9', "not JSON"),
    "not JSON at all": (b"<html><body>503 Service Unavailable</body></html>", "not JSON"),
    "a colon too many": (b'{"id":: "https://openalex.org/W99"}', "not JSON"),
    "single quotes": (b"{'id': 'https://openalex.org/W99'}", "not JSON"),
    "two objects on a line": (dumps(work(98)) + dumps(work(99)), "not JSON"),
    "an object over two lines": (b'{"id":\n"https://openalex.org/W99"}', "not JSON"),
    "zero bytes": (b"\0" * 64, "not JSON"),
    "invalid UTF-8 in a title": (dumps(work(99)).replace("ö".encode(), b"\xff"), "not JSON"),
    "invalid UTF-8 where nothing is read": (dumps(work(99, note="x")).replace(b'"x"', b'"\xc3\x28"'), "not JSON"),
    "half a surrogate": (dumps(work(99)).replace("ö".encode(), rb"\ud800"), "not JSON"),
    "NaN": (dumps(work(99)).replace(b'"cited_by_count":14', b'"cited_by_count":NaN'), "not JSON"),
    "an array": (b'["https://openalex.org/W99"]', "list, not an object"),
    "a string": (b'"https://openalex.org/W99"', "str, not an object"),
    "a number": (b"99", "int, not an object"),
    "null": (b"null", "NoneType, not an object"),
    "no id": (dumps({key: value for key, value in work(99).items() if key != "id"}), "no id of works"),
    "id null": (dumps(work(99, id=None)), "no id of works"),
    "id a number": (dumps(work(99, id=99)), "no id of works"),
    "id of an author": (dumps(work(99, id=f"{OPENALEX}A99")), "no id of works"),
    "id too large": (dumps(work(99, id=f"{OPENALEX}W99999999999999999999")), "no id of works"),
    "id not an id": (dumps(work(99, id="W99; DROP TABLE works")), "no id of works"),
    "year in words": (dumps(work(99, publication_year="last year")), "Failed to cast"),
    "year out of range": (dumps(work(99, publication_year=99_999_999)), "Failed to cast"),
    "authorships a string": (dumps(work(99, authorships="Author")), "Expected ARRAY"),
    "authorships an object": (dumps(work(99, authorships={"author": {}})), "Expected ARRAY"),
    "authorships of strings": (dumps(work(99, authorships=["Author"])), "Expected OBJECT"),
    "institutions a number": (dumps(work(99, authorships=[{"institutions": 7}])), "Expected ARRAY"),
    "references a number": (dumps(work(99, referenced_works=5)), "Expected ARRAY"),
    "topic a string": (dumps(work(99, primary_topic="T10001")), "Expected OBJECT"),
    "the same key twice": (b'{"id":"https://openalex.org/W98",' + dumps(work(99))[1:], "duplicate key"),
    "citations beyond an integer": (dumps(work(99, cited_by_count=10**12)), "Failed to cast"),
}


def test_broken_lines_are_set_aside_with_file_line_and_reason(way: str, tmp_path: Path) -> None:
    mixed: list[Any] = []
    expected = {}
    for good, (line, reason) in zip(GOOD, BROKEN_LINES.values(), strict=False):
        mixed += [good, line]
        expected[len(mixed) + sum(item.count(b"\n") for item in mixed if isinstance(item, bytes))] = reason
    mixed += GOOD[len(BROKEN_LINES) :]
    file = write(tmp_path / "works.jsonl.gz", mixed)
    result = ingest_openalex(file, tmp_path / "record")
    ingest_openalex(write(tmp_path / "clean/works.jsonl.gz", GOOD), tmp_path / "clean/record")
    assert content(tmp_path / "record") == content(tmp_path / "clean/record")
    assert result["works"] == len(GOOD)
    aside = {row["line"]: row for row in report.status(tmp_path / "record") if row.get("line")}
    assert result["quarantined"] == len(aside) == len(BROKEN_LINES) + 1  # one kind stands on two lines
    for line, reason in expected.items():
        assert aside[line]["file"] == str(file)
        assert reason in aside[line]["reason"], (line, aside[line])


@pytest.mark.parametrize("kind", ["cut off", "no id", "year in words"])
def test_a_file_with_no_line_that_can_be_read_is_refused(tmp_path: Path, kind: str) -> None:
    file = write(tmp_path / "works.jsonl", [BROKEN_LINES[kind][0]])
    with pytest.raises(UdsynError, match=r"(?s)holds nothing that can be read: all of its 1 lines.*line 1"):
        ingest_openalex(file, tmp_path / "record")
    assert not any(content(tmp_path / "record").values())


@pytest.mark.parametrize(
    "good",
    [
        pytest.param(b"\xef\xbb\xbf" + dumps(GOOD[0]) + b"\n", id="byte order mark"),
        pytest.param(dumps(GOOD[0]) + b"\r\n", id="Windows line ends"),
        pytest.param(b"\n\n  \n" + dumps(GOOD[0]), id="blank lines and no last line end"),
        pytest.param(dumps({**GOOD[0], "publication_year": "2016"}), id="a number as text"),
        pytest.param(dumps(GOOD[0])[:-1] + b",}", id="a comma too many"),
        pytest.param(dumps({**GOOD[0], "new_field": [{"deep": {"er": 1}}]}), id="an unknown field"),
        pytest.param(dumps({**GOOD[0], "abstract_inverted_index": {"w" * 1000: [0]}}), id="a long word"),
    ],
)
def test_what_is_odd_but_whole_is_read(way: str, tmp_path: Path, good: bytes) -> None:
    (tmp_path / "works.jsonl").write_bytes(good)
    result = ingest_openalex(tmp_path / "works.jsonl", tmp_path / "record")
    assert (result["works"], result["quarantined"]) == (1, 0)


def test_a_line_of_forty_megabytes_is_read(way: str, tmp_path: Path) -> None:
    heavy = work(7, abstract_inverted_index={f"word{n}": [n] for n in range(2_000_000)})
    assert len(dumps(heavy)) > 40_000_000
    result = ingest_openalex(write(tmp_path / "works.jsonl.gz", [*GOOD[:6], heavy, GOOD[8]]), tmp_path / "record")
    assert (result["works"], result["quarantined"]) == (8, 0)


def test_a_line_without_end_is_set_aside_unread(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LONGEST_LINE", 1 << 20)
    lines = [*GOOD[:6], b'{"id": "' + b"x" * (3 << 20) + b'"}', *GOOD[6:]]
    result = ingest_openalex(write(tmp_path / "works.jsonl.gz", lines), tmp_path / "record")
    assert (result["works"], result["quarantined"]) == (len(GOOD), 1)
    aside = [row for row in report.status(tmp_path / "record") if row.get("line")]
    assert (aside[0]["line"], aside[0]["reason"]) == (7, "a line without end")


@pytest.mark.parametrize("size", [1, 700, 20_000, 1 << 20])
def test_where_the_chunks_are_cut_does_not_matter(tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BLOCK_BYTES", max(64, size // 3))
    file = write(tmp_path / "works.jsonl", [*GOOD, b"", b"last"])
    with file.open("rb") as open_file:
        seen = [line for chunk in reading.chunks(open_file, "works", size) for _, line in chunk.lines(1)]
    assert seen == [*map(dumps, GOOD), b"last"]


def damaged_files() -> dict[str, bytes]:
    whole = gzip.compress(b"".join(dumps(work(n)) + b"\n" for n in range(100, 400)), mtime=0)
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 0xFF
    return {
        "truncated": whole[: len(whole) // 2],
        "its last bytes missing": whole[:-6],
        "its header alone": whole[:12],
        "a flipped byte": bytes(flipped),
        "a wrong checksum": whole[:-8] + zlib.crc32(b"other").to_bytes(4, "little") + whole[-4:],
        "rubbish after the end": whole + b"rubbish",
    }


@pytest.mark.parametrize("kind", damaged_files())
def test_a_damaged_file_is_refused_and_read_when_it_is_whole(way: str, tmp_path: Path, kind: str) -> None:
    partition(tmp_path / "s", "2026-01-01", GOOD)
    file = partition(tmp_path / "s", "2026-01-02", [work(n) for n in range(100, 400)])
    whole = file.read_bytes()
    file.write_bytes(damaged_files()[kind])
    with pytest.raises(UdsynError, match=r"part_000\.gz (ends too early|is damaged)") as error:
        ingest_openalex(tmp_path / "s", tmp_path / "record")
    assert "\n" not in str(error.value)
    assert len(content(tmp_path / "record")["works"]) == len(GOOD)
    assert any(row["what"] == "refused" for row in report.status(tmp_path / "record"))
    file.write_bytes(whole)
    assert ingest_openalex(tmp_path / "s", tmp_path / "record")["unchanged"] == 1
    ingest_openalex(tmp_path / "s", tmp_path / "clean")
    assert content(tmp_path / "record") == content(tmp_path / "clean")


def documented(heading: str) -> dict[str, str]:
    """The rows of a table of docs/broken_input.md: kind → reason."""
    section = (
        (Path(__file__).parents[2] / "docs/broken_input.md").read_text(encoding="utf-8").split(f"## {heading}\n")[1]
    )
    rows = [line.strip("| \n").split(" | ") for line in section.split("\n## ")[0].splitlines() if line.startswith("| ")]
    return {row[0]: row[-1].strip("`") for row in rows[1:]}


def test_the_documentation_lists_every_kind_with_its_reason() -> None:
    """Lines and files as the tests of this module break them; the third table names the test of each of its rows."""
    assert documented("Lines that are set aside") == {kind: reason for kind, (_, reason) in BROKEN_LINES.items()}
    assert documented("Files that are refused").keys() == damaged_files().keys()
    tests = "".join(file.read_text(encoding="utf-8") for file in sorted(Path(__file__).parent.glob("test_*.py")))
    others = documented("What else goes wrong")
    assert len(others) > 15
    for kind, name in others.items():
        assert f"def {name}(" in tests, kind


@pytest.mark.parametrize("name", ["works.jsonl", "works.jsonl.gz"])
def test_an_empty_file_gives_an_empty_part(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"" if name.endswith("l") else gzip.compress(b""))
    assert ingest_openalex(tmp_path / name, tmp_path / "record")["works"] == 0


def test_a_full_disk_is_one_clear_line_and_the_next_run_goes_on(tmp_path: Path) -> None:
    partition(tmp_path / "s", "2026-01-01", GOOD[:5])
    partition(tmp_path / "s", "2026-01-02", [work(n, title=os.urandom(3000).hex()) for n in range(100, 400)])
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY));"
        "from udsyn.record import parts; from udsyn.cli import main;"
        f"main(['ingest', 'openalex', {str(tmp_path / 's')!r}, '--record', {str(tmp_path / 'record')!r}])"
    )
    stopped = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert stopped.returncode == 1, stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert re.search(r"the disk of .* is full \(file too large; .* run the same command again", stopped.stderr)
    ingest_openalex(tmp_path / "s", tmp_path / "record")
    ingest_openalex(tmp_path / "s", tmp_path / "clean")
    assert content(tmp_path / "record") == content(tmp_path / "clean")
    assert signal.SIGXFSZ


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("this user may not mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_without_room_is_one_clear_line_and_the_next_run_goes_on(tmp_path: Path, small_disk: Path) -> None:
    for part in range(1, 9):
        texts = [work(n, title=os.urandom(1000).hex()) for n in range(part * 100, part * 100 + 100)]
        partition(tmp_path / "s", f"2026-01-0{part}", texts)
    with pytest.raises(UdsynError, match=r"is full \(no space left on device; 0 MB free\).* make room and run"):
        ingest_openalex(tmp_path / "s", small_disk / "record")
    kept = len(content(small_disk / "record")["works"])
    assert 100 <= kept < 800
    assert kept % 100 == 0
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    result = ingest_openalex(tmp_path / "s", small_disk / "record")
    assert result["unchanged"] == kept // 100
    ingest_openalex(tmp_path / "s", tmp_path / "clean")
    assert content(small_disk / "record") == content(tmp_path / "clean")


def test_a_record_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    ingest_openalex(write(tmp_path / "works.jsonl", GOOD[:2]), tmp_path / "record")
    manifest = tmp_path / "record/record.json"
    manifest.write_bytes(dumps({**orjson.loads(manifest.read_bytes()), "version": 2}))
    for act in (report.status, lambda record: ingest_openalex(tmp_path / "works.jsonl", record)):
        with pytest.raises(UdsynError, match=r"by a newer Udsyn \(record version 2; this one reads 1\). Update"):
            act(tmp_path / "record")
    manifest.write_bytes(b"{half")
    with pytest.raises(UdsynError, match=r"record\.json is not readable .* Restore it or ingest anew"):
        report.status(tmp_path / "record")
