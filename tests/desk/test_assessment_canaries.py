"""Canaries in a round of assessment: in every phase all who play a part in it, and a stranger, fetch all there is.

A word of its own stands in each title, name, document, review, rating, conflict, reason and seed. Who may read which,
in which phase, is written here by hand (`Cage.may`), from the rules of blind assessment and not from the desk's own.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest
from addresses import ONLY_POST, examples, of_assessment, of_programmes
from django.test import Client
from django.urls import reverse
from tests.desk.cast import ASSESSORS, BACKEND, ROLES
from tests.desk.test_leaks import text_of

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel import search
from udsyn.desk.kernel.models import File, Message, Token
from udsyn.desk.kernel.permissions import Actor, Anyone
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.assessment.models import ALL, AssessmentRound, Conflict, Review
from udsyn.desk.rooms.parties.models import User
from udsyn.desk.rooms.programmes import ranking
from udsyn.desk.rooms.programmes.models import Application, Call

pytestmark = pytest.mark.django_db
PHASES = ("prepared", "reviewing", "panel", "closed", "proposed", "decided")
OFFICE = ("officer", "auditor")
#: rows that tell of a round, its applications or what came of them
KINDS = (
    *("assessmentround", "assessor", "conflict", "review", "call", "application", "partner", "budgetline"),
    *("member", "paper", "finding", "grant", "decision", "participant", "person", "organisation"),
)
EVERYWHERE = (
    *("home", "inbox", "activity", "deadlines", "ledger", "work", "me", "outcomes", "results", "reports", "going"),
    *("open_calls", "open_feed", "funds", "portfolio", "duplicates", "joint_works", "abroad", "theme"),
)


def test_no_canary_of_a_round_sings_to_those_who_assess_or_apply(cage):
    """The phases and parts in which most was ever leaked, a drawn third of it; `make prove` asks everybody for all."""
    cage.run(("reviewing", "panel", "decided"), ("reviewer", "recused", "applicant"), whole=False, share=0.33)


def test_a_leak_that_was_made_is_heard(cage, monkeypatch):
    """Reviews that everybody may read: the walk names who, in which phase, and where what others wrote is shown."""
    monkeypatch.setitem(Review.rules, "view", Anyone())
    with pytest.raises(AssertionError):
        cage.run(("reviewing",), ("reviewer",), whole=False)
    heard = {(part, phase, cage.words[word].what) for part, phase, _where, word in cage.leaks}
    assert ("reviewer", "reviewing", "text") in heard
    assert any("/desk/reviews/" in where for _part, _phase, where, _word in cage.leaks)


@pytest.mark.prove
@pytest.mark.parametrize(
    "part",
    ["recused", "panel", "reviewer", "applicant", "other", "visitor", "member", "client", "officer", "auditor"],
)
def test_no_canary_of_a_round_sings_to_anybody_in_any_phase(cage, part):
    cage.run(PHASES, (part,), whole=True)
    assert cage.asked > 2_000


@dataclass(frozen=True)
class Canary:
    """What a word stands for: `what`, of which application, written by or about which person."""

    what: str
    application: int | None = None
    person: int | None = None
    part: str = ""


@dataclass
class Cage:
    round: AssessmentRound
    officer: Actor
    second: Actor
    people: dict[str, int] = field(default_factory=dict)  #: part → person
    words: dict[str, Canary] = field(default_factory=dict)
    barred: set[tuple[int, int]] = field(default_factory=set)  #: person, application
    gives: set[tuple[int, int]] = field(default_factory=set)  #: reviewer (a person), application
    leaks: list[tuple[str, str, str, str]] = field(default_factory=list)
    addresses: dict[str, list[str]] = field(default_factory=dict)
    asked: int = 0

    # What is planted ---------------------------------------------------------------------------------------------

    def word(self, what, application=None, person=None, part=""):
        made = f"canary{what}{len(self.words)}x"
        self.words[made] = Canary(what, application, person, part)
        return made

    def plant(self):
        AssessmentRound.objects.filter(pk=self.round.pk).update(
            blindness=ALL, state="prepared", seed=self.word("seed") + "0" * 40
        )
        for row in self.round.standing():
            told = {"application": row.pk, "person": row.lead_id}
            self.put(row, title=self.word("title", **told), organisation_name=self.word("name", **told))
            self.put(row.lead, family_name=self.word("name", **told))
            for partner in row.partners.all():
                self.put(partner, name=self.word("name", **told), organisation_name=self.word("name", **told))
            for cost in row.budgetlines.all():
                self.put(cost, text=self.word("name", **told))
            for paper in row.papers.all():
                File.objects.filter(pk=paper.file_id).update(name=self.word("name", **told) + ".txt")
        for assessor in self.round.assessors.select_related("person"):
            self.put(assessor.person, family_name=self.word("assessor", person=assessor.person_id))
        for conflict in Conflict.objects.filter(assessor__round=self.round):
            told = {"application": conflict.application_id, "person": conflict.assessor.person_id}
            self.put(conflict, about=self.word("conflict", **told), evidence=[self.word("conflict", **told)])
            if conflict.state == "standing":
                self.barred.add((told["person"], told["application"]))
        for review in Review.objects.filter(assessor__round=self.round):
            self.gives.add((review.assessor.person_id, review.application_id))
            self.sing(review)

    def put(self, row, **values):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        search.put(row)

    def sing(self, review, plan=4):
        told = {
            "application": review.application_id, "person": review.assessor.person_id, "part": review.assessor.part
        }  # fmt: skip
        quality = 4.0
        if review.assessor.part == "reviewer":
            quality = 3.0001 + len(self.words) / 1_000
            self.words[f"{quality}"] = Canary("score", **told)
        scores = {"quality": quality, "plan": plan}
        self.put(review, text=self.word("text", **told), note=self.word("note", **told), scores=scores)

    # Who may read what -------------------------------------------------------------------------------------------

    def may(self, who, phase, canary):
        """By hand: what each part may read of a canary in a phase. What was awarded is public once it is decided."""
        here, person = PHASES.index(phase), self.people.get(who)
        if canary.what == "seed":
            return phase == "decided"
        if who in OFFICE or (canary.what == "assessor" and canary.person == person):
            return True
        if canary.what in ("assessor", "conflict"):
            return False
        if phase == "decided" and canary.what in ("title", "name") and self.is_awarded(canary.application):
            return True
        if (person, canary.application) in self.barred:
            return False
        if who in ("applicant", "other"):
            own = Application.objects.get(pk=canary.application).lead_id == person
            released = canary.what in ("text", "reason") and phase == "decided"
            return own and (canary.what in ("title", "name") or released)
        return self.assesses(who, here, canary)

    def assesses(self, who, here, canary):
        author = canary.person == self.people.get(who)
        on_panel = who in ("panel", "member", "recused") and here >= PHASES.index("panel")
        reads = on_panel or ((self.people.get(who), canary.application) in self.gives and here > 0)
        if canary.what == "title":
            return reads
        if canary.what == "name":
            return reads and here == PHASES.index("decided")
        if canary.what in ("text", "score", "note") and author:
            return here > 0
        others = here >= PHASES.index("closed" if canary.part == "panel" else "panel")
        return canary.what in ("text", "score") and on_panel and others

    def is_awarded(self, application):
        return Application.objects.filter(pk=application, state="awarded").exists()

    # The walk ----------------------------------------------------------------------------------------------------

    def run(self, phases, parts, *, whole, share=1.0):
        drawn = random.Random("round")
        self.is_asked = lambda _path: drawn.random() < share
        self.addresses = examples() if whole else of_assessment() | of_programmes()
        heard = {part: set() for part in parts}
        for phase in PHASES:
            self.reach(phase)
            if phase in phases:
                for part in parts:
                    self.listen_as(part, phase, heard[part], whole)
        assert not self.leaks, self.leaks[:20]
        for part in set(parts) - {"visitor", "client"}:
            assert heard[part], f"nothing sang to {part}: the crawl passes nowhere"

    def reach(self, phase):
        round_ = AssessmentRound.objects.get(pk=self.round.pk)
        if phase == "reviewing":
            kernel.perform(round_, "begin", self.officer)
        if phase == "panel":
            self.hand_in("reviewer")
            kernel.perform(round_, "meet", self.officer)
            plans = dict(zip(round_.standing().values_list("pk", flat=True), (5, 4, 4, 4, 2), strict=True))
            for review in Review.objects.filter(assessor__part="panel", assessor__round=round_):
                self.sing(review, plans[review.application_id])
        if phase == "closed":
            self.hand_in("panel")
            kernel.perform(round_, "close", self.officer)
            kernel.perform(AssessmentRound.objects.get(pk=round_.pk), "draw", self.officer)
        if phase == "proposed":
            outcomes = {
                row.pk: ("award", "", "") if n < 2 else ("decline", "C1", self.word("reason", row.pk, row.lead_id))
                for n, row in enumerate(round_.standing())
            }
            ranking.write_outcomes(round_.call, self.officer, outcomes)
            self.proposal = kernel.perform(Call.objects.get(pk=round_.call_id), "release", self.officer)
        if phase == "decided":
            kernel.decide(self.proposal, self.second, confirm=True)

    def hand_in(self, part):
        for review in Review.objects.filter(assessor__part=part, state="asked"):
            if (review.assessor.person_id, review.application_id) not in self.barred:
                kernel.perform(review, "hand_in", Actor(name="author", person=review.assessor.person_id))

    def listen_as(self, part, phase, heard, whole):
        client, user = Client(), self.user_of(part)
        if user:
            client.force_login(user, backend=BACKEND)
        allowed = {word for word, canary in self.words.items() if self.may(part, phase, canary)}
        forbidden = [word for word in self.words if word not in allowed]

        def listen(where, text):
            self.asked += 1
            self.leaks += [(part, phase, where, word) for word in forbidden if word in text]
            heard.update(word for word in allowed if word in text)

        for path in filter(self.is_asked, self.paths(user, whole)):
            answer = client.get(path)
            listen(path, f"{answer.headers.get('Content-Disposition', '')} {text_of(answer)}")
        if user:
            headers = {"authorization": f"Bearer {self.key(user)}"}
            for path in filter(self.is_asked, self.api(whole, forbidden)):
                listen(path, text_of(client.get(path, headers=headers)))
            for message in Message.objects.filter(recipient__iexact=user.email):
                listen("mail", f"{message.subject} {message.body}")

    def user_of(self, part):
        if part in ("applicant", "other"):
            return User.objects.get(person=self.people[part])
        return User.objects.filter(email=(ROLES | ASSESSORS)[part]).first()

    def key(self, user):
        secret = Token.new_secret()
        Token.objects.create(
            owner=user, name="t", digest=Token.digest_of(secret), scopes=["read"], expires="2099-01-01"
        )
        return secret

    def paths(self, user, whole):
        """Every page, list, count, feed, export, file and history; the shorter walk takes those of these rooms."""
        skipped = {*ONLY_POST, "account_logout"}
        yield from (path for name, some in self.addresses.items() if name not in skipped for path in some)
        yield from (reverse(name) for name in EVERYWHERE)
        for row in self.reviews(whole):
            yield reverse("write_review", args=[row.pk])
            papers = row.application.papers.all()
            yield from (reverse("review_paper", args=[row.pk, paper.pk]) for paper in papers[: 9 if whole else 1])
        yield reverse("search") + "?q=canary"
        yield reverse("find_public") + "?q=canary"
        if user is not None:
            yield reverse("calendar", args=[user.calendar_key])
        for kind in KINDS:
            yield from self.of_kind(RESOURCES[kind], whole)

    def of_kind(self, resource, whole):
        slug = resource.slug
        yield from (reverse("list", args=[slug]), reverse("list", args=[slug]) + "?q=canary")
        yield reverse("names", args=[slug]) + "?q=canary"
        yield from (reverse("export", args=[slug, form]) for form in (("csv", "xlsx") if whole else ("csv",)))
        if whole and resource.form:
            yield reverse("create", args=[slug])
        rows = self.reviews(whole) if slug == "reviews" else resource.model.objects.order_by("-pk")[: 5 if whole else 3]
        for row in rows if resource.model.__name__ not in ("Person", "Organisation") else ():
            names = ("detail", "history", "edit") if whole else ("detail", "history")
            yield from (reverse(name, args=[slug, row.pk]) for name in names)
            steps = row.lifecycle.transitions if whole and row.lifecycle else ()
            yield from (reverse("do", args=[slug, row.pk, s.name]) for s in steps if row.state in s.sources)

    def api(self, whole, forbidden):
        yield from (f"/api/v1/{RESOURCES[kind].slug}?limit=200" for kind in KINDS)
        for word in forbidden[:: 5 if whole else 25]:
            yield f"/api/v1/search?q={word}"
        yield from (f"/api/v1/applications/{row.pk}" for row in self.round.standing())
        yield from (f"/api/v1/reviews/{row.pk}" for row in self.reviews(whole))

    def reviews(self, whole):
        return Review.objects.order_by("-pk")[: 40 if whole else 5]


@pytest.fixture
def cage(actor_as, user_of):
    round_ = AssessmentRound.objects.get(call__title__contains="winter")
    found = Cage(round_, actor_as("officer"), actor_as("officer2"))
    found.people = {key: User.objects.get(email=email).person_id for key, email in ASSESSORS.items()}
    found.people |= {role: user_of(role).person_id for role in ("client", *OFFICE)}
    barred = Conflict.objects.get(assessor__part="panel", state="standing").application
    other = round_.standing().exclude(pk=barred.pk).last()
    for part, row in (("applicant", barred), ("other", other)):
        User.objects.create_user(f"{part}@example.org", None, name=part, person=row.lead)
        found.people[part] = row.lead_id
    found.plant()
    return found
