"""Service: what can go wrong between a client and a candidate ends in the right state, tells the right people, and
reveals no address before both said yes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from udsyn.desk.evidence import security
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.models import Message, Token
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.ops import office
from udsyn.desk.rooms.parties.models import Affiliation, Country, Organisation, Person
from udsyn.desk.rooms.posts.models import Centre
from udsyn.desk.rooms.service import candidates, commands, links, story
from udsyn.desk.rooms.service.models import (
    Appointment,
    Check,
    FollowUp,
    Introduction,
    Link,
    OptOut,
    Outcome,
    Request,
    Step,
)
from udsyn.desk.rooms.service.panels import served
from udsyn.desk.rooms.service.rules import Holder
from udsyn.desk.web.inbox import waiting
from udsyn.facts.models import SecurityList
from udsyn.world.desk.requests import Scene

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@pytest.fixture
def scene(user_of, actor_as):
    """The attaché in Seoul, a client of Vindlys Energy, and an officer who approves."""
    centre = Centre.objects.get(slug="seoul")
    firm = Organisation.objects.get(name="Vindlys Energy")
    return Scene(actor_as("attache"), user_of("client"), centre, firm, user_of("officer").person)


@pytest.fixture(autouse=True)
def post(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Message.objects.filter(state__in=("drafted", "approved")).update(state="withdrawn")
    mail.outbox.clear()
    with translation.override("en"):
        yield


def approve_and_send(actor):
    """The attaché approves what waits, and it leaves; returns the mails that left now."""
    before = len(mail.outbox)
    for message in Message.objects.filter(state="drafted"):
        kernel.perform(message, "approve", actor)
    office.send_approved()
    return mail.outbox[before:]


def opened(mailed):
    """The address of the first link in a mail."""
    return next(word for word in mailed.body.split() if "/answer/" in word).partition(":8000")[2]


@pytest.fixture
def chosen(scene):
    """A client who chose the first of three candidates; the candidate is asked, and the mail has left."""
    row = scene.with_short_list()
    listed = approve_and_send(scene.attache)[0]
    first = row.candidates.order_by("pk").first()
    answer = Client().post(opened(listed), {"want": first.pk})
    assert answer.status_code == 302
    made = Introduction.objects.get(candidate=first)
    kernel.perform(made, "ask", scene.attache)
    asked = approve_and_send(scene.attache)[0]
    return Story(row, made, opened(listed), opened(asked), scene.attache)


class Story:
    def __init__(self, request, made, client_url, candidate_url, attache):
        self.request, self.made, self.attache = request, made, attache
        self.client_url, self.candidate_url = client_url, candidate_url

    @property
    def state(self):
        return Introduction.objects.get(pk=self.made.pk).state

    @property
    def told(self):
        """Who was written to since, once the attaché has approved."""
        return [m.to[0] for m in approve_and_send(self.attache)]

    @property
    def client(self):
        return self.request.email

    @property
    def candidate(self):
        return self.made.candidate.email

    def say(self, what):
        return Client().post(self.candidate_url, {"say": what})


def both_secret(story):
    """Neither side's address left in a mail to the other, nor stands on a page of a link."""
    for sent in mail.outbox:
        assert not (sent.to[0] == story.client and story.candidate in sent.body)
        assert not (sent.to[0] == story.candidate and (story.client in sent.body or story.request.name in sent.body))
    for url in (story.client_url, story.candidate_url):
        page = Client().get(url).content.decode()
        assert story.candidate not in page
        assert story.client not in page


# The way it should go


def test_both_say_yes_and_only_then_get_each_others_address(chosen):
    both_secret(chosen)
    assert chosen.say("yes").status_code == 302
    assert chosen.state == "agreed"
    office.send_approved()  # nobody approves again: both asked for it
    last = {m.to[0]: m.body for m in mail.outbox}
    assert chosen.candidate in last[chosen.client]
    assert chosen.client in last[chosen.candidate]
    request = Request.objects.get(pk=chosen.request.pk)
    assert request.state == "following"
    assert [f.after for f in request.followups.all()] == [30, 90, 365, 1095]
    assert chosen.made.candidate.__class__.objects.get(pk=chosen.made.candidate.pk).legal_basis == "consent"
    page = Client().get(chosen.candidate_url)
    assert page.status_code == 410
    assert chosen.client not in page.content.decode()


def test_opening_a_link_decides_nothing(chosen):
    """Mail scanners open links; some send HEAD."""
    for url in (chosen.candidate_url, chosen.client_url):
        for _time in range(3):
            assert Client().get(url).status_code == 200
            assert Client().head(url).status_code == 200
    assert chosen.state == "asked"
    assert Client(enforce_csrf_checks=True).post(chosen.candidate_url, {"say": "yes"}).status_code == 403
    assert chosen.state == "asked"


# Unhappy ends


def test_silence_ends_as_silence(chosen):
    Link.objects.filter(purpose="consent", object_id=chosen.made.pk).update(expires=timezone.now())
    assert commands.daily()["silent"] == 1
    assert chosen.state == "silent"
    assert chosen.told == [chosen.client]
    assert "has not answered in time" in mail.outbox[-1].body or "ikke svaret i tide" in mail.outbox[-1].body
    assert commands.daily()["silent"] == 0
    assert chosen.say("yes").status_code == 410
    assert chosen.state == "silent"
    both_secret(chosen)


def test_a_refusal_is_not_explained(chosen):
    chosen.say("no")
    assert chosen.state == "declined"
    assert chosen.told == [chosen.client]
    assert "no answer" not in mail.outbox[-1].body
    both_secret(chosen)


@pytest.mark.parametrize("who", ["client", "attache", "whole request"])
def test_a_withdrawal_tells_the_candidate_and_ends_the_link(who, chosen):
    if who == "client":
        Client().post(chosen.client_url, {"withdraw": chosen.made.pk})
    elif who == "attache":
        kernel.perform(chosen.made, "withdraw", chosen.attache, reason="by telephone")
    else:
        kernel.perform(chosen.request, "withdraw", chosen.attache, reason="no longer needed")
        assert Request.objects.get(pk=chosen.request.pk).state == "withdrawn"
    assert chosen.state == "withdrawn"
    assert chosen.told == [chosen.candidate]
    assert chosen.say("yes").status_code == 410
    assert chosen.state == "withdrawn"
    both_secret(chosen)


def test_a_withdrawal_before_the_mail_left_tells_nobody(scene):
    row = scene.with_short_list()
    url = opened(approve_and_send(scene.attache)[0])
    Client().post(url, {"want": row.candidates.first().pk})
    made = Introduction.objects.get(candidate__request=row)
    kernel.perform(made, "ask", scene.attache)
    kernel.perform(made, "withdraw", scene.attache, reason="changed their mind")
    assert approve_and_send(scene.attache) == []
    assert Message.objects.filter(recipient=made.candidate.email).latest("pk").state == "withdrawn"


def test_a_forwarded_link_shows_no_address_and_sends_them_to_the_right_people_only(chosen):
    """Whoever it is forwarded to can at most answer; addresses go by mail to those who were asked."""
    stranger = Client()
    page = stranger.get(chosen.candidate_url)
    assert chosen.made.candidate.name in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex"
    both_secret(chosen)
    stranger.post(chosen.candidate_url, {"say": "yes"})
    office.send_approved()
    assert {m.to[0] for m in mail.outbox} == {chosen.client, chosen.candidate}
    assert chosen.client not in stranger.get(chosen.candidate_url).content.decode()


def test_a_link_used_twice_decides_once(chosen):
    chosen.say("no")
    assert chosen.say("yes").status_code == 410
    assert chosen.state == "declined"
    again = Client().post(chosen.client_url, {"want": [c.pk for c in chosen.request.candidates.all()]})
    assert again.status_code == 422
    assert Introduction.objects.filter(candidate__request=chosen.request).count() == 1
    assert chosen.request.steps.filter(what="chosen").count() == 1


def test_an_expired_link_decides_nothing(chosen):
    Link.objects.update(expires=timezone.now() - timedelta(minutes=1))
    assert Client().get(chosen.candidate_url).status_code == 410
    assert chosen.say("yes").status_code == 410
    assert Client().post(chosen.client_url, {"withdraw": chosen.made.pk}).status_code == 410
    assert chosen.state == "asked"  # until the day's work tells it as silence
    both_secret(chosen)


def test_a_link_runs_ten_working_days_from_the_day_its_mail_left(chosen):
    link = Link.objects.get(purpose="consent", object_id=chosen.made.pk)
    assert timezone.localdate(link.expires - timedelta(seconds=1)) == links.working_days_later(timezone.localdate(), 10)
    assert links.working_days_later(date(2026, 11, 20), 10) == date(2026, 12, 4)  # a Friday, two weekends between


@pytest.mark.parametrize("change", ["number", "signature", "purpose", "nonsense", "long"])
def test_a_link_that_was_not_made_here_opens_nothing(change, chosen):
    link = Link.objects.get(purpose="consent", object_id=chosen.made.pk)
    signed = links.token(link)
    number, _colon, signature = signed.partition(":")
    other = Link.objects.filter(purpose="shortlist").first()
    forged = {
        "number": f"{other.pk}:{signature}",
        "signature": f"{number}:{signature[::-1]}",
        "purpose": links.token(Link(pk=link.pk, purpose="followup")),
        "nonsense": "x",
        "long": "9" * 400 + ":" + signature,
    }[change]
    assert Client().get(reverse("answer", args=[forged])).status_code == 404


def test_who_opts_out_is_never_asked_again(chosen, scene):
    chosen.say("never")
    assert chosen.state == "stopped"
    assert chosen.told == [chosen.client]
    assert "opt" not in mail.outbox[-1].body
    both_secret(chosen)
    assert not OptOut.objects.filter(digest__contains="@").exists()
    row = scene.scoped(0)
    candidate = row.candidates.model(request=row, name="Same person", email=chosen.candidate.upper())
    kernel.save(candidate, scene.attache)
    with pytest.raises(ValidationError, match="never"):
        kernel.perform(candidate, "vet", scene.attache)


def test_who_opted_out_between_vetting_and_asking_is_not_asked(scene):
    row = scene.with_short_list()
    url = opened(approve_and_send(scene.attache)[0])
    first = row.candidates.first()
    Client().post(url, {"want": first.pk})
    commands.never_again(first.email)
    with translation.override("en"), pytest.raises(ValidationError, match="never"):
        kernel.perform(Introduction.objects.get(candidate=first), "ask", scene.attache)


def test_a_firm_protected_against_advertising_is_not_written_to_unasked(scene):
    """CVR's mark holds for the organisation by its name, and by where a person works; a yes said before lifts it."""
    row = scene.with_short_list()
    url = opened(approve_and_send(scene.attache)[0])
    first = row.candidates.first()
    Client().post(url, {"want": first.pk})
    asked = Introduction.objects.get(candidate=first)
    firm = Organisation(name="Havblik Sensorer", cvr="12345678", no_advertising=True)
    kernel.save(firm, scene.attache)
    asked.candidate.institution = "HAVBLIK SENSORER"
    asked.candidate.save()
    with translation.override("en"), pytest.raises(ValidationError, match="protected against advertising"):
        kernel.perform(asked, "ask", scene.attache)
    Organisation.objects.filter(pk=firm.pk).update(no_advertising=False)
    assert commands.unasked(asked.candidate) is None
    Organisation.objects.filter(pk=firm.pk).update(no_advertising=True)
    asked.candidate.legal_basis = "consent"
    asked.candidate.save()
    kernel.perform(asked, "ask", scene.attache)
    asked.candidate.legal_basis = "public_task"
    asked.candidate.institution = ""
    assert commands.unasked(asked.candidate) is None
    person = Person.objects.create(family_name="Invented")
    Affiliation.objects.create(person=person, organisation=firm)
    asked.candidate.person = person
    assert commands.unasked(asked.candidate)


def test_competitors_are_kept_apart(scene, actor_as):
    """Nobody of a competitor's is proposed, nobody serves both, and colleagues elsewhere do not learn of it."""
    rival = Organisation.objects.get(name="Kvantum Instruments")
    row = scene.scoped(0)
    row.competitors.set([rival])
    candidate = row.candidates.model(request=row, name="Employee", institution="kvantum instruments", email="e@x.org")
    kernel.save(candidate, scene.attache)
    with pytest.raises(ValidationError, match="competitor"):
        kernel.perform(candidate, "vet", scene.attache)
    other = Request(centre=scene.centre, name="Rival", email="r@example.org", text="The same", organisation=rival)
    commands.take_in(other, actor_as("visitor"), "form")
    with pytest.raises(ValidationError, match="somebody else"):
        kernel.perform(other, "accept", scene.attache)
    assert Request.objects.get(pk=other.pk).state == "received"
    kernel.perform(other, "accept", actor_as("assistant"))
    assert Request.objects.get(pk=other.pk).handler_id == actor_as("assistant").person
    seen = served(scene.organisation)
    Request.objects.filter(pk=row.pk).delete()
    assert served(scene.organisation) == seen  # it was not told to others before either


def test_a_list_with_somebody_who_opted_out_since_does_not_leave(scene):
    """Whoever sends it is told who it is, and nobody on the list was written to or put before the client."""
    row = scene.scoped(0)
    for name in ("First Choice", "Second Thought"):
        candidate = row.candidates.model(request=row, name=name, email=f"{name[:5]}@example.org")
        kernel.save(candidate, scene.attache)
        kernel.perform(candidate, "vet", scene.attache)
    commands.never_again("SECON@example.org")
    with pytest.raises(ValidationError, match=r"Second Thought.*never to be written to"):
        kernel.perform(row, "shortlist", scene.attache)
    assert set(row.candidates.values_list("state", flat=True)) == {"vetted"}
    assert not Message.objects.filter(state="drafted").exists()


def test_a_client_who_wants_nobody_is_served_on(scene):
    row = scene.with_short_list()
    link = scene.leave(row)
    assert commands.choose(row, Holder(name="link", link=link), []) == 0
    assert set(row.candidates.values_list("state", flat=True)) == {"passed"}
    assert kernel.locked(row).state == "shortlisted", "a next list may follow"
    assert not Introduction.objects.filter(candidate__request=row).exists()


def test_two_who_said_yes_have_one_row_of_follow_ups_and_a_colleague_says_who_met(scene):
    first = scene.with_answer_awaited()
    second = Introduction.objects.get(candidate__request=first.request, state="asked")
    planned = list(first.request.followups.values_list("pk", flat=True))
    consent = Link.objects.get(purpose="consent", object_id=second.pk)
    kernel.perform(second, "agree", Holder(name="link", link=consent))
    request = kernel.locked(first.request)
    assert request.state == "following"
    assert list(request.followups.values_list("pk", flat=True)) == planned
    said = {}
    for what in ("talked", "nothing"):
        followup = request.followups.filter(state="planned").earliest("due")
        kernel.perform(followup, "ask", scene.attache)
        said[what] = commands.answer(followup, Holder(name="link", link=scene.leave(followup)), what).state
    assert said == {"talked": "answered", "nothing": "answered"}
    states = Introduction.objects.filter(candidate__request=request).values_list("state", flat=True)
    assert sorted(states) == ["agreed", "agreed", "drafted"], "talked with one of two: with whom?"
    for _time in range(2):  # a second meeting of theirs changes nothing more
        begun, over = timezone.now() - timedelta(hours=2), timezone.now() - timedelta(hours=1)
        meeting = Appointment.objects.create(introduction=first, starts=begun, ends=over, place="Seoul")
        kernel.perform(meeting, "hold", scene.attache)
        assert kernel.locked(first).state == "met"
    assert kernel.locked(second).state == "agreed"


def test_nobody_is_asked_how_it_went_who_opted_out_or_withdrew(introduced, user_of):
    request = kernel.locked(introduced.request)
    FollowUp.objects.filter(request=request).update(due=TODAY)
    commands.never_again(introduced.client)
    done = commands.daily()
    assert (done["followups_asked"], done["failed"]) == (0, [])
    assert set(request.followups.values_list("state", flat=True)) == {"planned"}
    approver = user_of("officer").person
    check = Check.objects.create(request=request, approver=approver, triggers=[], state="open")
    kernel.perform(request, "withdraw", introduced.attache, reason="the project ended")
    assert set(request.followups.values_list("state", flat=True)) == {"cancelled"}
    assert kernel.locked(check).state == "void"


@pytest.mark.parametrize("role", ["other_attache", "client", "auditor"])
def test_requests_and_contacts_are_written_by_who_works_on_them(role, scene, actor_as):
    row = scene.received()
    new = Request(centre=scene.centre, name="By telephone", email="t@example.org", text="A question")
    for write, one in ((commands.type_in, new), (commands.log_contact, Step(request=row, how="phone", note="x"))):
        with pytest.raises(kernel.Refused):
            write(one, actor_as(role))
    assert new.pk is None
    assert [step.what for step in row.steps.all()] == ["received"]


def test_a_request_typed_in_is_the_writers_and_a_contact_is_logged_where_there_was_one(scene):
    rows = [Request(centre=scene.centre, name="By hand", email="t@example.org", text="A question") for _ in range(2)]
    commands.type_in(rows[0], scene.attache)
    commands.type_in(rows[1], scene.attache, how="phone", minutes=5)
    assert {(row.handler_id, row.channel) for row in rows} == {(scene.attache.person, "typed")}
    assert [[step.what for step in row.steps.order_by("pk")] for row in rows] == [["received"], ["received", "contact"]]
    commands.log_contact(Step(request=rows[0], how="phone", note="called back"), scene.attache)
    later = rows[0].steps.get(what="contact")
    assert (later.by_id, later.note) == (scene.attache.person, "called back")


# Who sees what


@pytest.mark.parametrize(
    "role", ["visitor", "client", *(pytest.param(one, marks=pytest.mark.prove) for one in ("other_attache", "advisor"))]
)
def test_no_address_leaks_before_both_said_yes(role, chosen, client_as, user_of, actor_as):
    """Canaries in every address and private note of a running introduction, looked for wherever this role can look."""
    from test_leaks import text_of

    request, candidate = Request.objects.get(pk=chosen.request.pk), chosen.made.candidate
    Message.objects.filter(state="drafted").update(state="approved")
    candidate.email, candidate.note = "canary-candidate@example.org", "canary-note"
    candidate.save()
    request.note, request.sender_user = "canary-note", user_of("client")
    request.save()
    own = {"canary-client@example.org"}
    if role != "client":
        request.email, request.need = "canary-client@example.org", "canary-need"
        request.save()
    Step.objects.create(request=request, what="contact", note="canary-note")
    Check.objects.create(
        request=request, approver=user_of("officer").person, triggers=[], evidence="canary-note", state="cleared"
    )
    client, user = client_as(role), user_of(role)
    paths = [chosen.client_url, chosen.candidate_url, reverse("centre", args=["seoul"]), reverse("figures")]
    for resource in RESOURCES.values():
        paths += [reverse("list", args=[resource.slug])]
        paths += [reverse("export", args=[resource.slug, form]) for form in ("csv", "xlsx", "json")]
    for kind, pk in (("request", request.pk), ("candidate", candidate.pk), ("introduction", chosen.made.pk)):
        paths += [reverse(name, args=[RESOURCES[kind].slug, pk]) for name in ("detail", "history", "edit")]
    paths += [reverse(name) for name in ("home", "inbox", "activity")]
    paths += [reverse("report", args=["seoul", 2026]), reverse("report_file", args=["seoul", 2026, "html"])]
    paths += [reverse("detail", args=["countries", request.centre.country_id])]
    if request.organisation_id:
        paths += [reverse("detail", args=["organisations", request.organisation_id])]
    if user is not None:
        paths.append(reverse("calendar", args=[user.calendar_key]))
    seen = {path: text_of(client.get(path)) for path in paths}
    seen |= {f"search {w}": text_of(client.get(reverse("search"), {"q": w})) for w in ("canary", "seoul")}
    if user is not None:
        secret = Token.new_secret()
        digest = Token.digest_of(secret)
        Token.objects.create(owner=user, name="t", digest=digest, scopes=["read"], expires="2099-01-01")
        headers = {"authorization": f"Bearer {secret}"}
        for resource in RESOURCES.values():
            seen[f"api {resource.slug}"] = text_of(client.get(f"/api/v1/{resource.slug}?limit=200", headers=headers))
    pages_of_links = {chosen.client_url, chosen.candidate_url}  # the need is written for outsiders and stands there
    wrong = [
        (path, word)
        for path, text in seen.items()
        for word in ("canary-candidate", "canary-note", *own, "canary-need")
        if word in text.replace('value="canary"', "") and not (word == "canary-need" and path in pages_of_links)
    ]
    assert not wrong


def test_the_centre_itself_sees_what_the_others_do_not(chosen, client_as):
    page = client_as("attache").get(reverse("detail", args=["candidates", chosen.made.candidate.pk])).content.decode()
    assert chosen.candidate in page


def test_who_reads_the_outbox_cannot_answer_for_the_recipient(chosen, client_as):
    signed = links.token(Link.objects.get(purpose="consent", object_id=chosen.made.pk))
    page = client_as("officer").get(reverse("export", args=["outbox", "csv"])).content.decode()
    assert "May we introduce you?" in page
    assert signed not in page


def test_other_centres_see_that_a_client_is_served_and_by_whom(chosen, client_as, scene):
    Request.objects.filter(pk=chosen.request.pk).update(text="private words", note="private note")
    url = reverse("detail", args=["organisations", Organisation.objects.get(name="Vindlys Energy").pk])
    page = client_as("other_attache").get(url).content.decode()
    assert "Seoul" in page
    assert str(Request.objects.get(pk=chosen.request.pk).handler) in page
    assert "private" not in page.replace("private,", "")
    assert chosen.client not in page or chosen.request.name not in page.split("Served now by")[1].split("</section>")[0]


@pytest.mark.parametrize("role", ["officer", "attache", "advisor", "client"])
def test_a_partners_story_has_what_its_reader_sees(role, actor_as):
    """Asked from the requests, and one by one."""
    actor, told = actor_as(role), 0
    both = Introduction.objects.visible_to(actor).filter(agreed_at__isnull=False)
    confirmed = Outcome.objects.visible_to(actor).filter(state="confirmed", date__isnull=False, request__isnull=False)
    for country in Country.objects.filter(code__in=("KR", "VN", "US")):
        agreed = sorted((row.agreed_at for row in both if row.candidate.request.partner == country), reverse=True)
        assert [row.agreed_at for row in story.agreed(actor, given=country.pk)] == agreed[: story.LATEST]
        came = {row for row in confirmed if row.request.partner == country}
        assert set(story.came(actor, given=country.pk)) == came
        told += len(agreed) + len(came)
    assert told or role not in ("officer", "attache"), "the demonstration has some"


def test_a_client_sees_public_words_only(chosen, client_as, user_of):
    client = client_as("client")
    page = client.get(reverse("detail", args=["requests", chosen.request.pk])).content.decode()
    assert "note for colleagues" not in page.lower()
    assert chosen.candidate not in page
    for path, _resource in ((r.list_url, r) for r in RESOURCES.values()):
        assert chosen.candidate not in client.get(path).content.decode()


# Research security


RISKY = SecurityList(
    id="test", kind="country list", title="t", edition="e1", countries=("KR",), valid_from="2026-01",
    valid_to="2026-06", sources=("pet-assessment",),
)  # fmt: skip
NO = {"critical": "no", "sanctioned": "no", "dual_use": "no"}


@pytest.mark.parametrize(
    ("country", "answers", "day", "wanted"),
    [
        ("KR", {}, TODAY, []),
        ("CN", {}, TODAY, ["high_risk", "high_risk"]),
        ("IR", {}, date(2023, 6, 1), ["high_risk"]),  # on one institution's own list only
        ("IR", {}, date(2022, 6, 1), ["high_risk", "high_risk"]),
        ("BY", {}, TODAY, ["high_risk"]),
        ("KR", {"critical": "yes"}, TODAY, ["critical"]),
        ("DE", {"critical": "yes"}, TODAY, []),
        ("KR", {"sanctioned": "unsure"}, TODAY, ["sanctions"]),
        ("KR", {"dual_use": "yes"}, TODAY, ["dual_use"]),
    ],
)
def test_triggers_follow_the_lists_of_the_day(country, answers, day, wanted):
    found = security.fired({country}, NO | answers, day)
    assert [trigger.code for trigger in found] == wanted
    assert all(trigger.source for trigger in found)


def test_a_list_holds_from_its_first_to_before_its_last_month():
    held = [security.holds(RISKY, date(2026, month, 15)) for month in (1, 5, 6)]
    assert held == [True, True, False]


def test_a_trigger_sends_the_request_to_a_named_person_who_is_not_the_one_who_asks(scene, actor_as, user_of):
    with pytest.raises(ValidationError, match="name who approves"):
        scene.scoped(3, dual_use="unsure")
    row = scene.scoped(3, dual_use="unsure", approver=scene.approver)
    check = Check.objects.get(request=row)
    assert row.state == "scoped"  # nothing is refused by machine
    assert check.state == "open"
    officer = actor_as("officer")
    assert any(item.url == RESOURCES["check"].url(check) for item in waiting(officer, timezone.localdate()))
    candidate = row.candidates.model(request=row, name="X", email="x@example.org")
    kernel.save(candidate, scene.attache)
    kernel.perform(candidate, "vet", scene.attache)
    with pytest.raises(ValidationError, match="waits for its approver"):
        kernel.perform(row, "shortlist", scene.attache)
    with pytest.raises(kernel.Refused):
        kernel.perform(check, "clear", scene.attache, reason="fine")
    with pytest.raises(kernel.Refused):
        kernel.perform(check, "clear", actor_as("officer2"), reason="fine")
    with pytest.raises(ValidationError, match="looked up"):
        kernel.perform(check, "clear", officer, reason="fine")
    check.evidence = "The control list of today, category 3."
    kernel.save(check, officer)
    kernel.perform(check, "clear", officer, reason="basic research, exempt")
    kernel.perform(row, "shortlist", scene.attache)
    assert Request.objects.get(pk=row.pk).state == "shortlisted"


def test_a_changed_list_reopens_the_cases_it_touches_and_no_other(scene, actor_as, monkeypatch):
    officer = actor_as("officer")
    rows = [scene.scoped(3, dual_use="unsure", approver=scene.approver) for _time in range(2)]
    rows[1].country = type(rows[1].partner).objects.get(code="DE")
    commands.change(rows[1], scene.attache)
    for row in rows:
        check = Check.objects.get(request=row)
        check.evidence = "Looked up."
        kernel.save(check, officer)
        kernel.perform(check, "clear", officer, reason="fine")
    commands.daily()
    assert {Check.objects.get(request=row).state for row in rows} == {"cleared"}
    from udsyn import facts

    held = (*facts.security(), RISKY.model_copy(update={"countries": ("VN",), "valid_to": None}))
    monkeypatch.setattr(facts, "security", lambda: held)
    commands.daily()
    assert {Check.objects.get(request=row).state for row in rows} == {"cleared"}  # Vietnam touches neither
    held = (*facts.security(), RISKY.model_copy(update={"countries": ("DE",), "valid_to": None}))
    monkeypatch.setattr(facts, "security", lambda: held)
    commands.daily()
    assert [Check.objects.get(request=row).state for row in rows] == ["cleared", "open"]
    assert [t["about"] for t in Check.objects.get(request=rows[1]).triggers] == ["DE", "unsure"]


def test_the_need_is_not_clear_before_the_three_questions_are_answered(scene):
    with pytest.raises(ValidationError, match="three questions"):
        scene.scoped(3, sanctioned="")


def test_a_check_follows_the_answers(scene, actor_as):
    """It waits on while more fires, ends where nothing does, and waits again where something does anew."""
    row = scene.received(3, dual_use="unsure", critical="no", sanctioned="no", approver=scene.approver)
    commands.change(row, scene.attache)
    kernel.perform(row, "accept", scene.attache)
    row = kernel.locked(row)
    vetted = row.candidates.model(request=row, name="X", email="x@example.org")
    kernel.save(vetted, scene.attache)
    kernel.perform(vetted, "vet", scene.attache)
    assert not Check.objects.filter(request=row).exists(), "nobody is asked before the need is clear"
    row.need = "Partners for a pilot"
    kernel.save(row, scene.attache)
    kernel.perform(row, "scope", scene.attache)
    row, seen = kernel.locked(row), []
    for answers in ({}, {"sanctioned": "yes"}, {"sanctioned": "no", "dual_use": "no"}, {"dual_use": "yes"}):
        for name, answer in answers.items():
            setattr(row, name, answer)
        commands.change(row, scene.attache)
        check = Check.objects.get(request=row)
        seen.append((check.state, sorted(trigger["code"] for trigger in check.triggers)))
    assert seen == [
        ("open", ["dual_use"]),
        ("open", ["dual_use", "sanctions"]),
        ("void", []),
        ("open", ["dual_use"]),
    ]
    check.evidence = "The control list of today."
    kernel.save(check, actor_as("officer"))
    Check.objects.filter(pk=check.pk).update(asked_by=scene.approver)
    with pytest.raises(ValidationError, match="Somebody else"):
        kernel.perform(kernel.locked(check), "clear", actor_as("officer"), reason="fine")


# Follow-up and outcome


@pytest.fixture
def introduced(chosen):
    chosen.say("yes")
    office.send_approved()
    return chosen


def ask_how_it_went(story):
    followup = FollowUp.objects.filter(request=story.request).earliest("due")
    FollowUp.objects.filter(pk=followup.pk).update(due=timezone.localdate())
    assert commands.daily()["followups_asked"] == 1
    assert commands.daily()["followups_asked"] == 0
    office.send_approved()
    return followup, mail.outbox[-1]


def test_a_follow_up_is_one_click_and_one_press(introduced):
    followup, mailed = ask_how_it_went(introduced)
    assert mailed.to == [introduced.client]
    urls = [word.partition(":8000")[2] for word in mailed.body.split() if "?answer=" in word]
    assert len(urls) == len(FollowUp.ANSWERS)
    working = next(url for url in urls if url.endswith("working"))
    page = Client().get(working).content.decode()
    assert 'value="working" checked' in page
    assert FollowUp.objects.get(pk=followup.pk).state == "asked"
    said = {"answer": "outcome", "satisfied": "yes", "kind_of": "stay", "title": "A stay", "date": "2026-01-05",
            "additionality": "would_not", "words": "Good people"}  # fmt: skip
    assert Client().post(working, said).status_code == 302
    row = FollowUp.objects.get(pk=followup.pk)
    assert (row.state, row.answer, row.satisfied, row.words) == ("answered", "outcome", "yes", "Good people")
    assert introduced.state == "met"
    outcome = Outcome.objects.get(request=introduced.request)
    assert (outcome.state, outcome.additionality) == ("reported", "would_not")
    assert not Step.objects.filter(request=introduced.request, what="outcome").exists()
    kernel.perform(outcome, "confirm", introduced.attache)
    assert Step.objects.filter(request=introduced.request, what="outcome", about=outcome.pk).count() == 1
    assert Client().post(working, said).status_code == 410
    assert Outcome.objects.filter(request=introduced.request).count() == 1


def test_an_unanswered_follow_up_is_told_as_silence(introduced):
    followup, _mailed = ask_how_it_went(introduced)
    Link.objects.filter(purpose="followup").update(expires=timezone.now())
    assert commands.daily()["followups_silent"] >= 1
    assert FollowUp.objects.get(pk=followup.pk).state == "silent"
    assert Step.objects.filter(request=introduced.request, what="followup_silent", detail="30").exists()


def test_an_outcome_taken_back_counts_no_more(introduced):
    outcome = Outcome(request=introduced.request, kind_of="grant", title="Grant", date=timezone.localdate())
    kernel.save(outcome, introduced.attache)
    kernel.perform(outcome, "confirm", introduced.attache)
    kernel.perform(outcome, "reject", introduced.attache, reason="another grant")
    whats = list(Step.objects.filter(request=introduced.request, about=outcome.pk).values_list("what", flat=True))
    assert whats == ["outcome", "outcome_back"]


def test_a_request_passes_to_another_centre_without_private_notes(scene, client_as):
    row = scene.received(note="not for others")
    row.redirect_to = Centre.objects.get(slug="munich")
    kernel.save(row, scene.attache)
    kernel.perform(row, "redirect", scene.attache, reason="they know the field")
    new = Request.objects.get(redirected_from=row)
    assert (new.state, new.note, new.centre.slug, new.channel) == ("received", "", "munich", "referral")
    assert new.steps.get().what == "received"
    page = client_as("other_attache").get(reverse("detail", args=["requests", new.pk])).content.decode()
    assert "not for others" not in page
    assert client_as("other_attache").get(reverse("detail", args=["requests", row.pk])).status_code == 404


def test_a_handover_takes_open_requests_along(scene, user_of):
    from udsyn.desk.rooms.posts.commands import in_hand

    row = scene.scoped(0)
    assert row in in_hand(scene.attache.person)["request"]


def found_rows(*authors):
    """Rows in the shape that `udsyn contacts find` gives."""
    row = {"institution": "Bukhan Institute", "country": "KR", "score": 0.8, "reasons": ("works: W1, W2",), "path": ()}
    return tuple(row | {"id": author, "name": f"Person {author}"} for author in authors)


def test_who_is_found_and_ticked_becomes_a_candidate_once(scene):
    row = scene.scoped(1)
    kept = candidates.take(row, scene.attache, candidates.Found(found_rows("A1", "A2", "A3")), {"A1", "A3"})
    assert kept == 2
    again = candidates.take(row, scene.attache, candidates.Found(found_rows("A1", "A2")), {"A1", "A2", "A9"})
    assert again == 1
    assert set(row.candidates.values_list("author", flat=True)) == {"A1", "A2", "A3"}
    first = row.candidates.get(author="A1")
    assert (first.country.code, first.institution, first.reasons) == ("KR", "Bukhan Institute", ["works: W1, W2"])


def test_whoever_may_not_write_to_a_request_keeps_nobody(scene, actor_as):
    row = scene.scoped(1)
    with pytest.raises(kernel.Refused):
        candidates.take(row, actor_as("client"), candidates.Found(found_rows("A1")), {"A1"})
    assert not row.candidates.exists()


def test_the_record_is_asked_for_words_and_never_for_a_file(scene, monkeypatch):
    asked = []

    def find(record, text, *where, **how):
        asked.append(text)
        return found_rows("A1", "A2")

    monkeypatch.setenv("UDSYN_RECORD", "/nowhere")
    monkeypatch.setattr(candidates, "find_contacts", find)
    OptOut.objects.create(author="A2")
    assert [row["id"] for row in candidates.ask("/etc/passwd", "KR").rows] == ["A1"]
    candidates.ask("W4", "KR")
    assert asked == ["/etc/passwd\n.", "W4"]


def test_why_nobody_is_found_is_said(monkeypatch):
    monkeypatch.delenv("UDSYN_RECORD", raising=False)
    assert "UDSYN_RECORD" in candidates.ask("membranes", "KR").missing
    monkeypatch.setenv("UDSYN_RECORD", "/nowhere")
    assert "/nowhere" in candidates.ask("membranes", "KR").missing
    monkeypatch.setattr(candidates, "find_contacts", lambda *asked, **how: [])
    assert candidates.ask("membranes", "KR").missing == "Nobody in the record fits."
