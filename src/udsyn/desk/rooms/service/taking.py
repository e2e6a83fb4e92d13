"""An e-mail file (.eml) becomes a request with its attachments.

`tools.mails` reads the mail. An attachment of a kind that the desk does not take is left out, and this is said; the
mail itself is never refused for it.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from udsyn.desk.kernel.commands import Refused
from udsyn.desk.kernel.permissions import ABROAD, Actor
from udsyn.desk.rooms.parties.models import Country, Organisation
from udsyn.desk.rooms.posts.models import Centre
from udsyn.desk.rooms.service import commands
from udsyn.desk.rooms.service.models import Request
from udsyn.desk.tools import files, mails
from udsyn.desk.web import choosing

MOST_FILES, LONGEST = 20, 20_000


class EmlForm(forms.Form):
    required_css_class = "required"
    file = forms.FileField(label=gettext_lazy("e-mail file (.eml)"))
    centre = forms.ModelChoiceField(Centre.objects.none(), label=gettext_lazy("centre"))
    country = forms.ModelChoiceField(Country.objects.none(), label=gettext_lazy("country"))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "mail_%s"  # it stands below a form with a centre of its own
        offer_place(self, actor)


def offer_place(form: Any, actor: Actor) -> None:
    """Ask for the centre that a new request belongs to; whoever serves from none is asked for the country."""
    centres = [c.pk for c in Centre.objects.all() if actor.can("create", Request(centre=c))]
    served = () if centres else Country.objects.filter(code__in=actor.scopes(ABROAD, "country"))
    countries = [c.pk for c in served if actor.can("create", Request(country=c))]
    name, other = ("country", "centre") if countries else ("centre", "country")
    rows = Country.objects.filter(pk__in=countries) if countries else Centre.objects.filter(pk__in=centres)
    del form.fields[other]
    choosing.offer(form, name, rows)
    form.initial.setdefault(name, rows.first())


def place_of(data: dict[str, Any]) -> Centre | Country:
    """What was chosen in such a form."""
    chosen: Centre | Country = data.get("centre") or data["country"]
    return chosen


@dataclass(frozen=True)
class Taken:
    request: Request
    problems: tuple[str, ...]  #: what was left out, as sentences


@transaction.atomic
def take_mail(content: bytes, where: Centre | Country, actor: Actor) -> Taken:
    """Store a request made from an .eml file, with its attachments. Raises ValidationError where it is no mail."""
    mail = mails.read(content)
    address = valid(mail.sender.email)
    text = "\n\n".join(filter(None, (mail.subject, mail.text))) or _("(no text)")
    organisation = known_organisation(address)
    row = Request(
        **{where.kind(): where},
        name=(mail.sender.name or mail.sender.email)[:150],
        email=address,
        text=text[:LONGEST],
        received=day_of(mail.sent),
        organisation=organisation,
        organisation_name=organisation.name if organisation else "",
        handler_id=actor.person,
    )
    if not actor.can("create", row):
        raise Refused()
    commands.take_in(row, actor, "mail")
    problems = [_("The text was cut after 20,000 characters.")] if len(text) > LONGEST else []
    for name, data in mail.files[:MOST_FILES]:
        try:
            with transaction.atomic():
                files.attach(row, actor, ContentFile(data, name=name))
        except ValidationError as error:
            problems.append(_("Left out: %(name)s") % {"name": f"{name} ({' '.join(error.messages)})"})
    for name, _data in mail.files[MOST_FILES:]:
        problems.append(_("Left out: %(name)s (more than 20 files)") % {"name": name})
    return Taken(row, tuple(problems))


def valid(address: str) -> str:
    """The address, or nothing where it is none."""
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address


def day_of(sent: dt.datetime | None) -> dt.date:
    """The day it was sent, or today where that is unknown, still to come, or before there was such mail."""
    today = timezone.localdate()
    try:
        day = timezone.localdate(sent) if sent else today
    except (OverflowError, ValueError):
        return today
    return day if dt.date(1990, 1, 1) <= day <= today else today


def known_organisation(address: str) -> Organisation | None:
    """The organisation whose website has the same domain as the address; none where that is not sure."""
    host = address.rpartition("@")[2].casefold()
    if not host:
        return None
    rows = Organisation.objects.filter(merged_into__isnull=True, website__icontains=host)
    same = [o for o in rows if re.sub(r"^https?://(www\.)?", "", o.website.casefold()).split("/")[0] == host]
    return same[0] if len(same) == 1 else None
