"""Ledger, files, exports, calendars, mail, keys: each against somebody who means harm or makes a mistake."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from datetime import UTC, date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from udsyn.desk.kernel import commands, ledger
from udsyn.desk.kernel.models import Entry, Message, Token
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.ops import office
from udsyn.desk.rooms.parties.models import Organisation
from udsyn.desk.tools import files
from udsyn.desk.web import exports, feeds

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 something"


@pytest.fixture
def officer(actor_as):
    return actor_as("officer")


@pytest.fixture
def organisation(officer):
    return commands.save(Organisation(name="Sound Institute"), officer)


# Ledger


def test_the_chain_is_whole_and_each_action_adds_to_it(officer, organisation):
    before = ledger.verify()
    assert before.whole
    assert before.lines == Entry.objects.count() > 500
    organisation.city = "Odense"
    commands.save(organisation, officer, reason="they moved")
    line = Entry.objects.first()
    assert (line.action, line.fields, line.reason) == ("change", "city", "they moved")
    assert ledger.verify(before.head).whole


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_entry SET reason = 'x' WHERE seq = 5",
        "DELETE FROM core_entry WHERE seq = 5",
    ],
)
def test_the_database_refuses_to_change_the_ledger(statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE core_entry SET reason = 'x' WHERE seq = 5", "line 5 was changed"),
        ("DELETE FROM core_entry WHERE seq = 5", "line 5 is missing"),
        ("UPDATE core_entry SET at = '2020-01-01' WHERE seq = 7", "line 7 was changed"),
    ],
)
def test_who_gets_past_the_database_is_found_out(statement, said):
    if connection.vendor != "sqlite":
        pytest.skip("the triggers are dropped in SQLite's words here")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER ledger_UPDATE")
        cursor.execute("DROP TRIGGER ledger_DELETE")
        cursor.execute(statement)
        assert said in " ".join(ledger.verify().broken)
        transaction.set_rollback(True)


def test_a_line_that_was_forged_with_its_own_seal_does_not_bear_the_next():
    """Who changes a line and seals it again has a sound line; the one after it still names the old seal."""
    if connection.vendor != "sqlite":
        pytest.skip("the triggers are dropped in SQLite's words here")
    line = Entry.objects.get(seq=5)
    sealed = [5, line.at.astimezone(UTC).isoformat(), line.actor_id, line.actor_name, line.roles, line.action]
    sealed += [line.kind, line.object_id, line.label, line.fields, line.before, line.after]

    def seal(reason):
        text = json.dumps([*sealed, reason, line.previous, line.salt], ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    assert seal(line.reason) == line.hash
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER ledger_UPDATE")
        cursor.execute("UPDATE core_entry SET reason = 'forged', hash = %s WHERE seq = 5", [seal("forged")])
        assert ledger.verify().broken == ("line 6 does not follow the line before it",)
        transaction.set_rollback(True)


def test_a_cut_off_end_is_found_by_a_noted_head(officer, organisation):
    assert not ledger.verify("f" * 64).whole


def test_history_keeps_who_and_why(officer, organisation, client_as):
    organisation.city = "Odense"
    commands.save(organisation, officer, reason="they moved")
    page = client_as("attache").get(reverse("history", args=["organisations", organisation.pk])).content.decode()
    assert "they moved" in page
    assert "Odense" in page
    assert str(officer.user) in page


# Files


def upload(name, content, **kinds):
    return SimpleUploadedFile(name, content, **kinds)


def zipped(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("evil.html", b"<script>"),
        ("evil.svg", b"<svg onload=x>"),
        ("evil.exe", b"MZ"),
        ("noending", PDF),
        ("looks.pdf", b"<html>"),
        ("looks.png", b"GIF89a"),
        ("looks.docx", zipped("xl/workbook.xml")),
        ("macro.docx", zipped("word/document.xml", "word/vbaProject.bin")),
        ("capitals.docx", zipped("word/document.xml", "word/VBAPROJECT.BIN")),
        ("elsewhere.xlsx", zipped("xl/workbook.xml", "other/VbaData.xml")),
        ("basic.ods", zipped("content.xml", "Basic/Standard/Module1.xml")),
        ("broken.xlsx", b"PK\x03\x04nothing"),
        ("empty.pdf", b""),
        ("binary.txt", b"a\x00b"),
        (".pdf", b""),
    ],
)
def test_files_that_are_not_taken(name, content, officer, organisation):
    with pytest.raises(ValidationError):
        files.attach(organisation, officer, upload(name, content))


def test_a_file_too_large_is_refused(officer, organisation, settings):
    settings.LARGEST_FILE = 10
    with pytest.raises(ValidationError):
        files.attach(organisation, officer, upload("a.pdf", PDF))


@pytest.mark.parametrize("name", ["../../etc/passwd.pdf", "..\\..\\x.pdf", "a\r\nSet-Cookie: b.pdf", "a\u202efdp.pdf"])
def test_a_name_leads_nowhere(name, officer, organisation, client_as):
    file = files.attach(organisation, officer, upload(name, PDF))
    assert not set("/\\\r\n\u202e") & set(file.name)
    answer = client_as("officer").get(reverse("file", args=[file.pk]))
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_the_same_name_is_the_next_version(officer, organisation):
    versions = [files.attach(organisation, officer, upload("mou.pdf", PDF + n)).version for n in (b"1", b"2")]
    assert versions == [1, 2]


def test_files_follow_their_row(officer, client_as):
    from udsyn.desk.rooms.cooperation.models import Agreement

    secret = Agreement.objects.filter(confidential=True).first()
    file = files.attach(secret, officer, upload("mou.pdf", PDF), visibility="everyone")
    got = {
        role: client_as(role).get(reverse("file", args=[file.pk])).status_code
        for role in ("officer", "attache", "other_attache", "client", "visitor")
    }
    assert got == {"officer": 200, "attache": 200, "other_attache": 404, "client": 404, "visitor": 302}


# Exports, calendars, mail


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", '=HYPERLINK("http://evil")'])
def test_no_formula_leaves_in_a_table(value):
    assert exports.harmless(value) == f"'{value}"


def test_an_export_holds_every_row_that_is_seen(officer, client_as):
    commands.save(Organisation(name="=cmd|' /C calc'!A0"), officer)
    text = client_as("attache").get(reverse("export", args=["organisations", "csv"])).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == Organisation.objects.count()
    assert not any(v.startswith(("=", "+", "-", "@")) for row in rows for v in row.values())


def test_a_calendar_that_an_independent_parser_reads(client_as, user_of):
    from udsyn.desk.rooms.cooperation.models import Meeting

    url = reverse("calendar", args=[user_of("officer").calendar_key])
    meeting = Meeting.objects.filter(state="planned").first()

    def entry():
        events = Calendar.from_ical(client_as("visitor").get(url).content).walk("VEVENT")
        return next(e for e in events if e["UID"] == f"meeting-{meeting.pk}@udsyn")

    first = entry()
    assert first["DTSTART"].params["TZID"] == "Europe/Copenhagen"
    meeting.place = "Aarhus\r\nATTENDEE:mailto:evil@example.org"
    meeting.save()
    second = entry()
    assert second["SEQUENCE"] > first["SEQUENCE"]
    assert "ATTENDEE" not in second
    meeting.state = "cancelled"
    meeting.save()
    assert entry()["STATUS"] == "CANCELLED"


def test_a_calendar_line_is_folded_and_escaped():
    text = feeds.render([feeds.Date("x", "a,b;c\nd", date(2026, 3, 1), text="a,b;c\n" + "ø" * 200)], "n")
    assert max(map(len, text.split(b"\r\n"))) <= 75
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert event["DESCRIPTION"] == "a,b;c\n" + "ø" * 200
    assert event["SUMMARY"] == "a,b;c d"  # a title is one line


def test_nothing_leaves_before_a_person_approved(officer, user_of, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    message = Message.objects.create(
        recipient="a@example.org", subject="Hello\r\nBcc: evil@example.org", body="x", responsible=officer.user
    )
    assert office.send_approved() == 0
    commands.perform(message, "approve", officer)
    assert office.send_approved() == 1
    assert mail.outbox[0].to == ["a@example.org"]
    assert not mail.outbox[0].bcc
    assert "\n" not in mail.outbox[0].subject
    assert office.send_approved() == 0
    with pytest.raises(ValidationError):
        commands.perform(message, "withdraw", officer, reason="too late")


# The contact form


def test_the_contact_form_ignores_robots_and_floods(client):
    from django.core.cache import cache

    from udsyn.desk.rooms.service.models import Request

    cache.clear()
    url = reverse("centre", args=["seoul"])
    good = {"name": "A", "email": "a@example.org", "text": "Hello"}
    before = Request.objects.count()
    client.post(url, {**good, "website": "http://spam"})
    assert Request.objects.count() == before
    for _time in range(8):
        client.post(url, good, headers={"x-forwarded-for": f"10.0.0.{_time}"})
    assert Request.objects.count() - before == 4
    assert client.post(url, {"name": "A"}).status_code == 422
    cache.clear()


# Keys of the API


@pytest.fixture
def key(user_of):
    def make(role, scopes, expires=None):
        secret = Token.new_secret()
        Token.objects.create(
            owner=user_of(role),
            name="t",
            digest=Token.digest_of(secret),
            scopes=scopes,
            expires=expires or timezone.localdate() + timedelta(days=1),
        )
        return {"authorization": f"Bearer {secret}"}

    return make


def test_every_operation_asks_for_a_key(client):
    schema = client.get("/api/v1/openapi.json").json()
    assert len(schema["paths"]) > 40
    for path, operations in schema["paths"].items():
        for method in operations:
            url = path.replace("{pk}", "1").replace("{name}", "x")
            answer = client.generic(method.upper(), url, "{}", content_type="application/json")
            assert answer.status_code == 401, (method, path)
            assert answer["Content-Type"] == "application/problem+json"


def test_a_key_reaches_no_further_than_its_scopes_and_its_owner(client, key):
    row = RESOURCES["actionpoint"].model.objects.filter(state="open").first()
    url = f"/api/v1/action-points/{row.pk}"
    assert client.get(url, headers=key("officer", ["read:agreement"])).status_code == 403
    assert client.get(url, headers=key("officer", ["read"])).status_code == 200
    assert client.get(url, headers=key("client", ["read", "write"])).status_code == 404
    do = {"data": {"reason": "r"}, "content_type": "application/json"}
    assert client.post(url + "/do/finish", headers=key("officer", ["read"]), **do).status_code == 403
    assert client.post(url + "/do/finish", headers=key("auditor", ["read", "write"]), **do).status_code == 403
    answer = client.post(url + "/do/finish", headers=key("officer", ["write"]), **do)
    assert answer.json() == {"state": "done", "waits_for_second_person": False}
    again = client.post(url + "/do/finish", headers=key("officer", ["write"]), **do)
    assert again.status_code == 422
    assert again.json()["status"] == 422


def test_a_key_ends(client, key, user_of):
    headers = key("officer", ["read"], expires=timezone.localdate() - timedelta(days=1))
    assert client.get("/api/v1/agreements", headers=headers).status_code == 401
    good = key("officer", ["read"])
    user = user_of("officer")
    user.is_active = False
    user.save()
    assert client.get("/api/v1/agreements", headers=good).status_code == 401


@pytest.mark.parametrize("path", ["agreements/0", "agreements/99999999999999999999", "agreements/x", "nothing", ""])
def test_api_errors_are_problems_and_never_pages(path, client, key):
    answer = client.get(f"/api/v1/{path}", headers=key("officer", ["read"]))
    assert answer.status_code in (404, 422)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code


# People merged by mistake


def test_two_people_merged_by_mistake_are_separated_again(officer):
    from udsyn.desk.rooms.cooperation.models import ActionPoint
    from udsyn.desk.rooms.parties import commands as parties
    from udsyn.desk.rooms.parties.models import Merge, Person

    points = ActionPoint.objects.filter(owner__isnull=False)
    gone = points.first().owner
    keep = Person.objects.filter(user__isnull=True).exclude(pk=gone.pk).first()
    keep.orcid, gone.orcid = "", "0000-0002-1825-0097"
    gone.save()
    keep.save()
    owners = dict(points.values_list("pk", "owner_id"))
    links = {p.pk: list(p.affiliations.values_list("pk", flat=True)) for p in (keep, gone)}
    record = parties.merge(keep, gone, officer, "same person")
    keep.refresh_from_db()
    assert keep.orcid == "0000-0002-1825-0097"
    assert not ActionPoint.objects.filter(owner=gone).exists()
    assert gone.pk not in RESOURCES["person"].rows(officer).values_list("pk", flat=True)
    with pytest.raises(ValidationError):
        parties.merge(keep, gone, officer)
    parties.separate(Merge.objects.get(pk=record.pk), officer, "two people after all")
    keep.refresh_from_db()
    assert keep.orcid == ""
    assert dict(points.values_list("pk", "owner_id")) == owners
    assert {p.pk: list(p.affiliations.values_list("pk", flat=True)) for p in (keep, gone)} == links
    assert ledger.verify().whole


def test_only_the_ministry_makes_two_rows_one_and_only_two_of_a_kind(officer, organisation, actor_as, user_of):
    from udsyn.desk.rooms.parties import commands as parties

    people = [user_of(role).person for role in ("attache", "client")]
    other = commands.save(Organisation(name="Sounds Institute"), officer)
    with pytest.raises(commands.Refused):
        parties.merge(organisation, other, actor_as("attache"))
    for keep, gone in ((organisation, organisation), (organisation, people[0])):
        with pytest.raises(ValidationError, match="two different rows of one kind"):
            parties.merge(keep, gone, officer)
    with pytest.raises(ValidationError, match="Both have an account"):
        parties.merge(*people, officer)
    assert not Organisation.objects.filter(pk__in=(organisation.pk, other.pk), merged_into__isnull=False).exists()


def test_what_was_written_since_a_merge_stays_when_it_is_undone_once(officer, organisation, actor_as):
    from udsyn.desk.rooms.parties import commands as parties

    gone = commands.save(Organisation(name="Sounds Institute", city="Ribe", website="https://sound.example"), officer)
    record = parties.merge(organisation, gone, officer)
    kept = commands.locked(organisation)
    assert (kept.city, kept.website) == ("Ribe", "https://sound.example")
    kept.city = "Aarhus"
    commands.save(kept, officer)
    with pytest.raises(commands.Refused):
        parties.separate(record, actor_as("attache"))
    parties.separate(record, officer)
    kept = commands.locked(organisation)
    assert (kept.city, kept.website) == ("Aarhus", "")
    with pytest.raises(ValidationError, match="separated already"):
        parties.separate(record, officer)


def test_one_address_is_one_person_however_it_is_written():
    from udsyn.desk.rooms.parties.commands import duplicates
    from udsyn.desk.rooms.parties.models import Person

    rows = [Person(pk=1, family_name="Åkær", email="s@example.org"), Person(pk=2, family_name="Stone", email="t@x.org")]
    rows.append(Person(pk=3, family_name="Miller", email="S@Example.org"))
    (pair,) = duplicates(rows)
    assert (pair.first.pk, pair.second.pk, pair.why, pair.score) == (1, 3, "email: s@example.org", 100)


def test_likely_duplicates_are_found_and_contradictions_are_not(officer):
    from udsyn.desk.rooms.parties.commands import duplicates
    from udsyn.desk.rooms.parties.models import Person

    a = Person.objects.create(given_name="Søren", family_name="Åkær")
    b = Person.objects.create(given_name="Soren", family_name="Akaer")
    c = Person.objects.create(given_name="Soren", family_name="Akaer", orcid="0000-0002-1825-0097")
    d = Person.objects.create(given_name="Soren", family_name="Akaer", orcid="0000-0001-5109-3700")
    pairs = {(p.first.pk, p.second.pk) for p in duplicates([a, b, c, d])}
    assert (b.pk, c.pk) in pairs
    assert (c.pk, d.pk) not in pairs
