"""Lifecycles: nothing reaches a state that its table forbids, whoever tries whatever in whatever order."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.desk.cast import ROLES

from udsyn.desk.kernel import commands
from udsyn.desk.kernel.models import Entry, Proposal
from udsyn.desk.kernel.resources import RESOURCES

pytestmark = pytest.mark.django_db
LIVING = [kind for kind, r in RESOURCES.items() if r.model.lifecycle and r.model.lifecycle.transitions]
WALKERS = [role for role in ROLES if role != "visitor"]


@pytest.mark.parametrize("kind", LIVING)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_random_walks_stay_on_the_table(kind, data, actor_as):
    """Random people take random transitions: each success is an edge of the table, each refusal leaves no trace."""
    resource = RESOURCES[kind]
    lifecycle = resource.model.lifecycle
    rows = list(resource.model.objects.order_by("pk")) or [message_for(actor_as("officer"))]
    with transaction.atomic():
        row = data.draw(st.sampled_from(rows))
        for _step in range(data.draw(st.integers(1, 8))):
            row = resource.model.objects.get(pk=row.pk)
            actor = actor_as(data.draw(st.sampled_from(WALKERS)))
            name = data.draw(st.sampled_from([t.name for t in lifecycle.transitions]))
            step, lines = lifecycle.transition(name), Entry.objects.count()
            try:
                proposal = commands.perform(row, name, actor, reason=data.draw(st.sampled_from(["", "because"])))
            except (commands.Refused, ValidationError):
                assert resource.model.objects.get(pk=row.pk).state == row.state
                assert Entry.objects.count() == lines
                continue
            now = resource.model.objects.get(pk=row.pk)
            assert row.state in step.sources
            assert step.who.allows(actor, row)
            assert Entry.objects.count() > lines
            assert now.state == (row.state if proposal else step.target)
            assert bool(proposal) == step.needs_second_person
        transaction.set_rollback(True)


def message_for(actor):
    from udsyn.desk.kernel.models import Message

    return Message.objects.create(recipient="a@example.org", subject="s", body="b", responsible=actor.user)


@pytest.mark.parametrize("kind", LIVING)
def test_the_database_knows_no_other_states(kind):
    model = RESOURCES[kind].model
    if not model.objects.exists():
        pytest.skip("no row of this kind in the demonstration")
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=model.objects.first().pk).update(state="nonsense")


def test_the_database_wants_what_a_state_requires():
    model = RESOURCES["agreement"].model
    row = model.objects.filter(state="in_force").first()
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(signed=None)


@pytest.fixture
def plan(actor_as):
    """A work plan in draft with an initiative: its adoption needs a second person."""
    from udsyn.desk.rooms.cooperation.models import Agreement, Initiative, WorkPlan

    work_plan = WorkPlan.objects.create(agreement=Agreement.objects.first(), title="Plan")
    Initiative.objects.create(work_plan=work_plan, number=1, title="First")
    return work_plan


def officers(user_of):
    from django.utils import timezone

    from udsyn.desk.kernel.permissions import actor_of
    from udsyn.desk.rooms.parties.models import User

    today = timezone.localdate()
    return [actor_of(User.objects.get(email=f"{key}@demo.example"), today) for key in ("officer", "officer2")]


def test_a_second_person_must_be_another_person(plan, user_of):
    first, second = officers(user_of)
    proposal = commands.perform(plan, "adopt", first)
    with pytest.raises(commands.Refused):
        commands.decide(proposal, first, confirm=True)
    assert commands.decide(proposal, second, confirm=True) == "confirmed"
    plan.refresh_from_db()
    assert plan.state == "adopted"


def test_a_change_after_the_proposal_makes_it_void(plan, user_of):
    first, second = officers(user_of)
    proposal = commands.perform(plan, "adopt", first)
    plan.title = "Another plan"
    commands.save(plan, first)
    assert commands.decide(proposal, second, confirm=True) == "outdated"
    plan.refresh_from_db()
    assert plan.state == "draft"


def test_a_refusal_needs_a_reason(plan, user_of):
    first, second = officers(user_of)
    proposal = commands.perform(plan, "adopt", first)
    with pytest.raises(ValidationError):
        commands.decide(proposal, second, confirm=False)
    assert commands.decide(proposal, second, confirm=False, reason="too early") == "refused"
    assert Proposal.objects.get(pk=proposal.pk).state == "refused"


def test_a_guard_says_why(user_of):
    from udsyn.desk.rooms.cooperation.models import Agreement

    first, _second = officers(user_of)
    row = Agreement.objects.filter(state="in_force").first()
    with pytest.raises(ValidationError, match="document"):
        commands.perform(row, "terminate", first, reason="over")


def test_what_a_guard_asks_for_lets_the_step_pass(plan, user_of):
    """A work plan whose initiatives are over, an agreement with its note, and one whose successor is signed."""
    from udsyn.desk.kernel.models import File
    from udsyn.desk.rooms.cooperation.models import Agreement

    first, second = officers(user_of)
    type(plan).objects.filter(pk=plan.pk).update(state="adopted")
    with pytest.raises(ValidationError, match="initiatives"):
        commands.perform(plan, "complete", first)
    plan.initiatives.update(state="dropped")
    commands.perform(plan, "complete", first)
    assert commands.locked(plan).state == "completed"

    ended, replaced, successor = Agreement.objects.filter(state="in_force", replaced_by=None)[:3]
    note = {"name": "note.pdf", "sha256": "0" * 64, "size": 1, "media_type": "application/pdf"}
    File.objects.create(kind="agreement", object_id=ended.pk, uploaded_by=first.user, **note)
    proposal = commands.perform(ended, "terminate", first, reason="as agreed")
    assert commands.decide(proposal, second, confirm=True) == "confirmed"
    assert commands.locked(ended).state == "terminated"

    Agreement.objects.filter(pk=successor.pk).update(replaces=replaced, state="text_agreed")
    with pytest.raises(ValidationError, match="replaces it first"):
        commands.perform(replaced, "supersede", first)
    Agreement.objects.filter(pk=successor.pk).update(state="in_force")
    commands.perform(replaced, "supersede", first)
    assert commands.locked(replaced).state == "superseded"


def test_the_documentation_is_current():
    from pathlib import Path

    from udsyn.desk.ops.diagrams import page

    written = Path(__file__).parents[2] / "docs/desk-lifecycles.md"
    assert written.read_text(encoding="utf-8") == page(), f"run python -m udsyn.desk.ops.diagrams {written.name}"
