"""Requests as an attacker sends them: every form and every parameter of every page, with values that nobody means.

Forms are read from the pages themselves and names of parameters from the source, so that a new one cannot escape.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urljoin

from addresses import DOWNLOADS, examples
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import strategies as st
from tests.desk.reading import Page

import udsyn.desk

READS = re.compile(r"""request\.(?:GET|POST)(?:\.get|\.getlist)?[(\[]\s*["'](\w+)["']""")
ASKED = re.compile(r"""asked\(request, ["'](\w+)["']""")
SAID = re.compile(r"""["'](\w+)["'] in request\.(?:GET|POST)""")
VALUES = [
    *("²", "٣", "Ⅷ", "1²", "abc", "", " ", "0", "-1", "1.5", "1e309", "nan", "True", "None", "null", "[]", "{}", "on"),
    *(
        "9" * 18,
        "9" * 30,
        "9" * 5000,
        "-" + "9" * 20,
        "0x10",
        "1_000",
        "+1",
        "#1",
        "(#²)",
        "#" + "9" * 18,
        "1:²",
        "²:1",
    ),
    *(
        "\x00",
        "a\x00b",
        "\r\nBcc: x@example.org",
        "\u202e",
        "\ufffe",
        "é" * 400,
        "a" * 70_000,
        "%",
        "%s%n",
        "\\",
        "'\"--;",
    ),
    *(
        "2026-99-99",
        "0000-00-00",
        "0001-01-01",
        "9999-12-31",
        "10000-01-01",
        "2026-02-30T25:61",
        "2026-W99",
        "1.13.2026",
    ),
    *(
        "../../etc/passwd",
        "//evil.example",
        "javascript:alert(1)",
        "http://[",
        "http://[::1",
        "a@b",
        "@",
        "x@" + "y." * 200,
    ),
    *("{{ 7*7 }}", "{% x %}", "[[link:1]]", "[[link:²]]", "<b>", "da", "xx", "{}:{}", "-name", "--name", "__class__"),
]
NUMBERS = ["0", "9" * 18, "9223372036854775807", "9223372036854775808", "9" * 40, "10000", "%C2%B2"]
#: signing out ends the test's own session, and one press of it is no input
NOT_PRESSED = ("/logout/",)

value = st.one_of(st.sampled_from(VALUES), st.text(max_size=30), st.integers().map(str))


@dataclass(frozen=True)
class Target:
    """Where a request goes, and the fields it may carry with what the page itself would send."""

    method: str
    url: str
    fields: dict[str, str] = field(hash=False)
    files: tuple[str, ...] = ()


def parameters():
    """Every name that the desk's source reads from an address or a form."""
    sources = [path.read_text() for path in Path(udsyn.desk.__file__).parent.rglob("*.py")]
    return sorted({name for text in sources for found in (READS, ASKED, SAID) for name in found.findall(text)})


def forms_of(url, page):
    """The forms of a page, each with its fields as they stand."""
    for form in page.all("form"):
        inside = [e for e in page.elements if any(o is form for o in e.inside)]
        fields = {e["name"]: e.attrs.get("value", "") for e in inside if "name" in e.attrs and e.tag != "option"}
        for option in (e for e in inside if e.tag == "option" and "selected" in e.attrs):
            fields[next(o for o in reversed(option.inside) if o.tag == "select")["name"]] = option.attrs.get(
                "value", ""
            )
        files = tuple(e["name"] for e in inside if e.attrs.get("type") == "file")
        action = urljoin(url, form.attrs.get("action") or url)
        yield Target(form.attrs.get("method", "get").upper(), action, fields, files)


def targets(client, each=None):
    """All that this client's pages offer to send, once each, and each address with every parameter that is read.

    `each`: how many addresses of a kind; without it all.
    """
    found = {}
    names = parameters()
    for name, addresses in examples().items():
        for url in addresses[:each]:
            answer = client.get(url)
            for method in ("GET", "POST"):
                found[method, url.split("?")[0], ()] = Target(method, url.split("?")[0], dict.fromkeys(names, ""))
            if name in DOWNLOADS or answer.status_code != 200 or "html" not in answer.headers.get("Content-Type", ""):
                continue
            for target in forms_of(url, Page(answer)):
                found[target.method, target.url, tuple(sorted(target.fields))] = target
    return [t for t in found.values() if t.url.startswith("/") and not t.url.endswith(NOT_PRESSED)]


@st.composite
def sent(draw, target):
    """The target's fields with some of them spoilt; seldom all, to get past the first check."""
    names = sorted(target.fields)
    spoilt = draw(st.lists(st.sampled_from(names), max_size=4, unique=True)) if names else []
    known = {name: given for name, given in target.fields.items() if given != "" or len(names) < 40}
    return known | {name: draw(value) for name in spoilt}


def send(client, target, fields):
    """The answer's status; a browser could have sent it."""
    if target.method == "GET":
        query = "&".join(f"{quote(k)}={quote(v.encode('utf-8', 'surrogatepass'))}" for k, v in fields.items())
        return client.get(f"{target.url.split('?')[0]}?{query}").status_code
    clean = {k: v.encode("utf-8", "replace").decode() for k, v in fields.items() if k not in target.files}
    uploads = {
        name: SimpleUploadedFile("a.txt", fields.get(name, "").encode("utf-8", "replace")) for name in target.files
    }
    return client.post(target.url, clean | uploads).status_code


def twisted(url):
    """The address with each number in it replaced by one that no row has."""
    for match in re.finditer(r"(?<=/)\d+(?=[/.])", url):
        for number in NUMBERS:
            yield url[: match.start()] + number + url[match.end() :]
