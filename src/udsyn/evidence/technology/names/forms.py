"""The normal form of an organisation's name: what is left without spelling, language, legal form and office.

    The Regents of the University of Calif.   → UNIVERSITY CALIFORNIA
    Motoren-und Turbinen-Union München GmbH   → MOTOREN TURBINEN UNION MUNCHEN, legal form GMBH

Two names of the same words with legal forms of different countries are two legal persons: the forms are kept beside.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

#: letters that no decomposition folds
FOLDED = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
)
DOTTED = re.compile(r"\b((?:\w\.\s?){1,}\w)\b\.?")
SLASHED = re.compile(r"\b([AIKK])/([SK])\b")
WORD = re.compile(r"\w+")
#: what a name says of itself after itself: `a corporation of Delaware`, `also known as`, `c/o`
ASIDE = re.compile(
    r"(?<=\w)[\s.,;(]+(?:AN? (?:\w+ ){0,3}?(?:CORPORATION|COMPANY|PARTNERSHIP|DIVISION|DIV|SUBSIDIARY|BRANCH|AGENCY)\b"
    r"|A BODY (?:CORPORATE|POLITIC)(?! ACTING)|(?:NOW|ALSO|FORMERLY)(?: KNOWN AS)?\b|D/?B/?A\b|TRADING AS\b|C/O\b).*$"
)
FOR_ANOTHER = re.compile(r"^.*\b(?:ACTING|BODY CORPORATE)\b.*\bBEHALF OF\b")
OFFICER = re.compile(r"^(?:THE )?(?:PRESIDENT|DIRECTOR|SECRETARY|MINISTER|RECTOR|CHIEF|HEAD)(?: GENERAL)?,? OF (?=\w)")
UMLAUT = re.compile(r"(?<=[B-DF-HJ-NP-TV-Z])([AOU])E(?=[B-DF-HJ-NP-TV-Z]{2})")


@dataclass(frozen=True, slots=True)
class Form:
    """`words`: the telling words in the order of the name; `legal`: the legal forms it gives."""

    words: tuple[str, ...]
    legal: frozenset[str]

    def key(self, wide: bool = False) -> str:
        """The words as they stand; `wide`: in any order, but the University of Miami is not Miami University."""
        if not wide:
            return " ".join(self.words)
        if len(self.words) == 2 and self.words[0] in table()["houses"]:
            return f"{self.words[0]}-OF {self.words[1]}"
        return " ".join(sorted(set(self.words)))


@cache
def table() -> dict[str, Any]:
    """words.yaml, its spellings turned round: what is written → what is meant."""
    text = files(__package__).joinpath("words.yaml").read_text(encoding="utf-8")
    held = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506, both loaders are the safe ones
    return {
        "legal": turned(held["forms"]),
        "words": turned(held["words"]),
        "countries": {name: frozenset(codes) for name, codes in held["countries"].items()},
        "states": held["states"],
        **{
            name: frozenset(held[name])
            for name in ("connectors", "offices", "bodies", "houses", "plain", "last", "leading")
        },
        "phrases": phrases([*turned(held["forms"]), *turned(held["words"])]),
        "glued": re.compile("|".join(sorted(non_latin(turned(held["forms"])), key=len, reverse=True))),
    }


def turned(meanings: dict[str, list[str]]) -> dict[str, str]:
    return {written: meant for meant, all_ in meanings.items() for written in [*all_, meant]}


def non_latin(written: dict[str, str]) -> list[str]:
    return [form for form in written if not form.isascii()]


def phrases(written: list[str]) -> re.Pattern[str]:
    """Spellings of several words, longest first."""
    return re.compile(r"\b(?:" + "|".join(sorted((w for w in written if " " in w), key=len, reverse=True)) + r")\b")


@cache
def common_words() -> frozenset[str]:
    """The words that many names share: those that are shortened or translated."""
    return frozenset(table()["words"].values())


def clean(name: str) -> str:
    """Upper case without accents, initials joined (I.B.M. → IBM), `&` as AND."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).translate(FOLDED))
    if not text.isascii():
        decomposed = unicodedata.normalize("NFD", text)
        # accents of Latin letters fall; the voiced marks of Japanese and the parts of Korean syllables do not
        text = unicodedata.normalize("NFC", "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f"))
    text = text.upper().replace("AT&T", "ATT").replace("&", " AND ").replace("'", "").replace("’", "")
    text = SLASHED.sub(r"\1\2", text)
    return DOTTED.sub(lambda found: re.sub(r"[.\s]", "", found[1]), text)


def form_of(name: str, spelled: Mapping[str, str] | None = None, wide: bool = False) -> Form:
    """The normal form of a name. `spelled`: words to read as others (misspelling → word); `wide`: who acts on behalf of
    another is that other.

    A name of common words only says too little for a misspelling to be certain, so it keeps its words.
    """
    return form_of_clean(clean(name), spelled, wide)


def form_of_clean(text: str, spelled: Mapping[str, str] | None = None, wide: bool = False) -> Form:
    """`form_of` of a name that is clean already."""
    tokens = words_of(text, wide)
    if not spelled or spelled.keys().isdisjoint(tokens):
        return reduced(tokens)
    read = reduced([spelled.get(token, token) for token in tokens])
    return read if any(word not in common_words() for word in read.words) else reduced(tokens)


def words_of(text: str, wide: bool = False) -> list[str]:
    """The words of a clean name, without what it says of itself besides."""
    if not text.isascii():
        text = table()["glued"].sub(lambda found: f" {found[0]} ", text)
    if wide:
        text = FOR_ANOTHER.sub("", text)
    return WORD.findall(ASIDE.sub("", OFFICER.sub("", text)))


def reduced(tokens: list[str]) -> Form:
    """The telling words and the legal forms among tokens."""
    words = table()
    tokens = words["phrases"].sub(lambda found: found[0].replace(" ", "_"), " ".join(tokens)).split(" ")
    legal: set[str] = set()
    kept: list[str] = []
    for spot, token in enumerate(tokens):
        before, written = tokens[spot - 1] if spot else "", token.replace("_", " ")
        if before == "OF" and token in words["states"]:
            kept.append(words["states"][token])
        elif is_legal(written, spot, tokens, words):
            legal.add(words["legal"][written])
        elif token not in words["connectors"]:
            kept.append(words["words"].get(written, UMLAUT.sub(r"\1", token)))
    telling = without_office(kept, words)
    if all(word in words["plain"] for word in telling):
        return Form(tuple(tokens), frozenset(legal))
    return Form(tuple(without_acronym(telling)), frozenset(legal))


def is_legal(written: str, spot: int, tokens: list[str], words: dict[str, Any]) -> bool:
    """Whether a word is a legal form there: not the first word, and one that is also a small word only at the end."""
    if written not in words["legal"] or (spot == 0 and len(tokens) > 1 and written not in words["leading"]):
        return False
    return written not in words["last"] or all(token in words["legal"] for token in tokens[spot:])


def without_office(kept: list[str], words: dict[str, Any]) -> list[str]:
    """Leave out who speaks for a government or a university, where the name still says which."""
    if kept[:1] == ["US"] or "REPRESENTED" in kept:
        agency = [word for word in kept if word not in words["offices"] and word != "AMERICA"]
        return ["US", *agency] if agency else ["US"]
    if words["houses"].intersection(kept):
        return [word for word in kept if word not in words["bodies"]] or kept
    return kept


def without_acronym(kept: list[str]) -> list[str]:
    """Leave out a first or last word that only abbreviates the others: MTU Motoren Turbinen Union."""
    if len(kept) < 3:
        return kept
    for spot in (0, -1):
        rest = kept[1:] if spot == 0 else kept[:-1]
        if 2 < len(kept[spot]) <= 8 and abbreviates(kept[spot], rest):
            return rest
    return kept


def abbreviates(short: str, words: list[str], parts: int = 0) -> bool:
    """Whether `short` is made of beginnings of at least two of the first `words`, in their order."""
    if not short:
        return parts >= 2
    if not words:
        return False
    first, rest = words[0], words[1:]
    longest = next((n for n in range(min(len(short), len(first), 3), 0, -1) if short[:n] == first[:n]), 0)
    if any(abbreviates(short[n:], rest, parts + 1) for n in range(longest, 0, -1)):
        return True
    return parts > 0 and abbreviates(short, rest, parts)


def legally_apart(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sets of legal forms are of no common country: GmbH and Inc., never where one gives none."""
    known = table()["countries"]
    sides = [[known[form] for form in side if form in known] for side in (one, other)]
    if not all(sides):
        return False
    first, second = (frozenset.intersection(*side) or frozenset.union(*side) for side in sides)
    return not first & second


def is_body(name: str) -> bool:
    """Whether a name is told to be an organisation's: it has a legal form, or a word that only such have."""
    form = form_of(name)
    return bool(form.legal) or any(word in common_words() for word in form.words)
