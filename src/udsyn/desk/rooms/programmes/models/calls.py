"""Funding programmes and their calls, each with the versions of its rules."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from i18nfield.fields import I18nCharField, I18nTextField

from udsyn import packs
from udsyn.desk.kernel.lifecycle import Lifecycle
from udsyn.desk.kernel.models import Row, state_field
from udsyn.desk.kernel.permissions import AUDITS, MINISTRY, Anyone, Is, Rule, Through
from udsyn.desk.kernel.wording import NONE
from udsyn.desk.rooms.parties.models import Person
from udsyn.desk.rooms.programmes.rules import officers
from udsyn.desk.rooms.programmes.states import CALL

parsed = lru_cache(maxsize=64)(packs.parse)  #: a pack by its text


class Programme(Row):
    """A funding programme. Its calls come and go."""

    rules: ClassVar[dict[str, Rule]] = {"view": Anyone(), "change": MINISTRY, "create": MINISTRY}

    title = I18nCharField(_("title"), max_length=200)
    about = I18nTextField(_("what it is for"), blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def __str__(self) -> str:
        return str(self.title)


class Call(Row):
    """A call for applications. What it asks is a pack, kept in versions: see `Terms`."""

    lifecycle: ClassVar[Lifecycle | None] = CALL
    rules: ClassVar[dict[str, Rule]] = {
        "view": officers("pk") | AUDITS | Is("state", ("published", "decided", "cancelled")),
        "change": officers("pk"),
        "create": MINISTRY,
        "private": officers("pk") | AUDITS,
    }
    blanks: ClassVar[dict[str, Any]] = {"opens_at": NONE, "closes_at": NONE, "money": _("not known")}

    state = state_field(CALL)
    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name=_("programme"), related_name="calls")
    title = I18nCharField(_("title"), max_length=200)
    about = I18nTextField(_("text of the call"), blank=True)
    officer = models.ForeignKey(Person, models.PROTECT, verbose_name=_("officer"), related_name="+")
    pack_text = models.TextField(
        _("rules"), max_length=200_000, help_text=_("A pack in YAML, as the manual's page on packs says.")
    )
    opens_at = models.DateTimeField(_("opens"), null=True, editable=False)
    closes_at = models.DateTimeField(_("closes"), null=True, editable=False)
    money = models.DecimalField(
        _("money to give"), max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    decision = models.CharField(max_length=64, blank=True, editable=False)  #: seal over all outcomes

    class Meta:
        ordering = ("-closes_at", "pk")
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints = tuple(CALL.constraints("call"))

    def __str__(self) -> str:
        return str(self.title)

    @property
    def pack(self) -> packs.Pack:
        return parsed(self.pack_text)

    def clean(self) -> None:
        """The rules are a pack of a call; its clock becomes instants."""
        try:
            pack = packs.parse(self.pack_text, str(_("the rules")))
        except packs.PackError as error:
            raise ValidationError({"pack_text": str(error)}) from None
        if pack.kind != "call":
            raise ValidationError({"pack_text": _("These are the rules of something else than a call.")})
        self.closes_at = packs.deadline(pack.deadline) if pack.deadline else None
        zone = pack.deadline.zone if pack.deadline else settings.TIME_ZONE
        self.opens_at = packs.deadline(packs.Deadline(at=pack.opens, zone=zone)) if pack.opens else None

    def to_be_awarded(self) -> Any:
        """The applications that are awarded once the decisions are released."""
        return self.applications.filter(state="eligible", assessed__outcome="award")

    def partners_to_screen(self) -> list[tuple[str, Any]]:
        """Who takes part in what is to be awarded: the gate of security is asked before it is released."""
        return [partner for row in self.to_be_awarded() for partner in row.partners_to_screen()]

    @property
    def terms(self) -> Terms | None:
        """The version that holds now; none before the call was first stored."""
        newest: Terms | None = self.versions.order_by("-number").first()
        return newest


class Terms(Row):
    """One version of a call's rules, kept as it was. Applications are judged by the one they were handed in under."""

    rules: ClassVar[dict[str, Rule]] = {"view": Through("call", Call.rules["view"]), "create": officers()}

    call = models.ForeignKey(Call, models.PROTECT, verbose_name=_("call"), related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    pack_text = models.TextField(_("rules"))

    class Meta:
        ordering = ("call_id", "-number")
        verbose_name = _("version of a call")
        verbose_name_plural = _("versions of calls")
        constraints = (models.UniqueConstraint(fields=("call", "number"), name="terms_number_once"),)

    def __str__(self) -> str:
        return f"{self.call} · {self.number}"

    @property
    def pack(self) -> packs.Pack:
        return parsed(self.pack_text)
