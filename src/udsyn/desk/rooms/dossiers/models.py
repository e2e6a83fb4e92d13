"""Dossiers as they stood when something was decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField

from udsyn.desk.kernel import dossiers
from udsyn.desk.kernel.commands import in_all_languages
from udsyn.desk.kernel.models import AttachedTo, Row
from udsyn.desk.kernel.permissions import STAFF, Rule
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.parties.models import Person


class Decided(AttachedTo):
    """Seen by those who see the row that was decided upon."""

    link: ClassVar[tuple[str, str]] = ("of_kind", "of_id")

    def kinds(self) -> Iterable[str]:
        return [kind for kind in dossiers.subjects() if kind in RESOURCES]


class Dossier(Row):
    """What was known of a row when it was decided upon, in both languages, sealed. Nobody changes it."""

    rules: ClassVar[dict[str, Rule]] = {"view": STAFF & Decided()}

    of_kind = models.CharField(max_length=40, editable=False)
    of_id = models.BigIntegerField(editable=False)
    about = models.CharField(_("about"), max_length=300, editable=False)
    decision = I18nCharField(_("decision"), max_length=300, editable=False)
    reason = models.TextField(_("reason"), blank=True, editable=False)
    day = models.DateField(_("as it stood on"), editable=False)
    decided_by = models.ForeignKey(
        Person, models.SET_NULL, verbose_name=_("decided by"), null=True, editable=False, related_name="+"
    )
    content = models.JSONField(editable=False)  #: language → the document, see `compose`
    seal = models.CharField(_("seal"), max_length=64, editable=False)  #: SHA-256 of content, decision, reason and day

    class Meta:
        ordering = ("-day", "-pk")
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        indexes = (models.Index(fields=("of_kind", "of_id"), name="dossier_about"),)

    def __str__(self) -> str:
        return f"{self.about}: {self.decision}"

    @property
    def parent(self) -> Any:
        """The row that was decided upon; None where it is gone."""
        resource = RESOURCES.get(self.of_kind)
        return resource.model.objects.filter(pk=self.of_id).first() if resource else None

    @property
    def sealed(self) -> dict[str, Any]:
        """What the seal is over."""
        return {
            "kind": self.of_kind,
            "object_id": self.of_id,
            "about": self.about,
            "decision": in_all_languages(self.decision),
            "reason": self.reason,
            "day": self.day.isoformat(),
            "content": self.content,
        }
