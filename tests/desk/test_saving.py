"""The verbs of the kernel: what nobody may, what is written where, and what is told when it cannot be done."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from tests.desk.cast import ROLES

from udsyn.desk.kernel import commands, ledger
from udsyn.desk.kernel.models import Comment, Entry, Proposal
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.cooperation.models import Agreement
from udsyn.desk.rooms.parties.models import Affiliation, Organisation, Person, User
from udsyn.desk.rooms.posts.models import Centre, Contact

pytestmark = pytest.mark.django_db

#: who may write what, said here by name: an organisation is common ground, a country is the office's own
WRITES_ORGANISATIONS = {"officer", "officer2", "successor", "attache", "other_attache", "advisor", "assistant"}


@pytest.fixture
def organisation(actor_as):
    return commands.save(Organisation(name="Sound Institute"), actor_as("officer"))


@pytest.mark.parametrize("role", ROLES)
def test_only_those_who_may_write_a_row(role, actor_as, organisation):
    lines = Entry.objects.count()
    organisation.city = "Odense"
    for row in (organisation, Organisation(name="Another Institute")):
        if role in WRITES_ORGANISATIONS:
            commands.save(row, actor_as(role))
        else:
            with pytest.raises(commands.Refused):
                commands.save(row, actor_as(role))
    written = role in WRITES_ORGANISATIONS
    assert Organisation.objects.get(pk=organisation.pk).city == ("Odense" if written else "")
    assert Organisation.objects.filter(name="Another Institute").exists() == written
    assert Entry.objects.count() == lines + 2 * written


@pytest.mark.parametrize("role", ["visitor", "client", "auditor"])
def test_nobody_without_a_part_takes_any_step_of_an_agreement(role, actor_as):
    for row in Agreement.objects.all():
        for transition in row.lifecycle.transitions:
            if row.state in transition.sources:
                with pytest.raises(commands.Refused):
                    commands.perform(row, transition.name, actor_as(role), reason="because")


def test_an_unknown_step_and_a_step_from_elsewhere_are_not_taken(actor_as):
    row = Agreement.objects.filter(state="in_force").first()
    with pytest.raises(commands.Refused):
        commands.perform(row, "fly", actor_as("officer"))
    wrong = next(t for t in row.lifecycle.transitions if "in_force" not in t.sources)
    with pytest.raises(ValidationError, match="cannot be done now"):
        commands.perform(row, wrong.name, actor_as("officer"), reason="because")
    assert Agreement.objects.get(pk=row.pk).state == "in_force"


def test_nobody_gives_a_row_away(actor_as):
    """Who would lose the right to a row by a change is told so."""
    actor = actor_as("attache")
    row = Contact.objects.filter(centre__slug="seoul").first()
    assert actor.can("change", row)
    row.centre = Centre.objects.get(slug="munich")
    with pytest.raises(ValidationError, match="lose the right"):
        commands.save(row, actor)


def test_what_is_written_says_who_what_and_why(actor_as, organisation):
    officer = actor_as("officer")
    made = Entry.objects.first()
    assert (made.action, made.before, made.actor_id) == ("create", "", officer.user.pk)
    known = {name for name, value in commands.values_of(organisation).items() if value is not None}
    assert set(made.fields.split(",")) == known
    assert made.after == ledger.seal_of(commands.values_of(organisation))
    organisation.city, organisation.website = "Odense", "https://sound.example"
    commands.save(organisation, officer, reason="they moved")
    line = Entry.objects.first()
    assert (line.action, line.fields, line.reason) == ("change", "city,website", "they moved")
    assert line.before == made.after != line.after
    assert line.after == ledger.seal_of(commands.values_of(organisation))
    past = organisation.history.first()
    assert (past.history_user, past.history_change_reason) == (officer.user, "they moved")
    commands.save(organisation, officer, reason="x" * 150)
    assert organisation.history.first().history_change_reason == "x" * 100
    commands.save(organisation, officer)
    assert organisation.history.first().history_change_reason is None


def test_a_change_is_held_to_every_constraint_that_it_touches_and_to_no_other(actor_as, organisation):
    """A partial constraint is touched by what it asks too: that a row was merged away, not only its ROR."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    officer = actor_as("officer")
    person = Person.objects.first()
    spell = commands.save(Affiliation(person=person, organisation=organisation, starts="2024-01-01"), officer)
    spell = Affiliation.objects.get(pk=spell.pk)
    with CaptureQueriesContext(connection) as asked:
        spell.role = "guest"
        commands.save(spell, officer)
    assert not [one for one in asked.captured_queries if "_check" in one["sql"]]
    spell.ends = "2023-01-01"
    with pytest.raises(ValidationError, match="does not fit together"):
        commands.save(spell, officer)
    once = commands.save(Organisation(name="One of the ROR", ror="03yrm5c26"), officer)
    merged = Organisation.objects.create(name="Merged away", ror="03yrm5c26", merged_into=once)
    merged.merged_into = None
    with pytest.raises(ValidationError, match="already with the same"):
        commands.save(merged, officer)


def test_the_seal_of_a_row_is_that_of_its_values_and_not_of_the_hour(organisation, actor_as):
    before = commands.seal(organisation)
    organisation.changed = organisation.created = None
    assert commands.seal(organisation) == before
    organisation.city = "Odense"
    assert commands.seal(organisation) != before


def test_many_rows_are_written_as_if_each_had_been_written_alone(actor_as, organisation):
    officer, changed = actor_as("officer"), organisation.changed
    stored = {organisation.pk: commands.locked(organisation)}
    organisation.city = "Ribe"
    new = [Organisation(name=f"Institute {n}") for n in range(3)]
    commands.write_all([*new, organisation], officer, "import", stored, reason="a list")
    lines = list(Entry.objects.all()[:4])[::-1]
    assert [line.action for line in lines] == ["import"] * 4
    assert [line.object_id for line in lines] == [*(row.pk for row in new), organisation.pk]
    assert lines[3].fields == "city"
    assert lines[3].before
    assert not lines[0].before
    assert ledger.verify().whole
    again = Organisation.objects.get(pk=organisation.pk)
    assert again.city == "Ribe"
    assert again.changed > changed
    for row in (*new, organisation):
        past = row.history.first()
        assert (past.history_user, past.history_change_reason) == (officer.user, "a list")


def test_each_reader_reads_the_comments_that_are_for_them(actor_as, client_as):
    """On a client's own request: what colleagues say among themselves stays with them, on the page and in the set."""
    client, model = actor_as("client"), RESOURCES["request"].model
    row = model.objects.visible_to(client).first()
    for text, visibility in (("Among us only", "colleagues"), ("For all to read", "everyone")):
        commands.comment(row, actor_as("officer"), text, visibility)
    commands.comment(row, client, "From the client", "colleagues")
    seen = {
        role: set(
            Comment.objects.visible_to(actor_as(role))
            .filter(object_id=row.pk, kind="request")
            .values_list("text", flat=True)
        )
        for role in ("officer", "client", "visitor")
    }
    said = {"Among us only", "For all to read", "From the client"}
    assert said <= seen["officer"]
    assert seen["client"] & said == {"For all to read", "From the client"}
    assert seen["visitor"] == set()
    page = client_as("client").get(RESOURCES["request"].url(row)).content.decode()
    assert "For all to read" in page
    assert "Among us only" not in page


@pytest.mark.parametrize("role", ["visitor", "client"])
def test_nobody_comments_on_what_they_do_not_see(role, actor_as):
    row = Agreement.objects.filter(confidential=True).first()
    with pytest.raises(commands.Refused):
        commands.comment(row, actor_as(role), "Hello", "everyone")


@pytest.fixture
def plan(actor_as):
    """A work plan in draft: its adoption needs a second person."""
    model, initiative = RESOURCES["workplan"].model, RESOURCES["initiative"].model
    made = model.objects.create(agreement=Agreement.objects.first(), title="Plan")
    initiative.objects.create(work_plan=made, number=1, title="First")
    return made


def test_a_step_waits_for_a_second_person_once(plan, actor_as):
    first, second = actor_as("officer"), actor_as("officer2")
    proposal = commands.perform(plan, "adopt", first, reason="ready")
    line = Entry.objects.first()
    assert (line.action, line.reason, line.object_id) == ("propose adopt", "ready", plan.pk)
    assert (proposal.reason, proposal.proposed_by, proposal.state) == ("ready", first.user, "open")
    with pytest.raises(ValidationError, match="already waits"):
        commands.perform(plan, "adopt", second)
    assert not commands.may_decide(proposal, first)
    assert commands.may_decide(proposal, second)
    assert not commands.may_decide(proposal, actor_as("auditor"))
    assert not commands.may_decide(proposal, actor_as("visitor"))
    for nobody in ("auditor", "client", "visitor"):
        with pytest.raises(commands.Refused):
            commands.decide(proposal, actor_as(nobody), confirm=True)
    assert commands.decide(proposal, second, confirm=True, reason="agreed") == "confirmed"
    taken, confirmed = Entry.objects.all()[:2]
    assert (confirmed.action, confirmed.reason, taken.action, taken.reason) == (
        "confirmed adopt",
        "agreed",
        "adopt",
        "ready",
    )
    proposal.refresh_from_db()
    assert proposal.decided_by == second.user
    assert proposal.decided_at is not None
    with pytest.raises(commands.Refused):
        commands.decide(proposal, second, confirm=True)


def test_a_change_opens_the_way_for_a_new_proposal(plan, actor_as):
    first = actor_as("officer")
    old = commands.perform(plan, "adopt", first)
    plan.title = "Another plan"
    commands.save(plan, first)
    new = commands.perform(plan, "adopt", first)
    assert [Proposal.objects.get(pk=one.pk).state for one in (old, new)] == ["outdated", "open"]
    assert User.objects.get(pk=first.user.pk) == new.proposed_by
