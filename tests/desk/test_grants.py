"""Grants: terms as at the award, payments, changes with their threshold, accounts in two shapes, reports, closing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from udsyn.desk.kernel import batches, ties
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.finds import Find, Seen, store
from udsyn.desk.kernel.models import Message, Proposal
from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.ties import Tie
from udsyn.desk.rooms.grants import accounting, changing, making, reminding, reporting
from udsyn.desk.rooms.grants.models import Decision, Grant, GrantAccount, GrantChange, GrantReport, Participant, Payment
from udsyn.desk.rooms.parties.models import Organisation, User
from udsyn.desk.rooms.programmes import publishing
from udsyn.desk.rooms.programmes.models import Application
from udsyn.desk.web.forms import form_class
from udsyn.desk.web.writing import write
from udsyn.packs.days import months_on

pytestmark = pytest.mark.django_db
SEEN = Seen("work", "W1", dt.date(2026, 1, 1), "both", "sure", "A joint work")


@pytest.fixture
def grant(actor_as) -> Grant:
    """The client's own running grant of a company."""
    return Grant.objects.get(holder=actor_as("client").person)


@pytest.fixture
def university() -> Grant:
    """A running grant of a university, which accounts in two figures."""
    return Grant.objects.filter(state="running").exclude(administrator__kind_of="company").get()


@pytest.fixture
def institution():
    user = User.objects.get(email="institution@demo.example")
    return actor_of(user, timezone.localdate())


def refused(row, step, actor, reason=""):
    with pytest.raises(ValidationError) as told:
        kernel.perform(row, step, actor, reason=reason)
    return " ".join(told.value.messages)


def longer(grant, months):
    return GrantChange(
        grant=grant, kind_of="duration", ends=months_on(grant.original_ends, months), reason="It takes longer."
    )


# From the decision to the grant ---------------------------------------------------------------------------------------


def test_a_release_makes_a_grant_of_each_award_and_keeps_every_decision_with_its_rating():
    decided = Decision.objects.order_by("application_id")
    assert [(row.funded, row.rating) for row in decided] == [
        (True, 11.0), (True, 10.0), (True, 8.5), (False, 7.5), (False, 6.5), (True, 12.5), (True, 11.5),
    ]  # fmt: skip
    funded = Application.objects.filter(state="awarded")
    assert set(Grant.objects.values_list("application_id", flat=True)) == set(funded.values_list("pk", flat=True))
    one = Grant.objects.order_by("pk").first()
    assert one.amount == sum(line.awarded for line in one.grantlines.all()) == 150_000
    assert {part.name for part in one.taking_part()} == {"Partner (invented)"}


def test_a_decision_on_what_nobody_rated_is_kept_without_a_rating(actor_as):
    row = (
        Application.objects.filter(state="eligible", assessed=None).first()
        or Application.objects.filter(decided=None, submitted_at__isnull=False, assessed=None).first()
    )
    before = Application.objects.get(pk=row.pk)
    row.state = "declined"
    kernel.write(row, actor_as("officer"), "change", before)
    assert [(one.funded, one.rating) for one in Decision.objects.filter(application=row)] == [(False, None)]


def test_what_was_awarded_before_the_room_was_there_gets_its_grant_as_of_that_day(actor_as):
    """Two applications whose states were written in a year before anything followed from them."""
    rows = list(Application.objects.filter(state="eligible")[:2])
    day = dt.datetime(2024, 5, 6, 12, tzinfo=dt.UTC)
    for row, state in zip(rows, ("awarded", "declined"), strict=True):
        Application.objects.filter(pk=row.pk).update(state=state)
        row.history.create(**{f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
                           | {"state": state, "history_date": day, "history_type": "~"})  # fmt: skip
    old = rows[0].call.terms
    type(old).objects.filter(pk=old.pk).update(created=day - dt.timedelta(1))
    type(old).objects.create(call=old.call, number=old.number + 1, pack_text=old.pack_text)
    assert making.make_up() == {"decisions_made_up": 2}
    grant = Grant.objects.get(application=rows[0])
    assert (str(grant.awarded_on), grant.number.split("-")[1], grant.terms) == ("2024-05-06", "2024", old)
    assert {str(one.joined_on) for one in grant.taking_part()} == {"2024-05-06"}
    assert not Decision.objects.get(application=rows[1]).funded
    assert making.make_up() == {}


def test_no_applicant_sees_a_rating(client_as, actor_as):
    assert Decision.objects.visible_to(actor_as("client")).count() == 0
    page = client_as("client").get(reverse("list", args=["decisions"]))
    assert page.status_code in (200, 403)
    assert b"7.5" not in page.content


def test_numbers_go_on_within_a_year(grant):
    year = grant.number.split("-")[1]
    assert making.next_number("inp", int(year)) not in set(Grant.objects.values_list("number", flat=True))
    assert making.next_number("inp", 1999) == "INP-1999-0001"


def test_a_holder_who_writes_dates_takes_no_institution_away(grant, actor_as):
    """The institution administers it and is not among those that the holder sees."""
    other, third = (
        Organisation.objects.get(name="Nordhavn University"),
        Organisation.objects.get(name="Klintborg Hospital"),
    )
    Grant.objects.filter(pk=grant.pk).update(state="awarded", administrator=other)
    grant.refresh_from_db()
    holder, resource = actor_as("client"), RESOURCES["grant"]
    assert not Organisation.objects.visible_to(holder).filter(pk__in=(other.pk, third.pk)).exists()
    row = write(resource, holder, {"ends": str(grant.ends + dt.timedelta(1))}, grant)
    assert Grant.objects.get(pk=row.pk).administrator == other
    with pytest.raises(ValidationError, match="administrator"):
        write(resource, holder, {"administrator": third.pk}, grant)
    drawn = form_class(resource, holder, row)(instance=row).as_p()
    assert "ends" in drawn
    assert other.name not in drawn, "what the holder may not see is not told by a form either"


# Terms as at the award ------------------------------------------------------------------------------------------------


def test_rules_that_change_after_the_award_change_no_running_grant(grant, actor_as):
    """Ten years of packs, each with another threshold: the grant is judged by the one of its award in all of them."""
    call, held = grant.application.call, grant.terms_id
    for months in range(1, 11):
        call.pack_text = call.pack_text.replace("months: 12\n      days_before", f"months: {months}\n      days_before")
        call.pack_text = call.pack_text.replace(
            f"months: {months - 1}\n      days_before", f"months: {months}\n      days_before"
        )
        publishing.write_call(call, actor_as("officer"))
        row = longer(Grant.objects.get(pk=grant.pk), 12)
        judged = changing.judge(row, timezone.localdate())
        assert (judged.free, judged.bound) == (True, 12)
    assert call.versions.count() == 11
    assert Grant.objects.get(pk=grant.pk).terms_id == held
    assert not changing.judge(longer(Grant.objects.get(pk=grant.pk), 13), timezone.localdate()).free


# Changes --------------------------------------------------------------------------------------------------------------


def test_a_prolongation_within_the_terms_holds_at_once(grant, actor_as):
    row = changing.ask(longer(grant, 12), actor_as("client"))
    grant.refresh_from_db()
    assert (row.state, row.free, grant.ends) == ("noted", True, months_on(grant.original_ends, 12))
    assert grant.grantreports.get().due_on == months_on(grant.ends, 3)


def test_one_beyond_them_waits_for_the_officer_and_many_small_ones_add_up(grant, actor_as):
    changing.ask(longer(grant, 10), actor_as("client"))
    grant.refresh_from_db()
    row = changing.ask(longer(grant, 14), actor_as("client"))
    assert (row.state, row.found, row.bound) == ("asked", 14, 12)
    with pytest.raises(kernel.Refused):
        kernel.perform(row, "approve", actor_as("client"))
    kernel.perform(row, "approve", actor_as("officer"))
    grant.refresh_from_db()
    row.refresh_from_db()
    assert grant.ends == months_on(grant.original_ends, 14)
    assert row.before["ends"] == str(months_on(grant.original_ends, 10))


def test_asked_late_it_is_not_free(grant, actor_as):
    making.stored(grant, ends=timezone.localdate() + dt.timedelta(29), original_ends=timezone.localdate())
    row = changing.ask(longer(grant, 2), actor_as("client"))
    assert (row.state, row.why) == ("asked", "late")


@pytest.mark.parametrize(("moved", "state"), [("29999.99", "noted"), ("30000", "asked")])
def test_less_than_a_fifth_may_be_moved_between_lines(university, actor_as, moved, state):
    moved = Decimal(moved)
    lines = {"travel": str(90_000 - moved), "workshop": str(60_000 + moved), "equipment": "0"}
    row = changing.ask(
        GrantChange(grant=university, kind_of="budget", lines=lines, reason="Workshops."), actor_as("officer")
    )
    assert row.state == state
    held = {one.kind_of: one.amount for one in university.grantlines.all()}
    assert held.keys() == {"travel", "workshop"}
    assert held["workshop"] == (60_000 + moved if state == "noted" else 60_000)


def test_lines_that_come_to_more_than_the_grant_are_refused(university, actor_as):
    row = GrantChange(grant=university, kind_of="budget", lines={"travel": "150000.01"}, reason="More.")
    with pytest.raises(ValidationError, match="something else than the grant"):
        changing.ask(row, actor_as("officer"))


def test_another_partner_is_asked_for_and_takes_part_from_the_day_it_is_approved(grant, actor_as):
    leaves = grant.taking_part().get()
    who = {"name": "New Partner", "organisation_name": "Institute of Light (invented)", "country": leaves.country}
    row = changing.ask(
        GrantChange(grant=grant, kind_of="partner", leaves=leaves, reason="Moved.", **who), actor_as("client")
    )
    assert row.state == "asked"
    kernel.perform(row, "approve", actor_as("officer"))
    assert [str(one) for one in grant.taking_part()] == ["New Partner (Institute of Light (invented))"]
    assert Participant.objects.get(pk=leaves.pk).left_on == timezone.localdate()


def test_another_administrator_needs_both_statements_and_may_account_otherwise(grant, actor_as):
    other = Organisation.objects.get(name="Nordhavn University")
    values = {"grant": grant, "kind_of": "administrator", "administrator": other, "reason": "The holder moves."}
    row = GrantChange(from_day=timezone.localdate(), old_agrees=True, **values)
    with pytest.raises(ValidationError, match="sign a statement"):
        changing.ask(row, actor_as("client"))
    row = GrantChange(from_day=timezone.localdate(), old_agrees=True, new_agrees=True, **values)
    kernel.perform(changing.ask(row, actor_as("client")), "approve", actor_as("officer"))
    grant.refresh_from_db()
    assert grant.administrator == other
    accounts = grant.grantaccounts.exclude(state="dropped")
    assert {one.shape for one in accounts} == {"two_figures"}
    assert {one.starts.year for one in accounts} == set(range(grant.starts.year, grant.ends.year + 1))


def test_what_the_terms_do_not_say_is_never_free(grant, actor_as):
    silent = grant.terms
    text = silent.pack_text[: silent.pack_text.index("grant:")] + "opens: 2020-01-01T00:00:00\n"
    type(silent).objects.filter(pk=silent.pk).update(pack_text=text)
    row = changing.ask(longer(Grant.objects.get(pk=grant.pk), 1), actor_as("client"))
    assert (row.state, row.why) == ("asked", "not_said")


def test_many_are_prolonged_for_one_reason_and_confirmed_by_one_word(actor_as):
    running = list(Grant.objects.filter(state="running"))
    before = {one.pk: one.ends for one in running}
    told = changing.prolong(running, 12, "The borders are closed.", actor_as("officer"))
    assert {one.what for one in told} == {"waits"}
    proposal = Proposal.objects.filter(transition="approve_together", state="open").first()
    with pytest.raises(kernel.Refused):
        kernel.decide(proposal, actor_as("officer"), confirm=True)
    batches.decide(proposal, actor_as("officer2"), confirm=True)
    assert {one.pk: one.ends for one in Grant.objects.filter(state="running")} == {
        pk: months_on(end, 12) for pk, end in before.items()
    }
    assert set(GrantChange.objects.filter(state="approved").values_list("reason", flat=True)) == {
        "The borders are closed."
    }


# Payments and accounts ------------------------------------------------------------------------------------------------


def test_instalments_are_the_terms_and_come_to_the_grant(grant):
    rows = grant.payments.order_by("due_on")
    assert [row.amount for row in rows] == [75_000, 45_000, 30_000]
    assert [row.due_on for row in rows] == [months_on(grant.starts, months) for months in (0, 12, 24)]


def test_what_waits_for_the_report_is_not_paid_before(grant, actor_as):
    last = grant.payments.get(state="planned")
    assert "not due" in refused(last, "pay", actor_as("officer")) or last.due_on <= timezone.localdate()
    Payment.objects.filter(pk=last.pk).update(due_on=timezone.localdate())
    assert "until the report is accepted" in refused(last, "pay", actor_as("officer"))


def test_no_more_is_paid_than_the_grant(grant, actor_as):
    more = kernel.save(Payment(grant=grant, amount=30_001, due_on=timezone.localdate()), actor_as("officer"))
    assert "More would be paid" in refused(more, "pay", actor_as("officer"))


def test_two_figures_are_signed_by_the_institution_and_confirmed_by_the_holder(university, institution, actor_as):
    row = university.grantaccounts.filter(state="open").order_by("starts").first()
    making.stored(row, ends=timezone.localdate())
    assert "Write both figures" in refused(row, "sign", institution)
    row.spent, row.unspent, row.signed_by = 30_000, 35_000, str(university.holder)
    accounting.write_account(row, institution)
    assert "else than the holder" in refused(row, "sign", institution)
    row.signed_by = "Head of finance"
    accounting.write_account(row, institution)
    kernel.perform(row, "sign", institution)
    with pytest.raises(kernel.Refused):
        kernel.perform(row, "confirm_use", institution)
    holder = actor_as("client").__class__(name=str(university.holder), person=university.holder_id)
    kernel.perform(row, "confirm_use", holder)
    kernel.perform(row, "accept", actor_as("officer"))
    row.refresh_from_db()
    assert (row.state, row.total) == ("accepted", 30_000)


def test_a_company_accounts_by_the_lines_of_the_approved_budget(grant):
    row = GrantAccount.objects.get(grant=grant)
    assert (row.shape, row.starts, row.ends) == ("lines", grant.starts, grant.ends)


def test_an_account_by_lines_names_every_line_and_no_other(actor_as):
    row = GrantAccount.objects.get(shape="lines", ends__lt=timezone.localdate(), state="signed")
    kernel.perform(row, "send_back", actor_as("officer"), reason="A line is missing.")
    row.refresh_from_db()
    row.lines, row.signed_by = {"travel": "100"}, "Head of finance"
    accounting.write_account(row, actor_as("officer"))
    assert "for each line" in refused(row, "sign", actor_as("officer"))
    row.lines = {"salary": "1"}
    with pytest.raises(ValidationError, match="no line of the approved budget"):
        accounting.write_account(row, actor_as("officer"))


def test_who_works_at_the_institution_sees_nothing_of_it_without_a_mandate(university, institution):
    assert Grant.objects.visible_to(institution).get() == university
    plain = institution.__class__(
        institution.user, "", institution.person, frozenset({university.administrator_id}), frozenset({("client", "")})
    )
    assert not Grant.objects.visible_to(plain).exists()


# The report -----------------------------------------------------------------------------------------------------------


def found_for(grant):
    """The record has said one joint work of every pair of the grant."""
    ties.collect()
    for tie in Tie.objects.filter(kind="grant", object_id=grant.pk):
        store(tie, [SEEN, Seen("work", "W2", SEEN.day, "acknowledged", "sure"), cited()], whole=True)


def cited():
    return Seen("work", "W3", SEEN.day, "cites", "sure")


def test_what_the_holder_strikes_stays_struck_whatever_the_record_says_again(grant, actor_as):
    found_for(grant)
    report = grant.grantreports.get()
    assert {work.ident for work in reporting.works_of(grant)} == {"W1", "W2"}
    assert "2 works wait" in refused(report, "send", actor_as("client"))
    reporting.write(report, {"W1"}, "", "", actor_as("client"))
    found_for(grant)
    assert {work.ident: work.state for work in reporting.works_of(grant)} == {"W1": "struck", "W2": "confirmed"}
    kernel.perform(report, "send", actor_as("client"))
    assert GrantReport.objects.get(pk=report.pk).state == "sent"


def test_a_work_that_is_struck_is_struck_for_a_pair_that_finds_it_later(grant, actor_as):
    found_for(grant)
    reporting.write(grant.grantreports.get(), {"W1"}, "", "", actor_as("client"))
    tie = Tie.objects.filter(kind="grant", object_id=grant.pk).first()
    Find.objects.filter(tie=tie, ident="W1").update(state="found")
    assert {work.ident: work.state for work in reporting.works_of(grant)}["W1"] == "struck"


def test_the_report_is_one_page_and_one_press(grant, client_as):
    found_for(grant)
    client, url = client_as("client"), reverse("grant_report", args=[grant.grantreports.get().pk])
    page = client.get(url).content.decode()
    assert "A joint work" in page
    client.post(url, {"send": "1", "strike": ["W2"], "text": "", "missing": "10.1/x"})
    report = grant.grantreports.get()
    assert (report.state, report.missing) == ("sent", "10.1/x")
    assert client.post(url, {"strike": []}).status_code == 403


# Reminders and closing ------------------------------------------------------------------------------------------------


def test_each_reminder_is_written_once_and_waits_in_the_officers_outbox(grant):
    report, today = grant.grantreports.get(), timezone.localdate()
    Message.objects.all().delete()
    GrantAccount.objects.update(due_on=None)
    GrantReport.objects.exclude(pk=report.pk).update(due_on=None)
    for days, letters in ((31, 0), (30, 1), (29, 1), (7, 2), (0, 3), (-5, 3)):
        GrantReport.objects.filter(pk=report.pk).update(due_on=today + dt.timedelta(days))
        for _twice in range(2):
            assert reminding.remind()["failed"] == []
        assert Message.objects.filter(recipient=grant.holder.email).count() == letters
    assert set(Message.objects.values_list("state", flat=True)) == {"drafted"}


def test_accounts_are_asked_of_those_who_act_for_the_institution(university, institution):
    GrantReport.objects.update(due_on=None)
    GrantAccount.objects.update(due_on=None)
    row = university.grantaccounts.filter(state="open").first()
    GrantAccount.objects.filter(pk=row.pk).update(due_on=timezone.localdate())
    before = set(Message.objects.values_list("pk", flat=True))
    assert reminding.remind()["grants_reminded"] == 1
    (letter,) = Message.objects.exclude(pk__in=before)
    assert letter.recipient == institution.user.email
    assert university.number in letter.subject


def test_it_closes_when_all_is_told_and_what_is_unspent_came_back(grant, actor_as):
    officer = actor_as("officer")
    Grant.objects.filter(pk=grant.pk).update(ends=timezone.localdate() - dt.timedelta(1))
    grant.refresh_from_db()
    today = timezone.localdate()
    assert "report" in refused(grant, "close", officer)
    grant.grantreports.update(state="accepted", sent_on=today)
    assert "accounts" in refused(grant, "close", officer)
    lines = {"travel": "60000", "workshop": "50000"}
    grant.grantaccounts.update(state="accepted", sent_on=today, lines=lines)
    assert "payments" in refused(grant, "close", officer)
    kernel.perform(grant.payments.get(state="planned"), "drop", officer, reason="Not needed.")
    assert "10,000.00 DKK are unspent" in refused(grant, "close", officer)
    back = Payment(grant=grant, kind_of="repayment", amount=10_000, due_on=today)
    kernel.perform(kernel.save(back, officer), "pay", officer)
    kernel.perform(grant, "close", officer)
    grant.refresh_from_db()
    assert (grant.state, grant.closed_on) == ("closed", today)


# Ties -----------------------------------------------------------------------------------------------------------------


def test_every_decision_makes_ties_refused_ones_with_their_rating():
    ties.collect()
    rows = Tie.objects.filter(kind__in=("grant", "decision")).values_list("status", "rating", "level", "award")
    assert len(rows) == 14  # seven applications, each a pair of people and of organisations
    assert {(status, rating) for status, rating, _level, _award in rows} == {
        ("made", 12.5), ("made", 11.5), ("made", 11.0), ("made", 10.0), ("made", 8.5), ("refused", 7.5),
        ("refused", 6.5),
    }  # fmt: skip
    assert all(bool(award) == (status == "made") for status, _rating, _level, award in rows)


def test_a_stopped_grant_is_a_cancelled_tie(grant, actor_as):
    kernel.perform(grant, "stop", actor_as("officer"), reason="Misuse.")
    proposal = Proposal.objects.get(transition="stop", state="open")
    kernel.decide(proposal, actor_as("officer2"), confirm=True)
    ties.collect()
    assert set(Tie.objects.filter(kind="grant", object_id=grant.pk).values_list("status", flat=True)) == {"cancelled"}
    assert not grant.payments.filter(state="planned").exists()
