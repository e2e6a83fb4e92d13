"""Writing an application: begun, answered by several people and in several tabs, its team and its partners."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel import ledger
from udsyn.desk.kernel.permissions import NOBODY, Actor, actor_of
from udsyn.desk.kernel.wording import language
from udsyn.desk.rooms.parties.models import Person, User
from udsyn.desk.rooms.programmes import case as cases
from udsyn.desk.rooms.programmes.letters import reads, write_to
from udsyn.desk.rooms.programmes.models import Application, BudgetLine, Call, Clash, Member, Paper, Partner, new_key
from udsyn.desk.rooms.programmes.states import WRITABLE
from udsyn.desk.tools import addresses


@transaction.atomic
def known(actor: Actor, given_name: str, family_name: str) -> Actor:
    """The actor with a person. An account without one gets the one that has its proven address, or a new one."""
    user = actor.user
    if user is None or actor.person is not None:
        return actor
    if not EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists():
        raise ValidationError(_("Open the link first that was sent to your address."))
    same = Person.objects.filter(email__iexact=user.email, user__isnull=True, merged_into__isnull=True)
    person = same.get() if same.count() == 1 else None
    if person is None:
        person = Person(
            given_name=given_name, family_name=family_name, email=user.email, purpose=_("applies for a grant")
        )
        person.legal_basis = "public_task"
        person.full_clean()
        kernel.write(person, actor, "create", None)
    user.person, user.name = person, user.name or str(person)
    user.save(update_fields=["person", "name"])
    return actor_of(user, timezone.localdate())


@transaction.atomic
def apply(call: Call, actor: Actor, title: str) -> Application:
    """Begin an application. It needs no verified organisation."""
    if actor.person is None:
        raise ValidationError(_("Your account stands for no person yet: ask the office."))
    row = Application(call=call, lead_id=actor.person, title=title, language=language())
    if call.state != "published":
        raise ValidationError(_("The call is not open."))
    row.organisation = row.employer
    row.organisation_name = str(row.organisation or "")
    made: Application = kernel.save(row, actor)
    return made


@transaction.atomic
def write_answers(row: Application, actor: Actor, given: dict[str, Any], base: int) -> list[Clash]:
    """Store title and answers that were written on the state of revision `base`; returns what clashes.

    A field that only this writer changed is taken; one that somebody changed since stays as it stands, and what this
    writer wrote is kept beside it. Nothing is lost, whoever saves first.
    """
    stored = kernel.locked(row)
    stored.call = row.call  # read a moment ago, and large
    if not actor.can("change", stored):
        raise kernel.Refused()
    before = fields_at(stored, base)
    now = fields_of(stored)
    names = {"title", "organisation_name", *(asked.name for asked in cases.questions(stored))}
    wanted = {name: value for name, value in given.items() if name in names and value != before.get(name)}
    clashing = {name for name in wanted if now.get(name) != before.get(name) and now.get(name) != wanted[name]}
    taken = {name: value for name, value in wanted.items() if name not in clashing and now.get(name) != value}
    if taken:
        for name in ("title", "organisation_name"):
            setattr(stored, name, taken.pop(name, getattr(stored, name)))
        stored.answers = {**stored.answers, **taken}
        stored.revision += 1
        kernel.save(stored, actor)
    made = [
        Clash.objects.get_or_create(application=stored, field=name, value=wanted[name], user=actor.user)[0]
        for name in sorted(clashing)
    ]
    for name in ("title", "organisation_name", "answers", "revision"):
        setattr(row, name, getattr(stored, name))
    return made


def fields_of(row: Any) -> dict[str, Any]:
    """What writers write, by name."""
    return {"title": row.title, "organisation_name": row.organisation_name, **row.answers}


def fields_at(row: Application, revision: int) -> dict[str, Any]:
    """The same as it stood at a revision."""
    old = row.history.filter(revision=revision).order_by("-history_id").first() if revision != row.revision else row
    return fields_of(old) if old is not None else {}


@transaction.atomic
def settle(clash: Clash, actor: Actor, *, take: bool) -> None:
    """Choose between what stands and what was kept beside it."""
    row = kernel.locked(clash.application)
    if not actor.can("change", row):
        raise kernel.Refused()
    if take:
        write_answers(row, actor, {clash.field: clash.value}, row.revision)
    clash.delete()


@transaction.atomic
def add_member(row: Member, actor: Actor) -> Member:
    """Somebody writes or reads along. Whether there is an account with that address is told to nobody."""
    found = User.objects.filter(email__iexact=row.email, is_active=True).first()
    row.email, row.person_id = row.email.lower(), found.person_id if found else None
    stored: Member = kernel.save(row, actor)
    language = reads(row.application, row.email)
    with translation.override(language):
        text = _("%(lead)s takes you onto the team of an application: %(title)s. Sign in with this address to see it:")
        said = text % {"lead": row.application.lead, "title": row.application.title}
        below: list[Any] = [" ", addresses.of_page(language, "detail", "applications", row.application_id)]
        write_to(row.application, _("An application to work on"), said, row.email, below, head=_("Hello"))
    return stored


def know_members() -> dict[str, Any]:
    """Each night: members whose account came later become known as people, so that a new address changes nothing."""
    known = 0
    for member in Member.objects.filter(person__isnull=True):
        user = User.objects.filter(email__iexact=member.email, is_active=True, person__isnull=False).first()
        if user is not None:
            known += Member.objects.filter(pk=member.pk, person__isnull=True).update(person_id=user.person_id)
    return {"members": known, "failed": []}


def follow_employers() -> dict[str, Any]:
    """Each night: a draft stands under where its applicant works now. What was handed in stays as it was sealed."""
    followed = 0
    for row in Application.objects.filter(state__in=WRITABLE).select_related("lead", "organisation"):
        stored, row.organisation = row.organisation, row.employer
        if row.organisation != stored:
            with transaction.atomic():
                kernel.write(row, NOBODY, "change", Application.objects.get(pk=row.pk))
            followed += 1
    return {"employers": followed, "failed": []}


@transaction.atomic
def take_away(part: Paper | BudgetLine, actor: Actor) -> None:
    """Take a document from its place, or a cost from the budget. The ledger says who did it; a file stays."""
    if not actor.can("change", part):
        raise kernel.Refused()
    ledger.append(actor, "change", part.application, fields=[str(part)])
    part.delete()


@transaction.atomic
def write_costs(kept: Iterable[BudgetLine], dropped: Iterable[BudgetLine], actor: Actor) -> None:
    for line in kept:
        kernel.save(line, actor)
    for line in dropped:
        take_away(line, actor)


@transaction.atomic
def write_partners(kept: Iterable[Partner], dropped: Iterable[Partner], actor: Actor) -> None:
    for one in kept:
        write_partner(one, actor) if one.pk else kernel.save(one, actor)
    for one in dropped:
        kernel.perform(one, "drop", actor)


@transaction.atomic
def ask_all(row: Application, actor: Actor) -> int:
    """Ask every partner that nobody has asked yet; how many there were."""
    waiting = list(row.partners.filter(state="named"))
    for one in waiting:
        kernel.perform(one, "invite", actor)
    return len(waiting)


@transaction.atomic
def write_partner(row: Partner, actor: Actor, *, many: Any = None) -> Partner:
    """Change a partner. Whoever is somebody else now has confirmed nothing, and an old link answers for nobody."""
    stored = Partner.objects.get(pk=row.pk)
    another = any(getattr(stored, name) != getattr(row, name) for name in ("email", "organisation_name", "country_id"))
    if another and stored.state != "dropped":
        row.state, row.key, row.invited_at, row.answered_at = "named", new_key(), None, None
    changed: Partner = kernel.save(row, actor, many=many)
    return changed


def may_answer(row: Partner) -> Any:
    if row.application.state in ("awarded", "declined", "ineligible", "withdrawn"):
        return _("This application is settled. You need do nothing.")
    return None


def invited(row: Partner, actor: Actor) -> None:
    """Ask the partner by mail; a link that was sent before is worth nothing any more. Asked is, whose mail has left."""
    row.key, row.invited_at = new_key(), None
    with translation.override(reads(row.application, row.email, row.country)):
        text = _("%(lead)s names you as partner in an application: %(title)s. Please confirm or decline here:") % {
            "lead": row.application.lead,
            "title": row.application.title,
        }
        write_to(row.application, _("Please confirm that you take part"), text, row.email, [" ", {"partner": row.pk}])


def answered(row: Partner, actor: Actor) -> None:
    row.answered_at = timezone.now()
