"""Every address of the desk with an example, made from the URL table, so that a new page cannot escape the tests."""

from __future__ import annotations

from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

#: pages that need a flow or a provider under way; allauth tests its own itself, test_stays_orcid.py ours
UNDER_WAY = set(
    """
    account_confirm_email account_reset_password_from_key account_inactive account_confirm_login_code
    account_confirm_phone_verification account_request_login_code account_reset_password_from_key_done
    account_set_password
    account_reauthenticate account_email_verification_sent account_confirm_phone account_change_phone
    mfa_authenticate mfa_trust mfa_login_webauthn mfa_reauthenticate
    mfa_reauthenticate_webauthn mfa_signup_webauthn account_signup_by_passkey mfa_edit_webauthn
    mfa_remove_webauthn mfa_generate_recovery_codes mfa_view_recovery_codes mfa_download_recovery_codes
    mfa_deactivate_totp mfa_add_webauthn mfa_activate_totp mfa_list_webauthn
    openid_connect_login openid_connect_callback orcid_login orcid_callback stay_orcid
    socialaccount_signup socialaccount_login_cancelled socialaccount_login_error socialaccount_connections
    """.split()  # noqa: SIM905
)
#: pages whose address holds nothing but its name
PLAIN = """
root health home inbox activity search deadlines ledger work me abroad held duplicates imports theme demo merge
account_login account_logout account_signup account_email account_change_password account_reset_password
account_reset_password_done mfa_index figures safeguards log_contact from_mail open_calls outcomes
joint_works identify crosswalk crosswalk_take_in funds funds_answer funds_typed funds_sources funds_changes markets
background results find_public open_feed going reports technology technology_builders open_rounds
prolong_grants aid_ledger aid_register funds_sketch manual first_hour
""".split()  # noqa: SIM905
#: addresses that only take a form; a GET is refused
ONLY_POST = {
    "identify",
    "crosswalk_take_in",
    "technology_answer",
    "theme",
    "first_hour",
    "demo",
    "checklist",
    "merge",
    "comment",
    "attach",
    "begin_application",
    "outcomes_ask",
    "outcomes_who",
    "outcomes_ask_all",
    "event_compute",
    "talk_become",
}
#: addresses that give a file, not a page
DOWNLOADS = {
    "export",
    "calendar",
    "file",
    "import_rows",
    "report_file",
    "names",
    "receipt",
    "crosswalk",
    "aid_register",
    "funds_typed",
    "funds_deadlines",
    "markets_deadlines",
    "need_file",
    "open_feed",
    "processing_file",
    "privacy_pack",
    "dossier_file",
    "sealed_file",
    "portfolio_file",
    "yearly_file",
    "going",
    "stay_answer_sheet",
    "stay_file",
    "stay_sheet",
    "stay_letter",
    "event_calendar",
    "event_paper",
    "event_print",
    "event_visit_calendar",
    "event_way",
    "lots_file",
    "review_paper",
}


def named(resolver: URLResolver | None = None) -> set[str]:
    """Names of all patterns outside the interfaces for programs."""
    found: set[str] = set()
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace not in ("api", "common_grants"):
                found |= named(pattern)
        elif isinstance(pattern, URLPattern) and pattern.name:
            found.add(pattern.name)
    return found


def mail_links() -> list[str]:
    """One mail link of each purpose that still waits for its answer."""
    from udsyn.desk.rooms.service import links
    from udsyn.desk.rooms.service.models import Link

    held = Link.objects.filter(expires__isnull=False, revoked__isnull=True)
    found = [held.filter(purpose=purpose).last() for purpose in links.DAYS]
    return [reverse("answer", args=[links.token(link)]) for link in found if link]


def examples() -> dict[str, list[str]]:
    """Name of a pattern → addresses that exist in the demonstration desk."""
    from udsyn.desk.kernel.models import File, Import, Proposal, SavedView
    from udsyn.desk.kernel.resources import RESOURCES
    from udsyn.desk.rooms.parties.models import User

    found: dict[str, list[str]] = {name: [reverse(name)] for name in PLAIN}
    found["manual"].append(reverse("manual") + "?q=handover")
    found["manual_page"] = [reverse("manual_page", args=[name]) for name in ("first-hour", "stays")]
    found["search"].append(reverse("search") + "?q=seoul")
    found["find_public"].append(reverse("find_public") + "?q=korea")
    found["going"].append(reverse("going") + "?q=dead")
    found["held"].append(reverse("held") + "?day=2015-03-01")
    found["calendar"] = [reverse("calendar", args=[User.objects.get(email="officer@demo.example").calendar_key])]
    found["centre"] = [reverse("centre", args=["seoul"])]
    found["thanks"] = [reverse("thanks", args=["seoul"])]
    for name in ("list", "create", "export", "detail", "edit", "history", "do", "comment", "attach"):
        found[name] = []
    for resource in RESOURCES.values():
        found["list"].append(reverse("list", args=[resource.slug]))
        found.setdefault("names", []).append(reverse("names", args=[resource.slug]) + "?q=e")
        if resource.model.lifecycle and (row := resource.model.objects.order_by("pk").first()):
            steps = resource.model.lifecycle.transitions
            found.setdefault("together", []).append(
                reverse("together", args=[resource.slug]) + f"?row={row.pk}&step={steps[0].name}"
            )
        found["export"] += [reverse("export", args=[resource.slug, form]) for form in ("csv",)]
        if resource.importing:
            found.setdefault("take_in", []).append(reverse("take_in", args=[resource.slug]))
        if resource.form:
            found["create"].append(reverse("create", args=[resource.slug]))
        rows = list(resource.model.objects.order_by("pk")[:1])
        if resource.slug == "countries":
            rows = list(resource.model.objects.filter(code__in=("KR", "DE")))
        for row in rows:
            for name in ("detail", "edit", "history", "comment", "attach"):
                found[name].append(reverse(name, args=[resource.slug, row.pk]))
            steps = row.lifecycle.transitions if row.lifecycle else ()
            for step in [t for t in steps if row.state in t.sources]:
                found["do"].append(reverse("do", args=[resource.slug, row.pk, step.name]))
    found["import"] = [reverse("import", args=[i.pk]) for i in Import.objects.order_by("pk")]
    found["import_rows"] = [reverse("import_rows", args=[i.pk]) for i in Import.objects.order_by("pk")]
    found["record"] = [reverse("record", args=[m.pk]) for m in RESOURCES["meeting"].model.objects.all()[:2]]
    found["checklist"] = [reverse("checklist", args=[RESOURCES["handover"].model.objects.first().pk])]
    found["decide"] = [reverse("decide", args=[p.pk]) for p in Proposal.objects.all()]
    found["find"] = [reverse("find", args=[r.pk]) for r in RESOURCES["request"].model.objects.all()[:2]]
    found["report"] = [reverse("report", args=["seoul", 2026])]
    found["report_file"] = [reverse("report_file", args=["seoul", 2026, form]) for form in ("html", "pdf")]
    found["answer"] = mail_links()
    found["view"] = [reverse("view", args=[v.pk]) for v in SavedView.objects.all()]
    found["file"] = [reverse("file", args=[f.pk]) for f in File.objects.all()]
    found |= of_events()
    found["funds"].append(reverse("funds") + "?q=hydrogen&country=KR")
    found["funds_answer"].append(reverse("funds_answer") + "?country=KR&programme=horizon/2&on=2026-03-02")
    found |= {
        name: [reverse(name, args=["KR"])]
        for name in (
            *("funds_with", "funds_deadlines", "markets_with", "markets_deadlines", "partner_country"),
            "technology_with",
        )
    }
    open_offer = RESOURCES["offer"].model.objects.filter(state="open").order_by("pk").first()
    found |= {n: [reverse(n, args=[open_offer.pk])] for n in ("technology_offer", "technology_answer")}
    found["technology_family"] = [reverse("technology_family", args=["90000001"])]
    found |= {
        name: [reverse(name, args=[n.pk]) for n in RESOURCES["needprofile"].model.objects.all()]
        for name in ("need_codes", "need_file")
    }
    found["report_read"] = [reverse("report_read", args=[r.pk]) for r in RESOURCES["report"].model.objects.all()]
    found |= {
        name: [reverse(name)] for name in ("processing", "processing_file", "let_go", "readings", "export_control")
    }
    granted = RESOURCES["aid"].model.objects.filter(state="registered").order_by("pk").first()
    found["aid_undertaking"] = [reverse("aid_undertaking", args=[granted.undertaking_id]) + "?on=2026-03-16&asked=9"]
    partner = RESOURCES["partner"].model.objects.filter(application__state="eligible").order_by("pk").first()
    found["aid_plan"] = [reverse("aid_plan", args=[partner.pk])]
    asked = RESOURCES["privacyrequest"].model.objects.order_by("pk").first()
    found["privacy_pack"] = [reverse("privacy_pack", args=[asked.pk])]
    return found | of_dossiers() | of_programmes() | of_assessment() | of_outcomes() | of_stays() | of_grants()


def of_events() -> dict[str, list[str]]:
    """Public pages of an event that is open and one that was held, a participant's own pages, and the organiser's."""
    from udsyn.desk.rooms.events import links
    from udsyn.desk.rooms.events.models import Event, Talk

    talk = Talk.objects.select_related("a").first()
    opened, journey = (
        Event.objects.filter(state="open", public=True).first(),
        Event.objects.get(kind_of="delegation", state="open"),
    )
    waiting = opened.attendees.get(state="asked")
    visit = links.token(journey.stops.filter(at__isnull=False).first())
    both, tokens = (talk.event, opened), [links.token(talk.a), links.token(waiting)]
    return {
        "events": [reverse("events")],
        "event": [reverse("event", args=[row.pk]) for row in both],
        "event_thanks": [reverse("event_thanks", args=[opened.pk])],
        "event_screen": [reverse("event_screen", args=[opened.pk, opened.screen_key])],
        "event_mine": [reverse("event_mine", args=[token]) for token in tokens],
        "event_calendar": [reverse("event_calendar", args=[token]) for token in tokens],
        "event_visit": [reverse("event_visit", args=[visit])],
        "event_visit_calendar": [reverse("event_visit_calendar", args=[visit])],
        "event_print": [reverse("event_print", args=[opened.pk, what]) for what in ("badges", "participants")],
        "event_paper": [reverse("event_paper", args=[tokens[0]])],
        "event_day": [reverse("event_day", args=[row.pk]) for row in both]
        + [reverse("event_day", args=[talk.event_id]) + f"?talk={talk.pk}"],
        "event_contributions": [
            reverse("event_contributions", args=[event.pk])
            for event in (opened, Event.objects.filter(referees__isnull=False).first())
        ],
        "event_compute": [reverse("event_compute", args=[opened.pk])],
        "event_way": [reverse("event_way", args=[journey.pk, form]) for form in ("pdf", "ics")],
        "talk_become": [reverse("talk_become", args=[talk.pk])],
    }


def of_dossiers() -> dict[str, list[str]]:
    """The dossier of a row that is decided upon, one that is sealed, the portfolio, and the yearly report."""
    from udsyn.desk.kernel.resources import RESOURCES

    agreement = RESOURCES["agreement"].model.objects.filter(confidential=False).order_by("pk").first()
    sealed = RESOURCES["dossier"].model.objects.order_by("pk").first()
    return {
        "dossier": [reverse("dossier", args=["agreement", agreement.pk])],
        "dossier_file": [reverse("dossier_file", args=["agreement", agreement.pk, "html"])],
        "sealed_file": [reverse("sealed_file", args=[sealed.pk, "html"])],
        "portfolio": [reverse("portfolio")],
        "portfolio_file": [reverse("portfolio_file", args=["md"])],
        "yearly": [reverse("yearly", args=[2026])],
        "yearly_file": [reverse("yearly_file", args=[2026, "md"])],
    }


def of_assessment() -> dict[str, list[str]]:
    """A round's pages, a review to write and one that is written, and what the world reads of lots."""
    from udsyn.desk.rooms.assessment.models import AssessmentRound, Review

    found: dict[str, list[str]] = {}
    for row in AssessmentRound.objects.all():
        for name in ("round_conflicts", "round_assignment", "round_panel"):
            found.setdefault(name, []).append(reverse(name, args=[row.pk]))
        for name in ("lots", "lots_file"):
            found.setdefault(name, []).append(reverse(name, args=[row.call_id]))
    reviews = [Review.objects.filter(state=state).first() for state in ("asked", "written")]
    found["write_review"] = [reverse("write_review", args=[row.pk]) for row in reviews]
    papers = [(row.pk, row.application.papers.first().pk) for row in reviews]
    return found | {"review_paper": [reverse("review_paper", args=pair) for pair in papers]}


def of_outcomes() -> dict[str, list[str]]:
    """A person's own page, and the asking for what it shows."""
    from udsyn.desk.kernel.ties import Tie
    from udsyn.desk.rooms.outcomes import links
    from udsyn.desk.rooms.parties.models import Person

    person = Person.objects.filter(merged_into__isnull=True).first()
    return {
        "outcomes_mine": [reverse("outcomes_mine", args=[links.token(person)])],
        "outcomes_ask": [reverse("outcomes_ask", args=[person.pk])],
        "outcomes_who": [reverse("outcomes_who", args=[1])],
        "outcomes_tie": [reverse("outcomes_tie", args=[tie.pk]) for tie in Tie.objects.all()[:3]],
        "outcomes_ask_all": [reverse("outcomes_ask_all")],
        "outcomes_own": [reverse("outcomes_own")],
    }


def of_grants() -> dict[str, list[str]]:
    """A grant's changes of each kind, its report, and an account in each shape."""
    from udsyn.desk.rooms.grants.models import Grant, GrantAccount, GrantReport

    one = Grant.objects.order_by("pk").first()
    shapes = [GrantAccount.objects.filter(shape=shape, state="open").first() for shape in ("lines", "two_figures")]
    return {
        "change_grant": [
            reverse("change_grant", args=[one.pk, kind]) for kind in ("duration", "budget", "partner", "administrator")
        ],
        "grant_report": [reverse("grant_report", args=[row.pk]) for row in GrantReport.objects.all()],
        "grant_account": [reverse("grant_account", args=[row.pk]) for row in shapes],
    }


def of_programmes() -> dict[str, list[str]]:
    """Addresses of calls and applications: of the first that was handed in, and of one that is being written."""
    from udsyn.desk.rooms.programmes import links
    from udsyn.desk.rooms.programmes.models import Application, Call

    calls = [call.pk for call in Call.objects.all()]
    draft = Application.objects.filter(state="draft").last()
    given = Application.objects.filter(submitted_at__isnull=False).first()
    return {
        "open_call": [reverse("open_call", args=[pk]) for pk in calls],
        "begin_application": [reverse("begin_application", args=[pk]) for pk in calls],
        "screening": [reverse("screening", args=[pk]) for pk in calls],
        "ranking": [reverse("ranking", args=[pk]) for pk in calls],
        "joint": [reverse("joint", args=[pk]) for pk in calls],
        "joint_file": [reverse("joint_file", args=[pk]) for pk in calls],
        "screen": [reverse("screen", args=[given.pk])],
        "receipt": [reverse("receipt", args=[given.pk])],
        "write_application": [reverse("write_application", args=[row.pk]) for row in (draft, given)],
        "write_partners": [reverse("write_partners", args=[row.pk]) for row in (draft, given)],
        "budget": [reverse("budget", args=[row.pk]) for row in (draft, given)],
        "papers": [reverse("papers", args=[row.pk]) for row in (draft, given)],
        "partner": [reverse("partner", args=[links.token(draft.partners.first())])],
    }


def of_stays() -> dict[str, list[str]]:
    """Addresses of rounds, of a host that was asked, and of a guest who is invited, with their mail links."""
    from udsyn.desk.rooms.stays import links
    from udsyn.desk.rooms.stays.models import Host, Round, Stay, StayApplication

    rounds = [row.pk for row in Round.objects.exclude(state="prepared")]
    host = Host.objects.filter(round__state="open", state="answered").first()
    invited, planned = Stay.objects.filter(state="invited").first(), Stay.objects.filter(state="planned").first()
    page, answer = links.token("guest", invited), links.token("answer", host)
    return {
        "open_round": [reverse("open_round", args=[pk]) for pk in rounds],
        "stay_places": [reverse("stay_places", args=[pk]) for pk in rounds],
        "stay_applied": [reverse("stay_applied", args=[links.token("applicant", StayApplication.objects.first())])],
        "stay_answer": [reverse("stay_answer", args=[answer])],
        "stay_answer_sheet": [reverse("stay_answer_sheet", args=[answer])],
        "stay_page": [reverse("stay_page", args=[page])],
        "stay_file": [reverse("stay_file", args=[page, name]) for name in ("stay.ics", "orcid-employment.json")],
        "stay_type_in": [reverse("stay_type_in", args=[host.pk])],
        "stay_sheet": [reverse("stay_sheet", args=[host.pk])],
        "stay_letter": [reverse("stay_letter", args=[invited.pk, "da"])],
        "stay_journey": [reverse("stay_journey", args=[row.pk]) for row in (invited, planned)],
    }
