"""What the desk notes about privacy itself: who was erased, what is restricted, who read what, what the nights did.

None of it names anybody: rows are told by kind and number, so that an erasure can be repeated after a restore.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.models import Attached, RowQuerySet
from udsyn.desk.kernel.permissions import AUDITS, MINISTRY, Actor, Rule
from udsyn.desk.kernel.personal import of_model, person

READS: dict[str, Rule] = {"view": MINISTRY | AUDITS}


class Noted(Attached):
    rules: ClassVar[dict[str, Rule]] = READS
    objects = RowQuerySet.as_manager()

    class Meta:
        abstract = True


class Erasure(Noted):
    """Somebody was erased, root and branch: kind and number of the row that they were known by."""

    at = models.DateTimeField(_("erased"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    with_files = models.BooleanField(default=False)
    done = models.JSONField(default=dict)  #: kind → rows

    class Meta:
        app_label = "core"
        ordering = ("-at",)
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")


class Restriction(Noted):
    """A row that is only kept (GDPR art. 18): nobody changes it, nothing is done with it, no night removes it."""

    since = models.DateTimeField(_("since"), default=timezone.now)
    until = models.DateTimeField(_("until"), null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        app_label = "core"
        ordering = ("-since",)
        verbose_name = _("restriction")
        verbose_name_plural = _("restrictions")
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "object_id"), condition=Q(until__isnull=True), name="restriction_once"
            ),
        )


class Reading(Noted):
    """Somebody read what is sensitive of a row: once a day and way for each reader, page, list, export or API."""

    day = models.DateField(_("day"), default=timezone.localdate)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    how = models.CharField(_("how"), max_length=8)

    class Meta:
        app_label = "core"
        ordering = ("-day", "-pk")
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        indexes = (models.Index(fields=("kind", "object_id")),)
        constraints = (
            models.UniqueConstraint(fields=("kind", "object_id", "day", "user", "how"), name="reading_once"),
        )


class Retained(models.Model):
    """What a night did because a period was over: how many rows of a kind, by which period."""

    rules: ClassVar[dict[str, Rule]] = READS
    objects = RowQuerySet.as_manager()

    day = models.DateField(_("day"), default=timezone.localdate)
    kind = models.CharField(max_length=40)
    period = models.CharField(_("period"), max_length=200)
    rows = models.PositiveIntegerField(_("rows"))
    numbers = models.JSONField(default=list, editable=False)  #: which, so that a restored backup lets go of them too

    class Meta:
        app_label = "core"
        ordering = ("-day", "kind")
        verbose_name = _("what a night removed")
        verbose_name_plural = _("what nights removed")


def note_readings(actor: Actor, rows: list[Any], shown: Iterable[str], how: str) -> None:
    """Note that somebody read what is sensitive of rows, where what they were shown has it and is not their own."""
    if not rows or not actor.signed_in:
        return
    model = type(rows[0])
    if not {name for one in of_model(model) for name in one.sensitive}.intersection(shown):
        return
    kind, here = model._meta.model_name, {"day": timezone.localdate(), "user": actor.user, "how": how}
    numbers = {row.pk for row in rows} - ({actor.person} if model is person().model else set())
    noted = set(Reading.objects.filter(kind=kind, object_id__in=numbers, **here).values_list("object_id", flat=True))
    new = [Reading(kind=kind, object_id=number, **here) for number in sorted(numbers - noted)]
    Reading.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)


def restricted(row: Any) -> bool:
    """Is it only kept for now?"""
    return row.pk is not None and restricted_of(type(row)).filter(object_id=row.pk).exists()


def restricted_of(model: Any) -> Any:
    return Restriction.objects.filter(kind=model._meta.model_name, until__isnull=True)
