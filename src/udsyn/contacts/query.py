"""What is asked for: a text, a file, a DOI or work, a topic, or a person who looks for partners."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import log
from pathlib import Path

import numpy as np

from udsyn.contacts.index import Array, Index, hash_terms, term_hash, topic_hash
from udsyn.contacts.paths import person_of
from udsyn.contacts.text import LONGEST_TEXT, stem, words
from udsyn.contacts.wording import Word, Wording, weigh
from udsyn.errors import UsageError
from udsyn.record.tables import WORKS

PERSON = re.compile(r"(?:someone\s+for\s+)?(?:https?://openalex\.org/)?A(\d{1,18})", re.IGNORECASE)
TOPIC = re.compile(r"(?:https?://openalex\.org/)?T(\d{1,9})", re.IGNORECASE)
WORK = re.compile(r"(?:https?://openalex\.org/)?W(\d{1,18})", re.IGNORECASE)
DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
MOST_TERMS = 64
LATEST_WORKS = 30  #: of a person who looks for partners
TOPIC_WEIGHT = 2.0
WIDENED_BY = 20  #: terms
WIDENING = 0.4  #: weight of the best new term against the question's best
SHARED_BY = 3  #: works that must hold a new term


@dataclass(frozen=True)
class Query:
    """Weighted terms to look for, the words behind them, and who must not be found."""

    terms: Array
    weights: Array
    stems: Mapping[str, str]  #: each stem of the question, as the question writes it
    asker: int | None = None
    topics: tuple[int, ...] = field(default=())
    text: str = ""  #: what was asked, in words
    words: tuple[Word, ...] = ()  #: the words that an answer should cover; none where a person or a topic asks
    read_as: Mapping[str, str] = field(default_factory=dict)  #: Danish words of the question, in English

    @property
    def is_empty(self) -> bool:
        return len(self.terms) == 0


def parse(index: Index, asked: str) -> Query:
    """Read what was asked. Raises UsageError where it holds nothing to look for."""
    text = asked.strip()
    if match := PERSON.fullmatch(text):
        return for_person(index, person_of(index, int(match[1])))
    if match := TOPIC.fullmatch(text):
        return for_topics(index, (int(match[1]),))
    if match := WORK.fullmatch(text):
        return for_work(index, "work = ?", int(match[1]), text)
    if match := DOI.fullmatch(text):
        return for_work(index, "lower(doi) IN (?, 'https://doi.org/' || ?)", match[1].lower(), text)
    if (content := text_of_file(text)) is not None:
        text = content
    if not words(text):
        raise UsageError("nothing to look for: give a text, a file, a DOI, a topic (T…) or a person (someone for A…).")
    return for_texts(index, [text])


def text_of_file(text: str) -> str | None:
    """The content of a file, where the text names one."""
    if not text or len(text) > 1000 or "\n" in text or "\x00" in text or not Path(text).is_file():
        return None
    with Path(text).open("rb") as file:
        content = file.read(4 * LONGEST_TEXT)
    if b"\x00" in content:
        raise UsageError(f"{text} is not a text file. Save its text as .txt and ask again.")
    return content.decode("utf-8", errors="replace")


def for_texts(index: Index, texts: Iterable[str], topics: tuple[int, ...] = (), asker: int | None = None) -> Query:
    """The terms of texts that say most, by count and rarity; those of a question also by what `wording` says."""
    counts: Counter[int] = Counter()
    found: dict[str, str] = {}
    texts = list(texts)
    for text in texts:
        written = words(text)
        stems = [stem(word) for word in written]
        found = dict(zip(stems, written, strict=True)) | found
        counts.update(hash_terms(stems).tolist())
    wording = weigh(index, texts) if asker is None and not topics else Wording()
    for english in wording.read_as.values():
        counts.update(hash_terms([stem(word) for word in words(english)]).tolist())
    factor = wording.factors
    weighted = {term: factor.get(term, 1.0) * (1 + log(count)) * index.idf(term) for term, count in counts.items()}
    for topic in topics:
        weighted[topic_hash(topic)] = TOPIC_WEIGHT * index.idf(topic_hash(topic))
    best = sorted(weighted.items(), key=lambda item: (-item[1], item[0]))
    held = [(term, weight) for term, weight in best if len(index.postings(term)[0])][:MOST_TERMS]
    terms, weights = [term for term, _ in held], [weight for _, weight in held]
    return Query(
        np.array(terms, np.uint64),
        np.array(weights, np.float64),
        wording.stems | found,
        asker,
        topics,
        ". ".join(texts)[:LONGEST_TEXT],
        wording.words,
        wording.read_as,
    )


def widen(index: Index, query: Query, works: Array, scores: Array) -> Query:
    """Add terms that the best works share besides the question's own (pseudo-relevance feedback; Lavrenko and Croft
    2001, doi:10.1145/383952.383972): *university technology transfer* comes to mean *licensing* and *spin-off* too."""
    counts: Counter[int] = Counter()
    held: Counter[int] = Counter()
    for work, score in zip(works.tolist(), scores.tolist(), strict=True):
        for term in set(hash_terms([stem(word) for word in words(index.title(work))]).tolist()):
            counts[term] += score
            held[term] += 1
    own = set(query.terms.tolist())
    new = {t: mass * index.idf(t) for t, mass in counts.items() if t not in own and held[t] >= SHARED_BY}
    best = sorted(new.items(), key=lambda item: (-item[1], item[0]))[:WIDENED_BY]
    if not best:
        return query
    scale = WIDENING * float(query.weights.max()) / best[0][1]
    terms = np.concatenate([query.terms, np.array([term for term, _ in best], np.uint64)])
    return replace(query, terms=terms, weights=np.append(query.weights, [scale * mass for _, mass in best]))


def for_person(index: Index, person: int) -> Query:
    """What a person's latest works are about; the person is not among the answers."""
    return for_texts(index, [index.title(int(work)) for work in index.works_of(person)[:LATEST_WORKS]], asker=person)


def for_topics(index: Index, topics: tuple[int, ...]) -> Query:
    """Works of topics, and works that speak their words. Raises UsageError for a topic that is not held."""
    for topic in topics:
        if topic not in index.topics and not len(index.postings(topic_hash(topic))[0]):
            raise UsageError(f"topic T{topic} is not held. Ask in words instead.")
    return for_texts(index, [index.topics.get(topic) or "" for topic in topics], topics)


def for_work(index: Index, condition: str, value: str | int, asked: str) -> Query:
    with index.record.connect() as connection:
        parameters = [value] * condition.count("?")
        row = connection.execute(f"SELECT title FROM {WORKS} WHERE {condition} LIMIT 1", parameters).fetchone()  # noqa: S608
    if row is None or not row[0]:
        raise UsageError(f"{asked} is not a work of this record. Give its title or abstract as text instead.")
    return for_texts(index, [row[0]])


def words_behind(index: Index, query: Query, work: int) -> list[str]:
    """Words of the question that a work holds in its abstract or its topics."""
    return [word for stem_, word in query.stems.items() if index.holds(work, term_hash(stem_))]


def matched_words(query: Query, title: str) -> list[str]:
    """The words of a title that the query speaks of, as the title writes them."""
    return list(dict.fromkeys(word for word in words(title) if stem(word) in query.stems))
