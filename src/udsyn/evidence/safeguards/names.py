"""Names of bodies, told the same whatever hides it, and told apart whatever they share.

Invisible characters, letters of another alphabet that look alike, case, accents, scripts, order and legal forms do not
tell names apart. Words that many names share (*University*, *Institute*) weigh little, so that *Nanjing University* is
not *Nanjing University of Aeronautics and Astronautics*.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files

from anyascii import anyascii
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

#: Letters of other alphabets that are drawn like a Latin one (Unicode's confusables, those that occur in names).
LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеіјорсухѕһԁԛԝкмтвнΑΒΕΖΗΙΚΜΝΟΡΤΥΧανορυχιɑɡıƖ",
    "ABESIJKMHOPCTYXaeijopcyxshdqwkmtbhABEZHIKMNOPTYXavopuxiagil",
)
#: Latin letters that stand in a word of Cyrillic ones, as those letters.
CYRILLIC = str.maketrans("ABESIJKMHOPCTYXaeijopcyx", "АВЕЅІЈКМНОРСТУХаеіјорсух")
#: What tables of transcription write otherwise, in the order in which they are made one.
SOUNDS = (
    *(("shch", "sh"), ("sch", "sh"), ("kh", "h"), ("zh", "z"), ("ts", "c"), ("tz", "c"), ("x", "ks"), ("w", "v")),
    *(("j", "i"), ("y", "i")),
)
#: Words of legal forms that stay behind where a form is misspelt, turned round or transcribed by another table.
FORM_WORDS = (
    *("joint", "stock", "company", "limited", "liability", "obshchestvo", "ogranichennoy", "otvetstvennostyu"),
    *("aktsionernoe", "publichnoe", "otkrytoe", "zakrytoe"),
)
#: Words that join others.
JOINING = frozenset(
    "the of and for in on at to a an de du des la le les di da do dos y e und der die das im i v po".split()  # noqa: SIM905
)
#: Two words are the same one, spelled otherwise, from so much likeness on; shorter ones only where they are equal.
SAME_WORD, SHORT_WORD = 0.78, 3
#: Scripts without spaces: a word is a whole name, of which forms like *company limited* make up the half.
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
SAME_UNSPACED = 0.95
#: From so much likeness on a name is put before a person. Measured by `udsyn safeguards proof`, see the manual.
SIMILAR = 0.64
#: From so much on where a name is the listed one but for one word left out, and so many are left that they tell.
SHORTENED, LEFT = 0.5, 3
#: What a word weighs that says the kind of a body and not which one; a word met once weighs about ten.
COMMON = 2.0
#: What a word weighs that belongs to a legal form, and short forms that are told although a letter of them is wrong.
OF_A_FORM = 0.5
SHORT_FORMS = ("llc", "jsc", "pjsc", "ojsc", "cjsc", "ooo", "oao", "zao", "pao", "ltd", "gmbh")
#: A name of one word of so few letters, an acronym mostly, tells nobody apart.
ACRONYM = 5


@lru_cache(maxsize=200_000)
def words(name: str) -> tuple[str, ...]:
    """A name's words in plain letters, in their order.

    >>> words("Mоsc\\u200bow  Ínstitute, №1"), words("Сколковский институт")
    (('moscow', 'institute', 'no1'), ('skolkovskiy', 'institut'))
    """
    if name.isascii():
        return tuple(re.findall(r"[a-z0-9]+", name.lower().replace("'", "")))
    shown = "".join(c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) not in ("Cf", "Mn", "Cc"))
    seen = " ".join(unmixed(word) for word in shown.split())
    return tuple(re.findall(r"[a-z0-9]+", anyascii(seen).lower().replace("'", "").replace("’", "")))


def unmixed(word: str) -> str:
    """A word of two alphabets in that of most letters that look like none of the other's."""
    scripts = {c: unicodedata.name(c, "?").split()[0] for c in word if c.isalpha()}
    if "LATIN" not in scripts.values() or len(set(scripts.values())) < 2:
        return word
    latin = sum(scripts.get(c) == "LATIN" and ord(c) not in CYRILLIC for c in word)
    other = sum(scripts.get(c, "LATIN") != "LATIN" and ord(c) not in LOOKALIKES for c in word)
    return word.translate(LOOKALIKES if latin >= other else CYRILLIC)


@lru_cache(maxsize=200_000)
def sounded(word: str) -> str:
    """A word in plain letters the same whichever table transcribed it: moskovskiy, moskovskij and moskovskii are one.

    >>> sounded("tsentr") == sounded("centr"), sounded("yadernyy") == sounded("jadernyj"), sounded("2011")
    (True, True, '2011')
    """
    for said, heard in SOUNDS:
        word = word.replace(said, heard)
    return re.sub(r"([a-z])\1+", r"\1", word)


@dataclass(frozen=True)
class Name:
    """A name by the words that tell it apart: without legal form, without joining words."""

    text: str

    @property
    def core(self) -> tuple[str, ...]:
        return core_of(self.text)

    @cached_property
    def sounds(self) -> tuple[str, ...]:
        """These words, the same whichever table transcribed them."""
        return tuple(sounded(word) for word in self.core)

    @cached_property
    def key(self) -> str:
        """The same for every order of the words."""
        return " ".join(sorted(self.sounds))

    @cached_property
    def look(self) -> str:
        """The key without words that belong to a legal form: by it names are looked through."""
        return " ".join(sorted(word for word in self.sounds if not is_nearly_a_form(word))) or self.key

    @property
    def is_weak(self) -> bool:
        """Whether the name alone tells nobody apart: one short word, an acronym mostly."""
        return len(self.core) == 1 and len(self.core[0]) <= ACRONYM

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(re.findall(r"\d+", " ".join(self.core)))


@lru_cache(maxsize=200_000)
def core_of(name: str) -> tuple[str, ...]:
    said = words(name)
    telling = tuple(word for word in without_forms(said) if word not in JOINING)
    return tuple(word for word in telling if not is_of_a_form(word)) or telling or said


@lru_cache(maxsize=200_000)
def is_of_a_form(word: str) -> bool:
    return any(alike(word, form) for form in FORM_WORDS)


@cache
def legal_forms() -> dict[str, list[tuple[str, ...]]]:
    """Legal forms by their first word, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for line in sorted(listed_in("legal_forms.txt"), key=len, reverse=True):
        found.setdefault(line.split()[0], []).append(tuple(line.split()))
    return found


@cache
def common_words() -> frozenset[str]:
    return frozenset(map(sounded, listed_in("common_words.txt")))


@cache
def form_words() -> frozenset[str]:
    return frozenset(sounded(word) for line in listed_in("legal_forms.txt") for word in line.split())


@lru_cache(maxsize=200_000)
def is_nearly_a_form(word: str) -> bool:
    """A word of a legal form that stands alone (*open*, *federal*), or a short form with one letter wrong (*llcc*)."""
    return word in form_words() or any(Levenshtein.distance(word, form, score_cutoff=1) <= 1 for form in SHORT_FORMS)


def listed_in(file: str) -> list[str]:
    text = (files("udsyn.evidence.safeguards") / file).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def without_forms(said: tuple[str, ...]) -> list[str]:
    kept, at = [], 0
    while at < len(said):
        form = next((form for form in legal_forms().get(said[at], ()) if said[at : at + len(form)] == form), None)
        if form is None:
            kept.append(said[at])
        at += len(form or (1,))
    return kept


class Weights:
    """How much a word tells names apart: the rarer among many names, the more."""

    def __init__(self, names: Iterable[Name]) -> None:
        met: Counter[str] = Counter()
        total = 0
        for name in names:
            met.update(set(name.sounds))
            total += 1
        self.met, self.total = met, total

    def __call__(self, word: str) -> float:
        if is_nearly_a_form(word):
            return OF_A_FORM
        if word in common_words():
            return COMMON
        return 1 + math.log((1 + self.total) / (1 + self.met[word]))


def likeness(a: Name, b: Name, weight: Weights) -> float:
    """How much two names share, 0 to 1, by what their words weigh. 1 where they differ in nothing that tells.

    Twice the weight of words that both have over the weight of all (Dice's coefficient); a word spelled otherwise
    counts by how alike it is. Numbers that differ are two bodies.
    """
    if a.key == b.key:
        return 1.0
    if a.numbers and b.numbers and a.numbers != b.numbers:
        return 0.0
    if UNSPACED.search(a.text + b.text):
        ratio = fuzz.ratio(a.key, b.key) / 100
        return ratio if ratio >= SAME_UNSPACED else 0.0
    glued = fuzz.ratio("".join(sorted(a.sounds)), "".join(sorted(b.sounds))) / 100
    return max(shared(a.sounds, b.sounds, weight), glued if glued >= 0.93 else 0.0) - 1e-9


def is_near(alike: float, asked: Name, listed: Name) -> bool:
    """Whether names of a likeness are put before a person."""
    return alike >= SIMILAR or (alike >= SHORTENED and is_shortened(asked.sounds, listed.sounds))


def is_shortened(asked: tuple[str, ...], listed: tuple[str, ...]) -> bool:
    """Whether the words asked for are those listed but for one that is left out.

    >>> is_shortened(("omsk", "wave", "institute"), ("institute", "omsk", "applied", "wave"))
    True
    """
    return len(listed) - 1 == len(asked) >= LEFT and Counter(asked) <= Counter(listed)


def shared(a: tuple[str, ...], b: tuple[str, ...], weight: Weights) -> float:
    free = list(b)
    both = 0.0
    for word in sorted(a, key=len, reverse=True):
        best = max(free, key=lambda other: alike(word, other), default="")
        if best and (same := alike(word, best)):
            free.remove(best)
            both += same * (weight(word) + weight(best))
    return both / (sum(map(weight, a)) + sum(map(weight, b)))


@lru_cache(maxsize=500_000)
def alike(a: str, b: str) -> float:
    """How alike two words are; 0 where they are two words."""
    if a == b:
        return 1.0
    if min(len(a), len(b)) <= SHORT_WORD:
        return 0.0
    ratio = fuzz.ratio(a, b) / 100
    return ratio if ratio >= SAME_WORD else 0.0
