"""From a text to codes of a scheme, by the labels of the scheme in any language, and by tenders that carry codes.

Zero-shot: a text is compared with every label, by words and by character n-grams (so that eletrolisador meets
elektrolysator), and each label knows its parents'. What all tenders say weighs little: words are weighed over labels
and held tenders together, and a label's usual fit is taken off, so that a sentence on delivery to schools makes nobody
a buyer of schools. A division's score adds its three best codes'. The baseline is character TF-IDF over the labels
alone. Learned: where coded tenders are held, a linear model over the texts of others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import StratifiedKFold

Scores = np.ndarray[Any, np.dtype[np.float64]]
#: how many digits of a code name its group: of CPV a division, of HS a heading
DIVISION, HEADING = 2, 4
#: how much of a label's vector is its parents' labels, and how many codes speak for a division
PARENTS, VOICES = 0.4, 3
SEED, DRAWS = 1, 1_000


@dataclass(frozen=True)
class Found:
    """A code that fits a text: cosine of the text with its best label, 0 to 1."""

    code: str
    score: float
    label: str


class Labels:
    """The labels of one scheme, ready to be asked. `rows`: code, language, label; `corpus`: texts as tenders are."""

    def __init__(self, rows: pl.DataFrame, corpus: Sequence[str] = ()) -> None:
        held = rows.unique(["code", "language"], keep="last").sort("code", "language")
        self.of = held["code"].to_list()
        self.texts = held["label"].to_list()
        self.codes = sorted(set(self.of))
        number = {code: index for index, code in enumerate(self.codes)}
        self.index = np.array([number[code] for code in self.of], dtype=np.int64)
        named = {
            (code, language): label for code, language, label in held.select("code", "language", "label").iter_rows()
        }
        whole = [family(named, code, language) for code, language in held.select("code", "language").iter_rows()]
        self.parts = [
            Part(self.texts, whole, corpus, analyzer="char_wb", ngram_range=(3, 5)),
            Part(self.texts, whole, corpus, analyzer="word", ngram_range=(1, 2)),
        ]
        self.usual: Scores = np.zeros(len(self.texts))
        if corpus:
            self.usual = self.fits(corpus).mean(axis=0)

    def fits(self, texts: Sequence[str]) -> Scores:
        """How much better than usual each label fits each text, [texts × labels]."""
        both: Scores = np.mean([part.against(texts) for part in self.parts], axis=0) - self.usual
        return both

    def scores(self, texts: Sequence[str]) -> Scores:
        """How well each code fits each text, [texts × codes]."""
        found = np.zeros((len(texts), len(self.codes)))
        np.maximum.at(found.T, self.index, self.fits(texts).T)
        return found

    def rank(self, text: str, limit: int = 10) -> list[Found]:
        """The codes that fit a text best, with the label that fits."""
        both = self.fits([text])[0]
        best: dict[str, Found] = {}
        for number in np.argsort(-both, kind="stable"):
            if both[number] <= 0 or len(best) == limit:
                break
            best.setdefault(self.of[number], Found(self.of[number], float(both[number]), self.texts[number]))
        return list(best.values())

    def groups(self, texts: Sequence[str], digits: int = DIVISION) -> tuple[list[str], Scores]:
        """How well each group of codes with the same first digits fits each text."""
        return by_group(self.codes, self.scores(texts), VOICES, digits)


class Part:
    """TF-IDF over labels, some of each vector its parents'."""

    def __init__(self, labels: Sequence[str], families: Sequence[str], corpus: Sequence[str], **settings: Any) -> None:
        self.words = TfidfVectorizer(sublinear_tf=True, strip_accents="unicode", lowercase=True, **settings)
        self.words.fit([*labels, *corpus])
        own = self.words.transform(labels)
        self.matrix = (1 - PARENTS) * own + PARENTS * self.words.transform(families)

    def against(self, texts: Sequence[str]) -> Scores:
        return np.asarray((self.words.transform(texts) @ self.matrix.T).todense())


class Baseline:
    """Character TF-IDF over the labels: what anything better has to beat."""

    def __init__(self, rows: pl.DataFrame) -> None:
        held = rows.sort("code", "language")
        self.of = held["code"].to_list()
        self.words = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, lowercase=True)
        self.matrix = self.words.fit_transform(held["label"].to_list())

    def groups(self, texts: Sequence[str], digits: int = DIVISION) -> tuple[list[str], Scores]:
        found = np.asarray((self.words.transform(texts) @ self.matrix.T).todense())
        return by_group(self.of, found, 1, digits)


def learned(texts: Sequence[str], groups: Sequence[str], folds: int = 5) -> tuple[list[str], Scores]:
    """Scores of each group for each text, from the other texts' groups: no text is judged by itself.

    At least three groups with `folds` texts each.
    """
    names = sorted(set(groups))
    place = {name: number for number, name in enumerate(names)}
    truth = np.array([place[name] for name in groups])
    found = np.zeros((len(texts), len(names)))
    split = StratifiedKFold(folds, shuffle=True, random_state=SEED)
    for known, asked in split.split(np.zeros(len(texts)), truth):
        words = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, strip_accents="unicode")
        model = RidgeClassifier(alpha=0.5, solver="sparse_cg")
        model.fit(words.fit_transform([texts[number] for number in known]), truth[known])
        margins = model.decision_function(words.transform([texts[number] for number in asked]))
        found[np.ix_(asked, model.classes_)] = margins - margins.min() + 1e-9  # any order is a rank, also below zero
    return names, found


def by_group(codes: Sequence[str], scores: Scores, voices: int, digits: int) -> tuple[list[str], Scores]:
    """Each group's `voices` best scores, added."""
    names = sorted({code[:digits] for code in codes})
    found = np.zeros((len(scores), len(names)))
    of = np.array([names.index(code[:digits]) for code in codes])
    for number in range(len(names)):
        inside = np.sort(scores[:, of == number], axis=1)[:, -voices:]
        found[:, number] = inside.sum(axis=1)
    return names, found


def family(named: dict[tuple[str, str], str], code: str, language: str) -> str:
    """The labels of a code's parents: of CPV those with its first digits and zeros behind, of HS its prefixes."""
    width = len(code)
    starts = [code[:digits] for digits in range(2, width)]
    above = dict.fromkeys(held for start in starts for held in (start, start.ljust(width, "0")) if held != code)
    return " ".join(named[held, language] for held in above if (held, language) in named)


def hits(names: Sequence[str], scores: Scores, truth: Sequence[str], at: int) -> list[bool]:
    """Whether the truth is among the first `at` of each text; what fits nothing at all is no hit."""
    order = np.argsort(-scores, axis=1, kind="stable")[:, :at]
    return [
        any(names[number] == right and scores[row, number] > 0 for number in order[row])
        for row, right in enumerate(truth)
    ]


def interval(found: Sequence[bool]) -> tuple[float, float, float]:
    """The share of hits with its 95 % bootstrap interval, seeded."""
    values = np.array(found, dtype=float)
    draw = np.random.default_rng(SEED)
    shares = values[draw.integers(0, len(values), (DRAWS, len(values)))].mean(axis=1)
    low, high = np.quantile(shares, (0.025, 0.975))
    return float(values.mean()), float(low), float(high)
