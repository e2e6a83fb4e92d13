"""Loading and searching many tenders: seconds and memory of a load, and how long a question takes.

    python -m benchmarks.markets [--notices 200000] [--asked 40]

Each notice has five lots with a code each, a title and a text of 26 invented words. The index is made once; questions
by code, by word and by both, in one country and open on a day, are asked of it in turn.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from udsyn.evidence.markets.tenders import find
from udsyn.record.shelf import Row
from udsyn.record.tenders.index import index
from udsyn.record.tenders.load import shelf

WORDS = [f"word{number}" for number in range(5_000)]
LOTS, DAY = 5, dt.date(2026, 5, 1)
COUNTRIES = ("BR", "DK", "ZA", "MX", "KR", "IN", "US", "JP")


def rows(notices: int) -> Iterator[Row]:
    draw = random.Random(1)
    for number in range(notices):
        key = {"notice": f"n{number}", "version": 1}
        due = DAY + dt.timedelta(draw.randrange(-200, 60))
        head = {"process": f"p{number}", "kind": "contract", "stage": "competition", "status": "published"}
        yield Row("notices", key | head | {"country": draw.choice(COUNTRIES), "language": "pt", "published": DAY})
        yield Row("deadlines", key | {"lot": "", "kind": "tender", "day": due, "said": str(due)})
        title, text = " ".join(draw.choices(WORDS, k=6)), " ".join(draw.choices(WORDS, k=20))
        yield Row("texts", key | {"lot": "", "language": "pt", "title": title, "text": text})
        for lot in range(LOTS):
            code = f"{draw.randrange(10, 99)}{draw.randrange(1_000):03d}000"
            yield Row("lots", key | {"lot": str(lot), "kind": "lot", "value": 20.0, "currency": "BRL"})
            yield Row("codes", key | {"lot": str(lot), "scheme": "cpv", "code": code, "main": True})


def asked(record: Path, times: int) -> dict[str, list[float]]:
    """Seconds of each question, by its kind."""
    draw = random.Random(2)
    found: dict[str, list[float]] = {"code": [], "word": [], "code, country, open": []}
    for _ in range(times):
        codes = {"cpv": [f"{draw.randrange(10, 99)}{draw.randrange(10)}00000"]}
        for kind, question in (
            ("code", {"codes": codes}),
            ("word", {"words": [draw.choice(WORDS)]}),
            ("code, country, open", {"codes": codes, "country": draw.choice(COUNTRIES), "on": DAY}),
        ):
            start = time.perf_counter()
            find(record, **question)  # type: ignore[arg-type]
            found[kind].append(time.perf_counter() - start)
    return found


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--notices", type=int, default=200_000)
    parser.add_argument("--asked", type=int, default=40)
    options = parser.parse_args(arguments or [])
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder)
        file = record / "source.txt"
        file.write_text("invented")
        start = time.perf_counter()
        shelf(record).load(file, "Invented", lambda _: rows(options.notices))
        loaded = time.perf_counter() - start
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        index(shelf(record))
        made = time.perf_counter() - start - loaded
        print(f"{options.notices:,} notices, {options.notices * LOTS:,} lots: load {loaded:.1f} s, {memory:.2f} GB")
        print(f"index {made:.1f} s, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GB at most")
        for kind, seconds in asked(record, options.asked).items():
            middle, most = np.quantile(seconds, (0.5, 0.95)) * 1_000
            print(f"{kind}: median {middle:.0f} ms, p95 {most:.0f} ms")


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
