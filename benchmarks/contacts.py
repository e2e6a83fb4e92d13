"""Contacts at full size: a million generated people, five million authorships. Build, size, speed and memory.

    python -m benchmarks.contacts [--people 1000000] [--queries 200] [--abstracts WORDS] [--keep DIR]

People have a topic, a country and a circle of colleagues; titles mix words of the topic with common ones. Questions are
titles of works, short and long; paths join people two or three steps apart and people drawn at random.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import apart

TOPICS, WORDS, INSTITUTIONS = 4516, 60_000, 20_000
COUNTRIES = np.array("US CN GB DE JP IN FR IT CA KR ES AU BR NL CH SE DK NO FI IL TR PL SG BE AT".split())  # noqa: SIM905
PER_WORK = 4
WORKS_PER_PERSON = 1.25
TITLE = 10
#: Works whose abstracts are made at a time.
BLOCK = 50_000


def generate(path: Path, people: int, abstracts: int = 0, seed: int = 7) -> None:
    """Write a record's tables directly; abstracts have so many words."""
    rng = np.random.default_rng(seed)
    works = int(people * WORKS_PER_PERSON)
    shares = rng.dirichlet(np.full(len(COUNTRIES), 0.8))
    country = rng.choice(len(COUNTRIES), people, p=shares)
    topic = rng.choice(TOPICS, people, p=rng.dirichlet(np.full(TOPICS, 0.7)))
    institution = country * (INSTITUTIONS // len(COUNTRIES)) + rng.integers(0, INSTITUTIONS // len(COUNTRIES), people)
    order = np.lexsort((rng.random(people), topic, country))  # colleagues lie beside each other
    place = np.empty(people, int)
    place[order] = np.arange(people)

    lead = rng.integers(0, people, works)
    team = np.minimum(1 + rng.negative_binomial(1.6, 1.6 / (1.6 + PER_WORK - 1), works), 40)
    work = np.repeat(np.arange(works), team)
    seq = np.arange(len(work)) - np.repeat(np.cumsum(team) - team, team) + 1
    near = order[np.clip(place[lead[work]] + rng.integers(-25, 26, len(work)), 0, people - 1)]
    afar = rng.random(len(work)) < 0.08
    author = np.where(seq == 1, lead[work], np.where(afar, rng.integers(0, people, len(work)), near))

    words = np.array(["".join(rng.choice(list("abdefgiklmnoprstuv"), rng.integers(4, 11))) for _ in range(WORDS)])
    own = rng.integers(0, WORDS, (TOPICS, 40))
    title = said(rng, words, own[topic[lead]], TITLE)
    year = rng.choice(np.arange(2005, 2026), works)
    first, last = words[rng.integers(0, 3000, people)], words[rng.integers(0, WORDS, people)]
    names = (pl.Series(first) + " " + pl.Series(last)).str
    tables = {
        "works": pl.DataFrame(
            {"work": np.arange(works) + 1, "year": year.astype(np.int16), "title": title}
        ).with_columns(
            authors=pl.Series(team.astype(np.int32)),
            topic=pl.Series((topic[lead] + 10_001).astype(np.int32)),
            field=pl.Series((topic[lead] % 26 + 11).astype(np.int16)),
            subfield=pl.lit(1100, pl.Int16),
            doi=pl.lit(None, pl.String),
            is_retracted=pl.lit(False),
            is_paratext=pl.lit(False),
            is_xpac=pl.lit(False),
            type=pl.lit("article"),
            source=pl.lit("generated"),
        ),
        "authorships": pl.DataFrame({"work": work + 1, "seq": seq.astype(np.int32), "author": author + 5_000_000_000})
        .with_columns(
            name=names.to_titlecase().gather(author),
            position=pl.Series(np.where(seq == 1, "first", np.where(seq == team[work], "last", "middle"))),
            is_corresponding=pl.Series(seq == 1),
            institution=pl.Series(institution[author]),
            country=pl.Series(COUNTRIES[country[author]]),
        )
        .unique(["work", "author"], maintain_order=True),
        "work_topics": pl.DataFrame(
            {"work": np.arange(works) + 1, "topic": (topic[lead] + 10_001).astype(np.int32)}
        ).with_columns(rank=pl.lit(1, pl.Int16)),
        "topics": pl.DataFrame(
            {
                "topic": np.arange(TOPICS, dtype=np.int32) + 10_001,
                "name": [" ".join(words[own[t, :4]]) for t in range(TOPICS)],
            }
        ),
        "institutions": pl.DataFrame({"institution": np.arange(INSTITUTIONS)}).with_columns(
            name="Institution " + pl.col("institution").cast(pl.String),
            type=pl.Series(rng.choice(["education", "company", "facility"], INSTITUTIONS, p=[0.7, 0.15, 0.15])),
            city=pl.lit("City"),
            country=pl.Series(COUNTRIES[np.minimum(np.arange(INSTITUTIONS) // (INSTITUTIONS // len(COUNTRIES)), 24)]),
        ),
    }
    from udsyn.record.engine import Record

    record = Record.create(path)
    for name, frame in tables.items():
        (path / "tables" / name).mkdir(parents=True, exist_ok=True)
        frame.write_parquet(path / "tables" / name / f"{name}.parquet")
    if abstracts:
        write_abstracts(path / "tables/work_texts", rng, words, own[topic[lead]], abstracts)
    record.write_manifest({"version": 1, "sources": {"generated": {"works": works, "lacks": []}}})
    print(f"{people:,} people, {works:,} works, {tables['authorships'].height:,} authorships generated")


def said(rng: np.random.Generator, words: Any, own: Any, size: int) -> pl.Series:
    """A text of `size` words for each row of `own`, half of them drawn from it and half from all words."""
    shape = (len(own), size)
    common = (WORDS ** rng.random(shape)).astype(int) % WORDS
    special = own[np.arange(len(own))[:, None], rng.integers(0, own.shape[1], shape)]
    chosen = np.where(rng.random(shape) < 0.5, special, common)
    columns = pl.DataFrame({str(k): words[chosen[:, k]] for k in range(size)})
    return columns.select(text=pl.concat_str(pl.all(), separator=" "))["text"]


def write_abstracts(folder: Path, rng: np.random.Generator, words: Any, own: Any, size: int) -> None:
    """An abstract of `size` words for every work, some works at a time."""
    folder.mkdir()
    with pq.ParquetWriter(
        folder / "work_texts.parquet", pa.schema({"work": pa.int64(), "abstract": pa.string()})
    ) as to:
        for start in range(0, len(own), BLOCK):
            abstract = said(rng, words, own[start : start + BLOCK], size)
            to.write_table(
                pa.table(
                    {
                        "work": np.arange(start, start + len(abstract)) + 1,
                        "abstract": abstract.to_arrow().cast(pa.string()),
                    }
                )
            )


def timed(name: str, call: Callable[..., Any], *each: Sequence[Any]) -> None:
    """Call once for each tuple of arguments; print how long the calls take, and the processor's part of it."""
    spans = []
    for arguments in zip(*each, strict=True):
        clock, processor = time.perf_counter(), time.process_time()
        call(*arguments)
        spans.append((time.perf_counter() - clock, time.process_time() - processor))
    p50, p95 = np.percentile(np.array(spans) * 1000, [50, 95], axis=0)
    print(
        f"{name:44} {len(spans):5} calls   p50 {p50[0]:7.1f} ms   p95 {p95[0]:7.1f} ms   "
        f"processor p50 {p50[1]:7.1f} ms   p95 {p95[1]:7.1f} ms",
        flush=True,
    )


def measure(path: Path, queries: int) -> None:
    from udsyn.contacts import paths
    from udsyn.contacts.find import Filters, find
    from udsyn.contacts.groups import find_groups
    from udsyn.contacts.making import open_index
    from udsyn.contacts.query import for_person, parse
    from udsyn.record.engine import Record

    apart(made, path)
    record = Record.open(path)
    start = time.perf_counter()
    index = open_index(record)
    print(f"opened in {(time.perf_counter() - start) * 1000:.0f} ms")
    size = sum(file.stat().st_size for file in index.path.iterdir())
    print(f"size {size / 1e9:.2f} GB; {size / index.people_count:.0f} bytes a person")

    rng = np.random.default_rng(11)
    works = rng.integers(0, index.work_count, queries).tolist()
    texts = [" ".join(index.title(work).split()[: int(rng.integers(2, 11))]) for work in works]
    where = rng.choice(COUNTRIES[:16], queries).tolist()
    find(index, parse(index, texts[0]), Filters(("KR",), "DK"))

    def ask(text: str, *countries: str, new_only: bool = False, warm: bool = False) -> None:
        find(index, parse(index, text), Filters(countries, "DK", new_only), warm=warm)

    timed("find TEXT --country C --home DK", ask, texts, where)
    timed("find TEXT --country C --home DK --new-only", lambda t, c: ask(t, c, new_only=True), texts, where)
    timed("find TEXT --home DK (any country)", ask, texts)
    timed("find TEXT --country C --home DK --warm", lambda t, c: ask(t, c, warm=True), texts[:50], where[:50])
    timed(
        "find TEXT --list groups", lambda t, c: find_groups(index, parse(index, t), Filters((c,), "DK")), texts, where
    )
    people = rng.integers(0, index.people_count, queries).tolist()
    timed(
        "find someone for A… --country C",
        lambda p, c: find(index, for_person(index, p), Filters((c,), "DK")),
        people,
        where,
    )
    near = []
    for person in people:
        other = person
        for _ in range(int(rng.integers(1, 4))):
            ties = paths.ties(index, np.array([other])).person
            other = int(rng.choice(ties)) if len(ties) else other
        near.append((person, other))
    found = [paths.find_path(index, a, b) for a, b in near]
    from_, to = [a for a, _ in near], [b for _, b in near]
    timed("path, one to three steps apart", lambda a, b: paths.find_path(index, a, b), from_, to)
    timed("path --strongest", lambda a, b: paths.find_path(index, a, b, strongest=True), from_, to)
    timed("path, drawn at random", lambda a, b: paths.find_path(index, a, b), people, people[::-1])
    timed("introduce --home DK", lambda a: paths.introductions(index, a, "DK"), people)
    print(f"{sum(chain is not None for chain in found)} of {len(near)} near pairs joined")
    print(f"searching, at most {most_memory():.2f} GB")


def made(path: Path) -> None:
    """Make the index, and say what it took."""
    from udsyn.contacts.making import open_index
    from udsyn.record.engine import Record

    start = time.perf_counter()
    open_index(Record.open(path))
    print(f"index built in {time.perf_counter() - start:.0f} s, at most {most_memory():.2f} GB")


def most_memory() -> float:
    """The most memory that this process has held, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--abstracts", type=int, default=0, help="words of each work's abstract (none by default)")
    parser.add_argument("--keep", type=Path)
    chosen = parser.parse_args(arguments or [])
    with tempfile.TemporaryDirectory() as folder:
        path = chosen.keep or Path(folder) / "record"
        if not (path / "record.json").is_file():
            apart(generate, path, chosen.people, chosen.abstracts)
        apart(measure, path, chosen.queries)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
