"""Every step of every life is refused when it should be, and a refusal leaves no trace.

The cases are made from the tables themselves: for each transition somebody who may not, each wrong state, a missing
reason, a guard that says no, a gate that is shut. What each guard really asks is written down here, one line a guard;
a guard without a line fails.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from udsyn.desk.kernel import commands
from udsyn.desk.kernel.models import Entry, File, Message
from udsyn.desk.kernel.permissions import Anyone
from udsyn.desk.kernel.resources import RESOURCES

pytestmark = pytest.mark.django_db
STEPS = [
    (kind, step.name) for kind, r in RESOURCES.items() if r.model.lifecycle for step in r.model.lifecycle.transitions
]
YESTERDAY = timezone.localdate() - dt.timedelta(1)
TOMORROW = timezone.localdate() + dt.timedelta(1)
LATER = timezone.now() + dt.timedelta(1)
FILLED = {"signed": YESTERDAY, "agreed_at": timezone.now(), "sent_at": timezone.now(), "answer": "nothing"}
FILLED |= {"submitted_at": timezone.now(), "invited_at": timezone.now(), "answered_at": timezone.now()}
FILLED |= {"decide_by": TOMORROW, "holds_until": TOMORROW}
FILLED |= dict.fromkeys(("opened_on", "settled_on", "answered_on", "submitted_on", "invited_on"), YESTERDAY)
FILLED |= dict.fromkeys(("starts", "ends", "closed_on", "decided_on", "due_on", "paid_on", "sent_on"), YESTERDAY)
FILLED |= dict.fromkeys(("granted_on", "register_by", "registered_on"), YESTERDAY)
FILLED |= {"result": "answered", "awarded_on": YESTERDAY, "accepted_on": YESTERDAY, "published_at": timezone.now()}
FILLED |= {"due": TOMORROW, "answered_on": YESTERDAY, "withdrawn_on": YESTERDAY}
FILLED |= {"notify_by": LATER, "decided_at": timezone.now()}


def step_of(kind, name):
    return RESOURCES[kind].model.lifecycle.transition(name)


def newly_required(kind, name):
    """The fields that the next state requires and the one before does not."""
    life, step = RESOURCES[kind].model.lifecycle, step_of(kind, name)
    return [f for f in life.state(step.target).requires if f not in life.state(step.sources[0]).requires]


REASONED = [(kind, name) for kind, name in STEPS if step_of(kind, name).needs_reason]
REQUIRING = [(kind, name) for kind, name in STEPS if newly_required(kind, name)]


def test_there_is_a_case_for_every_transition():
    assert len(STEPS) >= 71
    assert len(set(STEPS)) == len(STEPS)


#: of a kind whose first row is settled with all around it, one that is not
OF = {"assessmentround": {"call__state": "published"}}


@pytest.fixture
def row_of(actor_as):
    """A row of a kind, put into a state with what that state requires."""

    def make(kind, state, **fields):
        model = RESOURCES[kind].model
        row = model.objects.filter(**OF.get(kind, {})).order_by("pk").first()
        if row is None and kind == "message":
            writer = actor_as("officer").user
            row = Message.objects.create(recipient="a@example.org", subject="s", body="b", responsible=writer)
        assert row is not None, f"the demonstration has no {kind}"
        needed = {name: FILLED[name] for name in model.lifecycle.state(state).requires if getattr(row, name) is None}
        model.objects.filter(pk=row.pk).update(**{"state": state, **needed, **fields})
        return model.objects.get(pk=row.pk)

    return make


@pytest.fixture
def anybody_may(monkeypatch):
    """Put rules aside, so that what is behind them is reached; `more` replaces other parts of one step."""

    def aside(kind, name, **more):
        lifecycle = RESOURCES[kind].model.lifecycle
        steps = tuple(
            replace(step, who=Anyone(), **(more if step.name == name else {})) for step in lifecycle.transitions
        )
        monkeypatch.setitem(lifecycle.__dict__, "transitions", steps)
        return lifecycle.transition(name)

    return aside


def refused(row, name, actor, reason="because", kind=ValidationError):
    """The words of the refusal; nothing was stored."""
    lines = Entry.objects.count()
    with pytest.raises(kind) as told:
        commands.perform(row, name, actor, reason=reason)
    assert type(row).objects.get(pk=row.pk).state == row.state
    assert Entry.objects.count() == lines
    return str(told.value)


@pytest.mark.parametrize(("kind", "name"), STEPS)
def test_who_has_no_part_in_it_may_not(kind, name, row_of, actor_as):
    """Neither a visitor nor an auditor takes any step."""
    for source in RESOURCES[kind].model.lifecycle.transition(name).sources:
        for role in ("visitor", "auditor"):
            refused(row_of(kind, source), name, actor_as(role), kind=commands.Refused)


@pytest.mark.parametrize(("kind", "name"), STEPS)
def test_no_step_is_taken_from_a_state_that_the_table_does_not_name(kind, name, row_of, actor_as, anybody_may):
    step = anybody_may(kind, name, guard=lambda row: None)
    for state in RESOURCES[kind].model.lifecycle.states:
        if state.code not in step.sources:
            assert "cannot be done now" in refused(row_of(kind, state.code), name, actor_as("officer"))


@pytest.mark.parametrize(("kind", "name"), REASONED)
def test_a_step_that_needs_a_reason_is_not_taken_without(kind, name, row_of, actor_as, anybody_may):
    step = anybody_may(kind, name, guard=lambda row: None)
    for blank in ("", "  \n"):
        assert "Give a reason" in refused(row_of(kind, step.sources[0]), name, actor_as("officer"), blank)


@pytest.mark.parametrize(("kind", "name"), STEPS)
def test_a_guard_and_a_gate_stop_the_step(kind, name, row_of, actor_as, anybody_may):
    officer = actor_as("officer")
    step = anybody_may(kind, name, guard=lambda row: "the guard says no", gates=())
    known = {field: FILLED[field] for field in RESOURCES[kind].model.lifecycle.state(step.target).requires}
    row = row_of(kind, step.sources[0], **known)
    assert "the guard says no" in refused(row, name, officer)
    anybody_may(kind, name, guard=lambda row: None, gates=("a gate that nobody answers",))
    assert "lacks the room" in refused(row, name, officer)


@pytest.mark.parametrize(("kind", "name"), REQUIRING)
def test_what_the_next_state_requires_is_wanted_first(kind, name, row_of, actor_as, anybody_may):
    step = anybody_may(kind, name, guard=lambda row: None, sets=())
    row = row_of(kind, step.sources[0], **dict.fromkeys(newly_required(kind, name)))
    assert "Write first" in refused(row, name, actor_as("officer"))


#: guard → a kind and a state, what makes it say no, and a word of what it then says
SAYS_NO = {
    "has_source": ("agreement", "exploring", {"source": " "}, "source"),
    "has_document": ("agreement", "in_force", {}, "document"),
    "has_signature": ("agreement", "text_agreed", {"signed": YESTERDAY}, "Attach the document"),
    "has_start": ("agreement", "signed", {"starts": None}, "from which day"),
    "has_passed": ("agreement", "in_force", {"duration": "until", "ends": TOMORROW, "starts": None}, "lapses only"),
    "has_new_end": ("agreement", "renewal_review", {"duration": "until", "ends": YESTERDAY, "starts": None}, "renewed"),
    "has_successor agreement": ("agreement", "in_force", {}, "replaces it"),
    "has_begun meeting": ("meeting", "planned", {"starts": LATER}, "not begun"),
    "has_minutes": ("meeting", "held", {"minutes": "  "}, "minutes"),
    "has_initiatives": ("workplan", "draft", {}, "initiative"),
    "none_running": ("workplan", "adopted", {}, "initiatives"),
    "being_sent": ("message", "sending", {"changed": LATER}, "ten minutes"),
    "has_successor handover": ("handover", "prepared", {"successor": None}, "successor"),
    "all_ticked": ("handover", "offered", {}, "checklist"),
    "rival_of_handler": ("request", "received", {}, "competes"),
    "has_other_centre": ("request", "received", {"redirect_to": None}, "other centre"),
    "is_clear": ("request", "accepted", {"need": "  "}, "need"),
    "may_send_list": ("request", "scoped", {}, "No vetted"),
    "nothing_open": ("request", "introducing", {"result": "answered"}, "still open"),
    "may_be_proposed": ("candidate", "found", {"email": "never@example.org"}, "never to be written to"),
    "may_ask introduction": ("introduction", "drafted", {}, "e-mail is unknown"),
    "has_begun appointment": (
        "appointment",
        "planned",
        {"starts": LATER, "ends": LATER + dt.timedelta(1)},
        "not begun",
    ),
    "client_reachable": ("followup", "planned", {}, "e-mail is unknown"),
    "is_dated": ("outcome", "reported", {"date": None}, "date"),
    "has_rules": (
        "call",
        "prepared",
        {"pack_text": "{id: x, version: '1', kind: call, title: {en: X}, sources: {}}"},
        "no questions",
    ),
    "nobody_applied": ("call", "published", {}, "have come in"),
    "may_release": ("call", "published", {}, "not screened"),
    "may_submit application": ("application", "draft", {}, "deadline has passed"),
    "may_have_leave": ("application", "draft", {}, "is over"),
    "is_eligible application": ("application", "submitted", {"sealed_case": {"partners": []}}, "Not settled"),
    "is_not_eligible application": ("application", "submitted", {}, "No rule is broken"),
    "unasked": ("attendee", "named", {"organisation_name": "Havblik Værn"}, "protected against advertising"),
    "may_answer": ("partner", "named", {}, "settled"),
    "is_ready": ("case", "open", {"evidence": " "}, "looked up"),
    "is_guest": ("case", "open", {"evidence": " "}, "looked up"),
    "is_short_and_clear": ("case", "open", {}, "Only short visits"),
    "may_decide": ("case", "asked", {}, "screened"),
    "may_condition": ("case", "asked", {"conditions": " ", "holds_until": TOMORROW}, "conditions"),
    "before_interview": ("case", "open", {}, "screened before the interview"),
    "before_invitation": ("case", "open", {}, "invited before the stay is approved"),
    "has_hosts": ("round", "prepared", {}, "Name the hosts"),
    "may_settle": ("round", "open", {"chosen": {}}, "Choose an allocation"),
    "may_ask stop": ("stop", "wished", {"host_email": ""}, "e-mail first"),
    "may_ask host": ("host", "named", {}, "not open"),
    "all_answered": ("host", "asked", {}, "Answer for everybody"),
    "may_submit stayapplication": ("stayapplication", "draft", {}, "not open"),
    "is_eligible stayapplication": (
        "stayapplication",
        "submitted",
        {"first": YESTERDAY, "last": YESTERDAY + dt.timedelta(500)},
        "at most twelve months",
    ),
    "is_not_eligible stayapplication": ("stayapplication", "submitted", {}, "breaks no rule"),
    "lacks_case": ("stay", "planned", {}, "already"),
    "may_invite": ("stay", "planned", {}, "Open a case"),
    "may_arrive": ("stay", "accepted", {"first": YESTERDAY, "permit": "yes", "permit_granted": None}, "not granted"),
    "may_finish": ("stay", "arrived", {"first": YESTERDAY, "last": TOMORROW}, "not over"),
    "has_report": ("stay", "finished", {"first": YESTERDAY, "last": YESTERDAY, "report": " "}, "report first"),
    "is_refused": ("stay", "planned", {}, "No case of safeguards was refused"),
    "may_take_up": ("grant", "awarded", {"administrator": None}, "which institution"),
    "may_close": ("grant", "running", {"ends": TOMORROW}, "still runs"),
    "is_free": ("grantchange", "written", {"kind_of": "partner", "leaves": None, "name": ""}, "who leaves"),
    "has_statements": (
        "grantchange",
        "written",
        {"kind_of": "duration", "starts": None, "ends": None},
        "another beginning",
    ),
    "against": ("grantchange", "asked", {"kind_of": "administrator"}, "which other institution"),
    "may_pay": ("payment", "planned", {"due_on": TOMORROW}, "not due"),
    "may_send": ("grantreport", "open", {}, "not taken up"),
    "may_sign": ("grantaccount", "open", {"ends": TOMORROW}, "not over"),
    "may_open": ("event", "prepared", {}, "needs an account"),
    "is_over": ("event", "open", {"first_day": TOMORROW}, "not begun"),
    "has_place": ("attendee", "asked", {}, "All places"),
    "is_full": ("attendee", "asked", {}, "places left"),
    "may_decide contribution": ("contribution", "handed_in", {}, "is over"),
    "was_declined": ("stop", "dropped", {"declined": False}, "has not declined"),
    "may_adopt": ("plan", "made", {"seal": "of before"}, "has changed"),
    "is_vouched_for": ("offer", "drafted", {"contact": "", "organisation": None}, "who stands behind"),
    "may_begin": ("assessmentround", "prepared", {}, "Assign reviewers first"),
    "may_meet": ("assessmentround", "reviewing", {}, "not handed in"),
    "is_assessed": ("assessmentround", "reviewing", {}, "not handed in"),
    "may_reopen": ("assessmentround", "closed", {}, "are released"),
    "may_draw": ("assessmentround", "closed", {"lots": {"order": []}}, "drawn already"),
    "has_address": ("assessor", "named", {}, "e-mail"),
    "may_dismiss": ("conflict", "standing", {"kind_of": "declared"}, "No reason"),
    "is_whole": ("review", "asked", {"scores": {}}, "no score"),
    "is_not_erasure": ("privacyrequest", "received", {"answer": " ", "kind_of": "access"}, "answer first"),
    "is_erasure": ("privacyrequest", "received", {"kind_of": "access"}, "Nobody asked for erasure"),
    "is_restriction": ("privacyrequest", "done", {"kind_of": "access"}, "Nothing is restricted"),
    "may_extend": (
        "privacyrequest",
        "received",
        {"received": YESTERDAY, "due": TOMORROW + dt.timedelta(60)},
        "already",
    ),
    "is_told": ("breach", "open", {"measures": " "}, "consequences"),
    "may_grant": ("aid", "planned", {"granted_on": TOMORROW}, "in the future"),
    "may_declare": ("aid", "planned", {"granted_on": YESTERDAY, "about_id": 1}, "granted with it"),
    "may_register": ("aid", "granted", {"sector": ""}, "register asks"),
    "another_person": ("check", "open", {"evidence": " "}, "Somebody else|looked up"),
}


def guards():
    found = {}
    for kind, r in RESOURCES.items():
        for step in r.model.lifecycle.transitions if r.model.lifecycle else ():
            if step.guard.__name__ != "<lambda>":
                found.setdefault((kind, step.guard), step)
    return found


def line_of(kind, guard):
    name = guard.__name__
    return next((key for key in (f"{name} {kind}", name) if key in SAYS_NO and SAYS_NO[key][0] == kind), None)


def test_every_guard_has_its_line():
    told = {line_of(kind, guard) for (kind, guard) in guards()} - {None}
    lacking = {guard.__name__ for _kind, guard in guards() if not any(k.split()[0] == guard.__name__ for k in told)}
    assert not lacking
    assert told == set(SAYS_NO)


@pytest.mark.parametrize("line", list(SAYS_NO))
def test_what_each_guard_asks(line, row_of, actor_as, anybody_may):
    import re

    from udsyn.desk.rooms.service.commands import never_again

    kind, state, fields, words = SAYS_NO[line]
    guard, step = next(
        (g, s) for (k, g), s in guards().items() if k == kind and line_of(k, g) == line and state in s.sources
    )
    row = row_of(kind, state, **fields)
    against(line, row, never_again)
    named = step.name
    assert guard(type(row).objects.get(pk=row.pk))
    anybody_may(kind, named, gates=())
    assert re.search(words, refused(row, named, actor_as("officer")))


def against(line, row, never_again):
    """What else must be so for a guard to say no: rows beside the one that is asked."""
    from udsyn.desk.rooms.assessment.models import Review
    from udsyn.desk.rooms.cooperation.models import Initiative
    from udsyn.desk.rooms.parties.models import Organisation, Person
    from udsyn.desk.rooms.service.models import Candidate, Introduction, Request

    name = line.split()[0]
    if name in ("has_document", "has_signature"):
        File.objects.filter(kind="agreement", object_id=row.pk).delete()
    elif line == "unasked":
        Organisation.objects.create(name="HAVBLIK VÆRN", no_advertising=True)
    elif line == "has_successor agreement":
        row.replaced_by.update(state="exploring")
    elif name == "has_initiatives":
        row.initiatives.all().delete()
    elif name == "none_running":
        Initiative.objects.update_or_create(work_plan=row, number=99, defaults={"title": "x", "state": "running"})
    elif name == "may_answer":
        type(row.application).objects.filter(pk=row.application_id).update(state="withdrawn")
    elif name == "may_send":
        type(row.grant).objects.filter(pk=row.grant_id).update(state="declined")
    elif name == "all_ticked":
        row.items.update(done=False)
    elif name == "rival_of_handler":
        other = Request.objects.exclude(pk=row.pk).first()
        handler, firm = Person.objects.first(), Organisation.objects.first()
        Request.objects.filter(pk__in=(row.pk, other.pk)).update(handler=handler)
        Request.objects.filter(pk=other.pk).update(state="accepted", organisation=firm)
        row.competitors.set([firm])
    elif name == "may_send_list":
        row.candidates.filter(state="vetted").update(state="found")
    elif name == "nothing_open":
        candidate = Candidate.objects.create(request=row, name="Somebody", state="chosen")
        Introduction.objects.create(candidate=candidate, client_yes_at=timezone.now(), state="asked")
    elif name == "may_be_proposed":
        never_again("never@example.org")
    elif line == "may_ask introduction":
        Candidate.objects.filter(pk=row.candidate_id).update(email="", person=None)
    elif name == "has_hosts":
        row.hosts.update(state="dropped")
    elif name == "may_settle":
        row.applications.filter(state="submitted").update(state="eligible")
        row.hosts.update(state="answered", answered_on=YESTERDAY)
    elif line == "may_ask host":
        type(row.round).objects.filter(pk=row.round_id).update(state="cancelled")
    elif name == "all_answered":
        row.wishes.update(answer="")
    elif line == "may_submit stayapplication":
        type(row.round).objects.filter(pk=row.round_id).update(state="cancelled")
    elif name == "lacks_case":
        from udsyn.desk.rooms.safeguards.models import Case

        Case.objects.create(partner="x", purpose="guest", about_kind="stay", about_id=row.pk)
    elif name == "may_open":
        from udsyn.desk.rooms.parties.models import Person

        type(row).objects.filter(pk=row.pk).update(organiser=Person.objects.filter(user=None).first())
    elif line == "may_decide contribution":
        type(row.event).objects.filter(pk=row.event_id).update(state="held")
    elif name in ("has_place", "is_full", "may_adopt"):
        capacity = 0 if name == "has_place" else None
        type(row.event).objects.filter(pk=row.event_id).update(state="open", capacity=capacity)
    elif name == "may_begin":
        Review.objects.filter(assessor__round=row).delete()
        row.assessors.update(state="left")
    elif name == "may_reopen":
        type(row.call).objects.filter(pk=row.call_id).update(state="decided")
    elif name == "has_address":
        type(row.person).objects.filter(pk=row.person_id).update(email="")
    elif name == "client_reachable":
        Request.objects.filter(pk=row.request_id).update(email="")
