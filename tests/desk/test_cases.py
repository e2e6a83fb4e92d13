"""Cases of safeguards: two paths of guests, questions answered once, decisions that end and open again, the gate."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation
from tests.invented_lists import amending, body, sensitive, whole

from udsyn import facts, packs
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel import gates
from udsyn.desk.kernel.permissions import DESK
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.rooms.safeguards import commands
from udsyn.desk.rooms.safeguards.models import Case
from udsyn.desk.rooms.safeguards.questions import PARTNER, QUESTIONS
from udsyn.evidence.safeguards import entries
from udsyn.evidence.safeguards.body import Body
from udsyn.evidence.safeguards.reopening import Decided, reopened
from udsyn.record.lists import fields
from udsyn.record.lists.load import load

pytestmark = pytest.mark.django_db
ACT, SEOUL = "32014R9833", "1 First Street, Seoul, Republic of Korea"
NAMES = ("Han River Wave Institute", "Omsk Foam Yard", "Jeju Spray Works", "Busan Tide Bureau")


@pytest.fixture
def record(tmp_path, monkeypatch):
    rows = [body(str(number), name, address=SEOUL) for number, name in enumerate(NAMES[:3])]
    load(tmp_path / "record", whole(tmp_path, ACT, rows), "eu-acts", retrieved=dt.date(2026, 1, 1))
    monkeypatch.setenv("UDSYN_RECORD", str(tmp_path / "record"))
    return tmp_path / "record"


@pytest.fixture
def begun(actor_as, user_of):
    """A case whose three questions and nine headings are answered."""

    def make(partner="Hanbit Institute", country="KR", purpose="project", role="attache", **said):
        fields = {"critical": "no", "sanctioned": "no", "dual_use": "no", "evidence": "Looked up today."} | said
        row = Case(
            partner=partner,
            country=Country.objects.get(code=country),
            purpose=purpose,
            approver=user_of("officer").person,
            **fields,
        )
        commands.begin(row, actor_as(role))
        row.answers.filter(answer="").update(answer="yes")
        return row

    return make


@pytest.fixture
def decided(begun, actor_as):
    def make(step="clear", **said):
        row = begun(**said)
        kernel.perform(row, "ask", actor_as("attache"))
        kernel.perform(row, step, actor_as("officer"), reason="as agreed")
        return Case.objects.get(pk=row.pk)

    return make


def stay(days=0, months=0):
    """First and last day of a stay: so many days with both ends, or so many months."""
    first = dt.date(2027, 3, 1)
    last = first + dt.timedelta(days=days - 1) if days else dt.date(2027, 3 + months, 1) - dt.timedelta(days=1)
    return {"first": first, "last": last, "purpose": "guest"}


def refusal_of(row, step, actor):
    with pytest.raises(ValidationError) as told:
        kernel.perform(row, step, actor, reason="because")
    return " ".join(told.value.messages)


@pytest.mark.parametrize(
    ("length", "country", "screened", "approved", "head", "interview", "invite"),
    [
        ({"days": 13}, "CN", False, False, False, "may", "may"),
        ({"days": 14}, "CN", False, False, False, "may", "may"),
        ({"days": 15}, "CN", False, False, False, "screened before", "screened before"),
        ({"days": 15}, "CN", True, False, False, "may", "before the stay is approved"),
        ({"days": 15}, "CN", True, True, False, "may", "may"),
        ({"days": 15}, "KR", False, False, False, "may", "before the stay is approved"),
        ({"months": 6}, "KR", True, True, False, "may", "may"),
        ({"months": 7}, "KR", True, True, False, "head of department", "head of department"),
        ({"months": 7}, "KR", True, True, True, "may", "may"),
        ({"months": 7}, "IR", True, False, True, "may", "before the stay is approved"),
    ],
)
def test_the_guest_pack_before_each_step(
    length, country, screened, approved, head, interview, invite, begun, actor_as, user_of
):
    row = begun(country=country, **stay(**length), head=user_of("officer2").person if head else None)
    changed = {"screened_on": timezone.localdate()} if screened else {}
    Case.objects.filter(pk=row.pk).update(state="cleared" if approved else "open", **changed)
    row = Case.objects.get(pk=row.pk)
    for name, expected in (("interview", interview), ("invite", invite)):
        if expected == "may":
            kernel.perform(row, f"{name}_{row.state}", actor_as("attache"))
        else:
            assert expected in refusal_of(row, f"{name}_{row.state}", actor_as("attache"))


def test_a_short_visit_goes_its_own_way_unless_something_fires(begun, actor_as, record):
    attache = actor_as("attache")
    short = begun(**stay(days=13))
    kernel.perform(short, "pass_short", attache)
    assert Case.objects.get(pk=short.pk).state == "cleared"
    assert "A trigger fires" in refusal_of(begun(country="CN", **stay(days=13)), "pass_short", attache)
    assert "A trigger fires" in refusal_of(begun(NAMES[0], **stay(days=13)), "pass_short", attache)
    assert "Only short visits" in refusal_of(begun(**stay(days=15)), "pass_short", attache)


def test_a_long_stay_is_decided_only_when_the_guest_was_screened(begun, actor_as):
    row = begun(country="CN", **stay(days=15))
    kernel.perform(row, "ask", actor_as("attache"))
    assert "screened" in refusal_of(row, "clear", actor_as("officer"))


def test_the_clock_runs_on_working_days(begun, actor_as, monkeypatch):
    maundy = dt.date(2026, 3, 31)
    monkeypatch.setattr(timezone, "localdate", lambda *_: maundy)
    row = begun()
    kernel.perform(row, "ask", actor_as("attache"))
    assert Case.objects.get(pk=row.pk).decide_by == dt.date(2026, 4, 17), "three days of Easter are none"
    assert packs.add_working_days(maundy, 10, "DK") == dt.date(2026, 4, 17)


def test_a_question_is_answered_once(begun, actor_as):
    first = begun(field="Tidal power")
    first.answers.update(note="from the first")
    same = begun(field="Wave engines")
    taken = dict(same.answers.exclude(taken_from=None).values_list("question", "note"))
    assert set(taken) == {code for code, (about, _) in QUESTIONS.items() if about != "research"}
    assert taken["whom"] == "from the first"
    assert same.answers.get(question="whom").taken_from == first
    other = begun("Another Institute", field="tidal power", role="other_attache")
    kept = dict(other.answers.exclude(taken_from=None).values_list("question", "note"))
    assert {"value", "threat"} <= set(kept)
    assert "whom" not in kept
    assert not any(kept.values()), "an answer is taken over; a note only by who may read its case"


def test_the_headings_are_the_facts():
    (held,) = [one for one in facts.security() if one.id == "uris-guidelines"]
    with translation.override("en"):
        assert [str(words) for _about, words in QUESTIONS.values()] == list(held.rules)


def test_four_forms_fire_with_their_edition(begun, record):
    row = begun(NAMES[0], "CN", critical="yes", sanctioned="unsure", dual_use="yes")
    codes = {trigger["code"] for trigger in row.triggers}
    assert codes == {"high_risk", "critical", "sanctions", "dual_use"}
    assert all(trigger["source"] for trigger in row.triggers)
    listed = begun(NAMES[0])
    assert [trigger["edition"] for trigger in listed.triggers] == ["Export control"]


WAVES = {"id": "1", "title": "Tidal computing", "words": "moon engine*", "topics": "T10682"}


@pytest.mark.parametrize("said", [{"field": "On moon engines"}, {"topics": "T1 T10682"}])
def test_a_declared_field_or_topic_fires_with_row_edition_and_date(said, begun, actor_as, record, tmp_path):
    fields.load(record, sensitive(tmp_path / "fields.csv", [WAVES]))
    row = begun(**said, **stay(days=13))
    (fired,) = row.triggers
    assert (fired["code"], fired["list_id"], fired["edition"]) == ("field", "Fields of waves 1", "first, 2025")
    assert fired["about"].startswith("Tidal computing (")
    assert fired["source"] == "invented for a test"
    assert "A trigger fires" in refusal_of(row, "pass_short", actor_as("attache"))
    kernel.perform(begun(field="Foam", **stay(days=13)), "pass_short", actor_as("attache"))


def test_where_a_table_of_fields_is_loaded_a_field_must_be_said(begun, actor_as, record, tmp_path):
    kernel.perform(begun(), "ask", actor_as("attache"))
    fields.load(record, sensitive(tmp_path / "fields.csv", [WAVES]))
    assert "Say the field" in refusal_of(begun(), "ask", actor_as("attache"))
    assert "Say the field" in refusal_of(begun(**stay(days=13)), "pass_short", actor_as("attache"))


def test_a_new_edition_of_fields_opens_the_cases_that_it_touches(decided, record, tmp_path):
    touched, other = decided(partner="A", field="Moon engines"), decided(partner="B", field="Foam")
    fields.load(record, sensitive(tmp_path / "fields.csv", [WAVES]))
    (told,) = commands.news_of(touched, timezone.localdate())
    assert "Fires now: sensitive field of research: Tidal computing" in told
    assert commands.news_of(other, timezone.localdate()) == []
    assert commands.daily()["cases_opened"] == 1


def test_nobody_decides_what_they_asked_and_nothing_is_asked_unanswered(begun, actor_as, user_of):
    officer = actor_as("officer")
    own = begun(role="officer")
    assert "Somebody else" in refusal_of(own, "ask", officer)
    row = begun()
    row.answers.filter(question="why").update(answer="")
    assert "questions of the guidelines" in refusal_of(row, "ask", actor_as("attache"))
    row.answers.update(answer="yes")
    Case.objects.filter(pk=row.pk).update(approver=user_of("attache").person)
    assert "colleague of the ministry" in refusal_of(row, "ask", actor_as("attache"))


@pytest.mark.parametrize(
    ("guard", "said", "words"),
    [
        (commands.is_ready, {"critical": "", "sanctioned": "no", "dual_use": "no"}, "three questions"),
        (commands.may_decide, {"approver_id": 7, "asked_by_id": 7}, "Somebody else"),
        (commands.may_condition, {"conditions": "x", "holds_until": dt.date(2020, 1, 1)}, "in the past"),
        (
            commands.before("invitation"),
            {"purpose": "guest", "state": "conditional", "holds_until": dt.date(2020, 1, 1)},
            "run out",
        ),
    ],
    ids=["asking", "deciding", "conditions", "inviting"],
)
def test_what_stands_against_a_step_is_said(guard, said, words):
    assert words in str(guard(Case(partner="x", **said)))


def test_everything_that_is_otherwise_than_when_it_was_decided_is_told(monkeypatch):
    def listed(**named):
        return {
            key: {"name": key.title(), "verdict": verdict, "said": {"annex": annex}}
            for key, (verdict, annex) in named.items()
        }

    dual = {"code": "dual_use", "about": "unsure", "list_id": "", "edition": "e", "source": "s"}
    then = {"triggers": [], "body": "firm"}
    then |= {"entries": listed(gone=("hit", "I"), moved=("hit", "I"), turned=("hit", "I"), same=("hit", "I"))}
    now = {"triggers": [dual], "body": "ministry"}
    now |= {"entries": listed(moved=("hit", "IV"), turned=("ended", "I"), same=("hit", "I"), new=("hit", "I"))}
    monkeypatch.setattr(commands, "basis_of", lambda case, day: now)
    fires, *told = commands.news_of(Case(basis=then), dt.date(2026, 1, 1))
    assert fires.startswith("Fires now:")
    assert told == [
        "The register says otherwise of the partner.",
        "No longer on the list: Gone.",
        "Changed on the list: Moved (annex: I → IV).",
        "New on the list: New.",
        "In force otherwise since then: Turned.",
    ]
    then |= {"entries": None, "body": "ministry", "triggers": [dual]}
    assert commands.news_of(Case(basis=then), dt.date(2026, 1, 1)) == [], "without a list then, nothing is news now"


def test_a_partner_is_known_by_its_ror_id_whatever_it_is_called(begun):
    """What was answered of it holds for it under another name, and for nobody whose id and name are others."""
    of_partner = [code for code, (about, _words) in QUESTIONS.items() if about == PARTNER]
    begun(ror="05bnh6r87").answers.update(answer="no")
    same, other = begun(partner="Hanbit Inst.", ror="05bnh6r87"), begun(partner="Hanbit")
    for row, said in ((same, {"no"}), (other, {"yes"})):
        assert set(row.answers.filter(question__in=of_partner).values_list("answer", flat=True)) == said


def test_amendments_open_exactly_the_cases_that_a_set_computation_names(record, decided, tmp_path):
    cases = {name: decided(partner=name, step="refuse") for name in NAMES}
    cases["stranger"] = decided(partner="Hanbit Institute")
    steps = [
        [body("1", NAMES[1], address=SEOUL, position="Moved")],
        [body("9", NAMES[3], address=SEOUL)],
        [body("2", NAMES[2], address=SEOUL, measure="Asset freeze"), body("10", "Somebody Else", address=SEOUL)],
    ]
    for number, rows in enumerate(steps):
        before = entries.held(record)
        load(record, amending(tmp_path, f"32026R900{number}", ACT, rows), "eu-acts")
        changes = entries.changed(before, entries.held(record))
        made = {
            name: Decided(Body(case.partner, "KR"), frozenset(k for k, e in before.items() if e.name == case.partner))
            for name, case in cases.items()
        }
        named = {row["name"] for row in rows} & set(NAMES)
        assert set(reopened(made, changes)) == named
        assert commands.daily()["cases_opened"] == len(named)
        assert {name for name, case in cases.items() if Case.objects.get(pk=case.pk).state == "open"} == named
        for name in named:  # decided again on what the list now says
            Case.objects.filter(pk=cases[name].pk).update(state="asked", decide_by=timezone.localdate())
            row = Case.objects.get(pk=cases[name].pk)
            commands.decided(row, DESK)
            row.state = "refused"
            row.save()
    assert commands.daily() == {"cases_opened": 0, "failed": []}


def test_the_line_that_changed_stands_in_the_log(record, decided, tmp_path):
    row = decided(partner=NAMES[1])
    load(
        record, amending(tmp_path, "32026R9001", ACT, [body("1", NAMES[1], address=SEOUL, position="Moved")]), "eu-acts"
    )
    assert "has changed" in str(commands.refusal(row, timezone.localdate())), "at once, not with the night only"
    commands.daily()
    row = Case.objects.get(pk=row.pk)
    assert row.state == "open"
    from udsyn.desk.kernel.models import Entry

    said = Entry.objects.filter(kind="case", object_id=row.pk, action="reopen").latest("pk").reason
    assert "position: – → Moved" in said


def test_a_decision_ends_and_the_gate_shuts(decided, actor_as):
    row = decided("condition", conditions="Published work only.", holds_until=timezone.localdate())
    assert row.passed
    assert commands.refusal(row, timezone.localdate()) is None
    Case.objects.filter(pk=row.pk).update(holds_until=timezone.localdate() - dt.timedelta(1))
    row = Case.objects.get(pk=row.pk)
    assert row.state_now == "ended"
    assert "run out" in str(commands.refusal(row, timezone.localdate()))
    assert Case.objects.filter(Case.lifecycle.on("ended")).filter(pk=row.pk).exists()


GATED = [
    (kind, step)
    for kind, resource in RESOURCES.items()
    if resource.model.lifecycle
    for step in resource.model.lifecycle.transitions
    if "security" in step.gates
]


@pytest.mark.parametrize(("kind", "step"), GATED, ids=[f"{kind}-{step.name}" for kind, step in GATED])
def test_no_gated_step_of_any_room_passes_with_an_open_or_refused_case(kind, step, begun, decided):
    """The gate itself, on rows of the demonstration: shut while a case of the row is open, asked or refused."""
    row = RESOURCES[kind].model.objects.order_by("pk").first()
    assert row is not None
    case = decided()
    for state, words in (("open", "waits"), ("asked", "waits"), ("refused", "was not cleared")):
        Case.objects.filter(pk=case.pk).update(about_kind=kind, about_id=row.pk, state=state)
        assert words in str(commands.stands_against(row))
        assert gates.shut(step.gates, row) is not None
    Case.objects.filter(pk=case.pk).update(state="cleared")
    assert commands.stands_against(row) is None


def test_what_leaves_the_house_stands_behind_the_gate():
    named = {(kind, step.name) for kind, step in GATED}
    assert {("request", "shortlist"), ("introduction", "ask"), ("call", "release")} <= named


def test_a_listed_partner_needs_a_case(record):
    class Programme:
        pk = 1

        @classmethod
        def kind(cls):
            return "made"

        def partners_to_screen(self):
            return [(NAMES[0], Country.objects.get(code="KR")), ("Hanbit Institute", Country.objects.get(code="KR"))]

    assert NAMES[0] in str(commands.stands_against(Programme()))


def test_pages_for_each_reader(record, begun, client_as):
    row = begun(NAMES[0])
    page = client_as("officer").get(RESOURCES["case"].url(row)).content.decode()
    assert "know whom you work with" in page
    assert "Export control" in page
    assert client_as("auditor").get(RESOURCES["case"].url(row)).status_code == 200
    assert client_as("auditor").get(reverse("create", args=["cases"])).status_code == 403
    for stranger in ("other_attache", "client"):
        assert client_as(stranger).get(RESOURCES["case"].url(row)).status_code in (403, 404)
    inbox = client_as("attache").get(reverse("inbox")).content.decode()
    assert NAMES[0] in inbox
    asked = client_as("officer").get(reverse("safeguards"), {"name": NAMES[0], "country": row.country_id})
    assert f"partner={NAMES[0].replace(' ', '%20')}" in asked.content.decode()


def test_an_officer_says_who_it_is_and_it_is_kept(record, client_as):
    korea = Country.objects.get(code="KR").pk
    asked = {"name": "Wave Institute of Han River City", "country": korea, "ror": ""}
    said = {**asked, "entry": f"{NAMES[0]} ({ACT} IV 0)", "decision": "is_not", "reason": "another city"}
    assert client_as("attache").post(reverse("identify"), said).status_code == 403
    officer = client_as("officer")
    page = officer.get(reverse("safeguards"), asked).content.decode()
    assert "a person must look" in page
    assert "It is not" in page
    assert officer.post(reverse("identify"), {**said, "reason": ""}).status_code == 302
    assert "another city" not in officer.get(reverse("safeguards"), asked).content.decode()
    officer.post(reverse("identify"), said)
    page = officer.get(reverse("safeguards"), asked).content.decode()
    assert "that it is not: another city" in page
    assert "another city" in client_as("auditor").get(reverse("crosswalk")).content.decode()


def test_joint_works_for_colleagues(client_as, monkeypatch):
    monkeypatch.delenv("UDSYN_RECORD", raising=False)
    assert client_as("client").get(reverse("joint_works")).status_code == 403
    page = client_as("auditor").get(reverse("joint_works"), {"whose": "country", "value": "DK"}).content.decode()
    assert "No list is loaded" in page
