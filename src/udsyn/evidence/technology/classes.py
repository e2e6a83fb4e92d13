"""Topics to classes of CPC: learned from the families that cite a topic's works, by text only where there are none.

    share = (families of the class that cite the topic + PRIOR × base) / (families that cite the topic + PRIOR)

where base is the class's share among all families that cite a held work; lift = share / base. Text alone goes wrong
where it matters (electrocatalysis lies near fuel cells), so it is a fallback and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log
from typing import Any

import polars as pl

from udsyn.errors import UsageError
from udsyn.evidence.intervals import share_interval
from udsyn.evidence.result import Provenance, Result
from udsyn.evidence.technology.families import LEVELS, class_by, open_patents, statement
from udsyn.evidence.technology.users import CONFIDENCE, find_citing, snapshot_of
from udsyn.record.engine import Place, Record
from udsyn.record.patents import patents

#: citing families that the base weighs as much as
PRIOR = 20
#: with fewer families that cite the topic its classes are not learned
ENOUGH = 5
SCHEMA = {
    "rank": pl.Int64, "symbol": pl.String, "title": pl.String, "families": pl.Float64, "share": pl.Float64,
    "share_low": pl.Float64, "share_high": pl.Float64, "base": pl.Float64, "lift": pl.Float64, "how": pl.String,
}  # fmt: skip


def classes(
    record: Place,
    topic: int,
    *,
    level: str = "subclass",
    confidence: int = CONFIDENCE,
    examiner: bool = False,
    source: str | None = None,
    limit: int = 10,
) -> Result:
    """The classes of CPC that inventions made with a topic's science stand in, most telling first.

    topic: OpenAlex's number. Columns: rank, symbol, title, families (that cite the topic, in parts), share (drawn
    towards the base) with the interval of the plain share, base, lift, how (citations or text). Raises UsageError for a
    topic that the record does not hold, or where neither citations nor titles of classes are held.
    """
    with open_patents(record, source, works=True) as held:
        called = class_by(held, level)
        named = held.connection.execute("SELECT name FROM topics WHERE topic = $topic", {"topic": topic}).fetchall()
        if not named:
            raise UsageError(f"no topic T{topic} is held.")
        held.connection.execute(
            "CREATE TEMP TABLE ours AS SELECT work, lower(doi) AS doi, topic IS NOT DISTINCT FROM $topic AS asked "
            "FROM works_in_scope",
            {"topic": topic},
        )
        find_citing(held, confidence, examiner)
        counts = held.connection.sql(statement("learned")).pl()
        titles = dict(held.connection.execute("SELECT symbol, title FROM class_title").fetchall())
        origin = Provenance("technology-classes", "fractional (class)", held.source, snapshot_of(record))
        terms = f"Terms: {'; '.join(held.terms)}."
    citing = float(counts["families"].sum())
    if citing >= ENOUGH:
        rows = learned(dict(zip(counts["symbol"], counts.select("families", "base").iter_rows(), strict=True)))
        notes = (f"Learned from {citing:,.0f} families that cite works of {named[0][0]}.", terms)
    elif titles:
        rows = [
            {"symbol": symbol, "share": None, "how": "text"} for symbol, _ in near(named[0][0], titles, LEVELS[level])
        ]
        notes = (f"Only {citing:,.0f} families cite works of {named[0][0]}: by the words of its name alone.", terms)
    else:
        raise UsageError(
            f"only {citing:,.0f} families cite works of T{topic}, and no titles of classes are held "
            "(`udsyn technology load FILE --as titles`)."
        )
    told = [{"rank": n, **row, "title": called.get(row["symbol"])} for n, row in enumerate(rows[:limit], start=1)]
    frame = pl.DataFrame([{name: row.get(name) for name in SCHEMA} for row in told], schema=SCHEMA, orient="row")
    return Result(frame, origin, notes)


def learned(counts: Mapping[str, tuple[float, float]]) -> list[dict[str, Any]]:
    """Classes by how much they tell of the topic: the part of the divergence between its classes and all classes."""
    citing, all_ = (sum(both[i] for both in counts.values()) for i in (0, 1))
    rows: list[dict[str, Any]] = []
    for symbol, (families, held) in counts.items():
        base = held / all_
        share = (families + PRIOR * base) / (citing + PRIOR)
        low, high = share_interval(families / citing, citing)
        told = {"families": families, "share": share, "share_low": low, "share_high": high, "base": base}
        rows.append({"symbol": symbol, **told, "lift": share / base, "how": "citations"})
    rows.sort(key=lambda row: (-row["share"] * log(row["lift"]), row["symbol"]))
    return rows


def near(phrase: str, titles: Mapping[str, str], length: int) -> list[tuple[str, float]]:
    """Classes whose titles, with all titles below them, are nearest to a phrase: symbol and cosine, best first.

    length: letters of a class's symbol. Raises UsageError where it is 0: a field of technology has no titles below it.

    TF-IDF over words and pairs of words; a class is the sum of what stands below it.
    """
    if not length:
        raise UsageError("words tell classes of CPC, not fields: choose the level section, class or subclass.")
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts: dict[str, list[str]] = {}
    for symbol, title in titles.items():
        if len(symbol) >= length and not symbol.startswith("Y"):
            texts.setdefault(symbol[:length], []).append(title)
    if not texts:
        return []
    symbols = sorted(texts)
    vectors = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), stop_words="english")
    held = vectors.fit_transform([" ".join(texts[symbol]) for symbol in symbols])
    scores = (held @ vectors.transform([phrase]).T).toarray().ravel()
    found = [(symbol, float(score)) for symbol, score in zip(symbols, scores, strict=True) if score > 0]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def classify(record: Place, phrases: Sequence[str], *, level: str = "subclass", limit: int = 10) -> pl.DataFrame:
    """The classes nearest to each phrase by the titles that were loaded: phrase, rank, symbol, title, score."""
    held = patents(record.path if isinstance(record, Record) else record).scan("class_title").collect()
    titles = dict(held.select("symbol", "title").iter_rows())
    if not titles:
        raise UsageError("no titles of classes are held: `udsyn technology load FILE --as titles`, symbol and title.")
    rows = [
        {"phrase": phrase, "rank": rank, "symbol": symbol, "title": titles.get(symbol), "score": score}
        for phrase in phrases
        for rank, (symbol, score) in enumerate(near(phrase, titles, LEVELS[level])[:limit], start=1)
    ]
    columns = {"phrase": pl.String, "rank": pl.Int64, "symbol": pl.String, "title": pl.String, "score": pl.Float64}
    return pl.DataFrame(rows, schema=columns, orient="row")
