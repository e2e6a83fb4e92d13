"""Stays: whose turn it is, places given, no invitation before the decision, calendars in place, reports, ties."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from tests.desk import second_reader

from udsyn import packs
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel import ties
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import NOBODY
from udsyn.desk.rooms.safeguards import commands as safeguards
from udsyn.desk.rooms.safeguards.models import Case
from udsyn.desk.rooms.stays import allocating, letters, links, order, rounds, staying
from udsyn.desk.rooms.stays.models import Demand, Host, Round, Stay, StayApplication, StayMoney, Wish
from udsyn.desk.tools import outbox

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def round_():
    """The round that is closed and whose places are to be given."""
    return Round.objects.get(title__contains="this year")


@pytest.fixture
def stay():
    return Stay.objects.get(guest_name="Hana Riverstone")


def refused(row, step, actor, reason=""):
    with pytest.raises(ValidationError) as told:
        kernel.perform(row, step, actor, reason=reason)
    return " ".join(told.value.messages)


def cleared(row, actor_as):
    """A case of safeguards about the stay, asked by one officer and cleared by the other."""
    asks, decides = actor_as("officer2"), actor_as("officer")
    kernel.perform(row, "screen", asks)
    case = staying.case_of(row)
    case.critical = case.sanctioned = case.dual_use = "no"
    case.evidence, case.approver_id = "Looked up.", decides.person
    safeguards.change(case, asks)
    for answer in case.answers.filter(answer=""):
        answer.answer = "yes"
        kernel.save(answer, asks)
    for step, actor in (("screen", asks), ("ask", asks), ("clear", decides)):
        kernel.perform(case, step, actor, reason="nothing stands against it")
    return Case.objects.get(pk=case.pk)


# Places --------------------------------------------------------------------------------------------------------------


def test_the_page_shows_four_ways_and_a_true_reason_for_everybody_without_a_place(round_, client_as):
    page = client_as("officer").get(reverse("stay_places", args=[round_.pk]))
    ways = {way.code: way for way in page.context["ways"]}
    assert list(ways) == ["applicants", "hosts", "wishes", "welfare"]
    basis = allocating.basis(round_)
    for way in ways.values():
        assert way.placed == 4
        assert set(way.reasons) == {who for who, host in way.matching.items() if host is None}
        for who, words in way.reasons.items():
            for host in basis.case.listed[who]:
                ranks, there = basis.case.ranks[host], [a for a, h in way.matching.items() if h == host]
                if "Each host you listed filled its places with people it ranked above you" in words:
                    assert len(there) == basis.case.places[host]
                    assert all(ranks[one] < ranks[who] for one in there)
    assert not ways["applicants"].envy
    assert not ways["hosts"].envy
    text = page.content.decode()
    assert "Why somebody has no place" in text
    assert all(words.split(".")[0] in text.replace("&#x27;", "'") for words in ways["applicants"].reasons.values())


def test_places_are_given_by_what_was_chosen_and_nothing_else(round_, actor_as):
    officer = actor_as("officer")
    assert "Choose an allocation" in refused(round_, "settle", officer, "because")
    rounds.choose(round_, officer, "applicants")
    Host.objects.filter(round=round_).update(places=2)
    assert "changed since" in refused(round_, "settle", officer, "because")
    rounds.choose(Round.objects.get(pk=round_.pk), officer, "applicants")
    before = Stay.objects.count()
    kernel.perform(round_, "settle", officer, reason="the applicants' wishes come first")
    round_.refresh_from_db()
    placed = round_.applications.filter(state="placed")
    assert Stay.objects.count() == before + placed.count()
    assert {stay.state for stay in Stay.objects.filter(application__round=round_)} == {"planned"}
    told = Message.objects.filter(about__startswith="stayapplication:", body__contains="There is no place")
    for row in round_.applications.filter(state="unplaced"):
        assert row.reason in told.get(about=f"stayapplication:{row.pk}").body


def test_the_lot_can_be_drawn_again_from_what_was_published(round_, actor_as, client_as):
    from udsyn.allocation import lottery

    public = client_as("visitor").get(reverse("open_round", args=[round_.pk])).content.decode()
    assert round_.commitment in public
    assert round_.seed not in public
    rounds.choose(round_, actor_as("officer"), "hosts")
    kernel.perform(round_, "settle", actor_as("officer"), reason="x")
    settled = Round.objects.get(pk=round_.pk)
    assert lottery.faults(settled.chosen["lots"], settled.commitment) == []
    assert settled.seed in client_as("officer").get(reverse("stay_places", args=[round_.pk])).content.decode()


def test_demands_that_clash_are_named_by_the_fewest(round_):
    Demand.objects.create(round=round_, title="No hydrogen", field="Hydrogen", most=0)
    Demand.objects.create(round=round_, title="Some hydrogen", field="Hydrogen", least=1)
    found = {way.code: way for way in allocating.ways(round_)}
    assert found["wishes"].matching is None
    assert {words.partition(":")[0] for words in found["wishes"].clash} == {"No hydrogen", "Some hydrogen"}
    assert found["applicants"].broken


def test_the_places_of_the_agreement_in_a_year_bind_all_its_rounds(round_):
    assert allocating.places_left(round_) == 4
    other = Round.objects.get(title__contains="last year")
    Round.objects.filter(pk=other.pk).update(year=round_.year)
    assert allocating.places_left(round_) == 1
    assert all(way.placed <= 1 for way in allocating.ways(round_) if way.code in ("wishes", "welfare"))


# Whose turn it is ----------------------------------------------------------------------------------------------------


def begun(round_, pack, officer, **said):
    """A round under another order with one host and one applicant in writing."""
    agreement = round_.agreement
    agreement.pk, agreement.order, agreement.direction = None, pack, "incoming"
    agreement.save()
    made = Round.objects.create(
        agreement=agreement, title="Another", year=2027, officer=round_.officer, closes_on=timezone.localdate() + DAY
    )
    host = Host.objects.create(round=made, name="Ona", organisation="Lab", email="ona@example.org")
    kernel.perform(made, "open", officer)
    made.refresh_from_db()
    first = timezone.localdate() + 100 * DAY
    fields = {"first": first, "last": first + 130 * DAY, "institution": "Home", "country": agreement.country} | said
    row = StayApplication.objects.create(round=made, name="Ann", email="ann@example.org", **fields)
    Wish.objects.create(application=row, host=host, place=1)
    return row, host


def say(host, row, says, rank=None):
    actor = staying.linked("answer", host)
    rounds.answer(Host.objects.get(pk=host.pk), actor, {row.wishes.get().pk: (says, rank, "")}, 1, 0)


def test_where_the_host_answers_first_nobody_hands_in_before(round_, actor_as):
    officer = actor_as("officer")
    row, host = begun(round_, "stay-host-first", officer)
    applicant = staying.linked("applicant", row)
    assert "The host says whether it would receive" in refused(row, "submit", applicant)
    say(host, row, "no")
    assert "said no" in refused(row, "submit", applicant)
    say(host, row, "yes")
    kernel.perform(row, "submit", applicant)
    kernel.perform(row, "find_eligible", officer)


def test_where_an_authority_nominates_nobody_applies_alone(round_, actor_as, client_as):
    row, host = begun(round_, "stay-nominated", actor_as("officer"))
    page = client_as("visitor").get(reverse("open_round", args=[row.round_id]))
    assert page.context["form"] is None
    assert "an authority nominates" in refused(row, "submit", actor_as("officer"))
    StayApplication.objects.filter(pk=row.pk).update(nominated_by="The academy")
    row.refresh_from_db()
    kernel.perform(row, "submit", actor_as("officer"))
    row.refresh_from_db()
    assert order.waits_for(row).does == "accept"
    say(host, row, "yes")
    assert order.waits_for(StayApplication.objects.get(pk=row.pk)).does == "select"


@pytest.mark.parametrize(
    ("days", "asked", "doctorate", "clause"),
    [
        (20, 3200, None, None),
        (100, 4000, 3, None),
        (100, 4000, 9, "Duration"),
        (4, 400, None, "Duration"),
    ],
)
def test_short_missions_are_granted_or_refused_with_the_clause(
    round_, actor_as, client_as, days, asked, doctorate, clause
):
    officer, first = actor_as("officer"), dt.date(2027, 3, 1)
    said = {"first": first, "last": first + (days - 1) * DAY, "asked": asked}
    said |= {"doctorate_on": dt.date(2027 - doctorate, 1, 1)} if doctorate else {"doctorate_on": dt.date(2010, 1, 1)}
    row, host = begun(round_, "cost-stsm", officer, **said)
    kernel.perform(row, "submit", officer)
    if clause is None:
        kernel.perform(row, "find_eligible", officer)
        granted = {20: "2,500.00", 100: "3,500.00"}[days]
        page = client_as("officer").get(reverse("detail", args=["stay-applications", row.pk])).content.decode()
        assert f"May be granted: EUR {granted}" in page.replace("</strong>", "")
        begun_ = staying.begin(StayApplication.objects.get(pk=row.pk), host, officer)
        money = begun_.moneys.get(kind_of="grant")
        assert (f"{money.amount:,}", money.currency) == (granted, "EUR")
        assert "Financial support" in money.text
    else:
        assert clause in refused(row, "find_eligible", officer)
        kernel.perform(row, "find_ineligible", officer)
        assert clause in StayApplication.objects.get(pk=row.pk).reason


def test_a_host_sees_only_what_the_pack_shows_and_answers_without_an_account(round_, client_as, actor_as):
    row, host = begun(round_, "stay-nominated", actor_as("officer"), nominated_by="The academy", children=2)
    kernel.perform(row, "submit", actor_as("officer"))
    kernel.perform(host, "ask", actor_as("officer"))
    message = Message.objects.get(about=f"host:{host.pk}")
    text, files = outbox.filled(message)
    token = text.split("/answer/")[1].split("/")[0]
    assert files[0][1].startswith(b"%PDF-")
    page = client_as("visitor").get(reverse("stay_answer", args=[token]))
    assert "Ann" in page.content.decode()
    assert "come along" not in page.content.decode().lower()
    wish = row.wishes.get()
    said = {"places": "1", "minimum": "0", f"answer{wish.pk}": "yes", f"statement{wish.pk}": "Gladly"}
    assert client_as("visitor").post(reverse("stay_answer", args=[token]), said).status_code == 302
    wish.refresh_from_db()
    assert (wish.answer, wish.statement) == ("yes", "Gladly")
    assert Host.objects.get(pk=host.pk).state == "answered"


def test_somebody_applies_on_the_public_page(client_as, actor_as):
    open_ = Round.objects.get(title__contains="next year")
    hosts, url = list(open_.hosts.all()), reverse("open_round", args=[open_.pk])
    said = {
        "name": "Nova Fern", "email": "nova@example.org", "institution": "School", "first": "2027-05-01",
        "last": "2027-09-01", "country": open_.agreement.country_id, "adults": 1, "children": 0, "website": "",
        "wish1": hosts[0].pk, "wish2": hosts[0].pk,
    }  # fmt: skip
    assert "each host once" in client_as("visitor").post(url, said).content.decode()
    answer = client_as("visitor").post(url, said | {"wish2": hosts[1].pk}, follow=True)
    row = StayApplication.objects.get(name="Nova Fern")
    assert (row.state, [wish.host_id for wish in row.wishes.all()]) == ("submitted", [hosts[0].pk, hosts[1].pk])
    assert "Nova Fern" in answer.content.decode()
    assert Message.objects.get(about=f"stayapplication:{row.pk}").recipient == "nova@example.org"


# The invitation ------------------------------------------------------------------------------------------------------


def test_no_invitation_leaves_before_somebody_cleared_the_case(stay, actor_as):
    officer = actor_as("officer2")
    assert "Open a case of safeguards first" in refused(stay, "invite", officer)
    kernel.perform(stay, "screen", officer)
    assert "waits for its decision" in refused(stay, "invite", officer)
    Case.objects.filter(about_kind="stay", about_id=stay.pk).delete()
    Stay.objects.filter(pk=stay.pk).update(permit="no")
    cleared(stay, actor_as)
    kernel.perform(stay, "invite", officer)
    assert Message.objects.filter(about=f"stay:{stay.pk}").count() == 3


def test_a_decision_about_other_days_counts_no_longer(stay, actor_as):
    Stay.objects.filter(pk=stay.pk).update(permit="no")
    cleared(stay, actor_as)
    stay.refresh_from_db()
    stay.last += DAY
    staying.change(stay, actor_as("officer2"))
    assert "other days" in refused(stay, "invite", actor_as("officer2"))


def test_more_than_six_months_needs_the_head(stay, actor_as):
    first = stay.first
    Stay.objects.filter(pk=stay.pk).update(permit="no", last=first + 200 * DAY)
    stay.refresh_from_db()
    case = cleared(stay, actor_as)
    assert "head of department" in refused(stay, "invite", actor_as("officer2"))
    Case.objects.filter(pk=case.pk).update(head=actor_as("officer").person)
    kernel.perform(stay, "invite", actor_as("officer2"))


def test_the_permit_gives_the_earliest_start_in_the_working_calendar(stay, actor_as):
    """Filed on 16 March 2026: forty working days on, without Easter and Ascension Day, that is 15 May."""
    filed = dt.date(2026, 3, 16)
    Stay.objects.filter(pk=stay.pk).update(
        permit="yes", permit_filed=filed, first=dt.date(2026, 5, 15), last=dt.date(2026, 7, 1)
    )
    stay.refresh_from_db()
    earliest = stay.starts_earliest(dt.date(2026, 3, 1))
    day, left = filed, 40
    while left:
        day += DAY
        left -= day.weekday() < 5 and day not in {dt.date(2026, 4, n) for n in (2, 3, 6)} | {dt.date(2026, 5, 14)}
    assert earliest == day == dt.date(2026, 5, 15)
    cleared(stay, actor_as)
    Stay.objects.filter(pk=stay.pk).update(first=earliest - DAY)
    Case.objects.filter(about_kind="stay", about_id=stay.pk).update(first=earliest - DAY)
    assert "15 May 2026 at the earliest" in refused(stay, "invite", actor_as("officer2"))
    Stay.objects.filter(pk=stay.pk).update(first=earliest)
    Case.objects.filter(about_kind="stay", about_id=stay.pk).update(first=earliest)
    kernel.perform(stay, "invite", actor_as("officer2"))


# The guest's page ----------------------------------------------------------------------------------------------------


def test_the_guest_has_one_page_without_an_account(client_as):
    row = Stay.objects.get(state="invited")
    client, token = client_as("visitor"), links.token("guest", row)
    url = reverse("stay_page", args=[token])
    page = client.get(url)
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert Stay.objects.get(pk=row.pk).state == "invited"
    for language in ("da", "en"):
        pdf = client.get(reverse("stay_file", args=[token, f"invitation-{language}.pdf"])).content
        assert pdf.startswith(b"%PDF-")
    record = client.get(reverse("stay_file", args=[token, "orcid-invited-position.json"])).json()
    assert record["organization"]["address"]["country"] == "DK"
    assert record["start-date"]["year"] == {"value": str(row.first.year)}
    client.post(url, {"say": "agree"})
    own, other = row.tasks.filter(owner="guest").first(), row.tasks.filter(owner="host").first()
    client.post(url, {"say": "tasks", "done": [own.pk, other.pk]})
    assert Stay.objects.get(pk=row.pk).state == "accepted"
    own.refresh_from_db(), other.refresh_from_db()
    assert (own.done_on, other.done_on) == (timezone.localdate(), None)


def test_a_rows_page_leads_to_the_pages_of_its_room(client_as):
    from udsyn.desk.rooms.programmes.models import Application, Call

    client, row, application = client_as("officer"), Stay.objects.get(state="invited"), Application.objects.first()
    for page, link in (
        (reverse("detail", args=["stays", row.pk]), reverse("stay_letter", args=[row.pk, "da"])),
        (reverse("detail", args=["calls", Call.objects.first().pk]), "/ranking/"),
        (reverse("detail", args=["applications", application.pk]), f"/applications/{application.pk}/screen/"),
    ):
        assert link in client.get(page).content.decode()


def test_a_link_opens_only_its_own_page_and_ends(client_as):
    row = Stay.objects.get(state="invited")
    client, guest, host = client_as("visitor"), links.token("guest", row), links.token("host", row)
    assert client.get(reverse("stay_file", args=[host, "invitation-da.pdf"])).status_code == 404
    assert client.post(reverse("stay_page", args=[host]), {"say": "agree"}).status_code == 422
    for name in ("stay_applied", "stay_answer"):
        assert client.get(reverse(name, args=[guest])).status_code == 404
    assert client.get(reverse("stay_page", args=[guest[:-1] + "x"])).status_code == 404
    Stay.objects.filter(pk=row.pk).update(key="another")
    assert client.get(reverse("stay_page", args=[guest])).status_code == 404
    planned = Stay.objects.filter(state="planned").first()
    assert client.get(reverse("stay_page", args=[links.token("guest", planned)])).status_code == 404


def test_the_report_is_the_guests_and_confirmed_once(client_as):
    row = Stay.objects.get(state="finished")
    url = reverse("stay_page", args=[links.token("guest", row)])
    client_as("visitor").post(url, {"say": "keep", "report": "A draft"})
    assert Stay.objects.get(pk=row.pk).state == "finished"
    client_as("visitor").post(url, {"say": "confirm", "report": "Two papers in draft."})
    row.refresh_from_db()
    assert (row.state, row.report) == ("reported", "Two papers in draft.")
    assert client_as("visitor").post(url, {"say": "keep", "report": "Another"}).status_code == 422


def events(message):
    _text, files = outbox.filled(message)
    (content,) = [content for name, content, _kind in files if name == "stay.ics"]
    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    method, (same,) = second_reader.read(content)
    said = str(event["UID"]), int(event["SEQUENCE"]), event["DTSTART"].dt, str(event["STATUS"])
    assert (method, second_reader.told(same)) == (str(calendar["METHOD"]), said)
    return str(calendar["METHOD"]), str(event["UID"]), int(event["SEQUENCE"]), event["DTSTART"].dt, str(event["STATUS"])


def test_calendars_are_changed_and_cancelled_in_place(actor_as):
    row = Stay.objects.get(state="accepted")
    Message.objects.filter(about=f"stay:{row.pk}").delete()
    row.last += DAY
    staying.change(row, actor_as("officer2"))
    changed = list(Message.objects.filter(about=f"stay:{row.pk}"))
    assert {mail.recipient for mail in changed} == {row.guest_email, row.host_email, row.keeper.email}
    first = events(changed[0])
    Message.objects.all().delete()
    kernel.perform(row, "cancel", actor_as("officer2"), reason="ill")
    second = events(Message.objects.filter(about=f"stay:{row.pk}").first())
    assert first[:2] == ("REQUEST", f"stay-{row.pk}@udsyn")
    assert second[0] == "CANCEL"
    assert second[4] == "CANCELLED"
    assert first[1] == second[1]
    assert first[2] < second[2]


def test_a_hole_of_another_mail_is_not_filled():
    row = Stay.objects.get(state="invited")
    for about, to in ((f"stay:{row.pk}", "else@example.org"), ("stay:0", row.guest_email)):
        for hole in ({"stay_letter": row.pk}, {"stay_calendar": row.pk}, links.hole("guest", row)):
            message = Message(recipient=to, subject="x", body="x", about=about, below=[hole])
            with pytest.raises(outbox.Unfit):
                outbox.filled(message)


# Stays of before -----------------------------------------------------------------------------------------------------

COUNTRIES = ("Sydkorea", "KR", "Korea, Rep.", "USA", "United States", "Japan", "Brasilien", "India")
DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%-d. %B %Y")


def sheet(lines):
    """A spreadsheet as a house has it: Danish headings, days written in four ways, stray spaces; and three faults."""
    heading = "Gæst;E-mail;Fra;Vært;Institut;Land;Ankomst;Afrejse;Fag;Bemærkning"
    rows = []
    for n in range(lines):
        first = dt.date(2015, 1, 5) + n * 17 * DAY
        last, form = first + (5 + n % 120) * DAY, DATES[n % 4]
        name = f"  Gæst  Nr{n:03} " if n % 5 == 0 else f"Gæst Nr{n:03}"
        mail = f"MAILTO:Guest{n}@Example.org" if n % 7 == 0 else f"guest{n}@example.org"
        rows.append(
            f"{name};{mail};Home {n};Vært {n % 9};Institut for Lys;{COUNTRIES[n % 8]};{first.strftime(form)};"
            f"{last.strftime(form)};Kvanter;x"
        )
    rows[20] = rows[20].replace(";Home 20;", ";Home 20;").rsplit(";", 4)[0] + ";31.02.2016;31.03.2016;Kvanter;x"
    rows[40] = "Gæst Nr040;;Home;;;Atlantis;2016-11-28;2016-12-28;Kvanter;x"
    rows[60] = "Gæst Nr060;;Home;Vært 6;;USA;2017-12-28;2017-11-28;Kvanter;x"
    rows.append(rows[3])
    return ("\n".join([heading, *rows])).encode("cp1252")


def test_200_messy_stays_are_looked_at_stored_and_undone(actor_as):
    from udsyn.desk.kernel.resources import RESOURCES
    from udsyn.desk.tools import imports
    from udsyn.desk.tools.columns import Reading

    officer, before = actor_as("officer"), Stay.objects.count()
    taken = imports.look("ophold.csv", sheet(200), RESOURCES["stay"], officer)
    assert Stay.objects.count() == before
    counts = taken.plan["counts"]
    assert (counts["new"], counts["held"], counts["twice"]) == (197, 3, 1)
    assert {problem["row"] for problem in taken.plan["problems"]} == {22, 42, 62}
    with pytest.raises(ValidationError, match="3 rows have problems"):
        imports.store(taken, officer)
    taken = imports.look("ophold.csv", sheet(200), RESOURCES["stay"], officer, Reading(likely="same", leave_out=True))
    imports.store(taken, officer)
    assert Stay.objects.count() == before + 197
    row = Stay.objects.get(guest_email="guest7@example.org")
    assert (row.guest_name, row.country.code, row.state) == ("Gæst Nr007", "IN", "planned")
    assert Stay.objects.get(guest_name="Gæst Nr000").guest_email == "guest0@example.org"
    assert row.first == dt.date(2015, 1, 5) + 7 * 17 * DAY
    imports.undo(taken, officer)
    assert Stay.objects.count() == before


def test_a_stay_that_is_over_is_registered_by_two(actor_as):
    from udsyn.desk.kernel.models import Proposal
    from udsyn.desk.kernel.resources import RESOURCES
    from udsyn.desk.tools import imports

    text = (
        "Gæst;Vært;Ankomst;Afrejse;Status;Kilde\nAnn Ark;Bo Bay;2015-03-01;2015-06-01;over, report to come;The archive"
    )
    taken = imports.look("before.csv", text.encode(), RESOURCES["stay"], actor_as("officer"))
    imports.store(taken, actor_as("officer"))
    row = Stay.objects.get(guest_name="Ann Ark")
    assert row.state == "planned"
    proposal = Proposal.objects.get(kind="stay", object_id=row.pk)
    kernel.decide(proposal, actor_as("officer2"), confirm=True)
    assert Stay.objects.get(pk=row.pk).state == "finished"
    assert any(said.about == row and said.status == ties.MADE for said in all_ties())


def all_ties():
    from udsyn.desk.rooms.stays.ties import ties as said

    return list(said())


# Money, ties ---------------------------------------------------------------------------------------------------------


def test_an_allowance_is_shown_line_by_line_and_kept(stay, client_as):
    url, client = reverse("stay_journey", args=[stay.pk]), client_as("officer")
    said = {
        "family": "state", "country": "DK", "begins": "2024-03-04T08:00", "ends": "2024-03-06T13:00",
        "breakfast": 2, "lunch": 1, "dinner": 1,
    }  # fmt: skip
    page = client.get(url, said).content.decode()
    assert "646.32" in page
    assert "988.00" in page
    assert "free breakfast" in page
    before = StayMoney.objects.count()
    client.post(url, said)
    kept = StayMoney.objects.get(stay=stay)
    assert "påbegyndte timer" in client.get(f"/da/desk/stay-money/{kept.pk}/").content.decode()
    assert str(kept.amount) == "646.32"
    assert sum(float(line["amount"]) for line in kept.basis["lines"]) == pytest.approx(646.32, abs=0.02)
    overlap = client.post(url, said | {"begins": "2024-03-06T08:00", "ends": "2024-03-08T08:00"})
    assert "paid already" in overlap.content.decode()
    assert StayMoney.objects.count() == before + 1
    later = {"begins": "2031-01-01T08:00", "ends": "2031-01-04T08:00"}
    assert "no rate" in client.get(url, said | later).content.decode()


def test_only_stays_that_took_place_are_ties_as_such():
    ties.collect()
    said = {tie.object_id: tie for tie in ties.Tie.objects.filter(kind="stay")}
    became = {row.pk: row.state for row in Stay.objects.all()}
    wanted = {
        **dict.fromkeys(("arrived", "finished", "reported"), "made"),
        "refused": "refused",
        "declined": "cancelled",
        "cancelled": "cancelled",
    }
    assert {pk: tie.status for pk, tie in said.items()} == {
        pk: wanted[state] for pk, state in became.items() if state in wanted
    }
    done = Stay.objects.get(state="reported")
    tie = said[done.pk]
    assert (tie.a_name, tie.b_name, tie.a_country, tie.b_country) == ("Liv Skovmose", "Cal Redwood", "DK", "US")


def test_what_a_reader_may_not_see_is_not_there(client_as, actor_as):
    theirs = Stay.objects.filter(country__code="IL").first()
    for role, status in (("officer", 200), ("attache", 404), ("client", 404)):
        assert client_as(role).get(reverse("detail", args=["stays", theirs.pk])).status_code == status
    assert not Stay.objects.visible_to(NOBODY).exists()
    assert letters.asked_of(Host.objects.first()) is not None
    assert packs.load("stay-practice").values["permit_working_days"] == 40
