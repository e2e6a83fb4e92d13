"""The ledger of de minimis aid at the desk: the room on a day, the gate before an award, the clock of the register."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel import gates
from udsyn.desk.rooms.aid import ledger, notices
from udsyn.desk.rooms.aid.models import REGULATIONS, Aid, AidLink, Reshaping
from udsyn.desk.rooms.parties.models import Country, Organisation
from udsyn.desk.rooms.programmes.models import Application, BudgetLine, Call, Partner
from udsyn.packs import aid

pytestmark = pytest.mark.django_db
DAY = dt.date.fromisoformat


@pytest.fixture
def officer(actor_as):
    return actor_as("officer")


@pytest.fixture
def company(officer):
    def make(name):
        return kernel.save(Organisation(name=name, country=Country.objects.get(code="DK")), officer)

    return make


@pytest.fixture
def had(officer):
    """Aid that an undertaking had: it counts from its day."""

    def make(whom, amount, day, **more):
        row = kernel.save(Aid(undertaking=whom, amount=amount, granted_on=DAY(day), **more), officer)
        kernel.perform(row, "declare", officer)
        return row

    return make


def test_the_room_comes_back_three_years_after_the_day_of_granting(company, had):
    firm = company("Foam Works")
    had(firm, 300_000, "2024-01-02")
    assert ledger.room_on(firm, DAY("2024-01-01")).room == 300_000
    assert ledger.room_on(firm, DAY("2027-01-01")).room == 0
    assert ledger.room_on(firm, DAY("2027-01-02")).room == 300_000


def test_linked_merged_and_split_undertakings_keep_the_original_days(company, had, officer):
    one, other, heir = (company(name) for name in ("Foam Works", "Spray Works", "Wave Works"))
    had(one, 100_000, "2024-03-01")
    had(other, 120_000, "2025-03-01")
    kernel.save(AidLink(a=other, b=one, starts=DAY("2025-06-01"), ends=DAY("2025-12-31"), source="x"), officer)
    assert ledger.room_on(one, DAY("2025-05-31")).room == 200_000
    assert ledger.room_on(one, DAY("2025-12-31")).room == 80_000
    assert ledger.room_on(one, DAY("2026-01-01")).room == 200_000
    for before in (one, other):
        merger = Reshaping(kind_of="merger", day=DAY("2026-02-01"), before=before, after=heir, source="x")
        kernel.save(merger, officer)
    assert ledger.room_on(heir, DAY("2026-02-01")).room == 80_000
    assert ledger.room_on(heir, DAY("2027-03-01")).room == 180_000
    part, rest = company("Foam Part"), company("Foam Rest")
    for after, share in ((part, 1), (rest, 3)):
        split = Reshaping(kind_of="split", day=DAY("2026-06-01"), before=heir, after=after, share=share, source="x")
        kernel.save(split, officer)
    assert ledger.room_on(part, DAY("2026-06-01")).room == 300_000 - 55_000
    assert ledger.room_on(rest, DAY("2026-06-01")).room == 300_000 - 165_000


def test_each_regulation_has_its_own_ceiling(company, had):
    firm, day = company("Foam Works"), DAY("2026-03-16")
    had(firm, 40_000, "2026-01-02", regulation="de-minimis-agriculture")
    had(firm, 500_000, "2026-01-02", regulation="de-minimis-services")
    rooms = {name: ledger.room_on(firm, day, regulation=name).room for name, _label in REGULATIONS}
    assert rooms == {"de-minimis": 260_000, "de-minimis-services": 250_000, "de-minimis-agriculture": 10_000}
    assert tuple(rooms) == ("de-minimis", *sorted(set(aid.regulations()) - {"de-minimis"}, reverse=True))


def test_what_would_pass_the_ceiling_is_refused_as_a_whole(company, had, officer):
    firm, day = company("Foam Works"), timezone.localdate()
    had(firm, 250_000, str(day - dt.timedelta(days=30)))
    row = kernel.save(Aid(undertaking=firm, amount="50000.01"), officer)
    with pytest.raises(ValidationError, match="refused as a whole"):
        kernel.perform(row, "grant", officer)
    row.amount = 50_000
    kernel.save(row, officer)
    kernel.perform(row, "grant", officer)
    row.refresh_from_db()
    assert (row.state, row.granted_on) == ("granted", day)
    assert ledger.room_on(firm, day).room == 0


def test_two_awards_at_once_are_looked_at_again_when_they_are_granted(company, officer, monkeypatch):
    """The gate saw the room before another award took it: the effect looks once more, with the undertakings held."""
    firm, today = company("Foam Works"), timezone.localdate()
    row = kernel.save(Aid(undertaking=firm, amount=200_000), officer)

    def open_and_taken(_names, _row):
        Aid.objects.create(undertaking=firm, amount=200_000, state="declared", granted_on=today)

    monkeypatch.setattr(gates, "shut", open_and_taken)
    with pytest.raises(ValidationError, match="refused as a whole"):
        kernel.perform(row, "grant", officer)


@pytest.mark.parametrize(
    ("granted", "due"), [("2026-03-16", "2026-04-16"), ("2026-12-14", "2027-01-13")], ids=["easter", "new year"]
)
def test_the_entry_in_the_register_is_due_by_working_days(granted, due, company, officer, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *moment: DAY(granted))
    row = kernel.save(Aid(undertaking=company("Foam Works"), amount=1000), officer)
    kernel.perform(row, "grant", officer)
    row.refresh_from_db()
    assert row.register_by == DAY(due)
    assert row in list(notices.waiting(officer, DAY(granted)))
    assert Aid.objects.filter(Aid.lifecycle.on("late", DAY(due) + dt.timedelta(days=1)), pk=row.pk).exists()
    assert not Aid.objects.filter(Aid.lifecycle.on("late", DAY(due)), pk=row.pk).exists()


def test_nothing_is_granted_in_the_future_or_entered_without_what_the_register_asks(company, officer):
    firm, tomorrow = company("Foam Works"), timezone.localdate() + dt.timedelta(days=1)
    row = kernel.save(Aid(undertaking=firm, amount=1000, granted_on=tomorrow), officer)
    with pytest.raises(ValidationError, match="future"):
        kernel.perform(row, "grant", officer)
    with pytest.raises(ValidationError, match="future"):
        kernel.perform(row, "declare", officer)
    row.granted_on = None
    kernel.save(row, officer)
    with pytest.raises(ValidationError, match="granted on"):
        kernel.perform(row, "declare", officer)
    kernel.perform(row, "grant", officer)
    with pytest.raises(ValidationError, match="register asks"):
        kernel.perform(row, "register", officer)


def test_the_file_for_the_register_holds_what_waits_and_runs_no_formula(company, officer, client_as):
    said = {"authority": "=1+1", "sector": "72.19", "number": "12345678"}
    row = kernel.save(Aid(undertaking=company("Foam Works"), amount="1234.50", **said), officer)
    address = reverse("aid_register")

    def lines(query=""):
        text = client_as("officer").get(address + query).content.decode()
        return {one["identifier"]: one for one in csv.DictReader(io.StringIO(text))}

    assert "12345678" not in lines()
    kernel.perform(row, "grant", officer)
    line = lines()["12345678"]
    assert (line["beneficiary"], line["amount_eur"], line["authority"]) == ("Foam Works", "1234.50", "'=1+1")
    assert line["granted_on"] == str(timezone.localdate())
    kernel.perform(Aid.objects.get(pk=row.pk), "register", officer)
    assert "12345678" not in lines()
    assert lines("?all=1")["12345678"]["registered_on"] == str(timezone.localdate())


# The gate before an award --------------------------------------------------------------------------------------------


@pytest.fixture
def call(officer):
    """A call whose rules ask a declaration of partners that ask for de minimis aid; two of its applications are to be
    awarded, each with a company."""
    row = next(call for call in Call.objects.filter(state="published") if call.applications.filter(state="eligible"))
    document = (
        "\n  - {id: de_minimis, clause: Aid, source: call, says: {en: The form, da: Skemaet}, each: partners,"
        " where: {value: asks_de_minimis, is: true}}"
    )
    text = row.pack_text.replace("\ndocuments:", "\ndocuments:" + document)
    assert text != row.pack_text
    Call.objects.filter(pk=row.pk).update(pack_text=text)
    row.versions.update(pack_text=text)
    made = []
    for number, application in enumerate(row.applications.filter(state="eligible")):
        partner = Partner.objects.create(
            application=application,
            name="N",
            email=f"n{number}@example.org",
            organisation_name="Foam Works",
            country=Country.objects.get(code="DK"),
            state="confirmed",
            answered_at=timezone.now(),
        )
        BudgetLine.objects.create(
            application=application, partner=partner, kind_of="travel", amount=1000, currency="EUR"
        )
        case = application.sealed_case or {}
        others = [one | {"asks_de_minimis": False} for one in case.get("partners", [])]
        case["partners"] = [*others, {"id": str(partner.pk), "asks_de_minimis": True}]
        judged = application.judged
        judged.outcome = "award"
        judged.save()
        Application.objects.filter(pk=application.pk).update(sealed_case=case)
        made.append(partner)
    return Call.objects.get(pk=row.pk), made


def test_no_call_is_released_whose_aid_nobody_wrote_down(call, company, officer, client_as):
    row, partners = call
    assert dict(ledger.asked_of(row)) == dict.fromkeys(partners, 1000)
    assert "write it into the ledger first" in str(gates.shut(("aid",), row))
    firm = company("Foam Works")
    for partner in partners:
        address = reverse("aid_plan", args=[partner.pk])
        assert client_as("attache").get(address).status_code in (403, 404)
        page = client_as("officer").get(address).content.decode()
        assert f'value="{firm.pk}" selected' in page, "the organisation of that name is proposed, not taken"
        said = {"undertaking": firm.pk, "amount": "150000", "regulation": "de-minimis", "instrument": "grant"}
        assert client_as("officer").post(address, said).status_code == 302
    assert gates.shut(("aid",), row) is None
    Aid.objects.filter(about_id=partners[0].pk).update(amount="150000.01")
    assert "refused as a whole" in str(gates.shut(("aid",), row)), "both at once count together"


def test_aid_is_granted_with_the_award_and_not_without(call, company, officer):
    _row, (partner, *_rest) = call
    planned = {"undertaking": company("Foam Works"), "amount": 1000, "about_kind": "partner", "about_id": partner.pk}
    today = timezone.localdate()
    row = kernel.save(Aid(**planned, granted_on=today), officer)
    with pytest.raises(ValidationError, match="granted with it"):
        kernel.perform(row, "declare", officer)
    application = Application.objects.get(pk=partner.application_id)
    application.state = "awarded"
    kernel.write(application, officer, "change", Application.objects.get(pk=application.pk))
    row.refresh_from_db()
    assert (row.state, row.granted_on) == ("granted", timezone.localdate())


def test_aid_of_what_is_declined_is_dropped(call, company, officer):
    _row, (partner, *_rest) = call
    planned = {"undertaking": company("Foam Works"), "amount": 1000, "about_kind": "partner", "about_id": partner.pk}
    row = kernel.save(Aid(**planned), officer)
    application = Application.objects.get(pk=partner.application_id)
    application.state = "declined"
    kernel.write(application, officer, "change", Application.objects.get(pk=application.pk))
    row.refresh_from_db()
    assert row.state == "dropped"


# Pages ---------------------------------------------------------------------------------------------------------------


def test_the_page_of_an_undertaking_answers_for_any_day_and_amount(company, had, client_as):
    firm = company("Foam Works")
    had(firm, 300_000, "2024-01-02")
    address = reverse("aid_undertaking", args=[firm.pk])
    full = client_as("officer").get(address, {"on": "2027-01-01", "asked": "1"}).content.decode()
    assert "refused as a whole" in full
    free = client_as("officer").get(address, {"on": "2027-01-02", "asked": "300000"}).content.decode()
    assert "300,000 EUR may be granted" in free
    unknown = client_as("officer").get(address, {"on": "2031-01-01"})
    assert unknown.status_code == 200
    assert 'class="note warning"' in unknown.content.decode(), "the regulation has ended: said, not reckoned"
    assert client_as("client").get(address).status_code == 403
    with translation.override("da"):
        danish = client_as("officer").get(reverse("aid_undertaking", args=[firm.pk]), {"on": "2027-01-01"})
    assert "Tæller indtil" in danish.content.decode()


def test_the_demonstration_shows_every_state(client_as):
    assert set(Aid.objects.values_list("state", flat=True)) == {one.code for one in Aid.lifecycle.states}
    page = client_as("officer").get(reverse("aid_ledger")).content.decode()
    assert "Vindlys Energy" in page
    assert "30,000" in page, "120,000, 60,000 and the holding's 90,000 of 300,000"
