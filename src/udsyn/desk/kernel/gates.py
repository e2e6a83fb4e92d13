"""Gates: a question that one room asks before a step, and another answers with a reason.

A transition names its gates; a room answers for a gate in its `ROOM`. A row passes where no answer gives a reason
against it. A gate that no room of this desk answers lets nothing through: a check that is not there is not passed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from udsyn.desk.kernel.rooms import rooms


def shut(names: Iterable[str], row: Any) -> Any:
    """The first reason why a row may not pass these gates now; None where it may."""
    for name in names:
        answers = [answer for room in rooms() for gate, answer in room.gates if gate == name]
        if not answers:
            return _("This desk lacks the room that answers for “%(gate)s”.") % {"gate": name}
        for answer in answers:
            if reason := answer(row):
                return reason
    return None
