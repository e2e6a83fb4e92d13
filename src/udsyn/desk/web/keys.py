"""Keys for the API: made with an end and no further reach than was chosen, shown once, revoked at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.models import Token
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.web.forms import Plain

LASTS = ((7, _("a week")), (30, _("a month")), (90, _("three months")), (365, _("a year")))
USUAL = 90


class KeyForm(Plain):
    """What a key is for. Without a list of kinds it reaches all that its owner sees; it always ends."""

    name = forms.CharField(label=_("Name of the key"), max_length=80)
    lasts = forms.TypedChoiceField(label=_("holds for"), choices=LASTS, coerce=int, initial=USUAL, required=False)
    kinds = forms.MultipleChoiceField(
        label=_("only for"), required=False, help_text=_("Choose none for everything that you may see yourself.")
    )
    write = forms.BooleanField(label=_("may also change"), required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = [r for r in RESOURCES.values() if r.model.rules["view"].possible(actor)]
        kinds: Any = self.fields["kinds"]
        kinds.choices = sorted(((r.kind, str(r.name)) for r in seen), key=lambda pair: pair[1])

    def scopes(self) -> list[str]:
        """`read`, or `read:agreement` for each kind; the same with `write` where the key may change."""
        actions = [Token.READ, *([Token.WRITE] if self.cleaned_data["write"] else [])]
        kinds = self.cleaned_data["kinds"]
        return [f"{action}:{kind}" for action in actions for kind in kinds] if kinds else actions


def make(form: KeyForm, owner: Any) -> str:
    """Store the key's hash; returns the key itself, which nobody can read again."""
    secret = Token.new_secret()
    days = form.cleaned_data["lasts"] or USUAL
    Token.objects.create(
        owner=owner,
        name=form.cleaned_data["name"],
        digest=Token.digest_of(secret),
        scopes=form.scopes(),
        expires=timezone.localdate() + timedelta(days=days),
    )
    return secret
