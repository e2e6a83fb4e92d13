"""Who builds on our science, in the generated world: found again, counted as by hand, told with its reasons."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from click.testing import CliRunner

from udsyn import world
from udsyn.briefs.asking import named
from udsyn.briefs.document import Table, Text
from udsyn.briefs.sections import Pair
from udsyn.briefs.technology import section
from udsyn.cli import udsyn
from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.technology.classes import classes, classify, near
from udsyn.evidence.technology.family import read as read_family
from udsyn.evidence.technology.firms import firms
from udsyn.evidence.technology.strengths import profile, strengths
from udsyn.evidence.technology.users import find, stands, users
from udsyn.record.engine import Record
from udsyn.record.ingest import ingest_openalex
from udsyn.record.patents import load, patents

SMALL = 6_000
TOPIC_OF_NOTHING = 90_006  # maritime history: no family cites it on purpose


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, Any]]:
    """The generated world, its record with patents (no cubes), and what was planted."""
    out = tmp_path_factory.mktemp("patents")
    truth = world.build(out / "world", works=SMALL, seed=5)["patents"]
    record = out / "record"
    ingest_openalex(out / "world", record, lambda _: None)
    load(record, out / "world" / world.FAMILIES, "google", source="generated")
    load(record, out / "world" / world.CITATIONS, "citations", source="generated", licence="generated")
    return out / "world", record, truth


def stem(name: str) -> str:
    """An invented firm's own word: planted names have one, whatever the legal form."""
    return name.split()[0].upper()


def test_planted_users_come_first_and_the_largest_do_not(made):
    _, record, truth = made
    planted = {name.upper() for name in truth["users"]}
    found = users(record, "DK", country="KR", unit=f"topic/{truth['topic']}")
    recall = len(planted & {stem(name) for name in found.rows["name"]}) / len(planted)
    largest = firms(record, tuple(truth["classes"]), country="KR").rows
    baseline = len(planted & {stem(name) for name in largest["name"]}) / len(planted)
    assert recall >= 0.8, (recall, baseline)
    assert baseline <= 0.2, "the largest in the classes are no answer to the question"


def test_families_are_counted_as_by_hand(made):
    folder, record, truth = made
    expected = by_hand(folder, truth["topic"])
    found = users(record, "DK", country="KR", unit=f"topic/{truth['topic']}", limit=1000).rows
    told: dict[str, float] = defaultdict(float)
    for name, families in found.select("name", "families").iter_rows():
        told[stem(name)] += families
    assert told == pytest.approx(expected)


def by_hand(folder: Path, topic: int) -> dict[str, float]:
    """Korean firm → families in parts that cite a Danish work of the topic, from the files themselves."""
    ours = set()
    for file in (folder / "data/jsonl/works").glob("*/*.gz"):
        for line in gzip.decompress(file.read_bytes()).splitlines():
            work = orjson.loads(line)
            about = (work.get("primary_topic") or {}).get("id", "").endswith(f"T{topic}")
            countries = {code for one in work["authorships"] for code in one["countries"]}
            counts = work["type"] in ("article", "review") and not work["is_retracted"]
            if about and counts and "DK" in countries:
                ours.add(work["id"].rsplit("/", 1)[-1])
    citing = set()
    with (folder / world.CITATIONS).open(newline="") as rows:
        for row in csv.DictReader(rows):
            if row["work"] in ours and int(row["confidence"]) >= 4 and row["by"] != "examiner":
                citing.add(row["patent"].split("-")[1])
    parts: dict[str, float] = defaultdict(float)
    for family, applicants in (
        pl.read_parquet(folder / world.FAMILIES).select("family_id", "assignee_harmonized").rows()
    ):
        if family in citing:
            for one in applicants:
                if one["country_code"] == "KR":
                    parts[stem(one["name"])] += 1 / len(applicants)
    return dict(parts)


def test_every_line_leads_to_patent_and_paper(made):
    _, record, truth = made
    found = users(record, "DK", country="KR", unit=f"topic/{truth['topic']}", limit=5)
    for row in found.rows.to_dicts():
        assert row["reasons"]
        assert all(" ← W" in reason and "confidence" in reason for reason in row["reasons"])
        assert row["share_low"] <= row["share"] <= row["share_high"] + 1e-9
    assert any("generated" in note for note in found.notes if note.startswith("Terms"))


def test_examiners_and_weak_links_are_no_use(made):
    _, record, truth = made
    asked = {"country": "KR", "unit": f"topic/{truth['topic']}", "limit": 1000}
    plain, all_ = users(record, "DK", **asked), users(record, "DK", **asked, examiner=True, confidence=0)
    assert all_.rows["families"].sum() > plain.rows["families"].sum()
    assert "do not count" in " ".join(plain.notes)


def test_front_page_and_text_are_told_apart(made):
    """A family that cites on both stands in both answers."""
    _, record, _ = made
    asked = {"country": "KR", "limit": 1000}
    told = {place: users(record, "DK", **asked, place=place) for place in (None, "front", "text")}
    families = {place: found.rows["families"].sum() for place, found in told.items()}
    assert max(families["front"], families["text"]) < families[None] <= families["front"] + families["text"]
    places = {reason.rsplit("(", 1)[1].split(",")[0] for row in told["front"].rows["reasons"] for reason in row}
    assert places == {"on the front page", "on the front page and in the text"}
    words = {None: "", "front": "on the front page", "both, front": "on the front page and in the text"}
    assert {said: stands(said) for said in words} == words
    assert "on the front page only" in " ".join(told["front"].notes)
    with pytest.raises(UsageError, match="no place margin"):
        users(record, "DK", place="margin")


def test_people_decide_which_names_are_one_firm(made):
    _, record, truth = made
    first, second = users(record, "DK", country="KR").rows["spellings"].to_list()[:2]
    together = dict.fromkeys([*first, *second], "Joined (decided)")
    for found in (
        users(record, "DK", country="KR", overrides=together),
        firms(record, tuple(truth["classes"]), country="KR", overrides=together, limit=1000),
    ):
        (row,) = found.rows.filter(pl.col("name") == "Joined (decided)").to_dicts()
        assert set(row["spellings"]) >= {*first, *second}


def test_classes_are_learned_from_citations(made):
    _, record, truth = made
    found = classes(record, truth["topic"])
    assert found.rows["symbol"][0] == "C25B"
    assert set(found.rows["how"]) == {"citations"}
    assert found.rows["share"].sum() == pytest.approx(1, abs=0.05)


def test_text_is_a_fallback_and_says_so(made, tmp_path):
    _, record, _ = made
    with pytest.raises(UsageError, match="titles"):
        classify(record, ["electrolysis of water"])
    file = tmp_path / "titles.csv"
    file.write_text(
        "symbol,title\nC25B,ELECTROLYTIC PROCESSES\nC25B1/04,Hydrogen or oxygen by electrolysis of water\n"
        "H01M,BATTERIES\nH01M8/12,Fuel cells with solid oxide electrolytes\nF03D,WIND MOTORS\nB63B,SHIPS\n"
        "Y02E60/36,Hydrogen production from electrolysis\n"
    )
    load(record, file, "titles")
    told = classify(record, ["water electrolysis for hydrogen", "wind motors"])
    assert told.filter(pl.col("rank") == 1)["symbol"].to_list() == ["C25B", "F03D"]  # never a tag of section Y
    found = classes(record, TOPIC_OF_NOTHING)
    assert "words of its name alone" in found.notes[0]
    assert set(found.rows["how"]) <= {"text"}


def test_profile_and_joint_strength(made):
    _, record, _ = made
    rows = {row["symbol"]: row for row in profile(record, "KR").rows.to_dicts()}
    assert rows["C25B"]["activity"] > 1
    assert rows["C25B"]["activity_low"] > 1
    joint = strengths(record, "DK", "KR", min_families=10).rows
    assert joint.filter(pl.col("symbol") == "H01M")["quadrant"].to_list() == ["joint strength"]
    (tied,) = joint.filter(pl.col("symbol") == "C25B").to_dicts()  # planted, too; a few firms hold most of home's
    assert tied["home_activity_low"] < 1 < tied["home_activity"]
    assert tied["quadrant"] == "no joint specialisation"
    few = strengths(record, "DK", "KR", min_families=10_000).rows
    assert set(few["quadrant"]) == {"too few families"}
    told = [row for row in rows.values() if row["growth"] is not None]
    assert told
    assert all(row["growth_low"] < row["growth"] < row["growth_high"] for row in told)
    whole = sum(row["families"] for row in rows.values())
    assert whole == pytest.approx(families_in_parts(record, "KR"))


def test_fields_of_technology_are_told_by_a_concordance(made, tmp_path):
    """The shape of WIPO's table; the field of a family's main group stands above that of its subclass."""
    folder, _, _ = made
    other = tmp_path / "record"
    load(other, folder / world.FAMILIES, "google", source="generated")
    with pytest.raises(NotHeld, match="--as fields"):
        profile(other, "KR", level="field")
    table = tmp_path / "ipc_technology.csv"
    table.write_text(
        "Sector_en,Field_number,Field_en,IPC_code\nElectrical,1,Electrical machinery,H01M%\n"
        "Chemistry,21,Surface technology,C25B\nChemistry,99,Cells alone,C25B-009\nNone,,No field,A01B\n"
    )
    assert (load(other, table, "fields").rows, load(other, table, "fields").unchanged) == (3, 1)
    assert patents(other).quarantined()["where"].to_list() == ["line 5"]
    rows = {row["symbol"]: row for row in profile(other, "KR", level="field").rows.to_dicts()}
    assert {symbol: row["title"] for symbol, row in rows.items()} == {
        "1": "Electrical machinery", "21": "Surface technology", "99": "Cells alone",
    }  # fmt: skip
    expected: dict[str, float] = defaultdict(float)
    fields = {"H01M": "1", "C25B9": "99", "C25B": "21"}
    for cpc, applicants in pl.read_parquet(folder / world.FAMILIES).select("cpc", "assignee_harmonized").rows():
        codes = [one["code"].split("/")[0] for one in cpc]
        told = {fields.get(code) or fields.get(code[:4]) for code in codes} - {None}
        for one in applicants:
            for field in told if one["country_code"] == "KR" else ():
                expected[field] += 1 / len(applicants) / len(told)
    assert {symbol: row["families"] for symbol, row in rows.items()} == pytest.approx(expected)
    assert strengths(other, "DK", "KR", level="field").rows.height == 3
    with pytest.raises(UsageError, match="words tell classes"):
        near("wind", {"F03D": "WIND MOTORS"}, 0)


def families_in_parts(record: Path, country: str) -> float:
    """A country's families in parts for its applicants, from the table alone."""
    files = sorted(record.glob("shelves/patents/*/family_party.parquet"))
    party = pl.concat(map(pl.read_parquet, files)).filter(pl.col("role") == "applicant")
    parts = party.with_columns(part=1 / pl.len().over("family"))
    return float(parts.filter(pl.col("country") == country)["part"].sum())


@pytest.mark.parametrize(
    "command",
    [
        ["users", "--home", "DK", "--country", "KR", "--field", "21", "--limit", "2"],
        ["firms", "--class", "C25B", "--country", "KR", "--limit", "2"],
        ["profile", "--country", "KR"],
        ["strengths", "--home", "DK", "--partner", "KR"],
        ["classes", "--topic", "T90041"],
    ],
)
def test_the_commands(made, command):
    _, record, _ = made
    told = CliRunner().invoke(udsyn, ["technology", *command, "--record", str(record), "--format", "json"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda record: users(record, "Atlantis"), "not a country"),
        (lambda record: users(record, "DK", unit="galaxy/1"), "no part of the classification"),
        (lambda record: profile(record, "KR", level="leaf"), "no level"),
        (lambda record: profile(record, "KR", source="nobody"), "no patents of nobody"),
        (lambda record: classes(record, 1), "no topic"),
    ],
)
def test_wrong_questions_are_told(made, call, error):
    _, record, _ = made
    with pytest.raises(UsageError, match=error):
        call(record)


def test_the_brief_names_firms_with_patent_and_paper(made, tmp_path):
    _, record, _ = made
    pair = Pair(named("DK"), named("KR"))
    found = section(Record.open(record), pair)
    tables = [block for block in found.blocks if isinstance(block, Table)]
    assert tables[0].origin.definition == "technology-users"
    assert all(" ← W" in row["reason"] for row in tables[0].rows)
    words = " ".join(block.words for block in found.blocks if isinstance(block, Text))
    assert "is listed first of the firms of South Korea" in words
    assert "Terms: generated" in words
    assert section(Record.create(tmp_path / "empty"), pair) is None


def test_a_record_without_patents_says_how_to_load_them(tmp_path):
    with pytest.raises(UsageError, match="udsyn technology load"):
        profile(tmp_path, "KR")


def test_words_choose_our_works_by_their_titles_and_topics(made):
    _, record, _ = made
    with Record.open(record).connect() as connection:
        expected = connection.execute(
            "SELECT count(*) FROM works_in_scope LEFT JOIN topics USING (topic) "
            "WHERE work IN (SELECT work FROM work_countries WHERE country = 'DK') "
            "AND (' ' || lower(title) LIKE '% electroly%' OR ' ' || lower(name) LIKE '% electroly%')"
        ).fetchone()
    found = find(record, "DK", country="KR", words=["electroly"])
    assert found.notes[0].startswith(f"{expected[0]:,} works of Denmark")
    assert not find(record, "DK", country="KR", words=["lectroly"]).rows
    assert not find(record, "DK", country="KR", words=[".lectroly"]).rows, "a sign is a sign"
    with pytest.raises(UsageError, match="beginnings of words"):
        find(record, "DK", words=["--"])


def test_a_link_by_doi_counts_as_one_by_number_does(made, tmp_path):
    """OpenAlex writes a DOI as an address, other sources do not."""
    folder, record, truth = made
    first = find(record, "DK", country="KR", unit=f"topic/{truth['topic']}").rows[0]["cited"][0]
    assert first["doi"].startswith("10.5555/")
    other = tmp_path / "record"
    ingest_openalex(folder, other, lambda _: None)
    load(other, folder / world.FAMILIES, "google", source="generated")
    links = tmp_path / "links.csv"
    links.write_text(f"patent,doi\n{first['publication']},{first['doi']}\n")
    load(other, links, "citations", source="by-doi")
    (row,) = find(other, "DK").rows
    assert [(one["publication"], one["work"]) for one in row["cited"]] == [(first["publication"], first["work"])]
    (cited,) = read_family(other, first["family"]).works
    assert (cited["work"], cited["doi"], cited["title"]) == (first["work"], first["doi"], first["work_title"])


def test_a_family_is_told_with_what_it_cites(made):
    folder, record, truth = made
    one = find(record, "DK", country="KR", unit=f"topic/{truth['topic']}").rows[0]["cited"][0]
    told = read_family(record, one["family"])
    assert [row["publication"] for row in told.publications] == [one["publication"]]
    assert one["work"] in {row["work"] for row in told.works}
    with (folder / world.CITATIONS).open(newline="") as rows:
        written = [row for row in csv.DictReader(rows) if row["patent"] == one["publication"].lower()]
    assert len(told.works) == len(written)
    assert {row["by"] for row in told.works} == {row["by"] for row in written}
    with pytest.raises(NotHeld):
        read_family(record, "1")
