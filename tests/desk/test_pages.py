"""Pages: who gets which answer, at which cost, and what hostile requests get."""

from __future__ import annotations

import random

import pytest
from addresses import ONLY_POST, PLAIN, UNDER_WAY, examples, named
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse, translate_url
from django.utils import translation
from tests.desk.cast import ROLES
from tests.desk.skeleton import Page

from udsyn.desk.kernel.models import File, Import, Proposal
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.rooms import rooms
from udsyn.desk.web.middleware import in_language

pytestmark = pytest.mark.django_db

PUBLIC = {
    "root", "health", "home", "abroad", "centre", "thanks", "answer", "calendar", "account_login", "account_signup",
    "account_reset_password", "account_reset_password_done", "open_calls", "partner",
    "outcomes_mine", "funds", "funds_answer", "funds_sketch", "funds_typed", "funds_with", "funds_deadlines",
    "markets", "markets_with", "markets_deadlines",
    "background", "results", "find_public", "open_feed", "partner_country", "reports",
    "technology", "technology_with", "lots", "lots_file", "technology_offer",
    "open_rounds", "open_round", "stay_applied", "stay_answer", "stay_answer_sheet", "stay_page", "stay_file",
    "events", "event", "event_thanks", "event_screen", "event_mine", "event_calendar", "event_paper", "event_visit",
    "event_visit_calendar", "manual", "manual_page",
}  # fmt: skip


def test_every_address_is_tested():
    untested = named() - set(examples()) - UNDER_WAY
    assert not untested, f"give these patterns an example in addresses.py: {untested}"


def expected(role: str, name: str, path: str, actor) -> set[int]:
    """The status that a GET must have, worked out from the rules and not from the pages."""
    if name in ONLY_POST:
        return {405} if role != "visitor" or name in ("theme", "demo") else {302, 405}
    if name == "open_call":
        call = RESOURCES["call"].model.objects.get(pk=path.strip("/").split("/")[2])
        return {200} if actor.can("view", call) else {404}
    if name in PUBLIC:
        return {200, 302}
    if name == "open_call":
        row = RESOURCES["call"].model.objects.get(pk=path.split("?")[0].strip("/").split("/")[2])
        return {200} if actor.can("view", row) else {404}
    if role == "visitor" and name != "report_read":
        return {302}
    if name.startswith(("account_", "mfa_")):
        return {200, 302}
    parts = path.split("?")[0].strip("/").split("/")
    if name in ("list", "export", "names"):
        resource = next(r for r in RESOURCES.values() if r.slug == parts[2])
        return {200} if resource.model.rules["view"].possible(actor) else {403}
    if name == "together":
        resource = next(r for r in RESOURCES.values() if r.slug == parts[2])
        return {200, 302} if resource.model.rules["view"].possible(actor) else {403}
    if name == "create":
        resource = next(r for r in RESOURCES.values() if r.slug == parts[2])
        return {200} if resource.may_create(actor) else {403}
    if name == "take_in":
        resource = next(r for r in RESOURCES.values() if r.slug == parts[2])
        return {200} if resource.may_import(actor) else {403}
    if name in ("import", "import_rows"):
        return {200} if actor.can("view", Import.objects.get(pk=parts[2])) else {404}
    if name in ("file", "decide"):
        model = File if name == "file" else Proposal
        return {200} if actor.can("view", model.objects.get(pk=parts[2])) else {404}
    if name == "joint_file":  # where a partner's ranking was taken in
        row = RESOURCES["call"].model.objects.get(pk=parts[3])
        return {200} if actor.can("private", row) and hasattr(row, "partner_ranking") else {404}
    written = ("write_application", "write_partners", "budget", "papers")
    if name in (*written, "receipt", "screen", "screening", "ranking", "joint"):
        row = next(r for r in RESOURCES.values() if r.slug == parts[2]).model.objects.get(pk=parts[3])
        if name in written and actor.can("view", row):
            return {200} if actor.can("change", row) else {403}
        return {200} if actor.can("view" if name == "receipt" else "private", row) else {404}
    if name == "report_read":
        row = RESOURCES["report"].model.objects.get(pk=parts[2])
        return {200} if row.state == "published" and actor.can("view", row) else {404}
    if name in ("stay_places", "stay_type_in", "stay_sheet", "stay_letter", "stay_journey"):
        row = next(r for r in RESOURCES.values() if r.slug == parts[2]).model.objects.get(pk=parts[3])
        if not actor.can("private" if name == "stay_places" else "view", row):
            return {404}
        return {200} if name in ("stay_places", "stay_letter") or actor.can("change", row) else {403}
    if name in ("change_grant", "grant_report", "grant_account"):
        row = next(r for r in RESOURCES.values() if r.slug == parts[2]).model.objects.get(pk=parts[3])
        if not actor.can("view", row):
            return {404}
        if name == "grant_report":
            return {200}
        asked = RESOURCES["grantchange"].model(grant=row) if name == "change_grant" else row
        return {200} if actor.can("create" if name == "change_grant" else "change", asked) else {403}
    if name in ("dossier", "dossier_file", "sealed_file"):
        row = RESOURCES["dossier" if name == "sealed_file" else parts[3]].model.objects.get(
            pk=parts[3 if name == "sealed_file" else 4]
        )
        if name != "sealed_file" and not actor.staff:
            return {403}
        return {200} if actor.can("view", row) else {404}
    if name in ("round_conflicts", "round_assignment", "round_panel"):
        return {200} if actor.can("view", RESOURCES["assessmentround"].model.objects.get(pk=parts[3])) else {404}
    if name in ("write_review", "review_paper"):
        row = RESOURCES["review"].model.objects.get(pk=parts[3])
        if not actor.can("view", row):
            return {404}
        if name == "review_paper":  # where names are hidden, so are documents
            return {404} if row.assessor.round.hides_names_from(row.assessor.part) else {200}
        return {200} if actor.can("change", row) else {403}
    if name in ("need_codes", "need_file"):
        row = RESOURCES["needprofile"].model.objects.get(pk=parts[3])
        if not actor.can("view", row):
            return {404}
        return {200} if name == "need_file" or actor.can("change", row) else {403}
    if name == "event_print":
        row = RESOURCES["event"].model.objects.get(pk=parts[3])
        return {200} if actor.can("change", row) else {403} if actor.can("view", row) else {404}
    if name == "event_contributions":
        row = RESOURCES["event"].model.objects.get(pk=parts[3])
        reads = row.referees.filter(person=actor.person or 0).exists()
        return {200} if actor.can("view", row) or reads else {404}
    if name in ("event_day", "event_way"):
        return {200} if actor.can("view", RESOURCES["event"].model.objects.get(pk=parts[3])) else {404}
    if name in ("detail", "edit", "history", "do", "record", "find"):
        resource = next(r for r in RESOURCES.values() if r.slug == parts[2])
        row = resource.model.objects.get(pk=parts[3])
        if not actor.can("view", row):
            return {404}
        allowed = {
            "detail": lambda: True,
            "edit": lambda: bool(resource.form) and actor.can("change", row),
            "history": lambda: actor.staff,
            "record": lambda: actor.can("change", row),
            "find": lambda: actor.can("change", row),
            "do": lambda: row.lifecycle.transition(parts[5]).who.allows(actor, row),
        }[name]()
        return {200} if allowed else {403}
    if name in ("log_contact", "from_mail"):
        return {200} if RESOURCES["request"].may_create(actor) else {403}
    if name in (
        "figures",
        "safeguards",
        "joint_works",
        "crosswalk",
        "outcomes",
        "report",
        "report_file",
        "funds_sources",
        "funds_changes",
        "technology_builders",
        "portfolio",
        "portfolio_file",
        "yearly",
        "yearly_file",
        "processing",
        "processing_file",
        "export_control",
        "aid_ledger",
        "aid_register",
        "aid_undertaking",
    ):
        return {200} if actor.staff else {403}
    if name == "aid_plan":
        partner = RESOURCES["partner"].model.objects.get(pk=parts[4])
        if not actor.can("view", partner):
            return {404}
        return {200} if "officer" in actor.roles else {403}
    if name == "technology_family":  # no record is named, so none is held
        return {404} if actor.staff else {403}
    if name == "privacy_pack":
        asked = RESOURCES["privacyrequest"].model.objects.get(pk=parts[4])
        if not actor.can("view", asked) or asked.root is None:
            return {404}
    if name in ("let_go", "readings", "privacy_pack"):
        return {200} if {"officer", "auditor", "administrator"} & actor.roles else {403}
    if name == "deadlines":
        return {200} if actor.staff else {403}
    if name == "ledger":
        return {200} if {"auditor", "administrator"} & actor.roles else {403}
    if name == "work":
        return {200} if "administrator" in actor.roles else {403}
    if name in ("duplicates", "prolong_grants"):
        return {200} if "officer" in actor.roles else {403}
    return {200}


#: who opens every address in each run; the others open a tenth of them, drawn, and all in `make prove`
EVERYWHERE = ("visitor",)
CAST = [role for role in ROLES if role not in ("officer2", "successor")]


@pytest.mark.parametrize(
    ("role", "part"),
    [
        *((role, 1.0 if role in EVERYWHERE else 0.1) for role in CAST),
        *(pytest.param(role, 1.0, marks=pytest.mark.prove) for role in CAST if role not in EVERYWHERE),
    ],
)
def test_every_address_answers_every_role_as_the_rules_say(role, part, client_as, actor_as):
    client, actor, drawn = client_as(role), actor_as(role), random.Random(role)
    wrong = []
    for name, paths in examples().items():
        if name == "account_logout":
            continue
        for path in paths:
            if drawn.random() > part:
                continue
            answer = client.get(path)
            got, wanted = answer.status_code, expected(role, name, path, actor)
            if got not in wanted:
                wrong.append((path, got, wanted))
            if role == "officer" and name in ("create", "find_public", "reports", "manual"):
                wrong += [(path, one) for one in Page(answer.content.decode(), "en").wrong()]
    assert not wrong


def test_both_languages_answer(client_as):
    client = client_as("officer")
    for name in ("home", "inbox", "deadlines", "abroad"):
        page = client.get(reverse(name).replace("/en/", "/da/"))
        assert page.status_code == 200
        assert '<html lang="da"' in page.content.decode()


@pytest.mark.parametrize("kind", [k for k, r in RESOURCES.items() if r.menu and k != "message"])
def test_a_list_costs_the_same_for_one_row_and_thirty(kind, client_as, monkeypatch):
    """Counted with one row a page and with thirty: an N+1 shows itself. Which rows that cells link to may be opened is
    asked once for each kind of them, and only where a cell links to one."""
    from udsyn.desk.web import lists

    client, url = client_as("officer"), RESOURCES[kind].list_url
    if RESOURCES[kind].model.objects.count() < 2:
        client = client_as("administrator")
    client.get(url)
    costs = {}
    for size in (1, 2, 30):
        monkeypatch.setattr(lists, "PAGE", size)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        costs[size] = len(queries)
    columns = {column.name for column in RESOURCES[kind].columns}
    linked = {f.related_model for f in RESOURCES[kind].model._meta.fields if f.is_relation and f.name in columns}
    assert costs[1] <= costs[2] <= costs[30] <= costs[1] + len(linked), costs


@pytest.mark.parametrize("name", ["home", "inbox", "activity", "deadlines", "held", "figures"])
def test_pages_across_all_stay_cheap(name, client_as):
    client = client_as("officer")
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse(name))
    waits = sum(len(room.inbox) for room in rooms())  # each source of what waits is asked once, however much waits
    assert len(queries) <= 10 + waits, [len(queries), *(q["sql"][:110] for q in queries)]


def test_a_form_without_its_token_is_refused(user_of):
    from tests.desk.cast import BACKEND

    client = Client(enforce_csrf_checks=True)
    client.force_login(user_of("officer"), backend=BACKEND)
    assert client.post(reverse("create", args=["organisations"]), {"name": "X"}).status_code == 403


def test_a_foreign_host_is_refused():
    assert Client().get("/en/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_open_redirect(target, client_as):
    answer = client_as("officer").post(reverse("theme"), {"theme": "dark", "next": target})
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]
    assert answer["Location"].startswith("/")


def test_strict_headers(client_as):
    answer = client_as("officer").get(reverse("home"))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert "no-store" in answer["Cache-Control"]
    page = answer.content.decode()
    assert " style=" not in page
    assert "<style" not in page
    assert " onclick" not in page


def test_demo_doors_exist_in_a_demonstration_only(client):
    from udsyn.desk.kernel.models import Meta
    from udsyn.desk.rooms.parties.models import User

    user = User.objects.get(email="officer@demo.example")
    Meta.objects.all().delete()
    assert client.post(reverse("demo"), {"user": user.pk}).status_code == 404
    Meta.objects.create(key="demo", value="yes")
    User.objects.filter(pk=user.pk).update(is_demo=False)
    assert client.post(reverse("demo"), {"user": user.pk}).status_code == 404
    User.objects.filter(pk=user.pk).update(is_demo=True)
    assert client.post(reverse("demo"), {"user": user.pk}).status_code == 302


def test_a_saved_view_is_kept_shared_and_removed(client_as):
    from udsyn.desk.kernel.models import SavedView

    url = RESOURCES["agreement"].list_url
    client_as("officer").post(url, {"name": "In force", "query": "state=in_force", "shared": "1"})
    view = SavedView.objects.get(name="In force")
    assert "In force" in client_as("attache").get(url).content.decode()
    assert "In force</a>" not in client_as("client").get(url).content.decode()
    assert client_as("attache").post(reverse("view", args=[view.pk])).status_code == 403
    client_as("officer").post(reverse("view", args=[view.pk]))
    assert not SavedView.objects.filter(pk=view.pk).exists()


def test_each_page_leads_to_itself_in_the_other_language():
    """As Django finds it, with what the address asks; an address without a language stays."""
    for here, there in (("en", "da"), ("da", "en")):
        with translation.override(here):
            found = [reverse(name) for name in PLAIN] + [reverse("detail", args=["people", 1]) + "?page=2&q=/en/x"]
            assert [in_language(address, there) for address in found] == [translate_url(a, there) for a in found]
    assert in_language("/api/v1/people", "da") == "/api/v1/people"
