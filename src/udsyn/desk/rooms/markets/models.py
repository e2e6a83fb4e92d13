"""Need profiles: what a technology is called and coded as, kept to find who buys it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.models import Row
from udsyn.desk.kernel.permissions import AUDITS, STAFF, Is, Mine, Rule, SignedIn
from udsyn.desk.kernel.wording import NONE, language
from udsyn.desk.rooms.parties.models import Country, User
from udsyn.desk.tools.written import distinct_lines
from udsyn.evidence.markets.needs import Code, Need

ACCESS = {
    "may": _("may bid"),
    "read_text": _("read the text"),
    "no_right": _("no agreement gives a right"),
}


class NeedProfile(Row):
    """Words and codes of one technology. Only codes that its owner confirmed are asked for."""

    rules: ClassVar[dict[str, Rule]] = {
        "view": AUDITS | Mine("owner_id", "user") | (STAFF & Is("shared", (True,))),
        "change": Mine("owner_id", "user"),
        "create": SignedIn(),
    }
    blanks: ClassVar[dict[str, Any]] = {"words": NONE, "topics": NONE, "country": NONE}

    owner = models.ForeignKey(User, models.CASCADE, related_name="+", editable=False)
    name = models.CharField(_("name"), max_length=80)
    text = models.CharField(
        _("the technology"), max_length=300, help_text=_("In a few words, such as: electrolysers for green hydrogen.")
    )
    words = models.TextField(
        _("words in tenders"),
        blank=True,
        max_length=1_000,
        help_text=_("Beginnings of words in any language, one a line: electroly, elektroly, eletrolis."),
    )
    topics = models.TextField(
        _("topics of research"), blank=True, max_length=500, help_text=_("Their numbers at OpenAlex, one a line.")
    )
    country = models.ForeignKey(
        Country, models.PROTECT, verbose_name=_("market"), null=True, blank=True, related_name="+"
    )
    shared = models.BooleanField(_("colleagues see it, too"), default=False)
    notify = models.BooleanField(_("tell me by mail what is new"), default=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="da", editable=False)
    codes = models.JSONField(default=list, editable=False)  #: as `udsyn.evidence.markets.needs.Code` writes them
    confirmed_on = models.DateField(_("codes confirmed on"), null=True, editable=False)
    seen = models.JSONField(default=dict, editable=False)  #: tender → its deadline, as it was told last
    looked_on = models.DateField(null=True, editable=False)

    class Meta:
        ordering = ("name",)
        verbose_name = _("need profile")
        verbose_name_plural = _("need profiles")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if not any(letter.isalpha() for letter in self.text):
            raise ValidationError({"text": [_("Describe the technology in words.")]})
        if self.pk is None:
            self.language = language()

    def as_need(self) -> Need:
        """The profile in the form of the files of `udsyn markets profile`."""
        return Need(
            name=self.name,
            text=self.text,
            words=distinct_lines(self.words),
            topics=distinct_lines(self.topics),
            codes=[Code.model_validate(code) for code in self.codes],
            confirmed_by=str(self.owner) if self.confirmed_on else None,
            confirmed_on=self.confirmed_on,
        )
