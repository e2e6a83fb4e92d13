"""Programmes: calls as versioned rules, applying to the last second, nothing lost, screening rule by rule."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from i18nfield.strings import LazyI18nString

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.arrival import arrived
from udsyn.desk.kernel.models import Entry, Message
from udsyn.desk.ops import office
from udsyn.desk.rooms.parties.models import Affiliation, Organisation
from udsyn.desk.rooms.programmes import case as cases
from udsyn.desk.rooms.programmes import handing_in, links, publishing, ranking, receipt, screening, writing
from udsyn.desk.rooms.programmes.models import Application, BudgetLine, Call, Member, Paper, Partner
from udsyn.desk.rooms.programmes.pots import POT, pots_of
from udsyn.desk.rooms.programmes.rules import Invited
from udsyn.desk.rooms.programmes.tasks import tasks
from udsyn.desk.tools import files

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def call():
    return Call.objects.get(title__contains="autumn")


@pytest.fixture
def draft(actor_as):
    """The client's own draft under the open call, lacking its documents."""
    return Application.objects.get(state="draft", lead=actor_as("client").person)


@pytest.fixture
def whole(draft, actor_as):
    """The same with everything that the call asks."""
    partner = draft.partners.get()
    for kind, whose in (("signed_budget", None), ("expression_of_interest", partner), ("cofunding", None)):
        upload = SimpleUploadedFile(f"{kind}.txt", b"signed")
        held = files.attach(draft, actor_as("client"), upload, visibility="everyone")
        kernel.save(Paper(application=draft, kind_of=kind, partner=whose, file=held), actor_as("client"))
    return draft


def refused(row, step, actor, at=None, reason=""):
    with arrived(at or timezone.now()), pytest.raises(ValidationError) as told:
        kernel.perform(row, step, actor, reason=reason)
    return " ".join(told.value.messages)


def test_two_missing_documents_are_named_before_handing_in(draft, actor_as):
    said = refused(draft, "submit", actor_as("client"))
    assert "expression of interest" in said
    assert "co-funding" in said


@pytest.mark.parametrize(("after", "taken"), [(-1, True), (0, True), (1, False)])
def test_the_last_second_is_the_calls_own(whole, actor_as, after, taken):
    at = whole.call.closes_at + after * SECOND
    if taken:
        with arrived(at):
            kernel.perform(whole, "submit", actor_as("client"))
        whole.refresh_from_db()
        assert (whole.state, whole.submitted_at) == ("submitted", at)
    else:
        assert "deadline has passed" in refused(whole, "submit", actor_as("client"), at)
        assert Application.objects.get(pk=whole.pk).answers == whole.answers


def test_what_came_in_time_counts_though_its_turn_came_later(whole, client_as, call):
    """The request arrives at the deadline's very second; its turn to be written comes five seconds later."""
    from unittest.mock import patch

    on_the_night(call, (timezone.localtime() - 5 * SECOND).strftime("%Y-%m-%dT%H:%M:%S"))
    with patch("udsyn.desk.web.middleware.arrived", lambda now: arrived(call.closes_at)):
        client_as("client").post(reverse("do", args=["applications", whole.pk, "submit"]), {"reason": ""})
    assert Application.objects.get(pk=whole.pk).submitted_at == call.closes_at


def on_the_night(call, at):
    """The call with its deadline on the night on which clocks go back."""
    text = call.pack_text[: call.pack_text.index("opens:")]
    call.pack_text = f"{text}deadline: {{at: {at}, zone: Europe/Copenhagen}}\n"
    call.full_clean()
    call.save()


def test_a_deadline_in_the_hour_that_comes_twice_is_its_second_end(whole, actor_as, call):
    on_the_night(call, "2026-10-25T02:30:00")
    seoul = dt.timezone(dt.timedelta(hours=9))
    whole.call.refresh_from_db()
    last = dt.datetime(2026, 10, 25, 10, 30, tzinfo=seoul)
    assert "passed" in refused(whole, "submit", actor_as("client"), last + SECOND)
    with arrived(last):
        kernel.perform(whole, "submit", actor_as("client"))


def test_the_public_page_says_the_deadline_as_it_is_read_in_seoul(call, client_as):
    on_the_night(call, "2030-10-27T12:00:00")
    page = client_as("visitor").get(reverse("open_call", args=[call.pk]), {"zone": "Asia/Seoul"}).content.decode()
    assert "2030-10-27 12:00:00" in page
    assert "2030-10-27 20:00:00" in page
    assert "2030-10-27 11:00:00" in page


def test_what_is_saved_while_one_writes_asks_the_database_little(draft, client_as):
    """A crowd saves at the deadline: each save is a handful of questions, however large the call and the office are."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, url = client_as("client"), reverse("write_application", args=[draft.pk])

    def send(**fields):
        fields = {"base": Application.objects.get(pk=draft.pk).revision, "title": draft.title} | fields
        assert client.post(url, fields, headers={"X-Autosave": "1"}).status_code == 200

    send(plan="First")
    for fields in ({"plan": "Second"}, {"applicant.level": "senior_researcher"}):
        with CaptureQueriesContext(connection) as asked:
            send(**fields)
        assert len([one for one in asked.captured_queries if "SAVEPOINT" not in one["sql"]]) <= 18


def test_two_tabs_lose_nothing(draft, client_as, actor_as):
    """Both tabs open the same state; each changes another field, then both the same one."""
    client, url = client_as("client"), reverse("write_application", args=[draft.pk])

    def send(base, **fields):
        return client.post(url, {"base": base, "title": draft.title, **fields}, headers={"X-Autosave": "1"}).json()

    base = draft.revision
    one = send(base, **{"applicant.level": "senior_researcher"})
    two = send(base, plan="Another plan")
    assert (one["clashes"], two["clashes"]) == ([], [])
    draft.refresh_from_db()
    assert (draft.answers["applicant.level"], draft.answers["plan"]) == ("senior_researcher", "Another plan")
    three = send(base, plan="A third plan")
    assert three["clashes"] == ["plan"]
    page = client.get(url).content.decode()
    assert "Another plan" in page
    assert "A third plan" in page
    assert "choose" in refused(draft, "submit", actor_as("client"))
    clash = draft.clashes.get()
    client.post(url, {"settle": clash.pk, "take": "1"})
    draft.refresh_from_db()
    assert draft.answers["plan"] == "A third plan"
    assert not draft.clashes.exists()


def test_a_page_that_is_saved_as_it_was_opened_changes_nothing(draft, client_as):
    """Without a script the whole page is sent, a no as well as a yes."""
    client, url = client_as("client"), reverse("write_application", args=[draft.pk])
    assert draft.answers["arctic_focus"] is False
    form = client.get(url).context["form"]
    sent = {field.html_name: field.value() for field in form if field.value() is not None}
    client.post(url, sent)
    again = Application.objects.get(pk=draft.pk)
    assert (again.answers, again.revision) == (draft.answers, draft.revision)
    assert '<option value="false" selected>' in client.get(url).content.decode()


def test_who_wrote_what_is_seen_by_the_team(draft, client_as, actor_as, user_of):
    colleague = user_of("advisor")
    writing.add_member(Member(application=draft, email=colleague.email, part="write"), actor_as("client"))
    member = actor_as("advisor")
    writing.write_answers(draft, member, {"plan": "Written together"}, draft.revision)
    page = client_as("client").get(reverse("detail", args=["applications", draft.pk])).content.decode()
    assert str(colleague) in page
    writing.write_answers(draft, actor_as("client"), {"plan": "And again"}, draft.revision)


def test_a_member_who_only_reads_writes_nothing_and_others_see_nothing(draft, client_as, actor_as, user_of):
    reader = user_of("advisor")
    writing.add_member(Member(application=draft, email=reader.email, part="read"), actor_as("client"))
    page, write = reverse("detail", args=["applications", draft.pk]), reverse("write_application", args=[draft.pk])
    assert client_as("advisor").get(page).status_code == 200
    assert client_as("advisor").get(write).status_code == 403
    for role in ("other_attache", "assistant"):
        assert client_as(role).get(page).status_code == 404


def test_a_member_is_known_by_a_new_address_too(draft, client_as, actor_as, user_of):
    user = user_of("advisor")
    writing.add_member(Member(application=draft, email=user.email.upper(), part="write"), actor_as("client"))
    user.email = "moved@demo.example"
    user.save()
    assert actor_as  # the role's address is another now, so the user signs in itself
    from django.test import Client
    from tests.desk.cast import BACKEND

    client = Client()
    client.force_login(user, backend=BACKEND)
    assert client.get(reverse("write_application", args=[draft.pk])).status_code == 200


def test_the_receipt_is_sealed_and_says_when_something_was_meddled_with(whole, client_as, actor_as):
    kernel.perform(whole, "submit", actor_as("client"))
    whole.refresh_from_db()
    assert receipt.holds(whole)
    answer = client_as("client").get(reverse("receipt", args=[whole.pk]))
    assert answer.content.startswith(b"%PDF")
    mail = Message.objects.filter(about=f"application:{whole.pk}").latest("pk")
    assert whole.seal in mail.body
    text, attached = links.fill_receipt(mail, {"receipt": whole.pk})
    assert (text, attached[0][0]) == ("", "receipt.pdf")
    Application.objects.filter(pk=whole.pk).update(sealed_case=whole.sealed_case | {"title": "Another"})
    assert not receipt.holds(Application.objects.get(pk=whole.pk))
    page = client_as("officer").get(reverse("detail", args=["applications", whole.pk])).content.decode()
    assert "not what was sealed" in page


def test_it_is_judged_by_the_version_it_was_handed_in_under(whole, actor_as, call):
    kernel.perform(whole, "submit", actor_as("client"))
    call.pack_text = call.pack_text.replace("[CN, HK, IN, IL, JP, US, BR, KR, ZA]", "[CN]")
    publishing.write_call(call, actor_as("officer"))
    assert [one.number for one in call.versions.all()] == [2, 1]
    whole = Application.objects.get(pk=whole.pk)
    assert whole.terms.number == 1
    assert set(screening.outcomes(whole)) == {"met"}
    kernel.perform(whole, "withdraw", actor_as("client"))
    fresh = writing.apply(call, actor_as("client"), "Another")
    assert "[CN]" in fresh.call.pack_text


def test_rules_that_are_no_call_are_refused_with_the_place(call, actor_as):
    undated = call.pack_text[: call.pack_text.index("deadline:")]
    for text, said in (
        ("nonsense: 1", "Field required"),
        (f"{undated}deadline: {{at: 2020-01-01T00:00:00, zone: Europe/Copenhagen}}", "closes before it opens"),
        (call.pack_text.replace("kind: call", "kind: stay"), "something else"),
    ):
        call.pack_text = text
        with pytest.raises(ValidationError) as told:
            publishing.write_call(call, actor_as("officer"))
        assert said in str(told.value)


def test_caps_are_checked_with_the_reason(draft, client_as, actor_as):
    line = BudgetLine(application=draft, kind_of="support_services", amount=60_000, currency="DKK")
    kernel.save(line, actor_as("client"))
    (verdict,) = [one for one in cases.verdicts(draft) if one.rule == "support-services"]
    assert verdict.outcome == "not_met"
    page = client_as("client").get(reverse("detail", args=["applications", draft.pk])).content.decode()
    assert "60,000.00; the bound is 52,500.00 DKK" in page


def test_the_task_list_says_what_cannot_start_yet(draft):
    draft.partners.all().delete()
    found = {str(task.label): str(task.because) for task in tasks(draft)}
    assert found["Have the partners confirm"] == "no partner is named"
    assert "of each partner" in found["Attach the documents"]
    assert "Still missing" in found["Check and hand in"]


def test_a_partner_confirms_by_link_and_an_old_link_answers_for_nobody(draft, client_as, actor_as):
    partner = draft.partners.get()
    kernel.perform(partner, "invite", actor_as("client"))
    partner.refresh_from_db()
    url = reverse("partner", args=[links.token(partner)])
    visitor = client_as("visitor")
    assert visitor.get(url).status_code == 200
    assert Partner.objects.get(pk=partner.pk).state == "invited"
    visitor.post(url, {"say": "yes"})
    partner.refresh_from_db()
    assert partner.state == "confirmed"
    partner.email = "somebody.else@example.org"
    writing.write_partner(partner, actor_as("client"))
    assert Partner.objects.get(pk=partner.pk).state == "named"
    assert visitor.get(url).status_code == 404
    assert visitor.get(reverse("partner", args=["1:forged"])).status_code == 404


def test_a_partner_is_asked_when_the_mail_has_left_and_not_before(draft, actor_as):
    """The days without an answer are counted from then: an officer's delay is not the partner's."""
    partner = draft.partners.get()
    kernel.perform(partner, "invite", actor_as("client"))

    def seen():
        row = Partner.objects.get(pk=partner.pk)
        said = {one.code for one in [row.lifecycle.derived(row)] if one}
        counted = cases.case_of(Application.objects.get(pk=draft.pk))["partners"][0]
        return said, row.invited_at is not None, counted.get("days_unsigned")

    assert seen() == ({"unsent"}, False, None)
    letter = Message.objects.filter(about=f"application:{draft.pk}", recipient=partner.email).get()
    kernel.perform(letter, "approve", actor_as("officer"))
    assert office.send_approved() == 1
    assert seen() == (set(), True, 0)


def test_the_link_of_one_partner_opens_no_other(draft, actor_as):
    partner = draft.partners.get()
    actor = Invited(name="x", partner=partner.pk + 1)
    assert not actor.can("view", partner)
    with pytest.raises(kernel.Refused):
        kernel.perform(partner, "confirm", actor)


def test_a_partner_reads_nothing_but_what_is_asked(draft, client_as, actor_as):
    """The link shows title and applicant; neither answers, costs, other partners nor addresses."""
    from test_permissions import check

    other = draft.partners.get()
    kernel.save(
        Partner(
            application=draft, name="Canarypartner", email="c@example.org", organisation_name="C", country=other.country
        ),
        actor_as("client"),
    )
    page = client_as("visitor").get(reverse("partner", args=[links.token(other)])).content.decode()
    assert draft.title in page
    for word in ("Canarypartner", "exchange of visits", other.email, "90000", "90,000"):
        assert word not in page
    check(Invited(name="x", partner=other.pk), {Partner: list(Partner.objects.all())})


def test_a_name_mail_and_employer_that_change_follow(whole, client_as, actor_as):
    lead = whole.lead
    lead.family_name = "Newname"
    lead.save()
    page = client_as("client").get(reverse("detail", args=["applications", whole.pk])).content.decode()
    assert "Newname" in page
    kernel.perform(whole, "submit", actor_as("client"))
    lead.family_name, lead.email = "Thirdname", "third@example.org"
    lead.save()
    moves(lead, Organisation.objects.create(name="Another university"))
    whole = Application.objects.get(pk=whole.pk)
    assert set(handing_in.changed_since(whole)) == {"name", "email", "employer"}
    page = client_as("officer").get(reverse("detail", args=["applications", whole.pk])).content.decode()
    assert "Changed since it was handed in" in page
    kernel.perform(whole, "reopen", actor_as("officer"), reason="Please mend the budget.")
    assert Message.objects.filter(about=f"application:{whole.pk}").latest("pk").recipient == "third@example.org"


def moves(person, organisation):
    """The office notes that somebody works elsewhere from today on."""
    today = timezone.localdate()
    person.affiliations.update(starts=None, ends=today - dt.timedelta(days=1))
    return Affiliation.objects.create(person=person, organisation=organisation, starts=today)


def test_an_employer_that_is_known_late_or_changes_follows_by_itself(draft, client_as, actor_as):
    """Into the verdicts and the page at once, into the list by the night, and into what is handed in."""
    draft.lead.affiliations.all().delete()
    Application.objects.filter(pk=draft.pk).update(organisation=None, organisation_name="Not yet verified")
    draft.refresh_from_db()
    writing.write_answers(draft, actor_as("client"), {"applicant.country": "SE"}, draft.revision)
    assert cases.case_of(draft)["applicant"]["country"] == "SE"
    assert handing_in.who(draft)["employer"] == "Not yet verified"
    danish = Organisation.objects.filter(country__code="DK").first()
    moves(draft.lead, danish)
    assert cases.case_of(draft)["applicant"]["country"] == "DK"
    page = client_as("client").get(reverse("detail", args=["applications", draft.pk])).content.decode()
    assert f"You work at {danish} now" in page
    assert writing.follow_employers() == {"employers": 1, "failed": []}
    assert Application.objects.get(pk=draft.pk).organisation == danish
    assert writing.follow_employers() == {"employers": 0, "failed": []}
    elsewhere = Organisation.objects.create(name="Elsewhere")
    moves(draft.lead, elsewhere)
    draft = Application.objects.get(pk=draft.pk)
    handing_in.submitted(draft, actor_as("client"))
    assert (draft.organisation, draft.sealed_case["applicant_is"]["employer"]) == (elsewhere, "Elsewhere")


def test_an_officer_is_told_of_a_label_that_disagrees_with_the_deadline(call, client_as):
    on_the_night(call, "2030-08-18T12:00:00")
    url = reverse("detail", args=["calls", call.pk])
    call.about = LazyI18nString({"en": "Closes 18 Aug 2030 12:00 CET", "da": ""})
    call.save()
    page = client_as("officer").get(url).content.decode()
    assert "The text says “12:00 CET”" in page
    assert "mend the text" not in client_as("client").get(url).content.decode()
    call.about = LazyI18nString({"en": "Closes 18 Aug 2030 12:00 CEST", "da": ""})
    call.save()
    assert "mend the text" not in client_as("officer").get(url).content.decode()


def test_leave_is_given_to_one_late_applicant_under_the_rules_of_the_call(whole, actor_as, call):
    on_the_night(call, (timezone.localtime() - dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S"))
    whole = Application.objects.get(pk=whole.pk)
    officer = actor_as("officer")
    kernel.perform(whole, "give_leave", officer, reason="The portal was away for an hour.")
    whole = Application.objects.get(pk=whole.pk)
    assert whole.late_until == whole.call.closes_at + dt.timedelta(days=3)
    assert "passed" in refused(whole, "submit", actor_as("client"), whole.late_until + SECOND)
    with arrived(whole.late_until):
        kernel.perform(whole, "submit", actor_as("client"))
    call.refresh_from_db()
    call.pack_text = call.pack_text.replace("late:", "#late:").replace("  clause: Deadline", "# ")
    assert "nobody leave" in str(handing_in.may_have_leave(Application(call=Call(pack_text=PLAIN), state="draft")))


PLAIN = """
id: plain
version: "1"
kind: call
title: {en: Plain}
sources: {text: {title: The text}}
"""


def test_screening_names_rule_and_clause_and_an_officers_word_needs_a_reason(client_as, actor_as):
    row = Application.objects.filter(state="submitted").first()
    officer = client_as("officer")
    page = officer.get(reverse("screening", args=[row.call_id])).content.decode()
    assert row.title in page
    url = reverse("screen", args=[row.pk])
    assert "Eligible applicants" in officer.get(url).content.decode()
    assert officer.post(url, {"rule": "salary", "outcome": "not_met", "reason": ""}).status_code == 422
    officer.post(url, {"rule": "salary", "outcome": "not_met", "reason": "Hidden in travel."})
    assert "Not settled" in refused(row, "find_eligible", actor_as("officer"))
    officer.post(url, {"rule": "salary", "outcome": "met", "reason": "It was not."})
    kernel.perform(row, "find_eligible", actor_as("officer"))
    for role in ("client", "attache", "visitor"):
        assert client_as(role).get(url).status_code in (302, 404)


def test_a_gate_of_the_call_lets_nothing_pass_that_no_room_answers(actor_as):
    row = Application.objects.filter(state="submitted").first()
    terms = row.terms
    type(terms).objects.filter(pk=terms.pk).update(pack_text=terms.pack_text + "gates: [a-room-that-is-not-there]\n")
    assert "lacks the room" in refused(Application.objects.get(pk=row.pk), "find_eligible", actor_as("officer"))


def test_the_gate_of_the_call_opens_when_its_room_says_so(actor_as, client_as, monkeypatch):
    """The room of safeguards answers for its case; the call's pack only names the gate."""
    from udsyn.desk.kernel import gates
    from udsyn.desk.kernel.rooms import Room

    row, open_cases = Application.objects.filter(state="submitted").first(), {"count": 1}
    answer = Room("made", gates=(("safeguards", lambda row: "Its case is open." if open_cases["count"] else None),))
    monkeypatch.setattr(gates, "rooms", lambda: (answer,))
    text = row.terms.pack_text + "gates: [safeguards]\n"
    type(row.terms).objects.filter(pk=row.terms.pk).update(pack_text=text)
    row = Application.objects.get(pk=row.pk)
    page = client_as("officer").get(reverse("screen", args=[row.pk])).content.decode()
    assert "Its case is open." in page
    assert "Its case is open." in refused(row, "find_eligible", actor_as("officer"))
    open_cases["count"] = 0
    kernel.perform(row, "find_eligible", actor_as("officer"))
    assert Application.objects.get(pk=row.pk).state == "eligible"


def test_what_is_not_eligible_is_told_with_rule_clause_and_source():
    row = Application.objects.get(state="ineligible")
    letter = Message.objects.filter(about=f"application:{row.pk}").latest("pk")
    assert "recognised scientist" in letter.body
    assert "Eligible applicants" in letter.body


# Deciding -----------------------------------------------------------------------------------------------------


@pytest.fixture
def closed():
    """The spring call, with everything screened: two eligible applications remain."""
    call = Call.objects.get(title__contains="spring")
    call.applications.filter(state__in=("submitted", "returned")).update(state="withdrawn")
    return call


def scored(call, client, *totals):
    rows = ranking.standing(call)
    fields = {f"score-{row.pk}-quality": total for row, total in zip(rows, totals, strict=True)}
    fields |= {f"score-{row.pk}-plan": "3,5" for row in rows}
    client.post(reverse("ranking", args=[call.pk]), {"scores": "1", **fields})
    return rows


def decided(call, client, rows):
    fields = {f"outcome-{rows[0].pk}": "award", f"outcome-{rows[1].pk}": "decline", f"code-{rows[1].pk}": "C1"}
    client.post(reverse("ranking", args=[call.pk]), {"outcomes": "1", f"words-{rows[1].pk}": "Canary words", **fields})


def test_scores_rank_and_the_line_says_what_if(closed, client_as):
    officer, url = client_as("officer"), reverse("ranking", args=[closed.pk])
    rows = scored(closed, officer, "4", "4.5")
    assert [one.row for one in ranking.ranking(closed).places] == rows[::-1]
    assert [one.funded for one in ranking.ranking(closed).places] == [True, False]
    assert [one.funded for one in ranking.ranking(closed, pots_of(closed, {POT: 300_000})).places] == [True, True]
    page = officer.get(url, {"money": "300000", "line": "skip"}).content.decode()
    assert "below the line" not in page
    officer.post(url, {"scores": "1", f"score-{rows[0].pk}-quality": "9"})
    assert Application.objects.get(pk=rows[0].pk).judged.scores["quality"] == 4
    scored(closed, officer, "2.5", "4.5")
    assert [(row, below) for row, below in ranking.ranking(closed).below] == [(rows[0], ("quality",))]


def test_tied_applications_at_the_line_are_nobodys_accident(closed, client_as):
    scored(closed, client_as("officer"), "4", "4")
    found = ranking.ranking(closed)
    assert [(one.place, one.funded) for one in found.places] == [(1, None), (1, None)]
    assert len(found.line.undecided) == 2


JOINT = """agencies:
  - {{id: home, title: {{en: Home agency, da: Hjemlig}}, budget: {home}, countries: [DK]}}
  - {{id: abroad, title: {{en: Agency abroad, da: Udenlandsk}}, budget: 10000, currency: EUR, countries: [XK]}}
budget: {{clause: Money (invented), source: call, line: strict, pot: {pot}, top_up: {top_up}{more}}}
values: {{rates: {{DKK: 1, EUR: {rate}}}}}
"""


def joint(call, home=150_000, pot="real", top_up=0, more="", rate=7.5):
    """The call as a joint one: each asks 150,000 at home, and the second 75,000 more of an agency abroad (in EUR)."""
    text = call.pack_text + JOINT.format(home=home, pot=pot, top_up=top_up, more=more, rate=rate)
    Call.objects.filter(pk=call.pk).update(pack_text=text)
    call.versions.update(pack_text=text)
    return Call.objects.get(pk=call.pk)


def abroad(row, country="XK"):
    cost = {"kind": "travel", "asked": 10_000, "currency": "EUR", "country": country}
    case = {**row.sealed_case, "rates": {"DKK": 1, "EUR": 7.5}}
    Application.objects.filter(pk=row.pk).update(sealed_case={**case, "budget": [*case["budget"], cost]})


@pytest.mark.parametrize(
    ("terms", "funded", "left"),
    [
        ({}, [True, False], [0, 0]),
        ({"home": 300_000}, [True, True], [0, 0]),
        ({"top_up": 150_000}, [True, True], [0, 0]),  # a real pot fills the gap at home
        ({"top_up": 150_000, "pot": "virtual"}, [True, False], [100_000, 50_000]),  # 100,000 of 225,000 go home
        ({"top_up": 200_000, "pot": "mixed", "more": ", virtual: 0.5"}, [True, True], [0, 33_333]),
    ],
)
def test_agencies_pay_for_their_own_countries_from_a_common_pot(closed, client_as, terms, funded, left):
    officer = client_as("officer")
    rows = scored(closed, officer, "4", "4.5")
    abroad(rows[1])
    found = ranking.ranking(joint(closed, **terms))
    assert [one.funded for one in found.places] == funded
    assert [int(found.line.left[name]) for name in ("home", "abroad")] == left
    assert "Agency abroad" in officer.get(reverse("ranking", args=[closed.pk])).content.decode()


def test_what_if_an_agency_gave_another_sum_and_what_nobody_pays(closed, client_as, actor_as):
    officer, url = client_as("officer"), reverse("ranking", args=[closed.pk])
    rows = scored(closed, officer, "4", "4.5")
    call = joint(closed)
    assert officer.get(url, {"money-home": "300000"}).content.decode().count("<strong>funded</strong>") == 2
    abroad(rows[1], country="AQ")
    page = officer.get(url, {"money-home": "300000"}).content.decode()
    assert "country for which no agency pays" in page
    assert "<strong>funded</strong>" not in page
    ranking.write_outcomes(call, actor_as("officer"), {row.pk: ("award", "", "") for row in rows})
    assert "More is awarded" in refused(Call.objects.get(pk=call.pk), "release", actor_as("officer"))


def test_a_budget_in_money_without_a_rate_counts_as_nothing_and_says_so(closed, client_as):
    rows = scored(closed, client_as("officer"), "4", "4.5")
    abroad(rows[1])
    joint(closed, rate="null")
    page = client_as("officer").get(reverse("ranking", args=[closed.pk])).content.decode()
    assert "Agency abroad: its budget" in page
    assert "<strong>funded</strong>" not in page


def test_a_priority_country_goes_before_among_equals(closed, client_as):
    """The list stands in the rules that the call was published with; where it does not, equals stay equal."""
    rows = scored(closed, client_as("officer"), "4", "4")
    theirs = rows[1].partners.get().country.code
    text = closed.pack_text.replace("  priority-countries: ", f"  priority-countries: [{theirs}]")
    assert text != closed.pack_text
    Call.objects.filter(pk=closed.pk).update(pack_text=text)
    closed.versions.update(pack_text=text)
    found = ranking.ranking(Call.objects.get(pk=closed.pk))
    assert [(one.place, one.row, one.funded) for one in found.places] == [(1, rows[1], True), (2, rows[0], False)]
    page = client_as("officer").get(reverse("ranking", args=[closed.pk])).content.decode()
    assert "Priority countries" in page


def test_letters_leave_together_after_a_second_person_and_nothing_is_told_before(closed, client_as, actor_as):
    officer, lines = client_as("officer"), Entry.objects.latest("seq").seq
    rows = scored(closed, officer, "4.5", "4")
    assert "no outcome" in refused(closed, "release", actor_as("officer"))
    decided(closed, officer, rows)
    lead = rows[1].lead
    before = Message.objects.count()
    proposal = kernel.perform(closed, "release", actor_as("officer"))
    assert Application.objects.get(pk=rows[1].pk).state == "eligible"
    for role in ("client", "attache", "other_attache", "visitor"):
        for path in (reverse("ranking", args=[closed.pk]), reverse("detail", args=["applications", rows[1].pk])):
            assert "Canary words" not in client_as(role).get(path, follow=True).content.decode()
    told = Entry.objects.exclude(action__startswith="propose").filter(kind__in=("application", "call"), pk__gt=lines)
    assert not told.exists(), "the ledger of what applicants see tells that something was decided"
    with pytest.raises(kernel.Refused):
        kernel.decide(proposal, actor_as("officer"), confirm=True)
    kernel.decide(proposal, actor_as("officer2"), confirm=True)
    states = [Application.objects.get(pk=row.pk).state for row in rows]
    assert states == ["awarded", "declined"]
    assert Call.objects.get(pk=closed.pk).state == "decided"
    assert Message.objects.count() == before + 2
    letter = Message.objects.filter(about=f"application:{rows[1].pk}").latest("pk")
    assert letter.recipient == lead.email
    assert "the money does not reach" in letter.body
    assert "Canary words" in letter.body
    kernel.perform(rows[1], "note_appeal_declined", actor_as("officer"), reason="A letter of 3 May.")
    assert Application.objects.get(pk=rows[1].pk).appealed_on == timezone.localdate()


def test_an_outcome_that_changes_after_the_proposal_is_not_released(closed, client_as, actor_as):
    officer = client_as("officer")
    rows = scored(closed, officer, "4.5", "4")
    decided(closed, officer, rows)
    proposal = kernel.perform(closed, "release", actor_as("officer"))
    decided(closed, officer, rows[::-1])
    assert kernel.decide(proposal, actor_as("officer2"), confirm=True) == "outdated"
    assert Application.objects.get(pk=rows[0].pk).state == "eligible"


def test_no_more_is_awarded_than_there_is(closed, client_as, actor_as):
    officer = client_as("officer")
    rows = scored(closed, officer, "4.5", "4")
    fields = {f"outcome-{row.pk}": "award" for row in rows}
    officer.post(reverse("ranking", args=[closed.pk]), {"outcomes": "1", **fields})
    assert "More is awarded" in refused(closed, "release", actor_as("officer"))


def test_an_auditor_reads_the_ranking_and_writes_nothing(closed, client_as):
    url = reverse("ranking", args=[closed.pk])
    assert client_as("auditor").get(url).status_code == 200
    assert client_as("auditor").post(url, {"scores": "1"}).status_code == 403


# Partners and costs, several at once --------------------------------------------------------------------------


def page_of(client, url):
    """What a browser would send back from a page of parts, untouched."""
    form = client.get(url).context["form"]
    sent = {}
    for one in (form.management_form, *form.forms):
        for field in one:
            value = field.value()
            for name in (field.html_name, field.html_initial_name if field.field.show_hidden_initial else None):
                if name and value is not None and value is not False:
                    sent[name] = value
    return sent


def test_limits_are_checked_while_one_types_and_nothing_is_stored(draft, client_as):
    client, url = client_as("client"), reverse("budget", args=[draft.pk])
    sent = page_of(client, url) | {"part-2-kind_of": "support_services", "part-2-amount": "60000"}
    said = client.post(url, sent, headers={"X-Check": "1"}).content.decode()
    assert "not fulfilled" in said
    assert "60,000.00; the bound is 52,500.00 DKK" in said
    assert "210,000.00" in said
    assert draft.budgetlines.count() == 2
    said = client.post(url, sent | {"part-2-amount": "50000"}, headers={"X-Check": "1"}).content.decode()
    assert "50,000.00; the bound is 50,000.00 DKK" in said
    assert "not fulfilled" not in said
    half = client.post(url, sent | {"part-2-amount": ""}, headers={"X-Check": "1"}).content.decode()
    assert "1 cost is not finished" in half
    client.post(url, sent)
    assert draft.budgetlines.count() == 3
    assert "not fulfilled" in client.get(url).content.decode()
    client.post(url, page_of(client, url) | {"part-2-DELETE": "on"})
    assert draft.budgetlines.count() == 2


def test_a_page_of_costs_that_is_saved_as_it_was_opened_undoes_nobodys_change(draft, client_as):
    client, url = client_as("client"), reverse("budget", args=[draft.pk])
    mine = page_of(client, url)
    first, second = draft.budgetlines.all()
    BudgetLine.objects.filter(pk=first.pk).update(amount=1234, text="theirs")
    client.post(url, mine | {"part-1-text": "mine"})
    assert list(draft.budgetlines.values_list("amount", "text")) == [(1234, "theirs"), (second.amount, "mine")]
    answer = client.post(url, mine | {"part-0-text": "mine too"})
    assert answer.status_code == 422
    assert "Somebody else wrote here at the same time: theirs" in answer.content.decode()
    again = answer.context["form"].data.dict()
    client.post(url, again)
    first.refresh_from_db()
    assert (first.amount, first.text) == (1234, "mine too")


def test_partners_are_named_asked_and_taken_away_on_one_page(draft, client_as):
    client, url = client_as("client"), reverse("write_partners", args=[draft.pk])
    japan = str(draft.partners.get().country_id)
    more = {
        f"part-{n}-{name}": value
        for n in (1, 2)
        for name, value in {"organisation_name": f"I{n}", "name": f"N{n}", "email": f"p{n}@example.org"}.items()
    } | {"part-1-country": japan, "part-2-country": japan}
    letters = Message.objects.count()
    assert client.post(url, page_of(client, url) | more | {"ask": "1"}).status_code == 302
    assert [one.state for one in draft.partners.all()] == ["invited"] * 3
    assert Message.objects.count() == letters + 3
    client.post(url, page_of(client, url) | {"part-1-DELETE": "on", "part-2-email": "other@example.org"})
    assert [one.state for one in draft.partners.order_by("pk")] == ["invited", "dropped", "named"]
    assert [one["name"] for one in cases.case_of(draft)["partners"]] == [str(one) for one in draft.taking_part()]
    gone = draft.partners.get(state="dropped")
    assert f"partners.{gone.pk}.kind" not in [one.name for one in cases.questions(draft)]


def test_what_is_to_be_chosen_is_not_called_unknown(draft, client_as):
    """A choice that must be made says so; "not known" is an answer, where a question may be left open."""
    client = client_as("client")
    for url in (reverse("write_partners", args=[draft.pk]), reverse("create", args=["agreements"])):
        page = (client if "partners" in url else client_as("officer")).get(url).content.decode()
        assert "---------" not in page
        assert "choose …" in page
    draft.answers = {}
    draft.save()
    page = client.get(reverse("write_application", args=[draft.pk])).content.decode()
    assert '<option value="" selected>choose …' in page
