"""Safeguards at the desk: what lists say of a partner both ways, and a gate that a listed candidate does not pass."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation
from tests.invented_lists import amending, body, whole

from udsyn.desk.evidence import listed
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.rooms.parties.models import Country, Organisation
from udsyn.desk.rooms.posts.models import Centre
from udsyn.desk.rooms.service import commands
from udsyn.desk.rooms.service.models import Candidate, Check, Request
from udsyn.evidence.safeguards import reasons
from udsyn.evidence.safeguards.body import Body
from udsyn.record.lists.load import load
from udsyn.world.desk.requests import Scene

pytestmark = pytest.mark.django_db
ACT = "32014R9833"
SEOUL = "1 First Street, Seoul, Republic of Korea"


@pytest.fixture
def record(tmp_path, monkeypatch):
    """A record with an invented list: an institute in Korea, and a ministry elsewhere whose name a friend has too."""
    rows = [
        body("1", "Han River Wave Institute", address=SEOUL),
        body("2", "Ministry of Waves", programKey="EU-IRN", address=""),
    ]
    yesterday = timezone.localdate() - dt.timedelta(days=2)
    load(tmp_path / "record", whole(tmp_path, ACT, rows), "eu-acts", retrieved=yesterday)
    monkeypatch.setenv("UDSYN_RECORD", str(tmp_path / "record"))
    with translation.override("en"):
        yield tmp_path / "record"


@pytest.fixture
def scene(user_of, actor_as):
    centre = Centre.objects.get(slug="seoul")
    firm = Organisation.objects.get(name="Vindlys Energy")
    return Scene(actor_as("attache"), user_of("client"), centre, firm, user_of("officer").person)


def candidate_of(request, institution, scene, country="KR"):
    row = Candidate(
        request=request,
        name="X",
        email="x@example.org",
        institution=institution,
        country=Country.objects.get(code=country),
    )
    kernel.save(row, scene.attache)
    kernel.perform(row, "vet", scene.attache)
    return Request.objects.get(pk=request.pk)


def test_a_listed_candidate_waits_for_a_named_person_and_a_changed_list_asks_again(record, scene, actor_as, tmp_path):
    row = candidate_of(scene.scoped(3, approver=scene.approver), "Han River Wave Institute", scene)
    check = Check.objects.get(request=row)
    (trigger,) = check.triggers
    assert (trigger["code"], trigger["edition"]) == ("sanctions", "Export control")
    assert "South Korea" in trigger["source"], "the reason stands with the trigger"
    with pytest.raises(ValidationError, match="waits for its approver"):
        kernel.perform(row, "shortlist", scene.attache)
    officer = actor_as("officer")
    check.evidence = "The act of today, annex IV."
    kernel.save(check, officer)
    kernel.perform(check, "refuse", officer, reason="controlled work")
    with pytest.raises(ValidationError, match="was not cleared"):
        kernel.perform(Request.objects.get(pk=row.pk), "shortlist", scene.attache)
    kernel.perform(Check.objects.get(pk=check.pk), "reopen", scene.attache, reason="published work only")
    kernel.perform(Check.objects.get(pk=check.pk), "clear", officer, reason="published work only")
    assert commands.insecure(row) is None
    frozen = body("9", "Han River Wave Institute", address=SEOUL, measure="Asset freeze", annex="I")
    load(record, amending(tmp_path, "32026R9001", ACT, [frozen]), "eu-acts")
    assert "more than was decided on" in str(commands.insecure(row)), "at once, not with the night's work only"
    commands.daily()
    assert Check.objects.get(pk=check.pk).state == "open"


def test_a_namesake_elsewhere_passes_and_no_approver_is_asked_for_one(record, scene):
    row = candidate_of(scene.scoped(3), "Ministry of Waves", scene)
    assert not Check.objects.filter(request=row).exists()
    assert commands.insecure(row) is None
    row = candidate_of(scene.scoped(3), "Han River Wave Institute", scene)
    assert "name who approves" in str(commands.insecure(row))


def test_the_page_says_what_stands_against_and_what_does_not(record, client_as, tmp_path):
    load(record, amending(tmp_path, "32026R9001", ACT, [body("9", "Omsk Foam Yard")]), "eu-acts")
    address, client = reverse("safeguards"), client_as("officer")
    korea, norway = (Country.objects.get(code=code).pk for code in ("KR", "DE"))
    hit = client.get(address, {"name": "Han River Wave Institute", "country": korea}).content.decode()
    assert "Export control" in hit
    assert "The names are the same, and both are in South Korea" in hit
    assert "Omsk Foam Yard" in hit, "what changed since yesterday"
    friend = client.get(address, {"name": "Ministry of Waves", "country": norway}).content.decode()
    assert "is not it" in friend
    assert "Iran" in friend
    nobody = client.get(address, {"name": "Vindlys Energy", "country": korea}).content.decode()
    assert "No list that is loaded names it" in nobody
    with translation.override("da"):
        danish = client.get(reverse("safeguards"), {"name": "Ministry of Waves", "country": norway}).content.decode()
    assert "Navnene er de samme, men det, der står på listen, er i Iran" in danish
    assert "Tyskland" in danish


def test_a_record_of_the_register_is_chosen_for_a_name(record, client_as, monkeypatch):
    wave = Body("Han River Wave Institute", "KR", ("Hangang Institute",), "https://ror.org/0aaaaaa00")
    held = [wave, Body("Wave Institute of the Rhine", "DE", (), "https://ror.org/0bbbbbb00"), Body("Wave", "KR")]
    monkeypatch.setattr(listed, "register", lambda *_: {one.id: one for one in held})
    listed.worded.cache_clear()
    address, client = reverse("safeguards"), client_as("officer")
    page = client.get(address, {"name": "institute WAVE"})
    assert [one["ror"] for one in page.context["choices"]] == ["0aaaaaa00", "0bbbbbb00"]
    korea = Country.objects.get(code="KR").pk
    (one,) = client.get(address, {"name": "Hangang", "country": korea}).context["choices"]
    assert (one["name"], one["country"]) == ("Han River Wave Institute", "South Korea")
    chosen = client.get(address + one["address"])
    assert chosen.context["choices"] == []
    assert [row["stands"] for row in chosen.context["verdicts"]] == [True], "found by the register's name"
    assert client.get(address, {"name": "Institute of Foam"}).context["choices"] == []
    listed.worded.cache_clear()


def test_who_was_identified_elsewhere_is_taken_in_with_person_and_reason(record, client_as, settings):
    officer, korea = client_as("officer"), Country.objects.get(code="KR").pk
    said = {"name": "Han River Wave Institute", "country": korea}
    verdict = officer.get(reverse("safeguards"), said).context["verdicts"][0]
    decided = said | {"ror": "", "entry": verdict["id"], "decision": "is_not", "reason": "another town"}
    assert officer.post(reverse("identify"), decided).status_code == 302
    file = officer.get(reverse("crosswalk")).content
    (record / "crosswalk.csv").unlink()
    assert officer.get(reverse("safeguards"), said).context["verdicts"][0]["stands"]

    def take_in(content, role="officer"):
        client = client_as(role)
        sent = client.post(reverse("crosswalk_take_in"), {"file": io.BytesIO(content)}, follow=True)
        return sent.status_code, sent.content.decode()

    for role in ("attache", "auditor", "client", "visitor"):
        assert take_in(file, role)[0] in (403, 404) or not (record / "crosswalk.csv").exists()
    assert not (record / "crosswalk.csv").exists()
    assert "line 2: perhaps is no decision" in take_in(file.replace(b",is_not,", b",perhaps,"))[1]
    assert "is no crosswalk" in take_in(b"a,b\n1,2\n")[1]
    settings.LARGEST_FILE = 10
    assert "larger than a crosswalk" in take_in(file)[1]
    settings.LARGEST_FILE = 1_000_000
    assert not (record / "crosswalk.csv").exists(), "a file with a wrong line adds nothing"
    assert "1 decision is new" in take_in(file)[1]
    assert "0 decisions are new" in take_in(file)[1]
    shown = officer.get(reverse("safeguards"), said).context["verdicts"][0]
    assert not shown["stands"]
    assert "another town" in shown["reason"]
    assert officer.get(reverse("crosswalk")).content == file


def test_colleagues_only_and_without_a_list_nothing_is_said(client_as, monkeypatch):
    monkeypatch.delenv("UDSYN_RECORD", raising=False)
    assert client_as("client").get(reverse("safeguards")).status_code == 403
    page = client_as("officer").get(reverse("safeguards"), {"name": "Han River Wave Institute"}).content.decode()
    assert "No list is loaded" in page
    assert "No list that is loaded names it" not in page
    assert listed.standing([("Han River Wave Institute", "KR")], timezone.localdate()) == []


def test_every_sentence_of_the_engine_has_danish():
    engine = {value for name, value in vars(reasons).items() if name.isupper() and isinstance(value, str)}
    assert engine == set(listed.SENTENCES)
    with translation.override("da"):
        assert all(translation.gettext(sentence) != sentence for sentence in listed.SENTENCES)
