"""Key figures: recomputed by an independent SQL query over the log, they are the same; missing answers stay missing."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from udsyn.desk.rooms.parties.models import Organisation, Person
from udsyn.desk.rooms.posts.models import Centre
from udsyn.desk.rooms.service import figures, report
from udsyn.desk.rooms.service.models import Outcome, Request, Step
from udsyn.world.desk.stories import ZONE, Teller, keep

pytestmark = pytest.mark.django_db

#: every figure once more, as numerator, denominator and missing, by SQL over the log; `{cut}` is the grouping column
INDEPENDENT = """
WITH cohort AS (
  SELECT r.id, r.{cut} AS cut, MIN(s.at) AS begun
  FROM service_request r JOIN service_step s ON s.request_id = r.id AND s.what = 'received'
  GROUP BY r.id, r.{cut} HAVING MIN(s.at) >= %(starts)s AND MIN(s.at) < %(ends)s),
log AS (SELECT c.cut, c.begun, s.* FROM cohort c JOIN service_step s ON s.request_id = c.id),
case_ AS (
  SELECT c.id, c.cut, CASE WHEN MIN(c.begun) <= %(old)s THEN 1 ELSE 0 END AS old,
    MAX(CASE WHEN s.what IN ('accepted','declined','redirected','withdrawn') THEN 1 ELSE 0 END) AS decided,
    MAX(CASE WHEN s.what = 'accepted' THEN 1 ELSE 0 END) AS up,
    MAX(CASE WHEN s.what = 'redirected' THEN 1 ELSE 0 END) AS away,
    MAX(CASE WHEN s.what = 'agreed' THEN 1 ELSE 0 END) AS agreed,
    MAX(CASE WHEN s.what = 'followup_answered' THEN 1 ELSE 0 END) AS told,
    CASE WHEN EXISTS (SELECT 1 FROM service_outcome o WHERE o.request_id = c.id AND o.state = 'confirmed')
      THEN 1 ELSE 0 END AS came
  FROM cohort c JOIN service_step s ON s.request_id = c.id GROUP BY c.id, c.cut),
pair AS (
  SELECT l.cut, l.request_id, l.about,
    MAX(CASE WHEN l.what = 'agreed' THEN 1 ELSE 0 END) AS agreed,
    MAX(CASE WHEN l.what = 'met' THEN 1 ELSE 0 END) AS met,
    MAX(CASE WHEN l.what = 'silent' THEN 1 ELSE 0 END) AS silent,
    MAX(CASE WHEN l.what IN ('refused','silent','withdrawn') THEN 1 ELSE 0 END) AS ended
  FROM log l WHERE l.what IN ('asked','agreed','met','silent','refused','withdrawn') AND l.about IS NOT NULL
  GROUP BY l.cut, l.request_id, l.about),
outcome AS (
  SELECT c.cut, o.additionality, CASE WHEN o.evidence <> '' THEN 1 ELSE 0 END AS shown
  FROM cohort c JOIN service_outcome o ON o.request_id = c.id AND o.state = 'confirmed'),
asked AS (SELECT cut, detail, what, COUNT(DISTINCT about) AS n FROM log
  WHERE what IN ('followup_asked','followup_answered') GROUP BY cut, detail, what),
useful AS (SELECT c.cut, f.satisfied FROM cohort c JOIN service_followup f ON f.request_id = c.id
  AND f.state IN ('asked','answered','silent'))
SELECT 'received' AS code, cut, COUNT(*) AS num, NULL AS den, NULL AS mis FROM cohort GROUP BY cut
UNION ALL SELECT 'taken_up', cut, SUM(decided * up), SUM(decided), COUNT(*) - SUM(decided) FROM case_ GROUP BY cut
UNION ALL SELECT 'referred', cut, SUM(decided * away), SUM(decided), COUNT(*) - SUM(decided) FROM case_ GROUP BY cut
UNION ALL SELECT 'introduced', c.cut, COALESCE(SUM(p.agreed), 0),
  COALESCE(SUM(CASE WHEN p.agreed = 1 OR p.ended = 1 THEN 1 ELSE 0 END), 0),
  COALESCE(SUM(CASE WHEN p.agreed = 0 AND p.ended = 0 THEN 1 ELSE 0 END), 0)
  FROM (SELECT DISTINCT cut FROM cohort) c LEFT JOIN pair p ON p.cut = c.cut GROUP BY c.cut
UNION ALL SELECT 'silence', c.cut, COALESCE(SUM(CASE WHEN p.agreed = 0 THEN p.silent ELSE 0 END), 0),
  COALESCE(SUM(CASE WHEN p.agreed = 1 OR p.ended = 1 THEN 1 ELSE 0 END), 0),
  COALESCE(SUM(CASE WHEN p.agreed = 0 AND p.ended = 0 THEN 1 ELSE 0 END), 0)
  FROM (SELECT DISTINCT cut FROM cohort) c LEFT JOIN pair p ON p.cut = c.cut GROUP BY c.cut
UNION ALL SELECT 'met', c.cut, COALESCE(SUM(p.agreed * p.met), 0),
  COALESCE(SUM(CASE WHEN p.agreed = 1 AND (k.told = 1 OR p.met = 1) THEN 1 ELSE 0 END), 0),
  COALESCE(SUM(CASE WHEN p.agreed = 1 AND k.told = 0 AND p.met = 0 THEN 1 ELSE 0 END), 0)
  FROM (SELECT DISTINCT cut FROM cohort) c LEFT JOIN pair p ON p.cut = c.cut LEFT JOIN case_ k ON k.id = p.request_id
  GROUP BY c.cut
UNION ALL SELECT 'outcome', cut, SUM(up * came * old),
  SUM(CASE WHEN up = 1 AND old = 1 AND NOT (came = 0 AND agreed = 1 AND told = 0) THEN 1 ELSE 0 END),
  SUM(CASE WHEN up = 1 AND (old = 0 OR (came = 0 AND agreed = 1 AND told = 0)) THEN 1 ELSE 0 END)
  FROM case_ GROUP BY cut
UNION ALL SELECT 'evidence', cut, SUM(shown), COUNT(*), 0 FROM outcome GROUP BY cut
UNION ALL SELECT 'additional', cut, SUM(CASE WHEN additionality = 'would_not' THEN 1 ELSE 0 END),
  SUM(CASE WHEN additionality <> 'unknown' THEN 1 ELSE 0 END),
  SUM(CASE WHEN additionality = 'unknown' THEN 1 ELSE 0 END) FROM outcome GROUP BY cut
UNION ALL SELECT 'satisfied', cut, SUM(CASE WHEN satisfied = 'yes' THEN 1 ELSE 0 END),
  SUM(CASE WHEN satisfied <> '' THEN 1 ELSE 0 END), SUM(CASE WHEN satisfied = '' THEN 1 ELSE 0 END)
  FROM useful GROUP BY cut
UNION ALL SELECT 'followup_' || q.detail, q.cut, COALESCE(a.n, 0), q.n, q.n - COALESCE(a.n, 0)
  FROM asked q LEFT JOIN asked a ON a.cut = q.cut AND a.detail = q.detail AND a.what = 'followup_answered'
  WHERE q.what = 'followup_asked' AND q.detail IN ('30','90')
"""
IN_SQL = {"received", "taken_up", "referred", "introduced", "silence", "met", "outcome", "evidence", "additional",
          "satisfied", "followup_30", "followup_90"}  # fmt: skip
CUTS = {"centre": "centre_id", "theme": "theme", "client_type": "client_type"}


def generate(count, seed=11):
    """Requests over five years, in place of those of the demonstration."""
    for model in (Outcome, Step, Request):
        model.objects.all().delete()
    draw, today = random.Random(seed), timezone.localdate()
    clients = list(Person.objects.exclude(email="")[:40])
    organisations = [*Organisation.objects.all()[:12], None]
    handlers = list(Person.objects.all()[:8])
    country = Centre.objects.first().country
    teller = Teller(draw, today, lambda: "A candidate", [("Bukhan University", country), ("Kaveri Institute", country)])
    centres = list(Centre.objects.all())
    told = [
        teller.story(
            today - timedelta(days=draw.randrange(0, 1826)),
            draw.choice(centres),
            draw.choice(clients),
            draw.choice(organisations),
            draw.choice(handlers),
        )
        for _n in range(count)
    ]
    keep(told, lambda rows: rows and type(rows[0]).objects.bulk_create(rows, batch_size=500))
    return told


def by_sql(cut, starts, ends):
    begin, end = (datetime(d.year, d.month, d.day, tzinfo=ZONE).astimezone(UTC) for d in (starts, ends))
    old = (timezone.now() - timedelta(days=90)).astimezone(UTC)
    with connection.cursor() as cursor:
        cursor.execute(INDEPENDENT.format(cut=CUTS[cut]), {"starts": begin, "ends": end, "old": old})
        rows = cursor.fetchall()
    return {(code, str(group)): tuple(None if v is None else int(v) for v in rest) for code, group, *rest in rows}


def by_desk(cut, starts, ends):
    found = {}
    names = {str(label): str(key) for key, label in figures.CUTS[cut][2]().items()}
    for group, part in figures.by(cut, figures.cases_of(starts, ends - timedelta(days=1))):
        for figure in part:
            if figure.code in IN_SQL and (figure.denominator or figure.missing or figure.unit == "count"):
                found[figure.code, names[str(group)]] = (figure.numerator, figure.denominator, figure.missing)
    return found


def agree(count):
    """Compare every cell of every cut for five years and for one; returns how many cells were compared."""
    generate(count)
    today = timezone.localdate()
    compared = 0
    for starts, ends in (
        (date(today.year - 6, 1, 1), date(today.year + 1, 1, 1)),
        (date(today.year - 2, 1, 1), date(today.year - 1, 1, 1)),
    ):
        for cut in CUTS:
            ours, theirs = by_desk(cut, starts, ends), by_sql(cut, starts, ends)
            theirs = {k: v for k, v in theirs.items() if k[0] == "received" or v[1] or v[2]}
            assert ours == theirs, (cut, starts, {k for k in ours | theirs if ours.get(k) != theirs.get(k)})
            compared += len(ours)
    return compared


def test_key_figures_are_those_of_an_independent_query():
    assert agree(300) > 300


@pytest.mark.prove
def test_key_figures_are_those_of_an_independent_query_for_5000_requests(capsys):
    compared = agree(5000)
    with capsys.disabled():
        print(f"\n5,000 requests over five years, {Step.objects.count():,} log lines: {compared:,} cells equal")
    assert compared > 400


def figure(cases, code):
    return next(f for f in figures.compute(cases) if f.code == code)


def step(what, day, about=None, detail="", minutes=None):
    return what, datetime(2026, 1, day, tzinfo=ZONE), about, detail, minutes


def case(*steps, **more):
    return figures.Case(1, "energy", "company", step("received", 1)[1], [step("received", 1), *steps], **more)


def test_missing_answers_are_missing_and_not_zero():
    silent = case(step("accepted", 2), step("asked", 3, 1), step("agreed", 4, 1), step("followup_asked", 5, 9, "30"))
    met = figure([silent], "met")
    assert (met.numerator, met.denominator, met.missing, met.value, met.missing_share) == (0, 0, 1, None, 1.0)
    came = figure([silent], "outcome")
    assert (came.denominator, came.missing, came.value) == (0, 1, None)
    asked = figure([silent], "followup_30")
    assert (asked.numerator, asked.denominator, asked.missing) == (0, 1, 1)
    said = case(step("accepted", 2), outcomes=[("unknown", False), ("would_not", True)])
    additional = figure([said], "additional")
    assert (additional.numerator, additional.denominator, additional.missing, additional.value) == (1, 1, 1, 1.0)


def test_fresh_requests_say_nothing_about_outcomes():
    fresh, old = case(step("accepted", 2), fresh=True), case(step("accepted", 2))
    none = figure([fresh] * 9, "outcome")
    assert (none.numerator, none.denominator, none.missing, none.value) == (0, 0, 9, None)
    some = figure([fresh, old, case(step("accepted", 2), outcomes=[("would_not", True)])], "outcome")
    assert (some.numerator, some.denominator, some.missing, some.value) == (1, 2, 1, 0.5)
    undecided = figure([case()] * 9, "referred")
    assert (undecided.denominator, undecided.missing, undecided.value) == (0, 9, None)


def test_times_and_hours_by_hand():
    cases = [
        case(step("contact", 2, minutes=30), step("accepted", 3), step("scoped", 5), step("contact", 6, minutes=60),
             step("agreed", 9, 1), step("contact", 10)),
        case(step("accepted", 20)),
        case(),
    ]  # fmt: skip
    in_time = figure(cases, "in_time")
    assert (in_time.numerator, in_time.denominator, in_time.missing) == (1, 2, 1)
    days = figure(cases, "days")
    assert (days.value, days.denominator, days.missing) == (8.0, 1, 1)
    assert [figure(cases, f"hours_{part}").value for part in ("scoping", "search", "after")] == [0.5, 1.0, None]
    assert figure(cases, "hours_after").missing == 1


def test_a_pair_is_new_once():
    cases = [case(dyads=[True, False]), case(dyads=[None])]
    found = figure(cases, "new_pairs")
    assert (found.numerator, found.denominator, found.missing) == (1, 2, 1)


def test_nothing_gives_nothing():
    for found in figures.compute([]):
        assert found.value in (None, 0)


def test_pages_show_each_figure_with_its_denominator_and_what_is_missing(client_as):
    page = client_as("attache").get(reverse("figures") + "?by=theme").content.decode()
    for _code, label, definition, _unit, _how in figures.FIGURES:
        assert str(label)[1:] in page
        assert str(definition).replace("'", "&#x27;") in page


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_yearly_report_says_the_same_as_html_and_pdf(language, client_as):
    from django.utils import translation

    today = timezone.localdate()
    client = client_as("officer")
    with translation.override(language):
        html = client.get(reverse("report_file", args=["seoul", today.year, "html"]))
        pdf = client.get(reverse("report_file", args=["seoul", today.year, "pdf"]))
        received = str(figure(figures.cases_of(
            date(today.year, 1, 1), date(today.year, 12, 31), centre__slug="seoul"), "received").numerator)  # fmt: skip
        label = str(figures.FIGURES[0][1])
    text = html.content.decode()
    assert label in text
    assert f">{received}<" in text
    assert "<script" not in text
    assert pdf.content.startswith(b"%PDF-")
    assert "attachment" in pdf["Content-Disposition"]


def test_the_report_names_no_client(client_as):
    today = timezone.localdate()
    row = Request.objects.filter(centre__slug="seoul").first()
    page = client_as("officer").get(reverse("report", args=["seoul", today.year])).content.decode()
    names = {r.name for r in Request.objects.filter(centre__slug="seoul")} - {str(row.handler)}
    main = page.split("<main")[1]
    assert not [name for name in names if name in main]


def test_a_public_page_shows_no_share_of_few():
    centre = Centre.objects.get(slug="seoul")
    Request.objects.filter(centre=centre).exclude(
        pk__in=Request.objects.filter(centre=centre).values("pk")[:4]
    ).delete()
    assert dict(figures.public([centre], timezone.localdate())) == {centre: []}


def test_a_public_page_needs_five_requests_and_five_answers():
    """Five requests of which four are decided: their number is told, what share was taken up is not."""
    decided = [case(step("accepted", 2)) for _ in range(4)]
    for cases, shown in (([*decided, case()], False), ([*decided, case(step("accepted", 3))], True), (decided, None)):
        codes = {found.code for found in figures.told(cases, cases)}
        assert ("received" in codes) is (shown is not None)
        assert ("taken_up" in codes) is bool(shown)


def test_an_answer_is_in_time_to_the_seventh_day_and_no_later():
    received = datetime(2026, 1, 1, tzinfo=ZONE)
    for after, quick in ((timedelta(days=7), 1), (timedelta(days=7, seconds=1), 0), (timedelta(0), 1)):
        steps = [step("received", 1), ("accepted", received + after, None, "", None)]
        answered = figures.Case(1, "energy", "company", received, steps)
        assert figure([answered], "in_time").numerator == quick
    assert Request(received=date(2026, 1, 1)).answer_due == date(2026, 1, 8)


def test_the_same_log_gives_the_same_report():
    centre, year = Centre.objects.get(slug="seoul"), timezone.localdate().year
    write = report.FORMS["html"][1]
    assert write(report.compose(centre, year)) == write(report.compose(centre, year))
