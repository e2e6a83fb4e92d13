"""A mail holds a link only where the code put one, for its own recipient; whatever people write stays text.

The attacks: a stranger writes what looks like a link's place into a form and gets mail about it; a colleague mails it
to themselves; a draft with somebody's link is sent to somebody else.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from i18nfield.fields import I18nCharField, I18nTextField
from test_service import approve_and_send, chosen, introduced, opened, post, scene  # noqa: F401

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.ops import office
from udsyn.desk.rooms.service import commands, links, mails
from udsyn.desk.rooms.service.models import Appointment, Introduction, Link, Request
from udsyn.desk.web import writing
from udsyn.desk.web.inbox import waiting
from udsyn.errors import UdsynError

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r"/answer/(\d+):[\w-]+")


@pytest.fixture
def others_link(chosen):  # noqa: F811
    """A live link of somebody else: a candidate who is asked."""
    return Link.objects.get(purpose="consent", object_id=chosen.made.pk, revoked__isnull=True)


def holes(number):
    """All that ever stood for a link, and what resembles it."""
    return [
        f"[[link:{number}:en]]",
        f"[[link:{number}]]",
        f"[[link:{number}:en?answer=outcome]]",
        f"[[calendar:{number}]]",
        f'{{"link": {number}, "language": "en"}}',
        f"{{{{ link {number} }}}}",
        f"{{% url 'answer' {number} %}}",
        f"%(link)s {number}",
    ]


def stolen(mails, link):
    """Addresses of this link in mails to anybody but its recipient; calendar files that came along."""
    found = [m.to[0] for m in mails if m.to != [link.recipient] and any(
        int(number) == link.pk for number in ADDRESS.findall(m.body))]  # fmt: skip
    return found + [m.to[0] for m in mails if m.attachments]


def test_a_visitor_gets_no_link_by_writing_one(others_link, scene):  # noqa: F811
    """The form's name field comes back in the mail that says no."""
    for text in holes(others_link.pk):
        row = Request(centre=scene.centre, name=text, email="thief@example.org", text=text, language="en")
        commands.take_in(row, scene.attache, "form")
        kernel.perform(row, "decline", scene.attache, reason="spam")
        (left,) = approve_and_send(scene.attache)
        assert left.to == ["thief@example.org"]
        assert text in left.body  # what was written stays as it was written
        assert not stolen([left], others_link)


def test_a_colleague_gets_no_link_by_mailing_one(others_link, user_of, client_as):
    client = client_as("other_attache")  # of another centre: the introduction is not theirs to see
    for text in holes(others_link.pk):
        fields = {
            "recipient": "me@example.org",
            "subject": text,
            "body": text,
            "below": f'[{{"link": {others_link.pk}}}]',
        }
        answer = client.post(reverse("create", args=["outbox"]), fields)
        assert answer.status_code == 302
    assert not Message.objects.filter(recipient="me@example.org").exclude(below=[]).exists()
    sent = approve_and_send(core_actor(user_of("other_attache")))
    assert len(sent) == len(holes(0))
    assert not stolen(sent, others_link)


def core_actor(user):
    return actor_of(user, timezone.localdate())


def test_the_api_takes_no_column_of_the_codes_own(others_link, user_of, client_as):
    actor = core_actor(user_of("attache"))
    given = {"recipient": "me@example.org", "subject": "s", "body": "b", "below": [{"link": others_link.pk}]}
    with pytest.raises(ValidationError, match="below: not a field"):
        writing.write(RESOURCES["message"], actor, given)


def test_a_draft_with_a_link_goes_to_nobody_else(scene):  # noqa: F811
    """Who answers for the mail may mend its text, but neither its recipient nor what it is about."""
    scene.with_short_list()
    message = Message.objects.get(state="drafted")
    for name, value in (("recipient", "thief@example.org"), ("subject", "Something else")):
        changed = Message.objects.get(pk=message.pk)
        setattr(changed, name, value)
        with pytest.raises(ValidationError, match="this recipient and subject"):
            kernel.save(changed, scene.attache)
    message.body = "Kære klient"
    kernel.save(message, scene.attache)
    (left,) = approve_and_send(scene.attache)
    assert left.body.startswith("Kære klient\n\n")
    assert ADDRESS.search(left.body)


@pytest.mark.parametrize("wrong", ["recipient", "about", "link gone", "link revoked", "unknown kind", "calendar"])
def test_a_mail_that_cannot_be_filled_is_set_aside_and_the_rest_leaves(wrong, chosen, others_link, scene):  # noqa: F811
    below = [{"link": others_link.pk, "language": "en"}]
    about, recipient = f"request:{chosen.request.pk}", others_link.recipient
    if wrong == "recipient":
        recipient = "thief@example.org"
    elif wrong == "about":
        about = f"request:{chosen.request.pk + 1}"
    elif wrong == "link gone":
        below = [{"link": 999_999, "language": "en"}]
    elif wrong == "link revoked":
        links.revoke(chosen.made)
    elif wrong == "unknown kind":
        below = [{"klingon": 1}]
    else:
        below = [{"calendar": 999_999}]
    for to, what, under in (
        ("before@example.org", "", []), (recipient, about, below), ("after@example.org", "", [])):  # fmt: skip
        Message.objects.create(
            recipient=to,
            subject="s",
            body="b",
            about=what,
            below=under,
            state="approved",
            responsible=scene.attache.user,
        )
    before = len(mail.outbox)
    with pytest.raises(UdsynError, match=r"2 messages left\. 1 could not be filled and waits in the outbox"):
        office.send_approved()
    assert [m.to[0] for m in mail.outbox[before:]] == ["before@example.org", "after@example.org"]
    aside = Message.objects.get(state="held")
    assert aside.trouble
    assert office.send_approved() == 0  # said once, and nothing stops any more

    assert [i for i in waiting(scene.attache, timezone.localdate()) if i.url.endswith(f"/outbox/{aside.pk}/")]
    kernel.perform(aside, "withdraw", scene.attache, reason="not needed")


def test_a_calendar_file_goes_to_the_two_who_meet(introduced, scene):  # noqa: F811
    begins = timezone.now() + timedelta(days=3)
    made = Introduction.objects.get(pk=introduced.made.pk)
    meeting = Appointment(introduction=made, starts=begins, ends=begins + timedelta(hours=1))
    commands.arrange(meeting, introduced.attache)
    Message.objects.create(
        recipient="thief@example.org", subject="s", body="b", about=f"request:{introduced.request.pk}",
        below=[{"calendar": meeting.pk}], state="approved", responsible=scene.attache.user,
    )  # fmt: skip
    before = len(mail.outbox)
    for message in Message.objects.filter(state="drafted"):
        kernel.perform(message, "approve", scene.attache)
    with pytest.raises(UdsynError, match="could not be filled"):
        office.send_approved()
    assert {m.to[0] for m in mail.outbox[before:] if m.attachments} == {introduced.client, introduced.candidate}


def free_texts():
    """Every column of every room in which somebody writes words: (kind, column)."""
    kinds = (models.CharField, models.TextField, I18nCharField, I18nTextField)
    for kind, resource in sorted(RESOURCES.items()):
        for field in resource.model._meta.concrete_fields:
            if isinstance(field, kinds) and field.editable and not field.choices and not field.primary_key:
                yield kind, field.name


def test_the_walk_meets_the_columns_that_the_public_writes():
    found = set(free_texts())
    assert {("request", "name"), ("request", "text"), ("candidate", "name"), ("message", "body")} <= found
    assert len(found) > 40


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_free_text_of_the_desk_brings_a_link_into_a_mail(data, others_link, introduced, scene):  # noqa: F811
    """Whatever column holds it: everything that writes mail is made to write, and no link of another leaves."""
    kind, column = data.draw(st.sampled_from(list(free_texts())))
    text = data.draw(st.sampled_from(holes(others_link.pk)).flatmap(
        lambda hole: st.tuples(st.text(max_size=5), st.just(hole), st.text(max_size=5)).map("".join)))  # fmt: skip
    resource = RESOURCES[kind]
    fits = resource.model._meta.get_field(column).max_length or 1000
    text = text.replace("\x00", "").encode("utf-8", "ignore").decode()[:fits]
    savepoint = transaction.savepoint()
    try:
        everything_is_mailed(resource, column, text, others_link, introduced, scene)
    finally:
        transaction.savepoint_rollback(savepoint)


def everything_is_mailed(resource, column, text, others_link, introduced, scene):  # noqa: F811
    with suppress(IntegrityError), transaction.atomic():  # a column may hold each text once
        resource.model._base_manager.update(**{column: text})
    before = len(mail.outbox)
    row = Request(centre=scene.centre, name=text[:150], email="thief@example.org", text=text, language="en")
    row.save()
    asker = Request.objects.get(pk=introduced.request.pk)
    made = Introduction.objects.get(pk=introduced.made.pk)
    link = links.make("shortlist", row, row.email)
    row.redirect_to = scene.centre
    for write, *of in (
        (mails.declined, row), (mails.passed_on, row), (mails.introduce, made), (mails.no_luck, made),
        (mails.taken_back, made),
    ):  # fmt: skip
        with suppress(ValidationError):  # a text in the place of an address is refused
            write(*of, scene.attache)
    mails.shortlist(row, scene.attache, link, list(asker.candidates.all()))
    Message.objects.filter(state="drafted").update(state="approved")
    with suppress(UdsynError):  # where the column was an address, mails to it are refused; what left is looked at
        office.send_approved()
    left = mail.outbox[before:]
    assert not stolen([m for m in left if not m.attachments], others_link)
    own = {link.pk: link.recipient for link in Link.objects.all()}
    for m in left:
        assert all(m.to == [own[int(number)]] for number in ADDRESS.findall(m.body))
