"""From scores to a decision: the ranking with its ties, the budget line with "what if", outcomes, and their release."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from udsyn import packs
from udsyn.allocation.budget import Line, draw_line
from udsyn.allocation.expected import Expected, in_places, not_told_apart
from udsyn.allocation.ranking import Number, Order, Proposal, Step, by, rank, uncovered
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.wording import said
from udsyn.desk.rooms.programmes import case as cases
from udsyn.desk.rooms.programmes import joint
from udsyn.desk.rooms.programmes.letters import reads, write_to
from udsyn.desk.rooms.programmes.models import Application, Call, PartnerRanking
from udsyn.desk.rooms.programmes.pots import Pots, costs_of, payers, pots_of
from udsyn.packs.calls import TieBreak
from udsyn.packs.judge import around, holds
from udsyn.packs.outcomes import MISSING, Outcome, at
from udsyn.packs.scores import Scored, come_to, score

LOTS, BY_INTERVAL = ("lots", "interval_lots"), "interval_lots"
AWARD, DECLINE = "award", "decline"


@dataclass(frozen=True)
class Place:
    """An application in the ranking: its place (tied ones share it), what its scores come to, and what it costs."""

    place: int
    row: Application
    scored: Scored
    asked: float | None
    funded: bool | None  #: None: tied at the line, nobody has decided
    expected: Expected | None = None  #: its rank by those who assessed it, where lots are drawn by intervals
    costs: Mapping[str, Fraction] = field(default_factory=dict)  #: by who pays

    @property
    def total(self) -> float | None:
        return None if self.scored.total is None else float(self.scored.total)


@dataclass(frozen=True)
class Ranking:
    places: list[Place]
    unscored: list[Application]  #: scores or amounts are missing
    below: list[tuple[Application, tuple[str, ...]]]  #: under a threshold
    line: Line
    pots: Pots
    one_sided: list[Application] = field(default_factory=list)  #: of a joint call: whom the partner does not rank


def standing(call: Call) -> list[Application]:
    """What is ranked: eligible applications, and those already decided."""
    rows = call.applications.filter(state__in=("eligible", "awarded", "declined"))
    return list(rows.select_related("terms", "call", "lead", "assessed").order_by("pk"))


def figure_of(tie: TieBreak, row: Application, case: dict[str, Any]) -> Number | None:
    """What a tie-break compares of an application. A condition counts 1 or 0; what is not known, nothing."""
    if tie.criterion is not None:
        return row.judged.values(row.pack.assessment).get(tie.criterion) if row.pack.assessment else None
    if tie.draws in LOTS:
        return None if row.judged.lot is None else -row.judged.lot
    if tie.condition is not None:
        outcome = holds(tie.condition, case, around(row.pack, case, cases.judging_day(row)))
        return {Outcome.MET: 1, Outcome.NOT_MET: 0}.get(outcome)
    value = at(case, tie.value or "")
    return None if value is MISSING or isinstance(value, bool) or not isinstance(value, (int, float)) else value


def steps_of(pack: packs.Pack, *, lots: bool = True) -> list[Step]:
    """The call's tie-breaks in order. Lots count once they are drawn (`take_lots`), and not in an order that is still
    to be merged: they were drawn among equals of the merged one."""
    found: list[Step] = []
    for number, tie in enumerate(pack.ties):
        if tie.uncovered is not None:
            found.append(uncovered)
        elif tie.draws != "most_projects" and (lots or tie.draws not in LOTS):
            found.append(by(str(number)))
    return found


def covers(pack: packs.Pack, case: dict[str, Any]) -> frozenset[str]:
    path = next((tie.uncovered for tie in pack.ties if tie.uncovered is not None), None)
    listed = at(case, path) if path else ()
    return frozenset(map(str, listed)) if isinstance(listed, (list, tuple)) else frozenset()


def ranking(
    call: Call,
    pots: Pots | None = None,
    rule: str = "",
    *,
    theirs: PartnerRanking | None = None,
    alone: bool = False,
) -> Ranking:
    """The ranking, and who is funded with this money by this rule; what the call says where they are not given.

    Of a joint call it is merged with the partner's ranking: the one given, else the one that was saved; not if `alone`.
    """
    pack, rows, pots = call.pack, {str(row.pk): row for row in standing(call)}, pots or pots_of(call)
    plan = pack.assessment
    scored = {key: come_to(plan, row.judged.values(plan)) for key, row in rows.items()} if plan else {}
    sealed = {key: row.sealed_case or {} for key, row in rows.items()}
    asked = {key: sealed[key].get("amount") for key in rows}
    whole = [key for key, found in scored.items() if found.total is not None and asked[key] is not None]
    fit = [key for key in whole if not scored[key].below]
    costs = {key: costs_of(sealed[key], pack) for key in fit}
    saved = PartnerRanking.objects.filter(call=call).first()
    theirs = None if alone else theirs or saved
    merges = any(one is not None and one.rule for one in (theirs, saved))
    said = rule or line_of(pack)
    most = any(tie.draws == "most_projects" for tie in pack.ties)
    ranks = ranks_of(pack, {key: rows[key] for key in fit})
    lots = {key: rows[key].judged.lot for key in fit}
    if ranks:
        order = by_interval(ranks, costs, pots, {} if merges else lots)
    else:
        proposals = [proposal_of(rows[key], scored[key], sealed[key]) for key in fit]
        order = rank(proposals, steps_of(pack, lots=not merges))
    if theirs and theirs.rule:
        order = tuple(part for place in joint.merged(order, theirs) for part in by_lot(place, lots))
    strict: Any = "skip" if said == "skip" else "strict"
    line = draw_line(order, costs, pots.budgets, strict, most, pots.top_up, pots.virtual)
    tied = {key for choice in line.undecided for key in choice}
    places, number = [], 1
    for place in order:
        open_ = tied if most else set(place) if tied & set(place) else set()  # a lot decides among all of a place
        for key in place:
            funded = key in line.funded if key not in open_ else None
            places.append(
                Place(number, rows[key], scored[key], asked[key], funded, ranks.get(key), costs[key])
            )  # fmt: skip
        number += len(place)
    unscored = [row for key, row in rows.items() if key not in whole]
    ranked = {key for place in order for key in place}
    one_sided = [rows[key] for key in fit if key not in ranked]
    below = [(rows[key], scored[key].below) for key in whole if scored[key].below]
    return Ranking(places, unscored, below, line, pots, one_sided)


def line_of(pack: packs.Pack) -> str:
    """How the call draws its line where nobody asks for another."""
    return pack.budget.line if pack.budget and pack.budget.line else "strict"


def proposal_of(row: Application, scored: Scored, case: dict[str, Any]) -> Proposal:
    figures = {str(n): figure_of(tie, row, case) for n, tie in enumerate(row.call.pack.ties)}
    return Proposal(str(row.pk), scored.total or 0, figures, covers(row.call.pack, case))


def ranks_of(pack: packs.Pack, rows: Mapping[str, Application]) -> dict[str, Expected]:
    """Expected ranks where the call draws lots by them; nothing as long as one of these has none."""
    ranks = {key: row.judged.expected for key, row in rows.items()}
    if not any(tie.draws == BY_INTERVAL for tie in pack.ties) or not all(ranks.values()):
        return {}
    return {key: Expected(key, None, *said) for key, said in ranks.items()}


def by_interval(
    ranks: Mapping[str, Expected], costs: Mapping[str, Any], pots: Pots, lots: Mapping[str, int | None]
) -> Order:
    """The order of expected ranks; those who are not told apart at the line share a place until lots are drawn."""
    order = in_places(list(ranks.values()))
    single = tuple((key,) for place in order for key in place)
    line = draw_line(single, costs, pots.budgets, "strict", False, pots.top_up, pots.virtual)
    if line.stopped_at is None or not line.funded:
        return order
    order = not_told_apart(list(ranks.values()), line.funded[-1])
    return tuple(part for place in order for part in (by_lot(place, lots) if line.funded[-1] in place else (place,)))


def by_lot(place: tuple[str, ...], lots: Mapping[str, int | None]) -> Order:
    """Equals as lots were drawn, once they are drawn among all of them."""
    if any(lots.get(key) is None for key in place):
        return (place,)
    return tuple((key,) for key in sorted(place, key=lambda key: lots[key] or 0))


@transaction.atomic
def write_scores(row: Application, actor: Actor, given: dict[str, Any]) -> None:
    """The panel's scores for one application. Raises ValidationError off the scale."""
    pack = row.call.pack
    if pack.assessment is None:
        raise ValidationError(_("The rules of this call name no criteria."))
    kept = {name: value for name, value in given.items() if value is not None}
    try:
        score(pack.assessment, kept)
    except packs.PackError as error:
        raise ValidationError(str(error)) from None
    judged = row.judged
    if judged.means:
        raise ValidationError(_("Its scores come from those who assessed it."))
    judged.scores = kept
    kernel.save(judged, actor)


def take_means(
    row: Application, actor: Actor, means: Mapping[str, Fraction], assessors: int, expected: Expected | None = None
) -> None:
    """What assessors gave an application, as exact means by criterion, and its expected rank; none takes back what
    was taken before."""
    judged = row.judged
    judged.means, judged.assessors = {name: str(mean) for name, mean in means.items()}, assessors
    judged.expected = [expected.rank, expected.low, expected.high] if expected and assessors else []
    kernel.save(judged, actor)


def take_lots(call: Call, actor: Actor, order: Sequence[int]) -> None:
    """The order in which lots were drawn among applications (their numbers)."""
    places = {pk: place for place, pk in enumerate(order, 1)}
    for row in standing(call):
        if row.pk in places:
            judged = row.judged
            judged.lot = places[row.pk]
            kernel.save(judged, actor)


def tied_at_line(call: Call) -> list[Application]:
    """Applications between which only a lot can decide."""
    return [one.row for one in ranking(call).places if one.funded is None]


@transaction.atomic
def write_outcomes(call: Call, actor: Actor, chosen: dict[int, tuple[str, str, str]]) -> None:
    """Outcomes of applications: id → (award or decline, reason's code, words). A proposal to release falls with it."""
    stored = kernel.locked(call)
    codes = {reason.code for reason in stored.pack.reasons}
    for row in stored.applications.filter(pk__in=chosen, state="eligible").select_related("assessed"):
        outcome, code, words = chosen[row.pk]
        if outcome not in (AWARD, DECLINE) or (code and code not in codes):
            raise ValidationError(_("Choose an outcome and one of the call's reasons."))
        judged = row.judged
        judged.outcome, judged.reason_code, judged.reason_text = outcome, code, words
        kernel.save(judged, actor)
    Call.objects.filter(pk=stored.pk).update(decision=seal_of(stored))  # no line in the call's own ledger tells of it


def seal_of(call: Call) -> str:
    """One hash over all outcomes, so that what a second person confirms is what was proposed."""
    said = [
        (row.pk, row.judged.outcome, row.judged.reason_code, row.judged.reason_text)
        for row in standing(call)
        if row.state == "eligible"
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def may_release(call: Call) -> Any:
    """Why the letters cannot go out yet."""
    if call.state_now != "closed":
        return _("The call has not closed.")
    if call.applications.filter(state__in=("submitted", "returned")).exists():
        return _("Some applications are not screened.")
    rows = [row for row in standing(call) if row.state == "eligible"]
    if not rows:
        return _("There is nothing to decide.")
    if any(row.judged.outcome not in (AWARD, DECLINE) for row in rows) or call.decision != seal_of(call):
        return _("Some applications have no outcome.")
    if call.pack.reasons and any(row.judged.outcome == DECLINE and not row.judged.reason_code for row in rows):
        return _("Some have no reason.")
    given = [costs_of(row.sealed_case or {}, call.pack) for row in rows if row.judged.outcome == AWARD]
    limited = call.money is not None or bool(payers(call.pack))
    if limited and not pots_of(call).pays(given):
        return _("More is awarded than there is.")
    return None


def released(call: Call, actor: Actor) -> None:
    """All at once: the states, and a letter to each with its reason."""
    for row in [row for row in standing(call) if row.state == "eligible"]:
        before = Application.objects.get(pk=row.pk)
        awarded = row.judged.outcome == AWARD
        row.state = "awarded" if awarded else "declined"
        kernel.write(row, actor, "change", before)
        with translation.override(reads(row)):
            said = _("Your application is awarded.") if awarded else _("Your application is declined.")
            write_to(row, _("Decision on your application"), "\n\n".join(filter(None, (said, reason_words(row)))))


def appealed(row: Application, actor: Actor) -> None:
    row.appealed_on = timezone.localdate()


def reason_words(row: Application) -> str:
    """The reason of a decision that was released, for those who read the application."""
    if row.state not in ("awarded", "declined"):
        return ""
    texts = {reason.code: said(reason.says) for reason in row.call.pack.reasons}
    return "\n\n".join(filter(None, (texts.get(row.judged.reason_code), row.judged.reason_text)))
