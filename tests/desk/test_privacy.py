"""Privacy requests carried out, consents, breaches, the house's periods, and who read what."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.models import Proposal
from udsyn.desk.kernel.privacy import Erasure, Reading
from udsyn.desk.kernel.ties import Tie
from udsyn.desk.rooms.parties.models import Person
from udsyn.desk.rooms.privacy import commands
from udsyn.desk.rooms.privacy.models import Breach, Consent, KeptFor, PrivacyRequest, month_after
from udsyn.desk.rooms.privacy.states import BREACH
from udsyn.desk.rooms.service.models import Request

pytestmark = pytest.mark.django_db


@pytest.fixture
def guest(actor_as, settings, tmp_path):
    settings.FILES, settings.FOLDER = tmp_path / "files", tmp_path
    row = Person(given_name="Vigdis", family_name="Havblik", email="vigdis@example.org", note="likes the sea")
    return kernel.save(row, actor_as("officer"))


@pytest.fixture
def asked(guest, actor_as):
    def make(kind, **said):
        return kernel.save(PrivacyRequest(kind_of=kind, person=guest, answer="Done.", **said), actor_as("officer"))

    return make


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2026, 11, 27), 1, dt.date(2026, 12, 27)),
        (dt.date(2026, 11, 30), 3, dt.date(2027, 2, 28)),
        (dt.date(2026, 12, 1), 1, dt.date(2027, 1, 1)),
    ],
)
def test_a_month_by_the_calendar(day, months, due):
    assert month_after(day, months) == due


def test_erasure_takes_two_people(asked, guest, actor_as):
    row = asked("erasure")
    kernel.perform(row, "erase", actor_as("officer"))
    proposal = Proposal.objects.get(kind="privacyrequest", object_id=row.pk)
    assert Person.objects.get(pk=guest.pk).email == "vigdis@example.org"
    with pytest.raises(kernel.Refused):
        kernel.decide(proposal, actor_as("officer"), confirm=True)
    kernel.decide(proposal, actor_as("officer2"), confirm=True)
    guest.refresh_from_db()
    assert (guest.email, guest.note, guest.full_name) == ("", "", "[erased]")
    row.refresh_from_db()
    assert (row.state, row.answer) == ("done", "")
    assert row.subject == f"person:{guest.pk}"
    assert Erasure.objects.get().object_id == guest.pk


def test_what_is_restricted_is_only_kept(asked, guest, actor_as):
    officer, row = actor_as("officer"), asked("restriction")
    guest.keep_until = timezone.localdate() - dt.timedelta(days=1)
    kernel.save(guest, officer)
    kernel.perform(row, "carry_out", officer)
    guest.title = "Dr"
    with pytest.raises(ValidationError, match="restricted"):
        kernel.save(guest, officer)
    with pytest.raises(ValidationError, match="neither changed nor erased"):
        kernel.perform(asked("erasure"), "erase", officer)
    commands.nightly()
    assert Person.objects.get(pk=guest.pk).email
    kernel.perform(row, "lift", officer, reason="settled")
    commands.nightly()
    assert Person.objects.get(pk=guest.pk).email == ""


def test_an_objection_reaches_ties_and_those_who_propose(asked, guest, actor_as):
    tie = Tie.objects.create(
        kind="person", object_id=guest.pk, instrument="other", level="person", date=dt.date(2025, 1, 1), status="made",
        key="x", a_name="Vigdis Havblik", b_name="Other", a_row=f"person:{guest.pk}", a_sure="sure", b_sure="named",
        a_follow=True,
    )  # fmt: skip
    kernel.perform(asked("objection"), "carry_out", actor_as("officer"))
    tie.refresh_from_db()
    assert tie.a_follow is False


def test_a_consent_that_is_withdrawn_lets_go_the_next_night(guest, actor_as):
    officer = actor_as("officer")
    guest.legal_basis = "consent"
    kernel.save(guest, officer)
    first, second = (
        kernel.save(Consent(person=guest, purpose=purpose, how="form"), officer) for purpose in ("a list", "mails")
    )
    kernel.perform(first, "withdraw", officer)
    commands.nightly()
    assert Person.objects.get(pk=guest.pk).email, "the other consent stands"
    kernel.perform(second, "withdraw", officer)
    commands.nightly()
    assert Person.objects.get(pk=guest.pk).email == ""


def test_a_period_of_the_house_acts_for_its_outcome_only(actor_as, settings, tmp_path):
    settings.FOLDER = tmp_path
    officer = actor_as("officer")
    old = timezone.localdate() - dt.timedelta(days=800)
    Request.objects.update(received=old)
    closed = set(Request.objects.filter(state="closed").values_list("pk", flat=True))
    assert closed
    assert Request.objects.exclude(state="closed").exists()
    kernel.save(KeptFor(of_kind="request", only_state="closed", since="received", years=2, why="enough"), officer)
    commands.nightly()
    assert set(Request.objects.filter(name="[erased]").values_list("pk", flat=True)) == closed


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"of_kind": "country", "since": "created"}, "No room says"),
        ({"of_kind": "request", "since": "name"}, "no day of that name"),
        ({"of_kind": "request", "since": "received", "only_state": "flying"}, "no state"),
        ({"of_kind": "request", "since": "received", "years": 0}, "how long"),
    ],
)
def test_a_period_must_make_sense(said, words, actor_as):
    with pytest.raises(ValidationError, match=words):
        kernel.save(KeptFor(**{"years": 1, "why": "enough"} | said), actor_as("officer"))


def test_a_breach_has_72_hours(actor_as):
    """By the hour and not by the day, whatever the time is when this runs."""
    for hours, over in ((71.9, False), (72.1, True), (80, True)):
        noticed = timezone.now() - dt.timedelta(hours=hours)
        row = kernel.save(Breach(title="x", what="y", noticed_at=noticed), actor_as("attache"))
        assert row.notify_by - row.noticed_at == dt.timedelta(hours=72)
        assert row.state_label(actor_as("officer")).endswith("72 hours are over") == over
        assert Breach.objects.filter(BREACH.on("late"), pk=row.pk).exists() == over


def test_the_archive_is_taken_out_by_officers_and_noted(asked, guest, client_as):
    row = asked("access")
    held = client_as("officer").get(reverse("privacy_pack", args=[row.pk]))
    with zipfile.ZipFile(io.BytesIO(held.content)) as archive:
        assert b"vigdis@example.org" in archive.read("data.json")
        assert b"likes the sea" in archive.read("data.json")
        assert b"art. 6(1)(e)" in archive.read("why.json")
    assert client_as("attache").get(reverse("privacy_pack", args=[row.pk])).status_code == 404
    page = client_as("officer").get(reverse("detail", args=["privacy-requests", row.pk])).content.decode()
    assert "What is held of them" in page
    assert "vigdis havblik" in page.casefold()


def test_who_reads_what_is_sensitive_is_noted_once_a_day(guest, client_as, user_of):
    officer = client_as("officer")
    for _time in range(2):
        officer.get(reverse("detail", args=["people", guest.pk]))
    officer.get(reverse("export", args=["people", "csv"]))
    noted = Reading.objects.filter(kind="person", object_id=guest.pk, user=user_of("officer"))
    assert sorted(noted.values_list("how", flat=True)) == ["export", "page"]
    shown = officer.get(reverse("readings") + f"?row=person:{guest.pk}").content.decode()
    assert str(user_of("officer")) in shown
    assert client_as("attache").get(reverse("readings")).status_code == 403


@pytest.mark.parametrize("name", ["let_go", "readings", "processing"])
@pytest.mark.parametrize("language", ["en", "da"])
def test_the_pages_open(name, language, client_as):
    response = client_as("officer").get(reverse(name), headers={"accept-language": language})
    assert response.status_code == 200
