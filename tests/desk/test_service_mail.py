"""Mail: what leaves reaches a real SMTP server, after a person's word where one is needed; calendar files that an
independent parser reads, updates and cancels; e-mails that become requests, hostile ones too."""

from __future__ import annotations

import email
import email.policy
import random
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from test_service import TODAY, approve_and_send, chosen, introduced, post, scene  # noqa: F401

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.models import File, Message
from udsyn.desk.ops import office
from udsyn.desk.rooms.posts.models import Centre
from udsyn.desk.rooms.service import commands, taking
from udsyn.desk.rooms.service.models import Appointment, Introduction, Link, Request
from udsyn.desk.tools import outbox
from udsyn.errors import UdsynError

pytestmark = pytest.mark.django_db


class Postman:
    """Keeps what arrives; refuses who is on its list; may hang up instead of saying that it has the mail."""

    def __init__(self):
        self.mails, self.refused, self.hangs_up = [], set(), False

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        if self.hangs_up:
            server.transport.close()
        return "250 OK"


@pytest.fixture
def smtp(settings):
    postman = Postman()
    controller = Controller(postman, hostname="127.0.0.1", port=0)
    controller.port = 18_500 + random.randrange(400)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield postman
    controller.stop()


def test_mails_reach_the_server_after_a_person_approved(scene, smtp):  # noqa: F811
    row = scene.with_short_list()
    assert office.send_approved() == 0
    assert smtp.mails == []
    message = Message.objects.filter(about=f"request:{row.pk}").get()
    kernel.perform(message, "approve", scene.attache)
    assert office.send_approved() == 1
    ((recipients, mail),) = smtp.mails
    assert recipients == [row.email]
    assert mail["To"] == row.email
    text = mail.get_content()
    assert "[[" not in text
    assert "/da/answer/" in text  # in the client's language
    assert row.candidates.first().name in text
    assert row.candidates.first().email not in text
    assert office.send_approved() == 0


def test_a_mail_that_the_server_refuses_waits_and_the_others_leave(scene, smtp):  # noqa: F811
    for address in ("no@example.org", "yes@example.org"):
        Message.objects.create(
            recipient=address, subject="s", body="b", responsible=scene.attache.user, state="approved"
        )
    smtp.refused = {"no@example.org"}
    with pytest.raises(UdsynError, match=r"1 messages left. 1 were refused \(no@example.org"):
        office.send_approved()
    assert [r for r, _mail in smtp.mails] == [["yes@example.org"]]
    smtp.refused = set()
    assert office.send_approved() == 1


def test_nobody_is_asked_before_the_mail_has_left(scene, smtp):  # noqa: F811
    """Neither by its draft, nor by one that the server refuses: the time to answer has not begun either."""
    row = scene.with_short_list()
    message = Message.objects.get(about=f"request:{row.pk}")

    def seen():
        found = Request.objects.get(pk=row.pk)
        held = Link.objects.get(kind="request", object_id=row.pk, purpose="shortlist")
        listed = Request.objects.filter(Request.lifecycle.on("shortlisted")).filter(pk=row.pk).exists()
        return str(found.state_label(scene.attache)), listed, held.expires is not None

    waits = ("short list waits to be sent", False, False)
    assert seen() == waits
    kernel.perform(message, "approve", scene.attache)
    smtp.refused = {row.email}
    with pytest.raises(UdsynError, match="refused"):
        office.send_approved()
    assert seen() == waits
    smtp.refused = set()
    assert office.send_approved() == 1
    assert seen() == ("short list with the client", True, True)


def test_a_server_that_is_away_leaves_all_as_it_was(scene, settings):  # noqa: F811
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # discards, and nobody listens
    message = approved(scene)
    with pytest.raises(UdsynError, match="the mail server was away"):
        office.send_approved()
    assert Message.objects.get(pk=message.pk).state == "approved"


def approved(scene):  # noqa: F811
    return Message.objects.create(
        recipient="a@example.org", subject="Hvem ved?", body="b", responsible=scene.attache.user, state="approved"
    )


@pytest.mark.parametrize(("step", "state", "mails"), [("send_again", "sent", 2), ("note_sent", "sent", 1)])
def test_a_mail_of_which_nobody_knows_waits_for_a_person(step, state, mails, scene, smtp, client_as):  # noqa: F811
    """The server takes the mail and hangs up without a word."""
    smtp.hangs_up = True
    message = approved(scene)
    with pytest.raises(UdsynError, match="Of 1 nobody knows"):
        office.send_approved()
    smtp.hangs_up = False
    assert (office.send_approved(), len(smtp.mails)) == (0, 1)
    message.refresh_from_db()
    assert (message.state, message.sent_at) == ("sending", None)
    client = client_as("attache")
    assert "Hvem ved?" not in client.get(reverse("inbox")).content.decode()
    with pytest.raises(ValidationError, match="ten minutes"):  # somebody may still be sending it
        kernel.perform(message, step, scene.attache)
    then = timezone.now() - timedelta(minutes=11)
    Message.objects.filter(pk=message.pk).update(changed=then)
    assert "Hvem ved?" in client.get(reverse("inbox")).content.decode()
    assert "Hvem ved?" not in client_as("auditor").get(reverse("inbox")).content.decode()
    with pytest.raises(UdsynError, match="Of 1 nobody knows"):
        office.send_approved()
    assert client.post(reverse("do", args=["outbox", message.pk, step]), {"reason": ""}).status_code == 302
    office.send_approved()
    message.refresh_from_db()
    assert (message.state, len(smtp.mails)) == (state, mails)
    assert (message.sent_at == then) == (step == "note_sent")


def calendars(postman):
    """The calendar files that arrived, read by an independent parser: (recipient, method, event)."""
    found = []
    for recipients, mail in postman.mails:
        for part in mail.walk():
            if part.get_content_type() == "text/calendar":
                parsed = Calendar.from_ical(part.get_content())
                assert part.get_param("method") == parsed["METHOD"]
                found.append((recipients[0], str(parsed["METHOD"]), parsed.walk("VEVENT")[0], parsed))
    postman.mails.clear()
    return found


def test_a_meeting_is_invited_changed_and_cancelled_in_place(introduced, smtp):  # noqa: F811
    made = Introduction.objects.get(pk=introduced.made.pk)
    begins = timezone.now().replace(microsecond=0) + timedelta(days=3)
    meeting = Appointment(introduction=made, starts=begins, ends=begins + timedelta(hours=1), place="Seoul; room 2, æ")
    commands.arrange(meeting, introduced.attache)
    assert smtp.mails == []
    approve_and_send(introduced.attache)
    first = calendars(smtp)
    assert sorted(who for who, *_rest in first) == sorted([introduced.client, introduced.candidate])
    event = first[0][2]
    assert (first[0][1], event["STATUS"], event["LOCATION"]) == ("REQUEST", "CONFIRMED", "Seoul; room 2, æ")
    assert event["DTSTART"].dt == begins
    assert event["DTSTART"].params["TZID"] == "Europe/Copenhagen"
    assert first[0][3].walk("VTIMEZONE")
    assert {str(a).removeprefix("mailto:") for a in event["ATTENDEE"]} == {introduced.client, introduced.candidate}
    meeting.starts, meeting.ends = begins + timedelta(hours=2), begins + timedelta(hours=3)
    commands.arrange(meeting, introduced.attache)
    approve_and_send(introduced.attache)
    second = calendars(smtp)[0][2]
    assert second["UID"] == event["UID"]
    assert second["SEQUENCE"] > event["SEQUENCE"]
    assert second["DTSTART"].dt == begins + timedelta(hours=2)
    kernel.perform(Appointment.objects.get(pk=meeting.pk), "cancel", introduced.attache, reason="ill")
    approve_and_send(introduced.attache)
    method, third = calendars(smtp)[0][1:3]
    assert (method, third["STATUS"], third["UID"]) == ("CANCEL", "CANCELLED", event["UID"])
    assert third["SEQUENCE"] > second["SEQUENCE"]


def test_a_change_before_the_mail_left_replaces_it(introduced, smtp):  # noqa: F811
    made = Introduction.objects.get(pk=introduced.made.pk)
    begins = timezone.now() + timedelta(days=3)
    meeting = Appointment(introduction=made, starts=begins, ends=begins + timedelta(hours=1))
    commands.arrange(meeting, introduced.attache)
    meeting.place = "Elsewhere"
    commands.arrange(meeting, introduced.attache)
    approve_and_send(introduced.attache)
    assert [event["LOCATION"] for _who, _method, event, _all in calendars(smtp)] == ["Elsewhere", "Elsewhere"]


def test_no_meeting_before_both_said_yes(chosen):  # noqa: F811
    begins = timezone.now() + timedelta(days=3)
    meeting = Appointment(introduction=chosen.made, starts=begins, ends=begins + timedelta(hours=1))
    with translation.override("en"), pytest.raises(ValidationError, match="both have said yes"):
        commands.arrange(meeting, chosen.attache)
    assert not any(outbox.has_hole(m, "calendar") for m in Message.objects.exclude(state="withdrawn"))


# An e-mail becomes a request


def eml(text="Hvem arbejder med brint?", *, attach=(), **headers):
    mail = EmailMessage()
    defaults = {"From": "Åse Østergård <aase@vindlys.example>", "Subject": "Brint på æ, ø og å",
                "Date": "Mon, 02 Mar 2026 09:00:00 +0100"}  # fmt: skip
    for name, value in (defaults | headers).items():
        mail[name] = value
    mail.set_content(text)
    for name, content, kind in attach:
        main, _slash, sub = kind.partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()


PDF = b"%PDF-1.7 something"


@pytest.fixture
def seoul():
    return Centre.objects.get(slug="seoul")


def test_a_mail_becomes_a_request_with_its_attachments(seoul, actor_as):
    from udsyn.desk.rooms.parties.models import Organisation

    firm = Organisation.objects.get(name="Vindlys Energy")
    firm.website = "https://www.vindlys.example/om"
    firm.save()
    content = eml(attach=[("behov.pdf", PDF, "application/pdf"), ("run.exe", b"MZ", "application/octet-stream")])
    taken = taking.take_mail(content, seoul, actor_as("attache"))
    row = taken.request
    assert (row.name, row.email, row.channel, row.received) == (
        "Åse Østergård", "aase@vindlys.example", "mail", TODAY)  # fmt: skip
    assert row.text == "Brint på æ, ø og å\n\nHvem arbejder med brint?"
    assert row.organisation == firm
    assert row.handler_id == actor_as("attache").person
    assert [f.name for f in File.objects.filter(kind="request", object_id=row.pk)] == ["behov.pdf"]
    assert len(taken.problems) == 1
    assert "run.exe" in taken.problems[0]
    assert [s.what for s in row.steps.all()] == ["received"]


def test_a_mail_comes_in_over_the_page(seoul, client_as):
    file = SimpleUploadedFile("request.eml", eml(attach=[("a.pdf", PDF, "application/pdf")]))
    before = Request.objects.count()
    answer = client_as("attache").post(reverse("from_mail"), {"file": file, "centre": seoul.pk})
    assert answer.status_code == 302
    assert Request.objects.count() == before + 1
    bad = client_as("attache").post(
        reverse("from_mail"), {"file": SimpleUploadedFile("x.eml", b"\x00\x01"), "centre": seoul.pk}
    )
    assert bad.status_code == 422
    other = client_as("other_attache").post(
        reverse("from_mail"), {"file": SimpleUploadedFile("x.eml", eml()), "centre": seoul.pk}
    )
    assert other.status_code == 422
    assert Request.objects.count() == before + 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (eml("<b>x</b>", Subject="Hello\tBcc: evil@example.org"), "Hello Bcc"),
        (
            b"From: a@example.org\nContent-Type: text/html\n\n<p>Hi<script>alert(1)</script> there",
            "Hi",
        ),
        (b"From: =?utf-8?b?not-base64?= <a@example.org>\nSubject: =?nope?q?x?=\n\nbody", "body"),
        (b"From: a@example.org\nContent-Type: text/plain; charset=klingon\n\nr\xf8d gr\xf8d", "r"),
        (b"From: a@example.org\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nno end", "no end"),
        (b"From: a@example.org\nDate: Fri, 99 Zzz 9999 99:99:99 +9999\n\nlate", "late"),
        (b"From: a@example.org\nContent-Type: multipart/mixed\n\nno boundary", "no boundary"),
        (b"From: a@example.org\nContent-Disposition: attachment; filename*=bad''%zz\n\nx", ""),
        (b"From: a@example.org\nContent-Transfer-Encoding: base64\n\n!!!!", ""),
        (b"From: a@example.org\n\n" + b"x" * 300_000, "xxx"),
        (b"From: not an address\nSubject: x\n\nbody", None),
        (b"", None),
        (b"\x89PNG\r\n\x1a\n", None),
    ],
)
def test_a_hostile_mail_is_a_request_or_a_refusal_and_never_a_failure(content, said, seoul, actor_as):
    if said is None:
        with pytest.raises(ValidationError, match="not a mail"):
            taking.take_mail(content, seoul, actor_as("attache"))
        return
    row = taking.take_mail(content, seoul, actor_as("attache")).request
    assert said in row.text
    assert "alert" not in row.text
    assert "\x00" not in row.text
    assert len(row.text) <= taking.LONGEST
    assert row.received <= timezone.localdate()


def test_names_of_attachments_lead_nowhere(seoul, actor_as):
    names = ["../../etc/passwd.pdf", "a\r\nb.pdf", "..\\x.pdf", "x" * 300 + ".pdf", "con.pdf\u202efdp.exe"]
    content = eml(attach=[(name.replace("\r\n", ""), PDF, "application/pdf") for name in names])
    row = taking.take_mail(content, seoul, actor_as("attache")).request
    for file in File.objects.filter(kind="request", object_id=row.pk):
        assert not set("/\\\r\n\u202e") & set(file.name)


def test_many_parts_and_deep_nesting_end(seoul, actor_as):
    inner = eml()
    for _depth in range(60):
        mail = EmailMessage()
        mail["From"] = "a@example.org"
        mail.set_content("outer")
        mail.add_attachment(email.message_from_bytes(inner, policy=email.policy.default))
        inner = mail.as_bytes()
    assert taking.take_mail(inner, seoul, actor_as("attache")).request.pk
    many = eml(attach=[(f"{n}.pdf", PDF, "application/pdf") for n in range(60)])
    taken = taking.take_mail(many, seoul, actor_as("attache"))
    assert File.objects.filter(kind="request", object_id=taken.request.pk).count() == taking.MOST_FILES
    assert len(taken.problems) == 40


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(cut=st.integers(0, 900), noise=st.binary(max_size=60), at=st.integers(0, 900))
def test_any_damage_to_a_mail_is_survived(cut, noise, at, seoul, actor_as):
    whole = eml(attach=[("a.pdf", PDF, "application/pdf")])
    content = whole[: len(whole) - cut]
    content = content[:at] + noise + content[at:]
    with suppress(ValidationError):
        assert taking.take_mail(content, seoul, actor_as("attache")).request.pk


def test_the_text_of_a_mail_is_never_a_template(seoul, actor_as, client_as):
    row = taking.take_mail(eml("{{ settings.SECRET_KEY }} {% debug %} <script>x</script>"), seoul, actor_as("attache"))
    with translation.override("en"):
        page = client_as("attache").get(reverse("detail", args=["requests", row.request.pk])).content.decode()
    assert "{{ settings.SECRET_KEY }}" in page
    assert "<script>x" not in page
