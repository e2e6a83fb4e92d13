"""MEET: whom to contact, why, and through whom.

>>> from udsyn import contacts
>>> contacts.find_contacts("rec", "water electrolysis", "KR", "DK", warm=True)  # doctest: +SKIP

Each verb is loaded when it is first used, so that importing this package costs nothing.
"""

from importlib import import_module
from typing import Any

#: verb → the module that holds it
VERBS = {
    "about": "udsyn.contacts.answers",
    "find_contacts": "udsyn.contacts.answers",
    "introduce": "udsyn.contacts.answers",
    "opened": "udsyn.contacts.answers",
    "path_between": "udsyn.contacts.answers",
    "people_for": "udsyn.contacts.answers",
    "score_submissions": "udsyn.contacts.score",
}


def __getattr__(name: str) -> Any:
    if name not in VERBS:
        raise AttributeError(f"module 'udsyn.contacts' has no attribute {name!r}")
    return getattr(import_module(VERBS[name]), name)


def __dir__() -> list[str]:
    return sorted(VERBS)
