"""Canaries: a unique word in every private field, and nobody who must not read it meets it anywhere."""

from __future__ import annotations

import datetime as dt
import io
import random
import zipfile

import pytest
from addresses import ONLY_POST, examples
from django.test import Client
from django.urls import reverse
from tests.desk.cast import BACKEND

from udsyn.desk.kernel.models import Comment, File, Token
from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.parties.models import User
from udsyn.desk.rooms.programmes import writing

pytestmark = pytest.mark.django_db


#: an account that a stranger made, without a role
OWN = "of.my.own.making@example.org"
#: the event of the planted call for contributions
CALLED = "A workshop with a call"


def enter(role, client_as, user_of):
    """A browser and an account: of a role, of a stranger who applies, of a partner who has a mail link only."""
    if role == "partner":
        return client_as("visitor"), None
    if role != "applicant":
        return client_as(role), user_of(role)
    client, user = Client(), User.objects.get(email=OWN)
    client.force_login(user, backend=BACKEND)
    return client, user


@pytest.fixture
def canaries(user_of):
    """word → who may read it."""
    from udsyn.desk.kernel import search
    from udsyn.desk.rooms.cooperation.models import ActionPoint, Agreement, Meeting
    from udsyn.desk.rooms.parties.models import Organisation, Person
    from udsyn.desk.rooms.posts.models import Centre, Contact, Handover, Post
    from udsyn.desk.rooms.programmes.models import Application, Call, Finding
    from udsyn.desk.rooms.service.models import Request

    ministry = {"officer", "officer2", "auditor", "administrator"}
    staff = ministry | {"attache", "successor", "other_attache", "advisor", "assistant"}
    seoul = ministry | {"attache", "assistant", "successor"}
    planted = {}

    def plant(row, field, readers):
        word = f"canary{row._meta.model_name}{field.replace('_', '')}{len(planted)}x"
        setattr(row, field, word)
        row.save()
        search.put(row)
        planted[word] = readers

    client = user_of("client")
    plant(Person.objects.get(pk=client.person_id), "note", staff)
    plant(Organisation.objects.filter(affiliations__person=client.person_id).first(), "note", staff)
    open_one = Agreement.objects.filter(confidential=False, state="in_force", country__code="KR").first()
    plant(open_one, "note", staff)
    secret = Agreement.objects.filter(confidential=True).first()
    plant(secret, "fields_named", ministry | {"attache", "assistant"})
    plant(ActionPoint.objects.create(agreement=secret, text="x"), "text", ministry | {"attache", "assistant"})
    plant(Meeting.objects.first(), "minutes", staff)
    seoul_centre = Centre.objects.get(slug="seoul")
    plant(seoul_centre, "note", staff)
    plant(Post.objects.filter(centre=seoul_centre).first(), "note", staff)
    plant(Contact.objects.filter(centre=seoul_centre).first(), "note", seoul)
    plant(Request.objects.filter(centre=seoul_centre, sender_user__isnull=True).first(), "text", seoul)
    plant(Handover.objects.first(), "letter", seoul)
    theirs = Application.objects.exclude(lead=client.person_id).filter(state="eligible").first()
    plant(theirs, "title", ministry | {"partner"})
    plant(theirs.partners.first(), "organisation_name", ministry | {"partner"})
    plant(theirs.budgetlines.first(), "text", ministry)
    File.objects.filter(pk=theirs.papers.first().file_id).update(name="canarypapernamex.txt")
    planted["canarypapernamex"] = ministry
    person = Person.objects.create(family_name="Of my own making", email=OWN)
    stranger = User.objects.create_user(OWN, person=person)
    started = writing.apply(Call.objects.get(title__contains="autumn"), actor_of(stranger, dt.date.today()), "x")
    plant(started, "title", ministry | {"applicant"})
    own = Application.objects.filter(lead=client.person_id, submitted_at__isnull=False).first()
    plant(own, "title", ministry | {"client"})
    finding = {"rule": "salary", "outcome": "met", "by": user_of("officer")}
    plant(Finding.objects.create(application=own, reason="x", **finding), "reason", ministry)
    prepared = Call.objects.create(programme=own.call.programme, officer=own.call.officer, pack_text=own.call.pack_text)
    plant(prepared, "about", ministry)
    tied(plant, planted, ministry | {"attache", "assistant"}, seoul)
    proposed(plant, client.person_id, seoul)
    officer = user_of("officer")
    for visibility, readers in (("colleagues", staff), ("everyone", staff | {"client"})):
        word = f"canarycomment{visibility}x"
        Comment.objects.create(
            kind="agreement", object_id=open_one.pk, author=officer, text=word, visibility=visibility
        )
        planted[word] = readers
        File.objects.create(
            kind="agreement",
            object_id=open_one.pk,
            uploaded_by=officer,
            name=f"canaryfile{visibility}x.pdf",
            sha256="0" * 64,
            size=1,
            media_type="application/pdf",
            visibility=visibility,
        )
        planted[f"canaryfile{visibility}x"] = readers
    return planted


def proposed(plant, own, of_centre):
    """A call for contributions of a centre: what a client and somebody else propose, and what a reader says of both."""
    from udsyn.desk.rooms.events.models import Attendee, Contribution, Event, Opinion, Referee
    from udsyn.desk.rooms.parties.models import Person
    from udsyn.desk.rooms.posts.models import Centre

    day = dt.date.today() + dt.timedelta(7)
    said = {"title": CALLED, "kind_of": "workshop", "hours": f"{day} 09:00-12:00", "contributions_until": day}
    centre, reader = Centre.objects.get(slug="seoul"), Person.objects.create(family_name="Reader")
    event = Event(**said, organiser=reader, centre=centre, state="open")
    event.full_clean()
    event.save()
    referee = Referee.objects.create(event=event, person=reader)
    for name, person in (("theirs", own), ("strange", None)):
        told = {"given_name": name, "family_name": "Test", "email": f"{name}@example.org", "person_id": person}
        by = Attendee.objects.create(event=event, shown=True, language="en", state="coming", **told)
        row = Contribution.objects.create(event=event, by=by, title=name, text="x")
        readers = of_centre | ({"client"} if person else set())
        plant(row, "title", readers)
        plant(row, "text", readers)
        plant(Opinion.objects.create(contribution=row, referee=referee, score=1, text="x"), "text", of_centre)


def tied(plant, planted, of_country, of_centre):
    """A tie of before with a partner, with what came of it, and a find after an introduction of a centre."""
    from udsyn.desk.kernel import finds, ties
    from udsyn.desk.kernel.ties import Tie
    from udsyn.desk.rooms.outcomes.models import EarlierTie
    from udsyn.desk.rooms.parties.models import Country
    from udsyn.desk.rooms.service.models import Introduction, Outcome

    korea, day = Country.objects.get(code="KR"), dt.date(2015, 3, 1)
    before = EarlierTie.objects.create(instrument="stay", date=day, a_name="Ann", b_name="Bo", b_country=korea)
    plant(before, "note", of_country)
    plant(before, "b_organisation", of_country)
    asked = {"candidate__request__centre__slug": "seoul", "candidate__request__sender_user": None}
    about = Introduction.objects.filter(**asked).first()
    made = []
    for row, kind, instrument in ((before, "earliertie", "stay"), (about, "introduction", "introduction")):
        sides = ties.End(f"canaryside{kind}x"), ties.End("Bo", country="KR")
        told = {"kind": kind, "object_id": row.pk, "instrument": instrument, "level": "person", "key": kind}
        tie = Tie.objects.create(**told, **ties.columns(ties.Said(row, instrument, day, *sides)))
        readers = of_country if kind == "earliertie" else of_centre
        finds.store(tie, [finds.Seen("work", f"W{row.pk}", day, "both", "sure", f"canaryfind{kind}x")], whole=True)
        planted |= {f"canaryside{kind}x": readers, f"canaryfind{kind}x": readers}
        made.append(tie)
    plant(Outcome.objects.create(tie=made[0], kind_of="other", title="x"), "title", of_country)


def text_of(answer):
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return " ".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    return body.decode(errors="replace")


def crawled(role, client, user):
    """Everything this role can fetch: pages, feeds, exports, history, search and the API."""
    for name, paths in examples().items():
        if name not in ONLY_POST | {"account_logout"}:
            yield from paths
    for asked in ("", "?country=KR", "?centre=seoul", "?what=work"):
        yield reverse("outcomes") + asked
    for resource in RESOURCES.values():
        if name != "country":
            for row in resource.model.objects.order_by("-pk")[:5]:
                yield reverse("detail", args=[resource.slug, row.pk])
        yield reverse("export", args=[resource.slug, "xlsx"])
    if user is not None:
        yield reverse("calendar", args=[user.calendar_key])


def called():
    """The pages of the event with a call: of those who organise it, and of everybody."""
    from udsyn.desk.rooms.events.models import Event

    event = Event.objects.get(title=CALLED)
    return [reverse(name, args=[event.pk]) for name in ("event", "event_day", "event_contributions")]


def linked():
    """What a partner's mail link opens."""
    from udsyn.desk.rooms.programmes import links
    from udsyn.desk.rooms.programmes.models import Partner

    return [reverse("partner", args=[links.token(Partner.objects.get(organisation_name__startswith="canary"))])]


#: how much of what a role can fetch is fetched in each run, drawn; `make prove` fetches all
PARTS = {"visitor": 1.0, "partner": 1.0, "client": 0.15, "applicant": 0.15, "other_attache": 0.15}


@pytest.mark.parametrize(
    ("role", "part"),
    [
        *PARTS.items(),
        *(
            pytest.param(role, 1.0, marks=pytest.mark.prove)
            for role in ("client", "applicant", "other_attache", "attache", "auditor")
        ),
    ],
)
def test_no_canary_sings_where_it_must_not(role, part, canaries, client_as, user_of):
    from udsyn.desk.rooms.cooperation.models import Agreement

    client, user = enter(role, client_as, user_of)
    forbidden = {word for word, readers in canaries.items() if role not in readers}
    allowed = set(canaries) - forbidden
    heard, wrong = set(), []

    def listen(path, text):
        wrong.extend((path, word) for word in forbidden if word in text)
        heard.update(word for word in allowed if word in text)

    drawn = random.Random(role)
    paths = linked() if role == "partner" else [p for p in crawled(role, client, user) if drawn.random() < part]
    paths += called()
    paths += [reverse("detail", args=["agreements", a.pk]) for a in Agreement.objects.filter(country__code="KR")]
    for path in paths:
        listen(path, text_of(client.get(path)))
    for word in canaries:
        page = client.get(reverse("search"), {"q": word})
        if page.status_code == 200 and word in forbidden:
            assert 'class="why"' not in text_of(page), f"{word} is found by search"
    if user is not None:
        secret = Token.new_secret()
        Token.objects.create(
            owner=user, name="t", digest=Token.digest_of(secret), scopes=["read"], expires="2099-01-01"
        )
        headers = {"authorization": f"Bearer {secret}"}
        for resource in RESOURCES.values():
            if drawn.random() >= part:
                continue
            answer = client.get(f"/api/v1/{resource.slug}?limit=200", headers=headers)
            listen(resource.slug, text_of(answer))
        for word in forbidden:
            assert client.get("/api/v1/search", {"q": word}, headers=headers).json() == []
    assert not wrong
    assert role in ("visitor", "client") or len(heard) > len(allowed) / 2, "the crawl must pass where canaries may sing"


def test_a_form_does_not_offer_rows_that_are_not_seen(client_as, canaries):
    page = client_as("other_attache").get(reverse("create", args=["contacts"])).content.decode()
    assert "canary" not in page
