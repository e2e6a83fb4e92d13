"""What is asked about technology. The form stands in the address, so that a page can be sent to somebody."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel import ordering
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.rooms.service.models import Request
from udsyn.desk.rooms.service.states import OPEN


def partners() -> Any:
    return Country.objects.exclude(code=settings.HOME).order_by(*ordering.of(Country))


class PartnerForm(forms.Form):
    """A partner country."""

    country = forms.ModelChoiceField(Country.objects.none(), label=_("partner country"), to_field_name="code")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country: Any = self.fields["country"]
        country.queryset = partners()


class BuildersForm(PartnerForm):
    """A partner country, words of our works, and the request that firms are looked for."""

    q = forms.CharField(
        label=_("words"),
        max_length=200,
        required=False,
        help_text=_(
            "Beginnings of words in the titles of our works or in their topics, in English, with a comma between two: "
            "electroly, fuel cell."
        ),
    )
    request = forms.ModelChoiceField(
        Request.objects.none(),
        label=_("for the request"),
        required=False,
        help_text=_("Firms that you tick become its candidates."),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request: Any = self.fields["request"]
        request.queryset = Request.objects.visible_to(actor, "change").filter(state__in=OPEN)

    @property
    def words(self) -> list[str]:
        """What was asked for, in parts between commas: a part of two words is looked for as it stands."""
        return [part.strip() for part in self.cleaned_data["q"].split(",") if part.strip()]
