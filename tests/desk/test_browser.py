"""A walk in a real browser: every page is accessible and fits, and the desk's everyday runs work without JavaScript."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from addresses import DOWNLOADS, ONLY_POST, examples
from browsing import PHONE, WIDE, needs_chromium, problems
from django.utils import timezone
from tests.desk import patterns

pytestmark = [needs_chromium, pytest.mark.django_db]


@pytest.fixture
def desk(served, browser):
    """Open the desk in a role, through its front door: desk("officer", viewport=..., theme=..., javascript=...)."""
    contexts = []

    def enter(role, *, viewport=WIDE, theme="light", javascript=True):
        context = browser.new_context(
            viewport=viewport, color_scheme=theme, java_script_enabled=javascript, base_url=served.url
        )
        contexts.append(context)
        page = context.new_page()
        if role != "visitor":
            page.goto("/en/")
            page.locator(f'button[name=user][value="{served.users[role]}"]').click()
            page.wait_for_load_state()
        return page

    yield enter
    for context in contexts:
        context.close()


def addresses(names=None, *, all_=False):
    """One address of every kind of page, or all of them."""
    skipped = ONLY_POST | DOWNLOADS | {"health", "view", "account_logout", "root"}
    kinds = {name: paths for name, paths in examples().items() if name not in skipped and (not names or name in names)}
    return [path for paths in kinds.values() for path in (paths if all_ else paths[:1])]


PUBLIC = {"home", "abroad", "centre", "thanks", "account_login"}


def walk(page, language, paths):
    """Visit all, and say what is wrong where."""
    from axe_playwright_python.sync_playwright import Axe

    axe, wrong, seen = Axe(), {}, 0
    for path in paths:
        answer = page.goto(path.replace("/en/", f"/{language}/"))
        if answer.status in (403, 404):
            continue
        assert answer.status == 200, path
        seen += 1
        found = problems(page, axe)
        if found:
            wrong[path] = found
    assert not wrong
    return seen


def test_kinds_of_pages_are_accessible_and_fit(desk):
    """A drawn half of them, dark and on a phone; `make prove` visits all, in every dress."""
    drawn = random.Random("pages")
    half = [path for path in addresses() if drawn.random() < 0.5]
    assert walk(desk("officer", viewport=PHONE, theme="dark"), "da", half) > 15


@pytest.mark.parametrize(
    "taken",
    [pytest.param(patterns.PATTERNS[:2], id="two"), pytest.param(patterns.PATTERNS, id="all", marks=pytest.mark.prove)],
)
def test_each_pattern_of_the_manual_is_shown_and_can_be_taken_again(taken, desk, tmp_path):
    page = desk("officer")
    for pattern in taken:
        patterns.cut(page, pattern, tmp_path / "taken.png")
        assert (tmp_path / "taken.png").stat().st_size > 5_000, pattern
    shown = set(patterns.named((patterns.DOCS / "patterns.md").read_text(encoding="utf-8")))
    assert shown == {pattern.name for pattern in patterns.PATTERNS}
    assert shown == {file.stem for file in (patterns.DOCS / "patterns").iterdir()}


def test_paper_has_what_is_read_by_day_and_without_what_is_pressed(desk):
    """A list with its rows, a form with its fields; nothing is cut, and who reads by night prints by day."""
    page = desk("officer", theme="dark")
    for path in ("/en/desk/requests/", "/en/desk/stays/new/"):
        page.goto(path)
        shown = page.locator("tbody tr, .wide-form .field").count()
        page.emulate_media(media="print")
        assert page.locator("tbody tr:visible, .wide-form .field:visible").count() == shown > 0
        assert not page.locator(
            "button:visible, a.button:visible, .filters:visible, nav:visible, footer:visible"
        ).count()
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(22, 36, 44)"
        assert page.evaluate(
            "[...document.querySelectorAll('.scroll')].every(e => getComputedStyle(e).overflow == 'visible')"
        )
        page.emulate_media(media="screen")


def test_more_contrast_and_colours_of_the_device_reach_texts_edges_and_charts(desk):
    page = desk("visitor")
    page.goto("/en/")
    look = """([part, name]) => getComputedStyle(document.querySelector(part))[name]"""
    grey, drawn = (page.evaluate(look, asked) for asked in (["footer", "color"], [".map .tied", "fill"]))
    page.emulate_media(contrast="more")
    assert page.evaluate(look, ["footer", "color"]) == page.evaluate(look, ["body", "color"]) != grey
    assert page.evaluate(look, [".card", "borderBottomWidth"]) == "2px"
    assert page.evaluate(look, [".map .tied", "fill"]) == page.evaluate(look, ["main a", "color"]) != drawn
    page.emulate_media(contrast="no-preference", forced_colors="active")
    assert page.evaluate(look, [".map .tied", "fill"]) == page.evaluate(look, ["main a", "color"]) != drawn


def page_with(part):
    from skeleton import Page

    return Page(
        f"""<!doctype html><html lang="en" data-theme="auto"><head><title>Planted</title>
        <link rel="stylesheet" href="/static/desk/desk.css"></head>
        <body><main><h1>Planted</h1>{part}</main></body></html>""",
        "en",
    )


def test_the_crawl_finds_what_is_planted(browser):
    """No label, grey that can be read by day only, a wide table, a line cut off, a small target; else it is quiet."""
    from crawl import Look

    look = Look(browser)
    assert look.at(page_with("<p>Sound</p>"))["wrong"] == []
    assert look.at(page_with("<p>Sound</p>")) == {}
    other = look.at(page_with("<p>Other words</p>"))
    assert (other["judged"], other["laid out"], other["wrong"]) == (False, True, [])
    planted = (
        '<input><p style="color: #4a5b65">Grey</p>',
        f"<table><tr><td>{'wide' * 60}</td></tr></table>",
        '<p style="height: 2em; overflow: hidden">One<br>Two<br>Three</p>',
        '<a href="/" style="display: block; width: 9px; height: 9px">x</a><a href="/" class="state">y</a>',
    )
    found = look.at(page_with("".join(planted)))["wrong"]
    looked_for = ("label: 1", "dark: contrast", "320 pixels: wider", "text 200 %: cut off", "target-size")
    for said in looked_for:
        assert [one for one in found if one.startswith(said)], (said, found)
    assert not [one for one in found if one.startswith("light")]
    look.page.context.close()


def test_public_pages_are_accessible_and_fit(desk):
    assert walk(desk("visitor"), "en", addresses(PUBLIC)) == len(PUBLIC)


@pytest.mark.prove
@pytest.mark.parametrize("role", ["officer", "auditor", "client"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("language", "viewport"), [("da", PHONE), ("en", WIDE)])
def test_all_pages_in_all_dress_are_accessible_and_fit(role, theme, language, viewport, desk):
    assert walk(desk(role, viewport=viewport, theme=theme), language, addresses(all_=True)) > 15


@pytest.mark.parametrize("javascript", [True, False])
def test_a_meeting_with_three_promises_one_of_them_late(javascript, desk):
    """An officer records a meeting; what is late shows in the owner's inbox and on the partner's page."""
    from udsyn.desk.rooms.cooperation.models import Meeting
    from udsyn.desk.rooms.parties.models import User

    meeting = Meeting.objects.filter(state="held", committee__agreement__country__code__in=("KR", "CN", "IN")).first()
    meeting = meeting or Meeting.objects.filter(state="held").first()
    country = meeting.country
    owner = User.objects.get(email="officer2@demo.example").person
    yesterday = timezone.localdate() - timedelta(days=1)
    page = desk("officer", javascript=javascript)
    page.goto(f"/en/desk/meetings/{meeting.pk}/")
    page.get_by_role("link", name="Write down minutes and action points").click()
    page.get_by_label("Minutes").fill("Both sides agreed on a workshop.")
    for number, (text, due) in enumerate(
        [
            ("Book the hall", yesterday),
            ("Invite ten groups", yesterday + timedelta(days=30)),
            ("Print the programme", None),
        ]
    ):
        line = page.get_by_role("group", name=f"Action point {number + 1}")
        line.get_by_label("What").fill(text)
        line.get_by_label("Responsible").select_option(str(owner.pk))
        if due:
            line.get_by_label("Due").fill(due.isoformat())
    page.get_by_role("button", name="Save").click()
    assert "3 new action points" in page.get_by_role("status").inner_text()
    page.goto(f"/en/desk/countries/{country.pk}/")
    row = page.get_by_role("row", name="Book the hall").first
    assert "overdue" in row.inner_text()
    inbox = desk("officer2", javascript=javascript)
    inbox.goto("/da/inbox/")
    item = inbox.get_by_role("listitem").filter(has_text="Book the hall").first
    assert "over fristen" in item.inner_text()


def test_a_posting_is_handed_over(desk):
    """The attaché ticks off and offers, the successor takes over; contacts and open requests have moved."""
    from udsyn.desk.rooms.posts.models import Contact, Handover

    handover = Handover.objects.get(posting__post__centre__slug="seoul")
    held = Contact.objects.filter(keeper=handover.posting.person).count()
    assert held
    page = desk("attache")
    page.goto(f"/en/desk/handovers/{handover.pk}/")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Offer to the successor").click()
    page.get_by_role("button", name="Offer to the successor").click()
    page = desk("successor")
    page.goto("/en/inbox/")
    page.get_by_role("link", name="Handover").first.click()
    page.get_by_role("link", name="Take over").click()
    page.get_by_role("button", name="Take over").click()
    assert "handed over" in page.locator(".head").inner_text()
    assert f"Contacts: {held}" in page.locator("main").inner_text()
    page.goto("/en/desk/contacts/")
    assert page.get_by_role("cell", name=str(handover.successor)).count() == held


@pytest.mark.parametrize("javascript", [True, False])
def test_a_visitor_finds_the_centre_and_writes(javascript, desk):
    page = desk("visitor", viewport=PHONE, javascript=javascript)
    page.goto("/da/abroad/")
    page.get_by_label("Hvilket land drejer det sig om?").select_option("KR")
    page.get_by_role("button", name="Vis").click()
    page.get_by_role("link", name="Seoul").click()
    page.get_by_text("Innovationsattaché").first.wait_for()
    page.get_by_label("Dit navn").fill("Karla Visitor")
    page.get_by_label("Din e-mail").fill("karla@example.org")
    page.get_by_label("Hvad drejer det sig om?").fill("Hvem kan hjælpe med brint?")
    page.get_by_role("button", name="Send").click()
    assert "Tak" in page.get_by_role("heading", level=1).inner_text()
    reader = desk("attache", javascript=javascript)
    reader.goto("/en/inbox/")
    assert reader.get_by_role("link", name="Karla Visitor").count()


def test_the_keyboard_alone_is_enough(desk):
    """From the first Tab to a stored comment without a mouse."""
    page = desk("officer")
    page.goto("/en/desk/countries/1/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _press in range(80):
        if page.evaluate("document.activeElement.name") == "text":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("Written by keyboard")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    assert "Written by keyboard" in page.locator("#comments").inner_text()
