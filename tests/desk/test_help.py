"""Help: every page leads to a section of the manual that is there; the manual comes along, and is searched."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import resolve, reverse
from django.utils import translation

from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.rooms import rooms
from udsyn.desk.tools import manuals
from udsyn.desk.web import manual

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def asked(address: str, rf) -> str:
    request = rf.get(address)
    request.resolver_match = resolve(address)
    return manual.help_for(request)


def leads(address: str) -> bool:
    """Is it a page of the manual, and a heading of it?"""
    where, _hash, anchor = address.partition("#")
    found = manuals.page(resolve(where).kwargs["name"], "en")
    return found is not None and (not anchor or anchor in found.anchors)


@pytest.mark.parametrize("kind", ["list", "create", "detail", "edit", "history", "take_in"])
def test_every_list_row_and_form_has_help_that_exists(kind, rf):
    for resource in RESOURCES.values():
        row = [1] if kind in ("detail", "edit", "history") else []
        address = asked(reverse(kind, args=[resource.slug, *row]), rf)
        assert leads(address), (resource.slug, address)


def test_every_page_of_a_room_has_help_that_exists():
    for room in rooms():
        assert room.help != "desk", f"{room.name} says no page that is about it"
    for name, where in manual.targets().items():
        page, _hash, anchor = where.partition("#")
        found = manuals.page(page, "en")
        assert found is not None, (name, where)
        assert not anchor or anchor in found.anchors, (name, where)


def test_what_a_room_says_about_its_pages_names_pages_that_it_has():
    for room in rooms():
        own = {page.name for page in room.urls} | {resource.slug for resource in room.resources}
        assert set(room.helps) <= own, (room.name, set(room.helps) - own)


@pytest.mark.parametrize("role", ["visitor", "officer"])
@pytest.mark.parametrize("language", ["en", "da"])
def test_each_page_of_the_manual_is_read_in_either_language(role, language, client_as):
    client = client_as(role)
    for name in manuals.names():
        with translation.override(language):
            answer = client.get(reverse("manual_page", args=[name]))
        text = answer.content.decode()
        assert answer.status_code == 200, name
        own = (ROOT / "docs" / language / f"{name}.md").is_file() or language == "en"
        assert ("kun på engelsk" in text) == (not own), name
        assert f'<article class="card manual" lang="{language if own else "en"}">' in text
        article = text.partition("<article")[2].partition("</article")[0]
        assert not re.search(r'(?:src|href)="(?!/|\.\./|#|https?://)', article)


def test_links_within_the_manual_lead_to_its_own_pages(client_as):
    client = client_as("visitor")
    page = client.get("/en/help/first-hour/").content.decode().partition("<article")[2]
    found = re.findall(r'href="\.\./([a-z_-]+)/(?:#[\w-]*)?"', page)
    assert {"service", "knowledge", "desk", "dossiers"} <= set(found)
    for name in manuals.names():
        text = manuals.page(name, "en").html
        for target, anchor in re.findall(r'href="\.\./([a-z_-]+)/(?:#([\w-]*))?"', text):
            other = manuals.page(target, "en")
            assert other is not None, (name, target)
            assert not anchor or anchor in other.anchors, (name, target, anchor)


def test_the_manual_is_searched_by_sections(client_as):
    page = client_as("visitor").get("/en/help/", {"q": "handover successor"}).content.decode()
    assert "/en/help/partners/#centres-and-posts" in page
    nothing = client_as("visitor").get("/da/help/", {"q": "xyzzy"}).content.decode()
    assert "Ingen side indeholder alle disse ord." in nothing


def test_html_in_a_page_is_text_and_pictures_are_words():
    text = "# A\n\n<script>alert(1)</script> ![a picture](brief.png) [out](dev/add-a-room.md)\n"
    page = manuals.read("x", "en", text)
    assert "<script" not in page.html
    assert "<img" not in page.html
    assert "a picture" in page.html
    assert "add-a-room" not in page.html


def test_no_page_of_help_leads_to_itself_and_an_unknown_one_is_missing(client_as):
    client = client_as("officer")
    assert "Help for this page" not in client.get("/en/help/stays/").content.decode()
    stays = client.get("/en/desk/stays/").content.decode()
    assert '<a href="/en/help/stays/#a-stay">Help for this page</a>' in stays
    assert client.get("/en/help/nothing-such/").status_code == 404


def test_a_package_carries_the_manual_along():
    build = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'docs = "udsyn/desk/manual"' in build
    assert all(folder.parts[-2:] in {("desk", "manual"), (ROOT.name, "docs")} for folder in manuals.FOLDERS)
