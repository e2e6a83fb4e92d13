"""The steps of a round: people are asked, reviews handed in, the panel meets, scores are taken over, lots are drawn."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from udsyn import packs
from udsyn.allocation import lottery
from udsyn.allocation.expected import Expected, expected_ranks
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.assessment import finding
from udsyn.desk.rooms.assessment.models import AssessmentRound, Assessor, Conflict, Review
from udsyn.desk.rooms.assessment.rules import PANEL, REVIEWER
from udsyn.desk.rooms.parties.models import User
from udsyn.desk.rooms.parties.reading import language_of
from udsyn.desk.rooms.programmes import ranking
from udsyn.desk.rooms.programmes.models import Application, Call
from udsyn.desk.tools import addresses

# Those who assess --------------------------------------------------------------------------------------------


@transaction.atomic
def name_assessor(row: Assessor, actor: Actor, *, many: Any = None) -> Assessor:
    """Store somebody who assesses. However late they come, their conflicts are looked for at once."""
    if row.round.state == "closed":
        raise ValidationError(_("The round is closed."))
    kernel.save(row, actor, many=many)
    finding.look(row.round, actor)
    return row


@transaction.atomic
def begin_round(row: AssessmentRound, actor: Actor, *, many: Any = None) -> AssessmentRound:
    """Store a round. It commits to a seed for lots before anybody knows between whom they are drawn."""
    row.seed = secrets.token_hex(32)
    row.commitment = lottery.commitment(row.seed)
    kernel.save(row, actor, many=many)
    return row


def has_address(row: Assessor) -> Any:
    return None if row.person.email else _("Nobody's e-mail is written here: write the person's first.")


def asked(row: Assessor, actor: Actor) -> None:
    """A letter, and an account without a role for the address: who signs in with a code sent there has proven it."""
    person = row.person
    if not hasattr(person, "user") and not User.objects.filter(email__iexact=person.email).exists():
        User.objects.create_user(person.email, None, name=str(person), person=person)
    officer = User.objects.filter(person=row.round.call.officer_id).first() or actor.user
    if officer is None:
        return
    message = Message(recipient=person.email, responsible=officer, about=f"assessor:{row.pk}")
    with translation.override(language := language_of(person)):
        message.subject = _("Will you assess for us?")
        message.body = "\n\n".join((_("Dear %(name)s,") % {"name": person}, question(row), str(officer)))
        message.below = [f"\n\n{addresses.of_page(language, 'home')}"]
    message.full_clean()
    kernel.write(message, Actor(officer, str(officer)), "create", None)


def question(row: Assessor) -> str:
    what = _("on the panel") if row.part == PANEL else _("as a reviewer")
    said = _(
        "Would you assess applications %(what)s for “%(call)s”? Sign in with this address, say whether you take part, "
        "and tell us of any conflict of interest. No software may judge the applications for you."
    ) % {"what": what, "call": row.round.call}
    if row.round.due is None:
        return said
    return f"{said} {_('Reviews are due on %(day)s.') % {'day': date_format(row.round.due)}}"


def confirmed(row: Assessor, actor: Actor) -> None:
    """The person says yes: signed in, so that the address is theirs."""
    row.confirmed_at = timezone.now()


def left(row: Assessor, actor: Actor) -> None:
    for review in row.reviews.filter(state="asked"):
        change(review, actor, state="taken_back")


def change(row: Any, actor: Actor, **values: Any) -> None:
    before = type(row).objects.get(pk=row.pk)
    for name, value in values.items():
        setattr(row, name, value)
    kernel.write(row, actor, "change", before)


@transaction.atomic
def note_conflict(row: Conflict, actor: Actor, *, many: Any = None) -> Conflict:
    """A conflict that somebody told the office of."""
    row.kind_of, row.evidence = "declared", [str(_("noted by the office"))]
    kernel.save(row, actor, many=many)
    return row


def may_dismiss(row: Conflict) -> Any:
    hard = ("same_person", "same_call", "declared")
    return _("No reason puts this aside.") if row.kind_of in hard else None


# A review ----------------------------------------------------------------------------------------------------


def is_whole(row: Review) -> Any:
    """Why a review cannot be handed in."""
    plan = row.application.call.pack.assessment
    if plan is None:
        return _("The rules of this call name no criteria.")
    if packs.come_to(plan, packs.values_of(plan, row.scores)).missing:
        return _("Some criteria have no score.")
    return None if row.text.strip() else _("Write why: the applicant reads it after the release.")


def recused(row: Review, actor: Actor) -> None:
    """By the person's own word: from now on nothing of the application is shown to them."""
    finding.declare(row.assessor, row.application, actor, "")


# The round ---------------------------------------------------------------------------------------------------


def waiting(round_: AssessmentRound, part: str) -> Any:
    """Reviews that are not handed in, of those who may write them."""
    found = Review.objects.filter(assessor__round=round_, assessor__part=part, state="asked")
    return unbarred(found)


def unbarred(reviews: Any) -> Any:
    """Without those of somebody who has a standing conflict with what they review, in whatever part."""
    theirs = {"assessor__person": models.OuterRef("assessor__person"), "application": models.OuterRef("application")}
    return reviews.exclude(models.Exists(Conflict.objects.filter(state="standing", **theirs)))


def may_begin(row: AssessmentRound) -> Any:
    if row.call.state_now != "closed":
        return _("The call has not closed.")
    if row.call.applications.filter(state__in=("submitted", "returned")).exists():
        return _("Some applications are not screened.")
    if not row.standing().filter(state="eligible").exists():
        return _("There is nothing to assess.")
    if not Review.objects.filter(assessor__round=row).exists() and not panel_of(row).exists():
        return _("Assign reviewers first, or name a panel.")
    return None


def panel_of(row: AssessmentRound) -> Any:
    return row.assessors.filter(part=PANEL, state="accepted")


def may_meet(row: AssessmentRound) -> Any:
    if not panel_of(row).exists():
        return _("Nobody of the panel has said yes.")
    if late := waiting(row, REVIEWER).count():
        return _("%(count)s reviews are not handed in: wait, or take them back.") % {"count": late}
    return None


def panel_meets(row: AssessmentRound, actor: Actor) -> None:
    """Every member gets every application with which they have no conflict."""
    finding.look(row, actor)
    for member in panel_of(row):
        for application in row.standing().filter(state="eligible"):
            barred = Conflict.objects.filter(assessor__person=member.person, application=application, state="standing")
            if not barred.exists() and not member.reviews.filter(application=application).exists():
                kernel.write(Review(assessor=member, application=application), actor, "create", None)


def is_assessed(row: AssessmentRound) -> Any:
    if late := waiting(row, PANEL if row.state == "panel" else REVIEWER).count():
        return _("%(count)s reviews are not handed in: wait, or take them back.") % {"count": late}
    done = set(counted(row).values_list("application", flat=True))
    if lacking := [one for one in row.standing().filter(state="eligible") if one.pk not in done]:
        return _("Nobody has assessed: %(titles)s") % {"titles": ", ".join(map(str, lacking))}
    return None


def counted(row: AssessmentRound) -> Any:
    """The reviews that make the ranking: the panel's where there is one, the reviewers' otherwise."""
    part = PANEL if panel_of(row).exists() else REVIEWER
    found = Review.objects.filter(assessor__round=row, assessor__part=part, state="written")
    return unbarred(found)


def closed(row: AssessmentRound, actor: Actor) -> None:
    """What assessors gave becomes the scores of the ranking: exact means, and expected ranks with intervals."""
    finding.look(row, actor)
    ranks = {one.id: one for one in expected(row)}
    for application in row.standing().filter(state="eligible"):
        plan = application.call.pack.assessment
        given = [one.scores for one in counted(row).filter(application=application)]
        if plan is not None:
            rank = ranks.get(str(application.pk))
            ranking.take_means(application, actor, packs.means(plan, given), len(given), rank)


def may_reopen(row: AssessmentRound) -> Any:
    return _("The decisions are released.") if row.call.state == "decided" else None


def may_draw(row: AssessmentRound) -> Any:
    if not any(tie.draws in ranking.LOTS for tie in row.call.pack.ties):
        return _("The rules of this call draw no lots.")
    if row.lots:
        return _("Lots were drawn already.")
    if len(row.call.pack.agencies) > 1 and not hasattr(row.call, "partner_ranking"):
        return _("The partner's ranking is missing: lots are drawn among equals of the merged order.")
    return None if ranking.tied_at_line(row.call) else _("Nothing is tied at the line.")


def draw(row: AssessmentRound, actor: Actor) -> None:
    """The list is frozen, the seed shown, and the order taken into the ranking."""
    log = lottery.draw(row.seed, [str(one.pk) for one in ranking.tied_at_line(row.call)])
    row.lots = log
    ranking.take_lots(row.call, actor, [int(pk) for pk in log["order"]])


def stands_against(row: Any) -> Any:
    """For the gate of assessment: nothing is released while a round is open, or somebody assessed who may not."""
    found = AssessmentRound.objects.filter(call=row).first() if isinstance(row, Call) else None
    if found is None:
        return None
    if found.state != "closed":
        return _("The round of assessment is not closed.")
    counts = Counter(counted(found).values_list("application", flat=True))
    taken = {one.pk: one.judged.assessors for one in ranking.standing(row) if one.state == "eligible"}
    if any(counts[pk] != number for pk, number in taken.items()):
        return _("A conflict came up after the scores were taken: open the round again and close it anew.")
    return None


# What it comes to --------------------------------------------------------------------------------------------


def grade(application: Application, scores: Mapping[str, Any]) -> Fraction | None:
    plan = application.call.pack.assessment
    return packs.come_to(plan, packs.values_of(plan, scores)).total if plan else None


def expected(row: AssessmentRound) -> list[Expected]:
    """Expected ranks of what is assessed, by application's number, from the reviews that count."""
    grades: dict[str, dict[str, float]] = {str(one.pk): {} for one in row.standing()}
    for one in counted(row).select_related("application__call"):
        total = grade(one.application, one.scores)
        if total is not None and str(one.application_id) in grades:
            grades[str(one.application_id)][str(one.assessor_id)] = float(total)
    return expected_ranks(grades) if grades else []


def told(application: Application) -> list[str]:
    """What was written of an application, for the applicant after the release, in an order that names nobody."""
    if application.state not in ("awarded", "declined"):
        return []
    return sorted(Review.objects.filter(application=application, state="written").values_list("text", flat=True))
