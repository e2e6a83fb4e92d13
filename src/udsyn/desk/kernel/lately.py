"""What everybody may read of what was done: small numbers of people are not told, what is too young is said."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from udsyn.desk.kernel import dossiers

FEW = 5  #: no number below is told of people


def told(number: int) -> Any:
    return number if number >= FEW else _("fewer than five")


def went_on(row: Any, today: dt.date) -> str:
    """Of the pairs of people that a row brought together, those that went on writing, of how many old enough."""
    came = dossiers.together(dossiers.came(dossiers.scope_of(row), today).values())
    if came.old < FEW:
        return _("not known: too few pairs are old enough to tell")
    known = {"part": came.lasting, "whole": came.old, "missing": came.pairs - came.old}
    return _("%(part)s of %(whole)s; of %(missing)s it cannot be told yet") % known
