"""A stay in the guest's ORCID record, against a server on loopback that takes and refuses as ORCID's API says (3.0)."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from udsyn.desk.rooms.parties.models import Organisation
from udsyn.desk.rooms.stays import links
from udsyn.desk.rooms.stays.models import Stay

pytestmark = pytest.mark.django_db
MINE, OTHER = "0000-0002-1825-0097", "0000-0001-5109-3700"
CLIENT, SECRET, TOKEN = "APP-MEMBER", "only-for-tests", "t0ken"
SECTIONS = ("invited-position", "employment")


def faults(sent):
    """What ORCID refuses an affiliation for: no organisation with name, city, country and id, or no date."""
    place = sent.get("organization", {})
    told = place.get("name"), place.get("address", {}).get("city"), place.get("address", {}).get("country")
    known = place.get("disambiguated-organization", {}).get("disambiguation-source") == "ROR"
    dated = sent.get("start-date", {}).get("year", {}).get("value", "").isdecimal()
    return not all(told) or not known or not dated


class Orcid(BaseHTTPRequestHandler):
    """Consent, token, and one person's record."""

    codes: dict[str, str] = {}  # noqa: RUF012  (code → iD of who said yes)
    held: dict[str, dict] = {}  # noqa: RUF012  (section/number → what was written)
    at_work: list[dict] = []  # noqa: RUF012
    asked: dict[str, str] = {}  # noqa: RUF012

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/oauth/token":
            return self.token({k: v[0] for k, v in parse_qs(body).items()})
        section, sent = self.section(), json.loads(body)
        if section not in SECTIONS or not self.allowed() or faults(sent):
            return self.answer(400, {"user-message": "The organization is not complete"})
        number = str(1000 + len(self.held))
        self.held[f"{section}/{number}"] = sent
        return self.answer(201, None, Location=f"http://api/v3.0/{MINE}/{section}/{number}")

    def token(self, sent):
        right = (sent.get("client_id"), sent.get("client_secret")) == (CLIENT, SECRET)
        right = right and sent.get("redirect_uri") == self.asked["redirect_uri"]
        whose = self.codes.pop(sent.get("code"), None)  # a code holds once
        if not right or whose is None:
            return self.answer(400, {"error": "invalid_grant"})
        return self.answer(200, {"access_token": TOKEN, "token_type": "bearer", "orcid": whose, "name": "Hana"})

    def do_PUT(self):
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.section() not in self.held or not self.allowed():
            return self.answer(404, {"user-message": "not found"})
        assert sent["put-code"] == int(self.section().partition("/")[2])
        self.held[self.section()] = sent
        return self.answer(200, sent)

    def do_DELETE(self):
        assert self.allowed()
        del self.held[self.section()]
        return self.answer(204, None)

    def do_GET(self):
        assert self.allowed()
        summaries = [{"employment-summary": one} for one in self.at_work]
        self.answer(200, {"affiliation-group": [{"summaries": summaries}]} if self.section() == "employments" else {})

    def section(self):
        return self.path.removeprefix(f"/v3.0/{MINE}/")

    def allowed(self):
        return self.headers["Authorization"] == f"Bearer {TOKEN}"

    def answer(self, status, body, **head):
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": len(content), **head}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture
def orcid(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Orcid)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    there = f"http://127.0.0.1:{server.server_port}"
    settings.ORCID, settings.ORCID_SECRET = CLIENT, SECRET
    settings.ORCID_API = settings.ORCID_SITE = there
    settings.SIGN_IN_FROM = [there]
    Orcid.held, Orcid.codes, Orcid.asked = {}, {}, {}
    Orcid.at_work = [
        {"organization": {"name": "Old School"}, "end-date": {"year": {"value": "2019"}}},
        {"organization": {"name": "Han Institute"}, "end-date": None},
    ]
    yield Orcid
    server.shutdown()
    server.server_close()


@pytest.fixture
def stay():
    row = Stay.objects.get(state="invited")
    Stay.objects.filter(pk=row.pk).update(guest_organisation="")
    fields = {"city": "Aarhus", "ror": "01aj84f44", "country": None}
    Organisation.objects.update_or_create(name=row.host_organisation, defaults=fields)
    row.refresh_from_db()
    return row


def page(row):
    return reverse("stay_page", args=[links.token("guest", row)])


def through(client, orcid, row, entry, who=MINE, **back):
    """From the guest's button to ORCID, where `who` says yes, and back; the page that they see then."""
    away = client.post(page(row), {"say": "orcid", "entry": entry})
    target = urlsplit(away["Location"])
    orcid.asked.update({k: v[0] for k, v in parse_qs(target.query).items()})
    assert target.path == "/oauth/authorize"
    assert orcid.asked["client_id"] == CLIENT
    assert "/activities/update" in orcid.asked["scope"]
    assert urlsplit(orcid.asked["redirect_uri"]).path == "/stays/orcid/"  # one address in every language
    orcid.codes["c0de"] = who
    return client.get(reverse("stay_orcid"), {"code": "c0de", "state": orcid.asked["state"]} | back, follow=True)


def test_a_stay_is_written_as_the_person_wishes_changed_in_place_and_moved(orcid, stay, client):
    shown = through(client, orcid, stay, "invited-position").content.decode()
    stay.refresh_from_db()
    assert (stay.guest_orcid, stay.guest_organisation) == (MINE, "Han Institute")
    ((where, written),) = orcid.held.items()
    assert where == stay.orcid_entry
    assert where.startswith("invited-position/")
    assert written["organization"]["address"] == {"city": "Aarhus", "country": "DK"}
    assert written["start-date"]["day"]["value"] == f"{stay.first.day:02}"
    assert "as an invited position" in " ".join(shown.split())
    Stay.objects.filter(pk=stay.pk).update(last=stay.first)
    through(client, orcid, stay, "invited-position")
    ((again, written),) = orcid.held.items()
    assert again == where
    assert written["end-date"] == written["start-date"]
    through(client, orcid, stay, "employment")
    stay.refresh_from_db()
    assert list(orcid.held) == [stay.orcid_entry]
    assert stay.orcid_entry.startswith("employment/")
    orcid.held.clear()  # they took it away themselves
    through(client, orcid, stay, "employment")
    assert len(orcid.held) == 1


def test_nothing_is_written_for_another_iD_a_no_a_forged_answer_or_another_browser(orcid, stay, client, client_as):
    Stay.objects.filter(pk=stay.pk).update(guest_orcid=OTHER)
    stay.refresh_from_db()
    assert "another ORCID iD" in through(client, orcid, stay, "employment").content.decode()
    Stay.objects.filter(pk=stay.pk).update(guest_orcid="")
    away = client.post(page(stay), {"say": "orcid", "entry": "employment"})
    state = parse_qs(urlsplit(away["Location"]).query)["state"][0]
    assert client_as("visitor").get(reverse("stay_orcid"), {"code": "c0de", "state": state}).status_code == 404
    said_no = client.get(reverse("stay_orcid"), {"error": "access_denied", "state": state}, follow=True)
    assert "as you wished" in said_no.content.decode()
    assert client.get(reverse("stay_orcid"), {"code": "c0de", "state": state}).status_code == 404  # once
    assert through(client, orcid, stay, "employment", state="forged").status_code == 404
    host = reverse("stay_page", args=[links.token("host", stay)])
    assert client.post(host, {"say": "orcid", "entry": "employment"}).status_code == 422
    assert orcid.held == {}
    assert Stay.objects.get(pk=stay.pk).orcid_entry == ""


def test_what_orcid_refuses_is_said_and_where_it_is_away_nothing_is_lost(orcid, stay, client, settings):
    Organisation.objects.filter(name=stay.host_organisation).update(ror="")
    assert "The organization is not complete" in through(client, orcid, stay, "employment").content.decode()
    away = client.post(page(stay), {"say": "orcid", "entry": "employment"})
    state = parse_qs(urlsplit(away["Location"]).query)["state"][0]
    settings.ORCID_API = settings.ORCID_SITE = "http://127.0.0.1:9"
    settings.SIGN_IN_FROM = ["http://127.0.0.1:9"]
    told = client.get(reverse("stay_orcid"), {"code": "c0de", "state": state}, follow=True)
    assert "ORCID does not answer" in told.content.decode()
    Organisation.objects.filter(name=stay.host_organisation).update(city="")
    assert "the city of the host" in client.post(page(stay), {"say": "orcid", "entry": "employment"}).content.decode()


def test_where_the_house_is_no_member_the_file_is_all(stay, client):
    shown = client.get(page(stay)).content.decode()
    assert "Go to ORCID" not in shown
    for entry in SECTIONS:
        answer = client.get(reverse("stay_file", args=[links.token("guest", stay), f"orcid-{entry}.json"]))
        assert not faults(answer.json())
        assert f"orcid-{entry}.json" in answer["Content-Disposition"]
    assert client.post(page(stay), {"say": "orcid", "entry": "employment"}).status_code == 422
