"""Signing in with SAML, tried for real: a served desk, and an identity provider that signs what it says.

The test is the browser and the provider: it follows the desk's redirect, answers as the provider, and posts the answer.
"""

from __future__ import annotations

import base64
import datetime as dt
import http.cookiejar
import json
import re
import socket
import urllib.error
import urllib.parse
import urllib.request
import zlib

import pytest
from tests.desk.cast import running, udsyn

utils = pytest.importorskip("onelogin.saml2.utils", reason="SAML is not installed: pip install 'udsyn[saml]'")
ANNA, PROVIDER = "anna@example.org", "https://idp.example.org/metadata"
MAIL = "urn:oid:0.9.2342.19200300.100.1.3"
RESPONSE = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r{id}" Version="2.0" IssueInstant="{now}" Destination="{acs}"
 InResponseTo="{asked}"><saml:Issuer>{provider}</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
<saml:Assertion ID="_a{id}" Version="2.0" IssueInstant="{now}"><saml:Issuer>{provider}</saml:Issuer>
<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{who}</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData
 InResponseTo="{asked}" NotOnOrAfter="{until}" Recipient="{acs}"/></saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{now}" NotOnOrAfter="{until}"><saml:AudienceRestriction>
<saml:Audience>{desk}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="{now}" SessionIndex="_s"><saml:AuthnContext><saml:AuthnContextClassRef>
urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
<saml:AttributeStatement><saml:Attribute Name="{mail}"><saml:AttributeValue>{email}</saml:AttributeValue>
</saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>"""


def key_pair():
    """A key and a certificate that it signs itself, as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "idp.example.org")])
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + dt.timedelta(days=1))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    certificate = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    return key.private_bytes(*form).decode(), certificate.decode()


@pytest.fixture(scope="module")
def keys():
    return key_pair()


@pytest.fixture(scope="module")
def desk(keys, tmp_path_factory):
    """A desk with one account, set to the provider; yields its address."""
    folder = tmp_path_factory.mktemp("saml")
    idp = {"entity_id": PROVIDER, "sso_url": "https://idp.example.org/sso", "x509cert": keys[1]}
    app = {"provider_id": PROVIDER, "client_id": "uni", "name": "University"}
    settings = {"idp": idp, "verified_email": True, "attribute_mapping": {"email": MAIL}}
    (folder / "saml.json").write_text(json.dumps([app | {"settings": settings}]))
    assert udsyn("migrate", "--desk", folder).returncode == 0
    assert udsyn("add-user", ANNA, "officer", "--name", "Anna Holm", "--desk", folder).returncode == 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running(folder, port, UDSYN_DESK_SAML=str(folder / "saml.json")):
        yield f"http://127.0.0.1:{port}"


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows redirects within the desk, and stops at one that leads to the provider."""

    def redirect_request(self, request, file, code, message, headers, url):
        if url.startswith("https://"):
            return None
        return super().redirect_request(request, file, code, message, headers, url)


class Visitor:
    def __init__(self, desk, language="en"):
        self.desk, self.language = desk, language
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.web = urllib.request.build_opener(jar, Stay)

    def get(self, path):
        return self.web.open(self.desk + path, timeout=20).read().decode()

    def post(self, path, **fields):
        try:
            return self.web.open(self.desk + path, urllib.parse.urlencode(fields).encode(), timeout=20)
        except urllib.error.HTTPError as answer:
            return answer

    def ask(self):
        """Press the provider's button: the id of the desk's question, and where the answer goes."""
        page = self.get(f"/{self.language}/account/login/")
        address = re.search(r'href="([^"]*/saml/uni/login/[^"]*)"', page)[1].replace("&amp;", "&")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(address))[1]
        away = self.post(address, csrfmiddlewaretoken=token).headers["Location"]
        assert away.startswith("https://idp.example.org/sso?")
        packed = urllib.parse.parse_qs(urllib.parse.urlsplit(away).query)["SAMLRequest"][0]
        question = zlib.decompress(base64.b64decode(packed), -15).decode()
        return re.search(r'\bID="([^"]+)"', question)[1]

    def signed_in(self):
        return "Anna Holm" in self.get("/en/inbox/")


def answered(visitor, keys, *, who="anna-at-uni", email=ANNA, asked=None, desk=None, spoil=None, late=0):
    """Sign the provider's answer and send it as the browser does."""
    asked = visitor.ask() if asked is None else asked
    now, at = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=late), "%Y-%m-%dT%H:%M:%SZ"
    xml = RESPONSE.format(
        id=asked, now=f"{now:{at}}", until=f"{now + dt.timedelta(minutes=5):{at}}", asked=asked, who=who,
        acs=f"{visitor.desk}/account/saml/uni/acs/", desk=desk or f"{visitor.desk}/account/saml/uni/metadata/",
        provider=PROVIDER, mail=MAIL, email=email,
    )  # fmt: skip
    if keys:
        xml = utils.OneLogin_Saml2_Utils.add_sign(xml, *keys).decode()
    xml = spoil(xml) if spoil else xml
    answer = visitor.post("/account/saml/uni/acs/", SAMLResponse=base64.b64encode(xml.encode()).decode())
    return answer.status, asked


@pytest.mark.parametrize("language", ["en", "da"])
def test_a_signed_answer_opens_the_account(language, desk, keys):
    visitor = Visitor(desk, language)
    assert not visitor.signed_in()
    answered(visitor, keys)
    assert visitor.signed_in()


@pytest.mark.parametrize(
    "wrong",
    [
        {"signer": "none"},
        {"signer": "another"},
        {"spoil": lambda xml: xml.replace("anna-at-uni", "somebody-else")},
        {"spoil": lambda xml: xml.replace(ANNA, "bo@example.org")},
        {"desk": "https://another.example.org/metadata"},
        {"late": 60},
        {"asked": "ONELOGIN_never_asked"},
        {"who": "bo-at-uni", "email": "stranger@example.org"},
    ],
)
def test_any_other_answer_opens_nothing(wrong, desk, keys):
    visitor = Visitor(desk)
    signers = {"own": keys, "none": None, "another": key_pair()}
    more = {name: value for name, value in wrong.items() if name != "signer"}
    status, _asked = answered(visitor, signers[wrong.get("signer", "own")], **more)
    assert status < 500
    assert not visitor.signed_in()


def test_an_answer_holds_once_and_in_the_browser_that_asked(desk, keys):
    visitor, other = Visitor(desk), Visitor(desk)
    asked = visitor.ask()
    answered(other, keys, asked=asked)
    assert not other.signed_in()
    answered(visitor, keys, asked=asked)
    assert visitor.signed_in()
    again = Visitor(desk)
    answered(again, keys, asked=asked)
    assert not again.signed_in()


def test_the_provider_reads_what_the_desk_is(desk):
    told = Visitor(desk).get("/account/saml/uni/metadata/")
    assert f'Location="{desk}/account/saml/uni/acs/"' in told
