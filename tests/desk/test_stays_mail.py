"""Mails about a stay as they reach a real SMTP server: letter, links and the calendar entry, changed and cancelled."""

from __future__ import annotations

import io

import pytest
from django.urls import resolve
from django.utils import timezone
from pypdf import PdfReader
from test_service_mail import smtp  # noqa: F401
from test_stays import DAY, cleared
from tests.desk import second_reader

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.models import Message
from udsyn.desk.ops import office
from udsyn.desk.rooms.stays import staying
from udsyn.desk.rooms.stays.models import Host, Stay

pytestmark = pytest.mark.django_db


@pytest.fixture
def stay(actor_as):
    """A stay that may be invited."""
    row = Stay.objects.get(guest_name="Hana Riverstone")
    Stay.objects.filter(pk=row.pk).update(permit="no")
    Message.objects.all().delete()
    cleared(row, actor_as)
    row.refresh_from_db()
    return row


def arrived(smtp, actor):  # noqa: F811
    """A colleague lets all leave; what the server got since, by recipient."""
    smtp.mails.clear()
    for message in Message.objects.filter(state="drafted"):
        kernel.perform(message, "approve", actor)
    sent = office.send_approved()
    mails = {recipients[0]: mail for recipients, mail in smtp.mails}
    assert sent == len(smtp.mails) == len(mails)
    return mails


def files(mail):
    return {part.get_filename(): part for part in mail.iter_attachments()}


def entry(mail):
    """Method and event of the one calendar file of a mail; its part says the same method, as clients want it."""
    part = files(mail)["stay.ics"]
    method, (event,) = second_reader.read(part.get_payload(decode=True))
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == method
    return method, event


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def page_of(mail):
    """The page that the link in a mail opens, in the mail's own language."""
    (link,) = [word for word in text_of(mail).split() if word.startswith("http")]
    return "/" + link.split("/", 3)[3]


def test_a_stay_is_invited_moved_and_cancelled_by_mail(stay, actor_as, client, smtp):  # noqa: F811
    officer = actor_as("officer2")
    everybody = {stay.guest_email, stay.host_email, stay.keeper.email}
    assert office.send_approved() == 0
    kernel.perform(stay, "invite", officer)
    assert office.send_approved() == 0  # nothing leaves before somebody lets it
    mails = arrived(smtp, officer)
    assert set(mails) == everybody
    guest, host = mails[stay.guest_email], mails[stay.host_email]
    assert set(files(guest)) == {"invitation-en.pdf", "invitation-da.pdf", "stay.ics"}
    assert set(files(host)) == set(files(mails[stay.keeper.email])) == {"stay.ics"}
    for language, word in (("en", "Dear Hana"), ("da", "Kære Hana")):
        letter = files(guest)[f"invitation-{language}.pdf"].get_payload(decode=True)
        said = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(letter)).pages)
        assert word in said
    for mail in (guest, host):
        assert resolve(page_of(mail)).url_name == "stay_page"
        assert client.get(page_of(mail)).status_code == 200
    assert page_of(guest) != page_of(host)
    sent = {to: entry(mail) for to, mail in mails.items()}
    assert {method for method, _event in sent.values()} == {"REQUEST"}
    (first,) = {second_reader.told(event) for _method, event in sent.values()}
    event = sent[stay.guest_email][1]
    assert (event.dtstart, event.dtend) == (stay.first, stay.last + DAY)
    assert {str(one.uri).removeprefix("mailto:") for one in event.attendees} == everybody

    client.post(page_of(guest), {"say": "agree"})
    stay.refresh_from_db()
    stay.first += 2 * DAY
    staying.change(stay, officer)
    moved = {second_reader.told(entry(mail)[1]) for mail in arrived(smtp, officer).values()}
    ((uid, sequence, starts, status),) = moved
    assert (uid, starts, status) == (first[0], stay.first, "CONFIRMED")
    assert sequence > first[1]

    kernel.perform(stay, "cancel", officer, reason="ill")
    mails = arrived(smtp, officer)
    assert set(mails) == everybody
    assert {entry(mail)[0] for mail in mails.values()} == {"CANCEL"}
    ((uid, last, _starts, status),) = {second_reader.told(entry(mail)[1]) for mail in mails.values()}
    assert (uid, status) == (first[0], "CANCELLED")
    assert last > sequence
    assert "cancelled" in text_of(mails[stay.guest_email])


def test_a_guest_who_says_no_is_taken_out_of_every_calendar(stay, actor_as, client, smtp):  # noqa: F811
    officer = actor_as("officer2")
    kernel.perform(stay, "invite", officer)
    guest = arrived(smtp, officer)[stay.guest_email]
    client.post(page_of(guest), {"say": "decline"})
    assert Stay.objects.get(pk=stay.pk).state == "declined"
    mails = arrived(smtp, officer)
    assert {stay.host_email, stay.keeper.email} <= set(mails)
    assert {entry(mail)[0] for mail in mails.values()} == {"CANCEL"}


def test_a_host_is_asked_by_link_and_on_paper_and_a_guest_for_the_report(stay, actor_as, client, smtp):  # noqa: F811
    officer = actor_as("officer2")
    host = Host.objects.filter(round__title__contains="next year", wishes__isnull=False, state="named").first()
    kernel.perform(host, "ask", officer)
    mail = arrived(smtp, officer)[host.email]
    assert resolve(page_of(mail)).url_name == "stay_answer"
    assert client.get(page_of(mail)).status_code == 200
    sheet = files(mail)["answer.pdf"].get_payload(decode=True)
    said = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(sheet)).pages)
    assert host.wishes.first().application.name in " ".join(said.split())
    row = Stay.objects.get(state="arrived")
    Stay.objects.filter(pk=row.pk).update(last=timezone.localdate() - DAY)
    row.refresh_from_db()
    kernel.perform(row, "finish", officer)
    asked = arrived(smtp, officer)[row.guest_email]
    assert "report" in text_of(asked)
    assert "<textarea" in client.get(page_of(asked)).content.decode()
