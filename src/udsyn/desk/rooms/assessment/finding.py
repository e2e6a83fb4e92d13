"""Conflicts of interest of a round, found from the desk's rows and the record and kept as rows with their evidence.

They are looked for again whenever somebody is named, before reviewers are assigned, when the panel begins, and every
night: whoever comes late, is merged with somebody or publishes together is found too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from udsyn.contacts import conflicts as engine
from udsyn.contacts.conflicts import Party, Rules
from udsyn.desk.evidence import assessing
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import DESK, Actor
from udsyn.desk.rooms.assessment.models import AssessmentRound, Assessor, Conflict
from udsyn.desk.rooms.parties.models import Affiliation, Organisation, Person
from udsyn.desk.rooms.programmes.models import Application

TAKES_PART = ("named", "asked", "accepted")
Key = tuple[int, int, str, str]  #: assessor, application, kind, with whom


def rules_of(round_: AssessmentRound) -> Rules:
    said = round_.conflict_pack.values
    return Rules(
        years=int(said["publication_years"]),
        same_institution=bool(said.get("same_institution", False)),
        same_call=bool(said.get("same_call", False)),
    )


def window(round_: AssessmentRound) -> tuple[int, int]:
    """The years in which a joint work counts: the last ones up to the day on which the call closed."""
    closed = timezone.localdate(round_.call.closes_at) if round_.call.closes_at else timezone.localdate()
    return closed.year - rules_of(round_).years + 1, closed.year


@transaction.atomic
def look(round_: AssessmentRound, actor: Actor) -> list[Conflict]:
    """Look for conflicts anew: new ones are added, those that are no longer found marked so. What was put aside stays
    so as long as its evidence is the same; what somebody said themselves stays."""
    assessors = list(round_.assessors.filter(state__in=TAKES_PART).select_related("person"))
    found = found_now(round_, assessors)
    held = {key_of(row): row for row in Conflict.objects.filter(assessor__in=assessors).exclude(kind_of="declared")}
    for key, evidence in found.items():
        row = held.get(key)
        if row is None:
            assessor, application, kind, about = key
            row = Conflict(assessor_id=assessor, application_id=application, kind_of=kind, about=about)
        elif row.evidence == evidence and row.state != "gone":
            continue
        store(row, actor, state="standing", evidence=evidence)
    for key, row in held.items():
        if key not in found and row.state != "gone":
            store(row, actor, state="gone")
    return list(Conflict.objects.filter(assessor__in=assessors, state="standing"))


def store(row: Conflict, actor: Actor, **values: Any) -> None:
    before = Conflict.objects.filter(pk=row.pk).first() if row.pk else None
    for name, value in values.items():
        setattr(row, name, value)
    kernel.write(row, actor, "change" if before else "create", before)


def key_of(row: Conflict) -> Key:
    return row.assessor_id, row.application_id, row.kind_of, row.about


def found_now(round_: AssessmentRound, assessors: list[Assessor]) -> dict[Key, list[str]]:
    """Every conflict of these assessors with what is assessed, and its evidence in words."""
    applications = list(round_.standing().prefetch_related("members__person", "partners__country"))
    people = [one.person for one in assessors]
    people += [person for row in applications for person in persons_of(row)]
    authors = assessing.authors_of({person.pk: person.orcid for person in people})
    names: dict[str, dict[str, str]] = {}
    said: dict[str, dict[str, Party]] = {}
    for row in applications:
        said[str(row.pk)], names[str(row.pk)] = parties_of(row, authors)
    reviewers = {
        str(one.pk): party_of(one.person, authors, confirmed=one.confirmed_at is not None) for one in assessors
    }
    joint = assessing.joint_works({key for keys in authors.values() for key in keys}, *window(round_))
    hits = engine.of_round(reviewers, said, {pair: tuple(works) for pair, works in joint.items()}, rules_of(round_))
    titles = {str(row.pk): row.title for row in applications}
    works = assessing.titles({work for hit in hits if hit.kind == "joint_work" for work in hit.evidence})
    places = organisation_names(hit.evidence for hit in hits if hit.kind == "same_institution")
    words: Mapping[str, Mapping[str, str]] = {
        "joint_work": works, "same_institution": places, "this_round": titles, "same_call": titles
    }  # fmt: skip
    found: dict[Key, list[str]] = {}
    for hit in hits:
        about = names[hit.application].get(hit.person, "")
        known = words.get(hit.kind, {})
        shown = hit.evidence if hit.kind == "unconfirmed" else [known[one] for one in hit.evidence if one in known]
        evidence = found.setdefault((int(hit.reviewer), int(hit.application), hit.kind, about[:300]), [])
        evidence += [one for one in shown if one not in evidence]
    return found


def persons_of(row: Application) -> list[Person]:
    return [row.lead, *(member.person for member in row.members.all() if member.person)]


def parties_of(row: Application, authors: Mapping[int, set[str]]) -> tuple[dict[str, Party], dict[str, str]]:
    """Everybody on an application, and what they are called: the applicant, the team, the partners."""
    parties: dict[str, Party] = {}
    names: dict[str, str] = {}
    for person in persons_of(row):
        key = f"p{person.pk}"
        own = frozenset({place_named(row.organisation_name)} - {""}) if person == row.lead else frozenset()
        parties[key] = party_of(person, authors, confirmed=hasattr(person, "user"), also=own)
        names[key] = str(person)
    for member in row.members.all():
        if member.person is None:
            key = f"m{member.pk}"
            parties[key] = Party(frozenset({key}), addresses=addresses(member.email), confirmed=False)
            names[key] = member.email
    for partner in row.partners.all():
        if partner.state in ("named", "invited", "confirmed"):
            key = f"x{partner.pk}"
            parties[key] = Party(
                frozenset({key}),
                frozenset({place_named(partner.organisation_name)}),
                addresses(partner.email),
                partner.state == "confirmed",
            )
            names[key] = str(partner)
    return parties, names


def party_of(
    person: Person, authors: Mapping[int, set[str]], *, confirmed: bool, also: frozenset[str] = frozenset()
) -> Party:
    """A person of the desk: the rows that were merged into theirs, their authors in the record, where they are."""
    absorbed = Person.objects.filter(merged_into=person)
    ids = {f"p{pk}" for pk in (person.pk, *absorbed.values_list("pk", flat=True))} | authors.get(person.pk, set())
    held = Affiliation.objects.filter(Affiliation.on(timezone.localdate()), person=person)
    places: set[str] = set()
    for organisation in Organisation.objects.filter(pk__in=held.values("organisation")):
        kept = organisation.merged_into or organisation
        places |= {f"o{kept.pk}", place_named(kept.name)}
        if kept.parent:
            places |= {f"o{kept.parent.pk}", place_named(kept.parent.name)}
    mails = [person.email, *absorbed.values_list("email", flat=True)]
    return Party(frozenset(ids), frozenset(places) | also, addresses(*mails), confirmed)


def addresses(*mails: str) -> frozenset[str]:
    return frozenset(mail.strip().casefold() for mail in mails if mail.strip())


def place_named(name: str) -> str:
    """An institution by its name alone, for those that stand in no row."""
    return f"n{' '.join(name.casefold().split())}" if name.strip() else ""


def organisation_names(evidence: Iterable[tuple[str, ...]]) -> dict[str, str]:
    """What institutions are called; one that is known as a row is said once, by its row."""
    keys = {key for found in evidence for key in found}
    rows = Organisation.objects.filter(pk__in=[int(key[1:]) for key in keys if key.startswith("o")])
    named = {f"o{row.pk}": row.name for row in rows}
    told = {place_named(name) for name in named.values()}
    return named | {key: key[1:] for key in keys if key.startswith("n") and key not in told}


def look_everywhere() -> dict[str, Any]:
    """Every night, in all rounds that are not closed."""
    rounds = list(AssessmentRound.objects.exclude(state="closed").select_related("call"))
    return {"conflicts": sum(len(look(one, DESK)) for one in rounds)}


def declare(assessor: Assessor, application: Application, actor: Actor, reason: str) -> None:
    """A conflict by the person's own word."""
    row = Conflict.objects.filter(assessor=assessor, application=application, kind_of="declared").first()
    row = row or Conflict(assessor=assessor, application=application, kind_of="declared")
    store(row, actor, state="standing", evidence=[reason or _("without a reason")])
