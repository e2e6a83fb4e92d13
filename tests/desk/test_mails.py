"""Mails: a draft waits for approval, and what is read from an .eml file is what a person would read in it."""

from __future__ import annotations

import time
from contextlib import suppress
from email.message import EmailMessage

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from udsyn.desk.kernel.models import Message
from udsyn.desk.tools import mails

SIMPLE = """From: =?iso-8859-1?q?J=F8rgen_=C5s?= <jorgen@example.org>
To: Seoul <seoul@example.org>, second@example.org
Subject: =?utf-8?b?TcO4ZGU=?= om brint
Date: Mon, 2 Mar 2026 09:30:00 +0900
Message-ID: <1@example.org>
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

K=E6re venner,
vi m=F8des.
"""


def test_a_mail_as_a_person_reads_it():
    mail = mails.read(SIMPLE.encode())
    assert mail.sender == mails.Address("Jørgen Ås", "jorgen@example.org")
    assert [a.email for a in mail.to] == ["seoul@example.org", "second@example.org"]
    assert (mail.subject, mail.text) == ("Møde om brint", "Kære venner,\nvi mødes.")
    assert mail.sent.isoformat() == "2026-03-02T09:30:00+09:00"


def test_html_without_plain_text_and_files():
    made = EmailMessage()
    made["From"], made["Subject"] = "a@example.org", "x"
    made.set_content("<style>p {}</style><p>Kære <b>ven</b></p><script>bad()</script><p>To linjer</p>", subtype="html")
    made.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="../../etc/pass\u202ewd.pdf")
    mail = mails.read(made.as_bytes())
    assert mail.text == "Kære ven\nTo linjer"
    assert mail.files == (("passwd.pdf", b"%PDF-1.7"),)


@pytest.mark.parametrize("content", [b"", b"just words", b"\x00\xff" * 50, b"To: a@example.org\n\nno sender"])
def test_what_is_no_mail_is_refused(content):
    with pytest.raises(ValidationError, match=r"\.eml"):
        mails.read(content)


def test_wrong_encodings_are_read_as_far_as_they_go():
    broken = SIMPLE.replace("iso-8859-1\n", "x-unknown\n").replace("+0900", "nonsense").encode()
    mail = mails.read(broken)
    assert "Kære venner" in mail.text


@given(st.binary(max_size=400))
def test_no_bytes_break_it(body):
    mail = mails.read(b"From: a@example.org\nContent-Type: multipart/mixed; boundary=x\n" + body)
    assert mail.sender.email == "a@example.org"


@pytest.mark.django_db
def test_a_draft_is_written_on_a_page_and_waits(client_as, user_of):
    from django.core import mail as sent

    from udsyn.desk.ops import office

    client = client_as("attache")
    fields = {"recipient": "guest@example.org", "subject": "Velkommen", "body": "Vi ses."}
    answer = client.post(reverse("create", args=["outbox"]), fields, follow=True)
    assert answer.status_code == 200
    message = Message.objects.get(subject="Velkommen")
    assert (message.state, message.responsible) == ("drafted", user_of("attache"))
    office.send_approved()
    assert not sent.outbox
    assert client_as("other_attache").get(reverse("detail", args=["outbox", message.pk])).status_code == 404
    client.post(reverse("do", args=["outbox", message.pk, "approve"]), {"reason": ""})
    office.send_approved()
    assert [m.subject for m in sent.outbox] == ["Velkommen"]
    assert client_as("client").get(reverse("create", args=["outbox"])).status_code == 403


def made_of(*parts, sender=b"Pr=?UTF-8?Q?=C3=B8ve?=, Anna <anna@example.org>"):
    """A mail of several parts, each with its headers."""
    head = b"From: " + sender + b"\nSubject: S\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
    return head + b"".join(b"--b\n" + part + b"\n" for part in parts) + b"--b--\n"


WORDS = b"Content-Type: text/plain; charset=utf-8\n\nHello\n"
FORWARDED = b"""Content-Type: message/rfc822

From: =?utf-8?q?Cl=C3=A9o?= <cleo@client.example.org>
Subject: The request itself
Content-Type: multipart/mixed; boundary=c

--c
Content-Type: text/html

<p>inner <b>words</b></p>
--c
Content-Type: application/pdf; name=plan.pdf
Content-Transfer-Encoding: base64

JVBERi0xLjQK
--c--
"""


@pytest.mark.parametrize(
    ("part", "ending", "content"),
    [
        (b"Content-Type: application/pdf\nContent-Disposition: attachment\n\n%PDF-1.4", ".pdf", b"%PDF-1.4"),
        (b"Content-Type: application/pdf\n\n%PDF-1.4", ".pdf", b"%PDF-1.4"),
        (b"Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR", ".ics", b"BEGIN:VCALENDAR"),
        (b"Content-Type: text/csv\n\na;b", ".csv", b"a;b"),
        (b"Content-Type: text/plain\nContent-Disposition: attachment\n\nnotes", ".txt", b"notes"),
        (b"Content-Type: image/png\nContent-Disposition: attachment\n\npng", ".png", b"png"),
        (b"Content-Type: application/pdf; name*0*=utf-8''r%C3%B8; name*1*=d.pdf\n\nx", "rød.pdf", b"x"),
        (b'Content-Type: application/pdf; name="=?iso-8859-1?q?r=F8d=2Epdf?="\n\nx', "rød.pdf", b"x"),
    ],
)
def test_what_a_person_would_miss_is_kept(part, ending, content):
    mail = mails.read(made_of(WORDS, part))
    ((name, data),) = mail.files
    assert name.endswith(ending)
    assert data.strip() == content
    assert mail.text == "Hello"


def test_a_picture_of_the_layout_is_not_kept():
    picture = b"Content-Type: image/png\nContent-ID: <logo>\nContent-Disposition: inline\n\npng"
    assert mails.read(made_of(WORDS, picture)).files == ()


def test_a_forwarded_mail_says_who_wrote_it_and_keeps_its_files():
    mail = mails.read(made_of(WORDS, FORWARDED))
    assert mail.text.startswith("Hello\n\n---- ")
    assert "Cléo <cleo@client.example.org> · The request itself" in mail.text
    assert mail.text.endswith("inner words")
    assert mail.files == (("plan.pdf", b"%PDF-1.4\n"),)


@pytest.mark.parametrize(
    ("header", "name", "email"),
    [
        (b"Pr=?UTF-8?Q?=C3=B8ve?=, Anna <anna@example.org>", "Prøve, Anna", "anna@example.org"),
        (b'"Pr\xc3\xb8ve, Anna" <anna@example.org>', "Prøve, Anna", "anna@example.org"),
        (b"=?iso-8859-1?Q?Pr=F8ve=2C?= =?iso-8859-1?Q?_Anna?= <anna@example.org>", "Prøve, Anna", "anna@example.org"),
        (b"=?ks_c_5601-1987?B?sejB1g==?= <kim@example.org>", "김주", "kim@example.org"),
        (b"=?undefined?q?a?= <a@example.org>", "a", "a@example.org"),
        (b"=?utf-8?q?evil=40example.org=3E=2C?= <real@example.org>", "evil@example.org>,", "real@example.org"),
        (b"anna@example.org (Anna)", "Anna", "anna@example.org"),
        (b"<" * 400 + b"anna@example.org", "", "anna@example.org"),
    ],
)
def test_senders_as_they_are_written(header, name, email):
    assert mails.read(made_of(WORDS, sender=header)).sender == mails.Address(name, email)


def nested(levels):
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(levels))
    return b"From: a@example.org\n" + opened + b"\nx"


HEAD = b"From: a@example.org\nSubject: s\n"
HOSTILE = {
    "400 brackets": b"From: " + b"<" * 400 + b"a@example.org" + b">" * 400 + b"\n\nx",
    "5,000 comments": b"From: " + b"(" * 5000 + b" a@example.org\n\nx",
    "a charset that fails": HEAD + b"Content-Type: text/plain; charset=undefined\n\nr\xf8d",
    "a charset of a name that fails": HEAD + b"Content-Disposition: attachment; filename*=undefined''%f8\n\nx",
    "50,000 addresses": HEAD + b"To: " + b", ".join(b"p%d@example.org" % n for n in range(50_000)) + b"\n\nx",
    "240 levels": nested(240),
    "5,000 levels": nested(5000),
    "a million headers": HEAD + b"X: y\n" * 1_000_000 + b"\nx",
    "15 million lines": HEAD + b"\n" * 15_000_000,
    "a million parts": HEAD + b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\n" * 1_000_000,
    "long parameters": HEAD + b'Content-Type: text/plain; "' + b";" * 1_000_000 + b"\n\nx",
    "many long parameters": HEAD
    + b"Content-Type: multipart/mixed; boundary=x\n\n"
    + (b'--x\nContent-Type: text/plain; "' + b";" * 2900 + b"\n\nq\n") * 2000,
    "encoded words without end": HEAD + b"X-Y: " + b"=?a?q?" * 100_000 + b"\nCc: " + b"=?a?q?" * 100_000 + b"\n\nx",
    "comments of HTML without end": HEAD + b"Content-Type: text/html\n\n" + b"<!--" * 300_000,
    "20 MB of one letter": HEAD + b"\n" + b"\xf8" * (19 << 20),
    "too large": HEAD + b"\n" * (21 << 20),
}


@pytest.mark.parametrize("attack", HOSTILE)
def test_a_hostile_mail_is_read_or_refused_in_bounded_work(attack):
    """Bounded before it is parsed: each of these took minutes, or ended in an error that nobody expected."""
    begun = time.process_time()
    try:
        mail = mails.read(HOSTILE[attack])
    except ValidationError:
        pass
    else:
        assert mail.sender.email == "a@example.org"
        assert len(mail.to) <= mails.MOST_ADDRESSES
        assert len(mail.text) <= mails.LONGEST_TEXT
    assert time.process_time() - begun < 60  # a hang, not a figure: each takes a second or two


STUMBLES = [bytes([char]) for char in b'()<>[]\\";=@:, a\x00\xff']
STUMBLES += [b"=?", b"?=", b"?q?", b"?b?", b"undefined", b"utf-8", b"*0*=", b"''", b"%f8", b"\n "]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.data())
def test_no_header_and_no_part_breaks_it(data):
    """Headers and parameters of all kinds, filled with what parsers stumble over."""
    stuff = st.lists(st.sampled_from(STUMBLES), max_size=40).map(b"".join)
    names = [b"From", b"To", b"Subject", b"Date", b"Content-Type", b"Content-Disposition", b"Message-ID",
             b"Content-Transfer-Encoding", b"Cc"]  # fmt: skip
    starts = [b"", b"text/plain; charset=", b"multipart/mixed; boundary=", b"attachment; filename*=", b"message/rfc822"]
    lines = [name + b": " + data.draw(st.sampled_from(starts)) + data.draw(stuff) for name in names]
    body = data.draw(stuff)
    with suppress(ValidationError):
        mails.read(b"\n".join(lines) + b"\n\n" + body)
