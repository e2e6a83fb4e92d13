"""How well altered names of listed bodies are found, and how often a name that is not listed raises an alarm.

Names are altered as those who hide, copy or transcribe them do; each way is measured by itself. An alarm is a verdict
*is* or *ask*. False alarms are counted on the register's own names with their own countries.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from udsyn.evidence.safeguards import asking, bodies, identity, names
from udsyn.evidence.safeguards.body import Body
from udsyn.evidence.safeguards.entries import Entry
from udsyn.evidence.safeguards.identity import ASK, IS, Lists
from udsyn.evidence.safeguards.names import Name
from udsyn.record.engine import Place

#: Names of fewer telling words lose who they mean with one of them.
ENOUGH_TO_DROP = 4
DRAWN_ALIKE = dict(zip("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ", strict=True))
UNSEEN = ("\u200b", "\u00ad", "\u2060", "\u200d")
ADDED_FORMS = ("LLC", "JSC", "Ltd.", "OOO", "Public Joint Stock Company", "Co., Ltd")
#: Cyrillic in the letters of ISO 9's simple forms, which differ from those that `names` itself takes.
ROMANISED: Mapping[str, str] = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        (
            *("a", "b", "v", "g", "d", "e", "jo", "zh", "z", "i", "j", "k", "l", "m", "n", "o", "p"),
            *("r", "s", "t", "u", "f", "kh", "c", "ch", "sh", "shch", "", "y", "", "e", "ju", "ja"),
        ),
        strict=True,
    )
)
Alter = Callable[[str, random.Random], str | None]


def homoglyph(name: str, chance: random.Random) -> str | None:
    """A third of the letters that can be, drawn alike in another alphabet; None where there is none."""
    places = [at for at, letter in enumerate(name) if letter in DRAWN_ALIKE]
    swapped = set(chance.sample(places, max(1, len(places) // 3))) if places else set()
    return "".join(DRAWN_ALIKE[c] if at in swapped else c for at, c in enumerate(name)) if swapped else None


def invisible(name: str, chance: random.Random) -> str | None:
    letters = list(name)
    for _ in range(3):
        letters.insert(chance.randrange(1, len(letters)), chance.choice(UNSEEN))
    return "".join(letters)


def transliteration(name: str, chance: random.Random) -> str | None:
    """A Cyrillic name in Latin letters by another table than ours; None for other scripts."""
    if not any(c in ROMANISED for c in name.lower()):
        return None
    return "".join(ROMANISED.get(c, c) for c in name.lower()).title()


def order(name: str, chance: random.Random) -> str | None:
    words = name.split()
    chance.shuffle(words)
    return " ".join(words)


def legal_form(name: str, chance: random.Random) -> str | None:
    """Without the form that it has, or with one that it has not."""
    said, kept = names.words(name), Name(name).core
    if len(said) > len(kept) and name.isascii():
        return " ".join(kept)
    form = chance.choice(ADDED_FORMS)
    return chance.choice((f"{name} {form}", f"{form} {name}"))


def dropped(name: str, chance: random.Random) -> str | None:
    """Without one of at least four telling words, any but a number."""
    if len(Name(name).core) < ENOUGH_TO_DROP:
        return None
    words = name.split()
    places = [at for at, word in enumerate(words) if len(word) > 3 and not any(c.isdigit() for c in word)]
    if len(places) < ENOUGH_TO_DROP:
        return None
    del words[chance.choice(places)]
    return " ".join(words)


def misspelt(name: str, chance: random.Random) -> str | None:
    """One letter of a longer word left out, doubled or changed for its neighbour."""
    places = [at for at in range(1, len(name) - 1) if name[at - 1].isalpha() and name[at].isalpha()]
    if len(places) < 8:
        return None
    at = chance.choice(places)
    return name[:at] + chance.choice(("", name[at] * 2, name[at + 1] + name[at])) + name[at + 1 :]


KINDS: Mapping[str, Alter] = {
    "homoglyphs": homoglyph,
    "invisible characters": invisible,
    "transliteration": transliteration,
    "order of words": order,
    "legal form": legal_form,
    "dropped word": dropped,
    "misspelt": misspelt,
}


@dataclass(frozen=True)
class Altered:
    """A listed body under an altered name, asked with its country."""

    kind: str
    entry: Entry
    body: Body


def altered(lists: Lists, sample: int, seed: int) -> Iterator[Altered]:
    """So many listed bodies of known country, each altered in every way that applies to a name of it."""
    chance = random.Random(seed)  # noqa: S311, a draw that repeats
    listed = {one.entry.key: one.entry for pool in lists.pools.values() for one in pool.listed}
    placed = {key: entry for key, entry in listed.items() if lists.places[key].countries}
    for entry in chance.sample(list(placed.values()), min(sample, len(placed))):
        country = min(lists.places[entry.key].countries)
        said = [text for text in (entry.name, *entry.names) if not Name(text).is_weak]
        for kind, alter in KINDS.items():
            made = [new for text in said if (new := alter(text, chance))]
            if made:
                yield Altered(kind, entry, Body(made[0], country))


def prove(place: Place, day: dt.date, sample: int = 1000, others: int = 5000, seed: int = 1) -> list[dict[str, Any]]:
    """Rows of `recall`, and one of `false_alarms`: kind, names, found, rate (0 to 1), for a record's lists on a day.

    Raises UdsynError where no list is loaded.
    """
    lists = asking.lists_of(place)
    return [*recall(lists, sample, seed, day), false_alarms(lists, place, others, seed, day)]


def recall(lists: Lists, sample: int, seed: int, day: dt.date) -> list[dict[str, Any]]:
    """A row per kind of change and one for all: kind, names, found, recall."""
    made = list(altered(lists, sample, seed))
    hits: dict[str, list[bool]] = {kind: [] for kind in KINDS}
    for one, (_, verdicts) in zip(made, identity.judge(lists, [one.body for one in made], day), strict=True):
        found = {verdict.entry.key for verdict in verdicts}
        hits[one.kind].append(one.entry.key in found)
    hits["all"] = [hit for kind in KINDS for hit in hits[kind]]
    return [
        {"kind": kind, "names": len(some), "found": sum(some), "rate": sum(some) / len(some)}
        for kind, some in hits.items()
        if some
    ]


def false_alarms(lists: Lists, place: Place, sample: int, seed: int, day: dt.date) -> dict[str, Any]:
    """Of so many organisations of the register that no list names outright: how many raise an alarm."""
    chance = random.Random(seed)  # noqa: S311, a draw that repeats
    known = [Body(one.body.name, one.body.country) for one in bodies.all_of(place)]
    judged = identity.judge(lists, chance.sample(known, min(sample, len(known))), day)
    worst = [verdicts[0].verdict if verdicts else None for _, verdicts in judged]
    others = [verdict for verdict in worst if verdict != IS]
    alarms = sum(verdict == ASK for verdict in others)
    return {"kind": "false alarms", "names": len(others), "found": alarms, "rate": alarms / max(1, len(others))}
