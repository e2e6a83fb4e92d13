"""What a day brings: estimates from the ledger, for everything and for each row that is decided upon."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Q

from udsyn.desk.evidence import judging
from udsyn.desk.kernel import dossiers
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.ties import MADE, PERSON, Tie


def judge() -> dict[str, Any]:
    return judging.judge_all(settings.FOLDER, scopes())


def scopes() -> dict[str, Q]:
    """The rows that are decided upon and have brought enough people together for an estimate: kind:id → their ties."""
    found = {}
    for kind in dossiers.subjects():
        for row in RESOURCES[kind].model.objects.all():
            where = dossiers.scope_of(row).ties
            if Tie.objects.filter(where, level=PERSON, status=MADE).count() >= judging.LEAST:
                found[f"{kind}:{row.pk}"] = where
    return found
