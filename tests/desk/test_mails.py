"""Mails: a draft waits for approval, and what is read from an .eml file is what a person would read in it."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
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
