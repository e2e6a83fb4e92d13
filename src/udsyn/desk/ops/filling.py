"""Filling an empty desk with the shipped facts, each with its sources: countries, agreements, centres, posts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from udsyn import facts
from udsyn.desk.ops import office
from udsyn.errors import UsageError
from udsyn.facts import cities
from udsyn.facts import countries as labels
from udsyn.facts.models import earliest, latest

KINDS = {"agreement": "treaty", "memorandum": "mou", "treaty": "treaty", "letter of understanding": "letter"}
POSTS = {"innovation attaché": "attache", "growth advisor": "advisor"}


def precision(partial: str) -> str:
    return {4: "year", 7: "month", 10: "day"}[len(partial)]


def day_of(partial: str | None) -> dt.date | None:
    return earliest(partial) if partial else None


def both(da: str, en: str) -> Any:
    from i18nfield.strings import LazyI18nString

    return LazyI18nString({"da": da, "en": en})


def cited(fact: Any) -> str:
    """The sources of a fact, as text that fits its column."""
    known = facts.sources()
    return "; ".join(known[key].title for key in fact.sources)[:300]


def fill_facts() -> dict[str, Any]:
    """Countries, group memberships, agreements, centres and posts into an empty desk. Returns how many of each."""
    from django.db import transaction

    from udsyn.desk.rooms.parties.models import Country

    office.migrate()
    if Country.objects.exists():
        raise UsageError("the desk is filled already: fill an empty one.")
    with transaction.atomic():
        fill_countries()
        fill_agreements()
        fill_centres()
    return counted()


def counted() -> dict[str, Any]:
    from udsyn.desk.kernel.resources import RESOURCES

    return {r.slug: r.model.objects.count() for r in RESOURCES.values()}


def put(row: Any) -> Any:
    """Store a row of the filling: checked, with history, ledger line and search entry, by nobody's hand."""
    from udsyn.desk.kernel.commands import write
    from udsyn.desk.kernel.permissions import NOBODY

    row.full_clean()
    return write(row, NOBODY, "create", None, reason="filled from the shipped facts")


def fill_countries() -> None:
    from udsyn.desk.rooms.parties.models import Country, Membership
    from udsyn.facts import store

    made = {c.iso2: put(Country(code=c.iso2, name=both(c.name_da, c.name))) for c in labels.listed()}
    for group in store.groups():
        for part in group.members:
            starts = day_of(part.valid_from)
            ends = latest(part.valid_to) if part.valid_to else None
            Membership.objects.bulk_create(
                Membership(
                    country=made[code],
                    group=group.title,
                    starts=starts,
                    ends=ends,
                    source="; ".join(facts.sources()[key].title for key in group.sources)[:300],
                )
                for code in part.countries
                if code in made
            )


def fill_agreements() -> None:
    from udsyn.desk.rooms.cooperation.models import Agreement, AgreementParty, Committee
    from udsyn.desk.rooms.parties.models import Country, Organisation

    home = facts.home()
    for fact in facts.agreements(home=home):
        standing = fact.confirmed_on and not fact.ended_by
        country = Country.objects.get(code=fact.partner(home))
        notes = [fact.note or "", *(f"{event.date}: {event.what}" for event in fact.follow_up)]
        row = Agreement(
            title=both(fact.title, fact.title),
            country=country,
            kind_of=KINDS[fact.kind],
            state="in_force" if standing and fact.signed else "signed" if fact.signed else "exploring",
            signed=day_of(fact.signed),
            signed_precision=precision(fact.signed) if fact.signed else "day",
            duration="until" if fact.valid_to else "unknown",
            ends=latest(fact.valid_to) if fact.valid_to else None,
            confirmed_on=latest(fact.confirmed_on) if fact.confirmed_on else None,
            renewal={True: "tacit", False: "explicit", None: "unknown"}[fact.auto_renew],
            notice_months=round(fact.notice_months) if fact.notice_months is not None else None,
            fields_named="\n".join(fact.fields),
            source=cited(fact),
            note="\n".join(filter(None, notes)),
        )
        put(row)
        for name in fact.parties:
            organisation = Organisation.objects.filter(name=name).first() or put(
                Organisation(name=name[:200], kind_of="authority")
            )
            side = "home" if "Denmark" in name or "Danish" in name else "partner"
            put(AgreementParty(agreement=row, organisation=organisation, side=side))
        for body in fact.bodies:
            put(Committee(agreement=row, name=both(body, body)))


def fill_centres() -> None:
    from udsyn.desk.rooms.parties.models import Country
    from udsyn.desk.rooms.posts.models import Centre, Post

    home = facts.home()
    made = {}
    for fact in facts.centres(home=home):
        made[fact.id] = put(
            Centre(
                slug=fact.id,
                name=both(fact.title.replace(fact.city, cities.name(fact.city, "da")), fact.title),
                country=Country.objects.get(code=fact.country),
                city=fact.city,
                lat=fact.lat,
                lon=fact.lon,
                opened=day_of(fact.opened),
                opened_precision=precision(fact.opened) if fact.opened else "day",
                closed=latest(fact.ended_by) if fact.ended_by else latest(fact.valid_to) if fact.valid_to else None,
                confirmed_on=latest(fact.confirmed_on) if fact.confirmed_on else None,
                source=cited(fact),
                note=fact.note or "",
            )
        )
    for post in facts.posts(home=home):
        put(
            Post(
                kind_of=POSTS[post.kind],
                country=Country.objects.get(code=post.country),
                centre=made.get(post.centre or ""),
                mission="" if post.centre else (post.city or ""),
                theme=both(*(2 * [", ".join(post.themes)])),
                financed_by="; ".join(post.financing)[:200],
                starts=day_of(post.valid_from),
                ends=latest(post.ended_by) if post.ended_by else None,
                source=cited(fact),
                note=post.note or "",
            )
        )
