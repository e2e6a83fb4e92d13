"""Signing in with ORCID, against a server on loopback that answers as ORCID's documentation says (3-legged OAuth).

ORCID vouches for the iD, not for an address: it opens only the account whose owner has connected it.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse
from tests.desk.cast import BACKEND

from udsyn.desk.rooms.parties.models import User

pytestmark = pytest.mark.django_db
MINE, OTHER = "0000-0002-1825-0097", "0000-0001-5109-3700"
APP = {"client_id": "APP-LOOPBACK", "secret": "only-for-tests"}


class Orcid(BaseHTTPRequestHandler):
    """The two addresses that a desk asks: one makes a token of a code, one gives the public record."""

    codes: dict[str, str] = {}  # noqa: RUF012  (code → iD of who said yes)
    back = ""

    def do_POST(self):
        sent = {k: v[0] for k, v in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
        right = (sent.get("client_id"), sent.get("client_secret")) == (APP["client_id"], APP["secret"])
        right = right and sent.get("grant_type") == "authorization_code" and sent.get("redirect_uri") == self.back
        orcid = self.codes.pop(sent.get("code"), None)  # a code holds once
        if self.path != "/oauth/token" or not right or orcid is None:
            return self.answer(400, {"error": "invalid_grant", "error_description": "Invalid authorization code"})
        told = {"access_token": "t", "token_type": "bearer", "refresh_token": "r", "expires_in": 631138518}
        return self.answer(200, told | {"scope": "/authenticate", "name": "Kari Generated", "orcid": orcid})

    def do_GET(self):
        orcid = self.path.removeprefix("/v3.0/").removesuffix("/record")
        address = {"email": "officer@demo.example", "verified": True, "primary": True}
        person = {"name": {"family-name": {"value": "Generated"}}, "emails": {"email": [address]}}
        name = {"uri": f"https://orcid.org/{orcid}", "path": orcid, "host": "orcid.org"}
        self.answer(200, {"orcid-identifier": name, "person": person})

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def orcid(settings, monkeypatch):
    """The desk set to ORCID, with ORCID on loopback."""
    from allauth.socialaccount.providers.orcid.views import OrcidOAuth2Adapter

    settings.SOCIALACCOUNT_PROVIDERS = settings.SOCIALACCOUNT_PROVIDERS | {"orcid": {"APPS": [APP]}}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Orcid)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    there = f"http://127.0.0.1:{server.server_port}"
    settings.SIGN_IN_FROM = [there]
    monkeypatch.setattr(OrcidOAuth2Adapter, "access_token_url", f"{there}/oauth/token")
    monkeypatch.setattr(OrcidOAuth2Adapter, "profile_url", f"{there}/v3.0/%s/record")
    yield Orcid
    server.shutdown()
    server.server_close()


def through(client, orcid, who, *, process="", code="c0de", state=None):
    """From the desk's button to ORCID and back; the answer to coming back."""
    away = client.post(reverse("orcid_login") + (f"?process={process}" if process else ""))
    target = urlsplit(away["Location"])
    asked = {k: v[0] for k, v in parse_qs(target.query).items()}
    assert f"{target.scheme}://{target.netloc}{target.path}" == "https://orcid.org/oauth/authorize"
    assert (asked["client_id"], asked["scope"], asked["response_type"]) == (APP["client_id"], "/authenticate", "code")
    orcid.back, orcid.codes[code] = asked["redirect_uri"], who
    assert urlsplit(orcid.back).path == "/account/orcid/login/callback/"  # one address in every language
    return client.get(reverse("orcid_callback"), {"code": code, "state": state or asked["state"]}, follow=True)


def signed_in(client):
    answer = client.get(reverse("inbox"))
    return answer.wsgi_request.user.email if answer.status_code == 200 else ""


@pytest.fixture
def connected(orcid, client):
    """An officer who has connected their own iD, and has signed out again."""
    officer = User.objects.get(email="officer@demo.example")
    EmailAddress.objects.create(user=officer, email=officer.email, verified=True, primary=True)
    client.force_login(officer, backend=BACKEND)
    assert reverse("socialaccount_connections") in client.get(reverse("me")).content.decode()
    through(client, orcid, MINE, process="connect")
    assert SocialAccount.objects.get().uid == MINE
    officer.person.refresh_from_db()
    assert officer.person.orcid == MINE  # signing in with it has shown whose it is
    client.logout()
    assert not signed_in(client)
    return client


def test_a_connected_orcid_opens_its_owners_account(connected, orcid):
    through(connected, orcid, MINE)
    assert signed_in(connected) == "officer@demo.example"


def test_another_orcid_opens_nothing_whatever_address_its_record_names(connected, orcid):
    accounts = User.objects.count()
    through(connected, orcid, OTHER)
    assert not signed_in(connected)
    assert User.objects.count() == accounts


def test_a_forged_answer_opens_nothing(connected, orcid):
    through(connected, orcid, MINE, state="forged")
    assert not signed_in(connected)
    orcid.codes.clear()
    through(connected, orcid, MINE, code="")
    assert not signed_in(connected)
