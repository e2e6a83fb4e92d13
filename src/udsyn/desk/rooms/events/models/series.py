"""A series of events: what is held again and again, and decided upon as one."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from udsyn.desk.kernel.models import Row
from udsyn.desk.kernel.permissions import MINISTRY, STAFF, Rule


class Series(Row):
    """Events that stand or fall together, such as a matchmaking day held every year."""

    rules: ClassVar[dict[str, Rule]] = {"view": STAFF, "change": MINISTRY, "create": MINISTRY}

    title = I18nCharField(_("title"), max_length=200)
    about = I18nTextField(_("what it is for"), blank=True, null=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("series of events")
        verbose_name_plural = _("series of events")

    def __str__(self) -> str:
        return str(self.title)
