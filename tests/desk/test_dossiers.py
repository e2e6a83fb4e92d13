"""Dossiers: what rooms know of a row that is decided upon, counted by hand, sealed with the decision."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from udsyn.desk.kernel import commands, dossiers, ledger, ties
from udsyn.desk.kernel.dossiers import Cost
from udsyn.desk.kernel.finds import Find
from udsyn.desk.kernel.models import Entry
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.ties import Tie
from udsyn.desk.rooms.cooperation.models import Agreement
from udsyn.desk.rooms.dossiers import compose, figures, portfolio, sealing, theory
from udsyn.desk.rooms.dossiers.models import Dossier
from udsyn.desk.rooms.dossiers.money import add_up
from udsyn.desk.rooms.events.models import Event, EventMoney, Series
from udsyn.desk.rooms.posts.models import Centre
from udsyn.desk.rooms.programmes.models import Call
from udsyn.desk.rooms.service.models import Introduction, Step
from udsyn.desk.rooms.stays.models import Stay, StayAgreement
from udsyn.evidence.effect.portfolio import Lasting
from udsyn.packs.theory import shipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Agreement:
    """The invented action plan with Korea, whose renewal is to be decided."""
    return Agreement.objects.get(country__code="KR", kind_of="plan", source__startswith="invented")


def decided(plan, actor_as):
    """Renewed by two people, as pages do it."""
    plan.ends += dt.timedelta(days=1000)
    commands.save(plan, actor_as("officer"))
    commands.perform(plan, "review", actor_as("officer"))
    proposal = commands.perform(plan, "renew", actor_as("officer"), reason="It works.")
    assert not Dossier.objects.filter(of_kind="agreement", of_id=plan.pk).exists()  # proposed is not decided
    commands.decide(proposal, actor_as("officer2"), confirm=True)
    return Dossier.objects.get(of_kind="agreement", of_id=plan.pk)


def words(page) -> str:
    """All that a dossier says, as one text."""
    found = [page["title"], page["subtitle"]]
    for section in page["sections"]:
        for block in section["blocks"]:
            found.append(block.get("words", ""))
            found += [str(value) for row in block.get("rows", ()) for value in row.values()]
    return "\n".join(found)


def test_a_decision_seals_its_dossier_and_the_ledger_holds_the_hash(plan, actor_as):
    made = decided(plan, actor_as)
    assert str(made.decision) == "Renew"
    assert made.reason == "It works."
    assert made.decided_by_id == actor_as("officer2").person
    assert sealing.holds(made)
    assert Entry.objects.get(kind="dossier", object_id=made.pk, action="seal").after == made.seal
    assert ledger.verify().whole
    assert set(made.content) == {"da", "en"}
    assert [section["id"] for section in made.content["en"]["sections"]] == [
        "promised", "done", "cost", "came", "links", "told", "unknown", "options",
    ]  # fmt: skip
    assert "Work plan" not in words(made.content["da"])


def test_a_sealed_dossier_does_not_follow_what_happens_later(plan, actor_as, client_as):
    made = decided(plan, actor_as)
    before = made.content
    Tie.objects.all().delete()
    made.refresh_from_db()
    assert made.content == before
    page = client_as("officer").get(RESOURCES["dossier"].url(made)).content.decode()
    assert "holds, and stands in the ledger" in page
    Dossier.objects.filter(pk=made.pk).update(reason="Something else.")
    page = client_as("officer").get(RESOURCES["dossier"].url(made)).content.decode()
    assert "does not hold" in page


def test_nobody_changes_a_dossier_and_only_colleagues_who_see_the_row_read_it(plan, actor_as, client_as):
    made = decided(plan, actor_as)
    with pytest.raises(commands.Refused):
        commands.save(made, actor_as("officer"))
    address = RESOURCES["dossier"].url(made)
    assert client_as("other_attache").get(address).status_code == 200  # the agreement is open to colleagues
    assert client_as("client").get(address).status_code == 404
    Agreement.objects.filter(pk=plan.pk).update(confidential=True)
    assert client_as("other_attache").get(address).status_code == 404
    for role in ("officer", "officer2"):
        assert client_as(role).get(address).status_code == 200


def test_a_refused_renewal_seals_nothing(plan, actor_as):
    plan.ends += dt.timedelta(days=1000)
    commands.save(plan, actor_as("officer"))
    commands.perform(plan, "review", actor_as("officer"))
    proposal = commands.perform(plan, "renew", actor_as("officer"))
    commands.decide(proposal, actor_as("officer2"), confirm=False, reason="Not now.")
    assert not Dossier.objects.filter(of_kind="agreement", of_id=plan.pk).exists()


@pytest.fixture
def pairs():
    """Four introductions of Seoul: two old (one with two works, of which one is struck later; one with none), one old
    of which nobody asked the record, one young."""
    Tie.objects.filter(instrument="introduction").delete()
    ties.collect()
    centre = Centre.objects.get(slug="seoul")
    ids = Introduction.objects.filter(candidate__request__centre=centre, state__in=("agreed", "met", "closed"))
    held = list(
        Tie.objects.filter(kind="introduction", level="person", status="made", object_id__in=ids.values("pk")).order_by(
            "pk"
        )[:4]
    )
    assert len(held) == 4
    Tie.objects.filter(kind="introduction").exclude(pk__in=[tie.pk for tie in held]).delete()
    today = timezone.localdate()
    ages = ((900, 0), (900, 3), (900, None), (100, 0))
    for tie, (age, before) in zip(held, ages, strict=True):
        Tie.objects.filter(pk=tie.pk).update(date=today - dt.timedelta(days=age), before=before)
    for number in (1, 2):
        Find.objects.create(
            kind="introduction", object_id=held[0].object_id, tie=held[0], what="work", ident=f"W{number}",
            title="Membranes", day=today, evidence="both", sure="sure",
        )  # fmt: skip
    return centre, held


def test_pairs_are_counted_by_hand(pairs):
    centre, (first, *_others) = pairs
    today = timezone.localdate()
    beside = {"kind": "introduction", "object_id": first.object_id, "tie": first, "day": today, "sure": "sure"}
    Find.objects.create(what="work", ident="W3", evidence="cites", **beside)  # not written together
    Find.objects.create(what="grant", ident="G1", evidence="on a joint work", **beside)
    came = dossiers.came(dossiers.scope_of(centre), today)["introduction"]
    assert (came.pairs, came.asked, came.new, came.old, came.lasting, came.wrote, came.works) == (4, 3, 2, 2, 1, 1, 2)
    assert (came.not_asked, came.young, came.waiting) == (1, 1, 4)
    Find.objects.filter(ident="W2").update(state="struck")
    came = dossiers.came(dossiers.scope_of(centre), today)["introduction"]
    assert (came.lasting, came.wrote, came.works, came.struck, came.waiting) == (0, 1, 1, 1, 3)


def test_each_number_of_works_leads_to_them(pairs, client_as):
    centre, _held = pairs
    page = compose.page(compose.read(centre, timezone.localdate()))
    table = next(s for s in page["sections"] if s["id"] == "came")["blocks"][0]
    row = next(row for row in table["rows"] if row["instrument"] == "Introduction")
    assert row["works"] == "2"
    found = client_as("officer").get(f"/en{row['works_url'].removeprefix('/en')}").content.decode()
    assert found.count("openalex.org/W") == 2


def test_unknown_is_never_nothing(pairs):
    """No money is noted, hours of some requests are not: neither is said as zero."""
    centre, _held = pairs
    page = compose.page(compose.read(centre, timezone.localdate()))
    cost = next(s for s in page["sections"] if s["id"] == "cost")["blocks"][0]["rows"]
    by = {row["instrument"]: row for row in cost}
    assert by["Introduction"]["money"] == "not known"
    assert by["Centre"] == {"instrument": "Centre", "money": "not known", "hours": "not known"}
    Step.objects.filter(request__centre=centre, what="contact").update(minutes=None)
    page = compose.page(compose.read(centre, timezone.localdate()))
    cost = next(s for s in page["sections"] if s["id"] == "cost")["blocks"][0]["rows"]
    assert {row["hours"] for row in cost} == {"not known", "74.0"}  # those of its matchmaking day are noted


def test_hours_are_those_of_the_log(pairs):
    centre, _held = pairs
    logged = Step.objects.filter(request__centre=centre, what="contact", minutes__isnull=False)
    minutes = sum(logged.values_list("minutes", flat=True))
    spent = [c for c in dossiers.costs(dossiers.scope_of(centre)) if c.instrument == "introduction"]
    assert sum(c.hours for c in spent if c.hours is not None) == pytest.approx(minutes / 60)


def test_an_agreement_counts_its_partner_and_no_other(plan):
    scope = dossiers.scope_of(plan)
    ties.collect()
    for tie in Tie.objects.filter(scope.ties):
        own = tie.kind in ("agreement", "initiative")
        assert own or ("KR" in (tie.a_country, tie.b_country) and tie.date >= plan.signed)
    assert all(cost.country == "KR" for cost in dossiers.costs(scope))


def test_a_decision_that_no_step_says_is_noted_with_its_dossier(client_as, actor_as):
    centre = Centre.objects.get(slug="munich")
    address = f"/en/desk/dossier/centre/{centre.pk}/"
    officer = client_as("officer")
    refused = officer.post(address, {"decision": "Keep the centre", "reason": ""})
    assert refused.status_code == 422
    officer.post(address, {"decision": "Keep the centre", "reason": "Its pairs write."})
    made = Dossier.objects.get(of_kind="centre", of_id=centre.pk)
    assert (str(made.decision), made.reason) == ("Keep the centre", "Its pairs write.")
    assert sealing.holds(made)
    assert client_as("other_attache").post(address, {"decision": "Close", "reason": "x"}).status_code == 403
    assert "Keep the centre" in officer.get(f"/en/desk/centres/{centre.pk}/").content.decode()


def test_an_agreement_is_not_decided_beside_its_life(plan, client_as):
    address = f"/en/desk/dossier/agreement/{plan.pk}/"
    assert client_as("officer").post(address, {"decision": "Renew", "reason": "x"}).status_code == 403
    assert not Dossier.objects.filter(of_kind="agreement", of_id=plan.pk).exists()


@pytest.mark.parametrize("role", ["visitor", "client"])
def test_outsiders_see_no_dossier(role, plan, client_as):
    answer = client_as(role).get(f"/en/desk/dossier/agreement/{plan.pk}/")
    assert answer.status_code in (302, 403)


def test_every_kind_that_is_decided_upon_has_a_dossier_in_both_languages(client_as):
    officer = client_as("officer")
    for kind in dossiers.subjects():
        row = RESOURCES[kind].model.objects.first()
        assert row is not None, kind
        for code in ("da", "en"):
            answer = officer.get(f"/{code}/desk/dossier/{kind}/{row.pk}/")
            assert answer.status_code == 200
            assert answer.content.decode().count('<section class="card"') >= 8


def test_a_dossier_is_a_pdf_and_text_that_people_wrote_stays_text(client_as):
    call = Call.objects.exclude(state="prepared").first()
    call.title = "<b>*Sea* | wind</b>"
    Call.objects.bulk_update([call], ["title"])
    officer = client_as("officer")
    assert officer.get(f"/en/desk/dossier/call/{call.pk}/file.pdf").content.startswith(b"%PDF")
    text = officer.get(f"/en/desk/dossier/call/{call.pk}/file.md").content.decode()
    assert "\\<b\\>\\*Sea\\* \\| wind\\</b\\>" in text
    assert "<b>*Sea*" not in officer.get(f"/en/desk/dossier/call/{call.pk}/").content.decode()
    assert officer.get(f"/en/desk/dossier/call/{call.pk}/file.exe").status_code == 404


def test_both_languages_say_the_same_numbers(plan):
    both = compose.in_both_languages(plan, timezone.localdate())
    numbers = {}
    for code, page in both.items():
        with translation.override(code):
            rows = [row for s in page["sections"] for b in s["blocks"] for row in b.get("rows", ())]
        numbers[code] = [value for row in rows for key, value in row.items() if key in ("made", "pairs", "works")]
    assert numbers["da"] == numbers["en"]


def rows_of(page, section="lasting"):
    block = next(s for s in page["sections"] if s["id"] == section)["blocks"][0]
    return {row["instrument"]: row for row in block["rows"]}


def test_the_portfolio_shows_instruments_in_one_order_whatever_their_figures(pairs):
    """No ranking: the order is the kernel's, and nothing is said to be better than what it cannot be told from."""
    page = portfolio.page(portfolio.read(timezone.localdate()))
    order = [str(words).capitalize() for words in ties.INSTRUMENTS.values()]
    shown = [name for name in order if name in rows_of(page)]
    assert list(rows_of(page)) == shown
    assert "lasted more often" not in words(page)
    assert rows_of(page)["Introduction"]["lasting"].startswith("1 of 2: 50 % (95 % interval 9 % to 91 %)")
    assert rows_of(page)["Introduction"]["money"] == "not known"
    assert rows_of(page)["Centre"]["lasting"] == "joins no two people"


def test_money_in_two_currencies_or_partly_noted_is_not_divided():
    day = dt.date(2020, 1, 1)
    half = [Cost("stay", "x", 1, day, money=Decimal(100), currency="DKK"), Cost("stay", "x", 2, day)]
    assert portfolio.money_each(add_up(half), Lasting(5, 10)) == "not known: only part of the cost is noted"
    two = [half[0], Cost("stay", "x", 3, day, money=Decimal(5), currency="EUR")]
    assert portfolio.money_each(add_up(two), Lasting(5, 10)) == "not divided: noted in several currencies"
    whole = [half[0], Cost("stay", "x", 3, day, money=Decimal(5900), currency="DKK")]
    assert portfolio.money_each(add_up(whole), Lasting(5, 10)) == "1,200 DKK (95 % interval 786 to 2,536)"
    assert portfolio.money_each(add_up(whole), Lasting(0, 10)) == "none lasted: more than 2,162 DKK"


def test_the_year_counts_what_was_made_in_it(pairs):
    today = timezone.localdate()
    year = (today - dt.timedelta(days=900)).year
    made = Tie.objects.filter(instrument="introduction", level="person", status="made", date__year=year)
    page = portfolio.yearly(year, today)
    assert rows_of(page, "year")["Introduction"]["pairs"] == str(made.values("key").distinct().count())


def test_the_report_names_no_decision_that_is_confidential(actor_as, plan):
    made = decided(plan, actor_as)
    today = timezone.localdate()
    assert made.seal[:12] in words(portfolio.yearly(today.year, today))
    Agreement.objects.filter(pk=plan.pk).update(confidential=True)
    assert made.seal[:12] not in words(portfolio.yearly(today.year, today))


def test_portfolio_and_report_are_for_colleagues_in_both_languages_and_as_files(client_as):
    year = timezone.localdate().year
    for code in ("da", "en"):
        for address in (f"/{code}/desk/portfolio/", f"/{code}/desk/report/{year}/"):
            assert client_as("officer").get(address).status_code == 200
            assert client_as("client").get(address).status_code == 403
    officer = client_as("officer")
    assert officer.get(f"/en/desk/report/{year}/file.pdf").content.startswith(b"%PDF")
    assert officer.get(f"/en/desk/report/{year + 1}/").status_code == 404
    assert officer.get("/en/desk/portfolio/file.md").content.decode().startswith("*A demonstration")


def test_what_was_estimated_is_said_with_its_interval_and_what_does_not_hold():
    row = {
        "estimator": "staggered_did", "effect": 0.25, "low": 0.05, "high": 0.48, "mde": 0.2, "treated": 90,
        "untreated": 40, "pretrend_p": 0.5, "manipulation_p": None,
    }  # fmt: skip
    said = figures.effect_words({"stays": {"pairs": 90, "rows": [row]}}, "stay", 90)[0]
    assert "+25 % joint works (95 % interval +5 % to +48 %)" in said
    assert "does not hold" not in said
    assert "does not hold" in figures.estimate(row | {"pretrend_p": 0.01})
    assert "cannot be told from chance" in figures.estimate(row | {"low": -0.02})
    endless = row | {"estimator": "matched_pairs", "low": -1.0, "high": float("inf")}
    assert "no estimate" in figures.effect_words({"stays": {"pairs": 90, "rows": [endless]}}, "stay", 90)[0]
    assert "∞" in figures.estimate(endless)
    assert "3 of 40 pairs" in figures.effect_words({"stays": {"pairs": 3, "rows": []}}, "stay", 40)[0]
    assert "at least 10 are needed" in figures.effect_words(None, "stay", 4)[0]
    assert "nothing was estimated yet" in figures.effect_words(None, "stay", 40)[0]
    assert figures.shown_effect({"stays": {"pairs": 90, "rows": [row | {"pretrend_p": 0.01}]}}, "stay") is None


def test_the_next_calls_page_shows_what_the_last_one_did(client_as):
    """Handed in, counted by hand; nothing is said of pairs before they are old enough."""
    last, opened = Call.objects.order_by("closes_at")[:2]
    assert last.programme_id == opened.programme_id
    page = client_as("visitor").get(f"/en/apply/{opened.pk}/").content.decode()
    shown = page.split('id="last"')[1].split("</section>")[0]
    assert str(last) in shown
    assert f"<dd>{last.applications.filter(submitted_at__isnull=False).count()}</dd>" in shown
    assert "not known: too few pairs are old enough" in shown
    assert 'id="last"' not in client_as("visitor").get(f"/en/apply/{last.pk}/").content.decode()


def test_a_centres_public_page_says_of_fresh_requests_that_nothing_is_known_yet(client_as):
    page = client_as("visitor").get("/en/abroad/seoul/").content.decode()
    assert "with an outcome" in page
    assert "too young, or nobody answered" in page
    assert "0 %" not in page.split("with an outcome")[1].split("</div>")[0]


def lines_of(row, part):
    return {str(line.what): line for line in dossiers.lines(row, timezone.localdate()) if line.part == part}


def test_a_series_counts_its_events_their_money_and_their_hours_by_hand():
    """Of two events one was held: 57,400 were spent on it in 74 hours, and 125,000 were budgeted for both."""
    series = Series.objects.get()
    done, promised = lines_of(series, "done"), lines_of(series, "promised")
    assert (done["events held"].value, promised["budget of the events"].value) == (1, "125,000 DKK")
    held = dossiers.costs(dossiers.scope_of(series))
    assert [(cost.instrument, cost.money, cost.hours) for cost in held] == [("meeting", Decimal(57400), 74.0)]
    EventMoney.objects.create(event=series.events.get(state="held"), text="Bus", budget=4000)
    spent = add_up(dossiers.costs(dossiers.scope_of(series)))
    assert (spent.money, spent.no_money, spent.hours, spent.all_hours) == ({"DKK": Decimal(57400)}, 1, 74.0, True)


def test_what_an_event_cost_counts_in_each_currency_and_its_hours_once():
    event = Event.objects.get(kind_of="delegation", state="held")
    EventMoney.objects.filter(event=event).delete()
    assert [(c.money, c.hours) for c in dossiers.costs(dossiers.scope_of(event))] == [(None, None)]
    for amount, currency, hours in ((100, "DKK", 5), (20, "EUR", None), (11, "DKK", 2)):
        EventMoney.objects.create(event=event, text="x", amount=amount, currency=currency, hours=hours)
    spent = add_up(dossiers.costs(dossiers.scope_of(event)))
    assert (spent.money, spent.hours, spent.no_money, spent.no_hours) == ({"DKK": 111, "EUR": 20}, 7.0, 0, 0)
    with pytest.raises(ValidationError, match="how many hours"):
        EventMoney(event=event, text="nothing is known").full_clean()


def test_a_round_and_its_agreement_count_their_stays_and_no_others():
    agreement = StayAgreement.objects.filter(stays__state="finished").first()
    stays = set(agreement.stays.filter(state__in=("arrived", "finished", "reported")).values_list("pk", flat=True))
    assert lines_of(agreement, "done")["stays that took place"].value == len(stays)
    costs = dossiers.costs(dossiers.scope_of(agreement))
    assert {cost.object_id for cost in costs} == stays
    settled = agreement.rounds.get(state="settled")
    assert lines_of(settled, "done")["applications handed in"].value == 3
    own = Stay.objects.filter(application__round=settled)
    own.update(state="finished", first=timezone.localdate())
    assert {cost.object_id for cost in dossiers.costs(dossiers.scope_of(settled))} == {stay.pk for stay in own}


def test_what_pairs_show_is_expected_only_so_long_after_the_first_pair(plan):
    """Signed long ago, its only pair brought together lately: that no pair lasts is too early to tell."""
    today = timezone.localdate()
    (lasting,) = [i for link in shipped()["agreement"].links for i in link.indicators if i.measure == "lasting"]
    came = dossiers.Came(pairs=1, asked=1, old=1, first=today - dt.timedelta(days=3000))
    for days, verdict in ((800, "early"), (lasting.lag * 31, "not_seen")):
        came.first_pair = today - dt.timedelta(days=days)
        assert theory.read(lasting, theory.Known(came, add_up(()), None, today)).verdict == verdict
    ties.collect()
    pair = Tie.objects.filter(level="person", status="made").order_by("date").first()
    held = dossiers.came(dossiers.everything(), today)
    assert dossiers.together(held.values()).first_pair == pair.date


@pytest.mark.parametrize(("year", "says"), [(0, "taken as one +27 %"), (-9, "nothing for this one")])
def test_an_estimate_of_one_agreement_is_not_told_of_another(plan, monkeypatch, year, says):
    """The effect is that of the agreement of one year; a later plan with the same partner did not bring it about."""
    row = {"lowest": 0.19, "highest": 0.35, "together": 0.27, "together_low": 0.0048, "together_high": 0.65}
    row |= {"together_p": 0.05, "dated": 10, "from": plan.signed.year + year, "years": "2002-2021"}
    monkeypatch.setattr(compose, "joint_works", lambda question, partner: [row])
    page = compose.page(compose.read(plan, timezone.localdate()))
    assert says in words(page)
    assert "it cannot be told" in words(page) or year
    links = [r for r in rows_of_section(page, "links") if r["source"] == "the estimate"]
    assert [r["verdict"] for r in links] == ["not known"]  # what cannot be told from chance is not an absence


@pytest.mark.parametrize(("year", "says"), [(0, "Centre of 2013"), (7, "nothing for this one")])
def test_a_centre_is_judged_by_the_works_of_both_countries_since_it_opened(monkeypatch, year, says):
    """Asked for by its own question: what the agreement did is not the centre's."""
    centre = Centre.objects.get(slug="seoul")
    row = {"lowest": 0.19, "highest": 0.35, "together": 0.27, "together_low": 0.0048, "together_high": 0.65}
    row |= {"together_p": 0.03, "dated": 7, "from": centre.opened.year + year, "years": "2003-2022"}
    held = {("centre_effect", "KR"): [row]}
    monkeypatch.setattr(compose, "joint_works", lambda question, partner: held[question, partner])
    with translation.override("en"):
        told = words(compose.page(compose.read(centre, timezone.localdate())))
    assert says in told
    assert ("one of 7 centres with a date" in told) == (year == 0)


def rows_of_section(page, name):
    return next(s for s in page["sections"] if s["id"] == name)["blocks"][0]["rows"]


def test_of_pairs_that_nobody_looked_for_nothing_is_told():
    """Their works are unknown, and so is whether they last: that they are too young would say that somebody looked."""
    came = dossiers.Came(made=3, pairs=3, first=dt.date(2000, 1, 1))
    assert figures.lasting_words(came) == "not known"
    assert theory.lasting(theory.Known(came, add_up(()), None, timezone.localdate())) == ("not known", "unknown")
    came.asked = 3
    assert figures.lasting_words(came) == "no pair is old enough to tell"
