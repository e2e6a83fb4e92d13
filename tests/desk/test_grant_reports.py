"""Reports that the record fills in: what was planted in a generated world is found, and nothing else. The planted truth
is read from the world's own lines, not from the record."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections import Counter
from itertools import product

import pytest

from udsyn import world
from udsyn.cli import main
from udsyn.desk.evidence import paired
from udsyn.desk.evidence.following import follow_all
from udsyn.desk.kernel import ties
from udsyn.desk.kernel.ties import Tie
from udsyn.desk.rooms.grants import knowing, reporting
from udsyn.desk.rooms.grants.models import Decision, Grant, GrantReport, Participant
from udsyn.desk.rooms.parties.models import Country, Person
from udsyn.desk.rooms.programmes.models import Application, Call
from udsyn.record.engine import Record
from udsyn.record.ingest import ingest_openalex

pytestmark = pytest.mark.django_db
FUNDER = "https://openalex.org/F4320300000"
GRANTS, MARKED = 12, 3  #: grants, and works of each holder that name the grant besides the joint ones


def lines_of(folder):
    files = sorted((folder / "data/jsonl/works").glob("*/*.gz"))
    return {file: [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()] for file in files}


def people_of(work):
    """Author id → (name, organisation, country), as the work has them."""
    found = {}
    for one in work["authorships"]:
        place = one["institutions"][0] if one["institutions"] else {}
        found[one["author"]["id"].rpartition("/")[2]] = (
            one["author"]["display_name"], place.get("display_name", ""), place.get("country_code", ""),
        )  # fmt: skip
    return found


def chosen(works):
    """Pairs of home and abroad who wrote together, the closest first; nobody twice."""
    joint, days, told = Counter(), {}, {}
    for work in works:
        people = people_of(work)
        told |= {who: said for who, said in people.items() if said[1]}
        home = [who for who in people if people[who][2] == "DK"]
        for pair in product(home, [who for who in people if people[who][2] not in ("", "DK")]):
            joint[pair] += 1
            days.setdefault(pair, []).append(work["publication_date"])
    taken, found = set(), []
    for (lead, partner), _number in sorted(joint.items(), key=lambda item: (-item[1], item[0])):
        if not {lead, partner} & taken and {lead, partner} <= told.keys():
            taken |= {lead, partner}
            found.append((lead, partner, max(days[lead, partner]), told[lead], told[partner]))
    return found[:GRANTS]


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """The record of a world in which works name grants, and for each grant what came of it."""
    folder = tmp_path_factory.mktemp("planted")
    world.build(folder / "world", works=4000, seed=5)
    held = lines_of(folder / "world")
    works = [work for lines in held.values() for work in lines]
    grants = []
    for number, (lead, partner, last, ours, theirs) in enumerate(chosen(works)):
        award, day = f"INP-2010-{number:04}", dt.date.fromisoformat(last) - dt.timedelta(900)
        after = [w for w in works if lead in people_of(w) and w["publication_date"] >= str(day)]
        before = [w for w in works if lead in people_of(w) and w["publication_date"] < str(day)]
        for work in [*after[:MARKED], *before[:1]]:  # one from before names it by mistake
            acknowledge(work, f"inp 2010/{number:04}")
        for work in works[number::400]:  # others have numbers that are nearly the same
            acknowledge(work, f"INP-2010-{number:03}")
        grants.append({"award": award, "day": day, "people": (lead, partner), "told": (ours, theirs)})
    for file, lines in held.items():
        file.write_bytes(gzip.compress("".join(json.dumps(one) + "\n" for one in lines).encode()))
    (folder / "world/data/jsonl/works/manifest.json").unlink()  # it tells the sizes of before
    for grant in grants:
        grant["truth"] = {w["id"].rpartition("/")[2] for w in works if counts(w, grant)}
    ingest_openalex(folder / "world", folder / "record", extras=("funders",))
    return Record.open(folder / "record"), grants


def acknowledge(work, number):
    """As OpenAlex has it: the funder, and its award beside it."""
    work.setdefault("awards", []).append({"funder_id": FUNDER, "funder_award_id": number})
    work["funders"] = [{"id": FUNDER, "display_name": "Agency (invented)", "ror": None}]


def counts(work, grant):
    """Is it the grant's, by what was planted?"""
    people = set(people_of(work)) & set(grant["people"])
    plain = ["".join(filter(str.isalnum, one["funder_award_id"])).upper() for one in work.get("awards", ())]
    named = "".join(filter(str.isalnum, grant["award"])) in plain
    late = work["publication_date"] >= str(grant["day"]) and not work.get("is_retracted")
    return late and (len(people) == 2 or (named and bool(people)))


@pytest.fixture
def desk(planted, monkeypatch):
    """A desk with these grants: people and organisations by name alone, and as many refused pairs."""
    record, grants = planted
    monkeypatch.setenv("UDSYN_RECORD", str(record.path))
    call = Call.objects.get(title__contains="earlier")
    for number, one in enumerate(grants):
        one["grant"] = decision(call, one, rating=5 - number / 10, funded=True)
        other = grants[(number + 1) % len(grants)]
        swapped = one | {"told": (one["told"][0], other["told"][1])}
        decision(call, swapped, rating=2 - number / 10, funded=False)
    return record, grants


def decision(call, one, rating, funded):
    given, _space, family = one["told"][0][0].rpartition(" ")
    lead = Person.objects.create(given_name=given, family_name=family)
    state = "awarded" if funded else "declined"
    row = Application.objects.create(call=call, lead=lead, title="Planted", state=state, submitted_at=call.closes_at)
    Decision.objects.create(application=row, decided_on=one["day"], funded=funded, rating=rating)
    for place, (name, organisation, code) in enumerate(one["told"]):
        Participant.objects.create(
            application=row, person=None if place else lead, name=name, organisation_name=organisation,
            country=Country.objects.get(code=code), joined_on=one["day"],
        )  # fmt: skip
    if funded:
        made = Grant.objects.create(
            application=row, number=one["award"], title="Planted", holder=lead, terms=call.terms, amount=1,
            currency="DKK", awarded_on=one["day"], starts=one["day"], ends=one["day"] + dt.timedelta(1000),
            state="running",
        )  # fmt: skip
        GrantReport.objects.create(grant=made)
        return made
    return None


def test_planted_works_are_found_and_no_others_and_what_is_struck_stays_struck(desk, tmp_path, actor_as):
    record, grants = desk
    knowing.know_participants()
    ties.collect()
    follow_all(tmp_path, record)
    truth = {(one["award"], work) for one in grants for work in one["truth"]}
    found = {(one["award"], work.ident) for one in grants for work in reporting.works_of(one["grant"])}
    recall, precision = len(truth & found) / len(truth), len(truth & found) / len(found)
    print(f"{len(truth)} planted works of {len(grants)} grants: recall {recall:.3f}, precision {precision:.3f}")
    assert len(truth) >= 2 * GRANTS
    assert recall >= 0.95
    assert precision >= 0.98
    report = grants[0]["grant"].grantreports.get()
    struck = reporting.works_of(report.grant)[0].ident
    reporting.answer(report, {struck}, actor_as("client"))
    Tie.objects.update(looked="")
    follow_all(tmp_path / "again", record)
    assert {work.ident for work in reporting.works_of(report.grant) if work.state == "struck"} == {struck}


def test_evidence_reads_funded_and_refused_pairs_with_their_ratings(desk, tmp_path, capsys):
    record, grants = desk
    knowing.know_participants()
    ties.collect()
    rows = list(paired.lines(record, ("grant",)))
    people = [row for row in rows if row["a"].startswith("A")]
    assert {row["funded"] for row in people} == {0, 1}
    assert len([row for row in people if row["funded"]]) >= 0.9 * len(grants)
    assert all(row["rating"] is not None for row in rows)
    assert {row["status"] for row in rows} == {"kept", "refused"}
    told = {frozenset(one["people"]) for one in grants}
    assert {frozenset((row["a"], row["b"])) for row in people if row["funded"]} <= told
    file = tmp_path / "ledger.csv"
    head = "date,instrument,a,b,funded,rating,status"
    file.write_text("\n".join([head, *(",".join(str(value) for value in row.values()) for row in people)]) + "\n")
    main(["evidence", "grants", "--ledger", str(file), "--record", str(record.path), "--format", "json"])
    answer = json.loads(capsys.readouterr().out)
    assert answer
    assert all("verdict" in row for row in answer)
