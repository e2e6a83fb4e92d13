"""Who acts in the room of grants: the holder, the administrator of the institution, the call's officers.

An institution's administrator is a client with a mandate for that organisation (`organisation:7`); whoever works there
sees nothing of its grants by that alone.
"""

from __future__ import annotations

from udsyn.desk.kernel.permissions import AUDITS, CLIENT, Mine, Rule, Serves
from udsyn.desk.rooms.programmes.rules import READ, WRITE, OnTeam
from udsyn.desk.rooms.programmes.rules import officers as officers_of

# `to` is the path to the grant, and ends in `__`.


def officers(to: str = "") -> Rule:
    return officers_of(f"{to}application__call_id")


def holder(to: str = "") -> Rule:
    return Mine(f"{to}holder_id")


def institution(to: str = "") -> Rule:
    return Serves((CLIENT,), "organisation", f"{to}administrator_id")


def parties(to: str = "") -> Rule:
    """Holder and institution: those who owe reports and may ask for changes."""
    return holder(to) | institution(to)


def reads(to: str = "") -> Rule:
    return officers(to) | AUDITS | parties(to) | OnTeam((READ, WRITE), f"{to}application_id")
