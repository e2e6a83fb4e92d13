"""Names of people as they are written: given name first or family name first, with a comma, in capitals, in ASCII.

*Wei Wang* and *Wang Wei*, *Kim, Min-Jun* and *Min Jun Kim*, *SZŰCS Péter* and *Péter Szűcs* can each be one person; so
can *Søren Ågård* and *Soeren Aagaard*. Nobody is merged by this: it finds who may be.
"""

from __future__ import annotations

import re
import unicodedata

#: letters that no accent explains, and what ASCII writes for them; both ways of writing fold to one
LETTERS = str.maketrans({"ø": "o", "æ": "a", "œ": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "’": "'"})
ASCII = ((re.compile("aa|ae"), "a"), (re.compile("oe"), "o"), (re.compile("ue"), "u"))
Reading = tuple[tuple[str, ...], str]  #: given names and family name


def folded(text: str) -> list[str]:
    """The parts of a name without accents, points, hyphens and case."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    plain = plain.translate(LETTERS)
    for letters, one in ASCII:
        plain = letters.sub(one, plain)
    return re.sub(r"[.,\-\u2010\u2011]", " ", plain).split()


def readings(name: str) -> list[Reading]:
    """What may be given names and family name: one reading where comma or capitals tell, otherwise both orders."""
    family, comma, given = name.partition(",")
    if comma and (parts := folded(given)) and (last := folded(family)):
        return [(tuple(parts), last[-1])]
    parts = folded(name)
    if len(parts) < 2:
        return []
    given_first, family_first = (tuple(parts[:-1]), parts[-1]), (tuple(parts[1:]), parts[0])
    loud = [len(word) > 2 and word.isupper() for word in name.split()]
    if loud[0] != loud[-1]:
        return [family_first] if loud[0] else [given_first]
    return [given_first, family_first] if len(parts[0]) > 1 else [given_first]


def keys(name: str) -> list[str]:
    """First initial and family name, for each reading: people who share one may be one."""
    return list(dict.fromkeys(f"{given[0][0]} {family}" for given, family in readings(name)))


def may_be_one(name: str, other: str) -> bool:
    """Whether two names can be one person's: *J. Lind* and *Jens Lind* can, *Jens* and *Jan* cannot."""
    return any(agree(ours, theirs) for ours in readings(name) for theirs in readings(other))


def agree(ours: Reading, theirs: Reading) -> bool:
    pairs = zip(ours[0], theirs[0], strict=False)
    joined = "".join(ours[0]), "".join(theirs[0])  # Min-Jun is also written Minjun
    return ours[1] == theirs[1] and (
        joined[0] == joined[1] or all(a.startswith(b) or b.startswith(a) for a, b in pairs)
    )


def is_full(name: str) -> bool:
    """Is a given name written out?"""
    return any(len(given[0]) > 1 for given, _family in readings(name))
