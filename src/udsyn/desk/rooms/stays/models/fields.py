"""What tables of this room share: keys of mail links, people, counts, days."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from udsyn.desk.rooms.parties.models import Person

INCOMING, OUTGOING = "incoming", "outgoing"
DIRECTIONS = ((INCOMING, _("a guest comes")), (OUTGOING, _("somebody goes abroad")))
ORCID = RegexValidator(r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$")


def new_key() -> str:
    return secrets.token_urlsafe(18)


def key_field() -> models.CharField:
    """What a mail link needs besides the signature; a new one makes older links worthless."""
    return models.CharField(max_length=32, default=new_key, editable=False)


def person_field(label: Any) -> models.ForeignKey:
    return models.ForeignKey(Person, models.PROTECT, verbose_name=label, null=True, blank=True, related_name="+")


def count_field(label: Any) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(label, default=0, validators=[MaxValueValidator(20)])


def check_days(row: Any) -> None:
    if row.first and row.last and row.last < row.first:
        raise ValidationError({"last": _("It ends before it begins.")})
