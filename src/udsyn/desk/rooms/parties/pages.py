"""Pages of the parties room: countries, organisations, people, grants; duplicates; signing in to a demonstration."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from udsyn.desk.evidence import institutions
from udsyn.desk.kernel.models import Message, Meta
from udsyn.desk.kernel.permissions import MINISTRY
from udsyn.desk.kernel.resources import Column, Importing, Part, Resource, Suggestion, columns
from udsyn.desk.rooms.parties import commands
from udsyn.desk.rooms.parties.models import Affiliation, Country, Grant, Membership, Merge, Organisation, Person, User
from udsyn.desk.tools import outbox
from udsyn.desk.tools.numbers import whole_number

PARTIES = gettext_lazy("People and organisations")
DESK = gettext_lazy("Desk")


def from_record(written: dict[str, str]) -> list[Suggestion]:
    """Institutions of the record that fit the name or the ROR id that is written."""
    ror = written.get("ror", "").strip().lower().rsplit("/", 1)[-1]
    sure = institutions.by_ror(ror) if ror else None
    found = [sure] if sure else institutions.look_up(written.get("name", ""))
    labels = ((i, ", ".join(filter(None, (i.city, i.country)))) for i in found)
    return [Suggestion(i.ror, f"{i.name} ({place}) · {i.ror}", form_values(i)) for i, place in labels]


def form_values(found: institutions.Institution) -> dict[str, Any]:
    """Values for the form of an organisation."""
    country = Country.objects.filter(code=found.country).first()
    return {
        "name": found.name,
        "ror": found.ror,
        "country": country.pk if country else "",
        "city": found.city,
        "kind_of": found.kind,
    }


def left_at(message: Any) -> Any:
    """When a mail left; unknown only where nobody knows whether it did."""
    return message.sent_at if message.state in ("sent", "sending") else gettext_lazy("not sent")


LISTS: tuple[Resource, ...] = (
    Resource(
        Organisation,
        "organisations",
        PARTIES,
        columns(
            Organisation,
            "name",
            "kind_of",
            "country",
            "city",
            "ror",
            "website",
            "parent",
            "note",
            hidden=("website", "parent", "note"),
            long=("note",),
        ),
        form=("name", "kind_of", "country", "city", "ror", "website", "parent", "note"),
        private=frozenset({"note"}),
        search=("name", "city", "ror"),
        filters=("kind_of", "country"),
        select=("country", "parent"),
        children=(("affiliation", "organisation"),),
        suggest=from_record,
        alike=commands.alike,
        importing=Importing(
            sure=("ror",),
            likely=("name", "country"),
            when_likely="same",
            words={
                "name": ("organisation", "institution", "navn", "organization", "university", "virksomhed"),
                "kind_of": ("type", "kind", "art", "category", "kategori"),
                "country": ("land", "landekode", "country code"),
                "city": ("by", "town", "sted"),
                "ror": ("ror", "ror id", "ror url"),
                "website": ("web", "url", "homepage", "hjemmeside", "webside"),
                "parent": ("part of", "moderorganisation", "parent organisation"),
                "note": ("remarks", "bemærkning", "comment", "kommentar", "noter", "notes"),
            },
        ),
    ),
    Resource(
        Person,
        "people",
        PARTIES,
        columns(
            Person,
            "given_name",
            "family_name",
            "title",
            "email",
            "phone",
            "orcid",
            "purpose",
            "legal_basis",
            "keep_until",
            "note",
            hidden=("phone", "orcid", "purpose", "legal_basis", "keep_until", "note"),
            long=("note",),
        ),
        form=(
            "given_name",
            "family_name",
            "title",
            "email",
            "phone",
            "orcid",
            "purpose",
            "legal_basis",
            "keep_until",
            "note",
        ),
        private=frozenset({"note", "purpose", "legal_basis", "keep_until"}),
        search=("given_name", "family_name", "title", "orcid"),
        children=(("affiliation", "person"), ("posting", "person"), ("actionpoint", "owner")),
        alike=commands.alike,
        importing=Importing(
            sure=("orcid", "email"),
            likely=("family_name", "given_name"),
            words={
                "given_name": ("first name", "forename", "fornavn", "firstname", "fornavne"),
                "family_name": ("last name", "surname", "efternavn", "lastname"),
                "title": ("position", "stilling", "titel", "job title"),
                "email": ("mail", "e-mail address", "e-post", "mailadresse", "email address"),
                "phone": ("telephone", "tlf", "mobile", "mobil", "phone number", "telefon"),
                "orcid": ("orcid id", "orcid url"),
                "note": ("remarks", "bemærkning", "comment", "kommentar", "noter", "notes"),
                "affiliation.organisation": ("organisation", "institution", "employer", "arbejdsplads", "organization"),
                "affiliation.organisation.country": ("land", "country", "landekode", "country code"),
                "affiliation.role": ("role", "rolle", "function", "funktion"),
                "affiliation.starts": ("since", "siden", "from", "fra", "ansat"),
                "affiliation.ends": ("until", "til", "to"),
            },
            part=Part("affiliation", "person", ("organisation", "role", "starts", "ends"), told=("country",)),
        ),
    ),
    Resource(
        Affiliation,
        "affiliations",
        PARTIES,
        columns(Affiliation, "person", "organisation", "role", "starts", "ends"),
        form=("person", "organisation", "role", "starts", "ends"),
        select=("person", "organisation"),
        importing=Importing(),
        menu=False,
    ),
    Resource(
        Grant,
        "grants",
        DESK,
        (
            Column("user", gettext_lazy("user"), show=lambda row: str(row.user), order="user__name"),
            *columns(Grant, "role", "scope", "starts", "ends"),
        ),
        form=("user", "role", "scope", "starts", "ends"),
        filters=("role",),
        select=("user",),
        attach=False,
    ),
    Resource(
        Message,
        "outbox",
        DESK,
        (
            *columns(Message, "subject", "recipient", "state", "created"),
            Column("sent_at", Message._meta.get_field("sent_at").verbose_name, show=left_at, order="sent_at"),
            *columns(Message, "trouble", "body", hidden=("trouble", "body"), long=("body",)),
        ),
        form=("recipient", "subject", "body"),
        filters=("state",),
        attach=False,
        save=outbox.draft,
    ),
    Resource(
        Membership,
        "memberships",
        PARTIES,
        columns(Membership, "country", "group", "starts", "ends", "source"),
        form=("country", "group", "starts", "ends", "source"),
        filters=("country",),
        select=("country",),
        importing=Importing(words={"country": ("land",), "group": ("gruppe",)}),
        menu=False,
        attach=False,
    ),
)


def demo_users() -> Any:
    """The roles of a demonstration; none anywhere else: they are made with the database and only there."""
    return (
        User.objects.filter(is_demo=True, is_active=True).prefetch_related("grants")
        if Meta.objects.filter(key="demo", value="yes").exists()
        else User.objects.none()
    )


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Enter a demonstration in one of its roles."""
    user = demo_users().filter(pk=whole_number(request.POST.get("user", ""))).first()
    if user is None:
        raise Http404
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return redirect("home")


@require_http_methods(["GET", "HEAD", "POST"])
def duplicates(request: HttpRequest) -> HttpResponse:
    """Rows that are likely one, to be looked at side by side; and merges that can be undone."""
    if not MINISTRY.allows(request.actor, None):
        raise PermissionDenied
    models = {"people": Person, "organisations": Organisation}
    kind = request.GET.get("kind") if request.GET.get("kind") in models else "people"
    rows = list(models[kind].objects.visible_to(request.actor).filter(merged_into__isnull=True))
    return render(
        request,
        "parties/duplicates.html",
        {
            "kind": kind,
            "kinds": [
                ("people", Person._meta.verbose_name_plural),
                ("organisations", Organisation._meta.verbose_name_plural),
            ],
            "pairs": commands.duplicates(rows),
            "merges": merges(request.actor),
        },
    )


def merges(actor: Any) -> list[dict[str, Any]]:
    models = {"person": Person, "organisation": Organisation}
    found = []
    for record in Merge.objects.visible_to(actor).filter(undone_at__isnull=True).select_related("merged_by")[:50]:
        model = models[record.kind]
        found.append(
            {
                "record": record,
                "kept": model.objects.get(pk=record.kept_id),
                "gone": model.objects.get(pk=record.gone_id),
            }
        )
    return found


@require_POST
def merge(request: HttpRequest) -> HttpResponse:
    """Merge two rows, or separate two that were merged by mistake."""
    model = {"people": Person, "organisations": Organisation}.get(request.POST.get("kind", ""), Person)
    reason = request.POST.get("reason", "")
    try:
        if request.POST.get("undo"):
            record = get_object_or_404(Merge.objects.visible_to(request.actor), pk=whole_number(request.POST["undo"]))
            commands.separate(record, request.actor, reason)
            messages.success(request, _("Separated again."))
        else:
            rows = model.objects.visible_to(request.actor)
            keep = get_object_or_404(rows, pk=whole_number(request.POST.get("keep")))
            gone = get_object_or_404(rows, pk=whole_number(request.POST.get("gone")))
            commands.merge(keep, gone, request.actor, reason)
            messages.success(request, _("Merged. It can be undone below."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    kind = "organisations" if model is Organisation else "people"
    return redirect(f"{request.path.replace('merge', 'duplicates')}?kind={kind}")
