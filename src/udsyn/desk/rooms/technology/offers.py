"""Answering a technology offer: what fits it, and its owner as a candidate in a client's request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands
from udsyn.desk.kernel.commands import Refused
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.service.models import Candidate, Introduction, Request
from udsyn.desk.rooms.technology.models import Interest, Offer
from udsyn.desk.rooms.technology.states import OFFER
from udsyn.evidence.technology.offers import Match, Profile, match

Fit = dict[str, Any]


def open_offers() -> Any:
    """All that are open today, with what their profiles need."""
    found = Offer.objects.filter(OFFER.on("open")).select_related("country", "organisation")
    return found.prefetch_related("looks_for")


def fitting(offer: Offer) -> list[Fit]:
    """Open ones of the other kind that fit one, the nearest first, with reasons in words."""
    return fits(offer.as_profile(), open_offers())


def fitting_request(request: Request, most: int) -> list[Fit]:
    """Open offers and requests that fit what a client asks of a partner country, told by its words.

    The client is neither: so both kinds are asked for, each from the other side.
    """
    text, country = request.need or request.text, request.partner.code
    one = Profile(0, "", "", text, country)
    offers = [offer for offer in open_offers() if country in (offer.country.code, *codes_of(offer))]
    return fits(one, offers, anywhere=True)[:most]


def codes_of(offer: Offer) -> list[str]:
    return [country.code for country in offer.looks_for.all()]


def fits(one: Profile, offers: Iterable[Offer], anywhere: bool = False) -> list[Fit]:
    rows = {offer.pk: offer for offer in offers}
    profiles = [offer.as_profile() for offer in rows.values()]
    if anywhere:
        profiles = [replace(profile, looks_for=frozenset()) for profile in profiles]
    return [{"offer": rows[m.key], "score": m.score, "reasons": reasons(m)} for m in match(one, profiles)]


def reasons(found: Match) -> list[str]:
    """Why two fit, in words."""
    near = {"group": _("the same group"), "subclass": _("the same subclass"), "class": _("the same class")}
    said = []
    if found.terms:
        said.append(_("shares the words %(words)s") % {"words": ", ".join(found.terms)})
    said += [f"{mine} – {theirs}: {near[how]}" for mine, theirs, how in found.classes]
    if found.country:
        said.append(_("the country is looked for"))
    if found.stage is not None:
        said.append(_("as far as is wanted") if found.stage else _("not as far as is wanted"))
    return said


@transaction.atomic
def answer(offer: Offer, request: Request, actor: Actor) -> Interest:
    """Answer an offer in a client's request: its owner becomes a candidate there, who is asked as any other.

    Raises Refused where the actor does not work on the request, ValidationError where the offer is not open or is
    answered there already.
    """
    if not actor.can("change", request):
        raise Refused()
    if not open_offers().filter(pk=offer.pk).exists():
        raise ValidationError(_("It is not open."))
    if Interest.objects.filter(offer=offer, request=request).exists():
        raise ValidationError(_("It is answered in this request already."))
    commands.save(candidate_of(offer, request), actor)
    return commands.save(Interest(offer=offer, request=request, on=timezone.localdate()), actor)


def candidate_of(offer: Offer, request: Request) -> Candidate:
    """Its owner, by name where colleagues may know it, else by its number alone."""
    owner = offer.organisation
    fit = next((one for one in fitting_request(request, 100) if one["offer"].pk == offer.pk), None)
    return Candidate(
        request=request,
        name=owner.name if owner else offer.reference,
        institution=owner.name if owner else "",
        country=offer.country,
        email=offer.contact,
        author="",
        reasons=[f"{offer.get_kind_of_display()} {offer.reference}: {offer.title}", *(fit["reasons"] if fit else ())],
        why=offer.title,
    )


def unknown_owner(row: Any) -> Any:
    """Why an introduction may not go on: its candidate stands for an anonymous offer, and nobody knows whose it is."""
    if not isinstance(row, Introduction) or row.candidate.institution:
        return None
    numbers = [interest.offer.reference for interest in Interest.objects.filter(request=row.request)]
    if row.candidate.name in numbers:
        return _("Whose offer it is, is not known: ask its adviser, and write the institution on the candidate first.")
    return None
