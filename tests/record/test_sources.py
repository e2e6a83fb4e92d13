"""The Parquet release, S3, registers, and the real files with the counts that their publisher states."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import fsspec
import orjson
import pytest
from tests.record.snapshots import content, institution, partition, work, write

from udsyn.errors import UdsynError, UsageError
from udsyn.record.ingest import ingest_openalex, ingest_register
from udsyn.record.sources import schema

WORKS = [work(n) for n in range(1, 120)]


def parquet_release(root: Path, select: str = "*") -> Path:
    """The works as the Parquet release holds them: the documented columns with their nested types."""
    jsonl = write(root / "source.jsonl", WORKS)
    columns = schema.columns("works") | {
        "publication_year": "BIGINT",
        "publication_date": "DATE",
        "cited_by_count": "BIGINT",
        "updated_date": "TIMESTAMP",
    }
    columns["authorships"] = schema.columns("works", ("institutions",))["authorships"]
    columns["topics"] = schema.columns("works", gather=("topics",))["topics"]
    listed = ", ".join(f"{name}: '{type_}'" for name, type_ in columns.items())
    folder = root / "data/parquet/works/updated_date=2026-01-01"
    folder.mkdir(parents=True)
    duckdb.sql(
        f"COPY (SELECT {select} FROM read_json('{jsonl}', columns = {{{listed}}}, format = 'newline_delimited')) "
        f"TO '{folder / 'part_0000.parquet'}' (COMPRESSION snappy, ROW_GROUP_SIZE 50)"
    )
    return root


def test_the_parquet_release_gives_the_same_record_as_json_lines(tmp_path: Path) -> None:
    ingest_openalex(parquet_release(tmp_path / "parquet"), tmp_path / "a")
    ingest_openalex(partition(tmp_path / "jsonl", "2026-01-01", WORKS), tmp_path / "b")
    assert content(tmp_path / "a") == content(tmp_path / "b")


def test_of_two_formats_one_is_read(tmp_path: Path) -> None:
    parquet_release(tmp_path)
    write(tmp_path / "data/jsonl/works/updated_date=2026-01-01/part_0000.gz", WORKS)
    assert ingest_openalex(tmp_path, tmp_path / "record")["works"] == len(WORKS)


@pytest.mark.parametrize(
    ("select", "named"),
    [
        ("* EXCLUDE (referenced_works)", "has no column referenced_works"),
        ("* REPLACE ({'first': topics[1]} AS topics)", "in column topics instead of a list"),
        (
            "* REPLACE (list_transform(authorships, lambda a: {'author': a.author}) AS authorships)",
            "has no column authorships.author_position",
        ),
        ("* REPLACE ({'year': publication_year} AS publication_year)", "in column publication_year instead of"),
    ],
)
def test_a_parquet_file_that_differs_is_refused_naming_the_column(tmp_path: Path, select: str, named: str) -> None:
    with pytest.raises(UdsynError, match="differs from its documentation") as error:
        ingest_openalex(parquet_release(tmp_path / "s", select), tmp_path / "record")
    assert named in str(error.value)


def test_a_parquet_file_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "data/parquet/works/updated_date=2026-01-01/part_0000.parquet"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"PAR1 and no more")
    with pytest.raises(UdsynError, match="no Parquet file"):
        ingest_openalex(tmp_path, tmp_path / "record")


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """An S3 endpoint on the loopback that holds nothing yet."""
    server = pytest.importorskip("moto.server", reason="moto is not installed")
    pytest.importorskip("s3fs", reason="s3fs is not installed")
    thread = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    thread.start()
    host, port = thread.get_host_and_port()
    yield f"http://{host}:{port}"
    thread.stop()


@pytest.mark.parametrize("credentials", [True, False], ids=["with credentials", "anonymous"])
def test_a_snapshot_in_s3_reads_as_a_local_one(
    tmp_path: Path, bucket: str, credentials: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import s3fs

    monkeypatch.setenv("AWS_ENDPOINT_URL", bucket)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    name = f"openalex-{'closed' if credentials else 'open'}"
    writer = s3fs.S3FileSystem(key="k", secret="s", endpoint_url=bucket, skip_instance_cache=True)
    writer.mkdir(name, acl="private" if credentials else "public-read")
    partition(tmp_path / "s", "2026-01-01", WORKS)
    partition(tmp_path / "s", "2026-01-02", [institution(n) for n in range(1, 40)], entity="institutions")
    writer.put(str(tmp_path / "s/data"), f"{name}/data", recursive=True)
    if credentials:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "k")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    ingest_openalex(f"s3://{name}", tmp_path / "remote")
    ingest_openalex(tmp_path / "s", tmp_path / "local")
    assert content(tmp_path / "remote") == content(tmp_path / "local")
    assert ingest_openalex(f"s3://{name}", tmp_path / "remote")["unchanged"] == 2


class Ranges(SimpleHTTPRequestHandler):
    """A server of files that gives ranges, as object stores and most servers do."""

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        file = Path(self.translate_path(self.path))
        if not asked or not file.is_file():
            super().do_GET()
            return
        whole = file.read_bytes()
        first, last = int(asked[1]), min(int(asked[2]), len(whole) - 1)
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(whole)}")
        self.send_header("Content-Length", str(last - first + 1))
        self.end_headers()
        self.wfile.write(whole[first : last + 1])

    def end_headers(self) -> None:
        self.send_header("Accept-Ranges", "bytes")
        super().end_headers()


class Plain(SimpleHTTPRequestHandler):
    """A server of files that knows no ranges."""

    def log_message(self, *_: Any) -> None:
        pass


@pytest.mark.parametrize("kind", ["memory", "file", Ranges, Plain], ids=["memory", "file", "http", "http, no ranges"])
def test_any_address_reads_as_the_local_folder(tmp_path: Path, kind: Any) -> None:
    partition(tmp_path / "s", "2026-01-01", WORKS[:60])
    partition(tmp_path / "s", "2026-01-02", [*WORKS[60:], b"{broken"])
    server = None
    if kind == "memory":
        fsspec.filesystem("memory").put(str(tmp_path / "s"), "/snapshot", recursive=True)
        address = "memory://snapshot"
    elif kind == "file":
        address = f"file://{tmp_path / 's'}"
    else:
        pytest.importorskip("aiohttp", reason="aiohttp is not installed (pip install udsyn[s3])")
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(kind, directory=str(tmp_path / "s")))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/data/works/"
    result = ingest_openalex(address, tmp_path / "remote")
    assert (result["works"], result["quarantined"], result["parts"]) == (len(WORKS), 1, 2)
    assert ingest_openalex(address, tmp_path / "remote")["unchanged"] == 2
    if server:
        one = ingest_openalex(f"{address}updated_date=2026-01-01/part_000.gz", tmp_path / "one")
        assert one["works"] == 60
        server.shutdown()
    ingest_openalex(tmp_path / "s", tmp_path / "local")
    assert content(tmp_path / "remote") == content(tmp_path / "local")


def test_an_address_that_answers_nothing_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UdsynError, match=r"cannot be listed|does not exist"):
        ingest_openalex("memory://nowhere/at/all", tmp_path / "record")
    with pytest.raises(UdsynError, match=r"cannot be listed|does not exist"):
        ingest_openalex("http://127.0.0.1:9/works", tmp_path / "record")
    with pytest.raises(UdsynError, match="cannot be listed"):
        ingest_openalex("gopher://127.0.0.1/works", tmp_path / "record")
    with pytest.raises(UsageError, match="does not exist"):
        ingest_openalex(tmp_path / "nowhere", tmp_path / "record")


def test_ror_gives_institutions_their_place_parent_and_successor(tmp_path: Path) -> None:
    ingest_openalex(write(tmp_path / "works.jsonl", WORKS), tmp_path / "record")
    ror = "https://ror.org/0{:08d}"
    about = [
        {
            "id": ror.format(n),
            "name": f"Organisation {n}",
            "country_code": "DK",
            "city": "Aarhus",
            "lat": 56.2,
            "lng": 10.2,
            "types": ["education"],
            "status": "active",
            "relationships": [{"type": kind, "id": ror.format(n + 1)} for kind in ("parent", "successor")],
        }
        for n in (5, 6)
    ]
    result = ingest_register("ror", write(tmp_path / "ror.jsonl", [*about, b"{"]), tmp_path / "record")
    assert (result["organisations"], result["quarantined"]) == (2, 1)
    held = {row[0]: row for row in content(tmp_path / "record")["institutions"]}
    assert held[5][5:] == ("Aarhus", 56.2, 10.2, 6, 6)
    assert held[7][5:] == (None, None, None, None, None)


def test_a_wrong_register_is_one_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "h2020.csv"
    file.write_text("rcn,role\n1,coordinator\n")
    with pytest.raises(UdsynError, match="is not CORDIS's table"):
        ingest_register("cordis", file, tmp_path / "record")
    with pytest.raises(UsageError, match="no register grid"):
        ingest_register("grid", file, tmp_path / "record")
    assert orjson.loads((tmp_path / "record/record.json").read_bytes())["sources"] == {}
