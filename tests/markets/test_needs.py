"""Story C on the generated world: a technology, its codes, the tenders that need it, who won, and its market."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from udsyn import demo
from udsyn.briefs import markets as brief
from udsyn.briefs.asking import Country
from udsyn.briefs.document import Table, Text
from udsyn.briefs.sections import Pair
from udsyn.cli import udsyn
from udsyn.errors import NotHeld, UdsynError, UsageError
from udsyn.evidence.markets import bench, needs
from udsyn.evidence.markets.tenders import find, winners
from udsyn.record.engine import Record
from udsyn.record.tenders.load import load as load_tenders
from udsyn.world import markets

ELECTROLYSERS = {markets.SCHEME: ["42000000"]}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("markets")
    markets.write(folder, seed=7)
    demo.read_markets(folder / "record", folder / markets.FOLDER)
    return folder / "record", json.loads((folder / markets.FOLDER / "truth.json").read_bytes())


def run(record: Path, *asked: str) -> Any:
    answer = CliRunner().invoke(
        udsyn, ["markets", *asked, "--record", str(record), "--format", "json"], catch_exceptions=False
    )
    return json.loads(answer.stdout)


def test_tenders_by_code_are_the_planted_ones(world: tuple[Path, dict[str, Any]]) -> None:
    record, truth = world
    found = find(record, codes=ELECTROLYSERS, country="BR", limit=1_000)
    wanted = {ocid: one for ocid, one in truth.items() if one["code"].startswith("42") and one["country"] == "BR"}
    assert {row["notice"]: row["value"] for row in found.iter_rows(named=True)} == {
        ocid: one["value"] for ocid, one in wanted.items()
    }
    assert set(found["access"]) == {"no_right"}
    assert set(find(record, codes=ELECTROLYSERS, country="DK")["access"]) == {"may"}


def test_open_is_told_by_the_day(world: tuple[Path, dict[str, Any]]) -> None:
    record, truth = world
    for day in map(dt.date.fromisoformat, ("2026-02-02", "2026-02-10", "2026-04-15", "2026-04-16", "2027-01-01")):
        found = find(record, on=day, limit=1_000)
        wanted = set()
        for number, (ocid, one) in enumerate(truth.items()):
            came, due = dt.date(2026, 1 + number % 9, 3), dt.date(2026, 4 + number % 9, 15)
            if one["status"] == "published" and one["winner"] is None and came <= day <= due:
                wanted.add(ocid)
        assert set(found["notice"]) == wanted


def test_words_find_across_accents_and_languages(world: tuple[Path, dict[str, Any]]) -> None:
    record, _ = world
    plain, accented = (
        find(record, words=[word], limit=1_000)["notice"].to_list() for word in ("eletrolis", "ELETRÓLIS")
    )
    assert plain == accented
    assert plain
    assert set(find(record, words=["eletrolis", "elektrolys"], limit=1_000)["country"]) == {"BR", "DK"}
    with pytest.raises(UsageError, match="no word"):
        find(record, words=["--"])


def test_what_is_loaded_later_is_found(tmp_path: Path) -> None:
    record = tmp_path / "record"
    for number, word in enumerate(("Pumper", "Ærfugle")):
        one = {"ocid": f"o{number}", "date": "2026-01-01", "tag": ["tender"], "tender": {"id": "t", "title": word}}
        file = tmp_path / f"{number}.json"
        file.write_text(json.dumps(one), encoding="utf-8")
        load_tenders(record, file, "ocds", source=f"Source {number}")
        assert find(record, words=[word.upper()])["notice"].to_list() == [f"o{number}"]
    assert len(find(record)) == 2
    assert len(list((record / "shelves" / "tenders").glob(".index-*"))) == 1, "the old index is gone"


def test_winners_are_the_planted_ones(world: tuple[Path, dict[str, Any]]) -> None:
    record, truth = world
    found = winners(record, codes=ELECTROLYSERS, country="BR")
    wanted = Counter(
        one["winner"] for one in truth.values() if one["winner"] and one["code"][:2] == "42" and one["country"] == "BR"
    )
    assert dict(found.select("supplier", "awards").iter_rows()) == wanted
    total = sum(
        one["value"] for one in truth.values() if one["winner"] and one["code"][:2] == "42" and one["country"] == "BR"
    )
    assert found["value"].sum() == total


def test_a_profile_is_proposed_confirmed_and_saved(world: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    record, _ = world
    need = needs.propose(record, "electrolysers for green hydrogen", words=["eletrolis"], topics=["T90001"])
    assert (need.codes[0].code, need.codes[0].label) == ("42100000", "electrolysers for hydrogen plants")
    assert need.confirmed() == {}, "a proposal is no answer"
    done = needs.confirm(need, [f"{markets.SCHEME}:42000000", "hs:854330"], "Trade desk", dt.date(2026, 3, 2))
    assert done.confirmed() == {markets.SCHEME: ["42000000"], "hs": ["854330"]}
    assert done.products() == ["854330"]
    needs.save(done, tmp_path / "need.yaml")
    assert needs.load(tmp_path / "need.yaml") == done
    (tmp_path / "wrong.yaml").write_text("name: x\ncolour: red\n")
    with pytest.raises(UdsynError, match="no need profile"):
        needs.load(tmp_path / "wrong.yaml")
    with pytest.raises(UsageError, match="in words"):
        needs.propose(record, "42")
    with pytest.raises(NotHeld, match="no labels"):
        needs.propose(tmp_path, "electrolysers")
    for ask in (find, winners):
        with pytest.raises(NotHeld, match="no tenders"):
            ask(tmp_path)


@pytest.mark.parametrize("text", ["elektrolyseanlæg til brint", "eletrolisadores", "electrolizadores", "electrolyser"])
def test_any_language_finds_the_code(world: tuple[Path, dict[str, Any]], text: str) -> None:
    assert needs.propose(world[0], text).codes[0].code.startswith("42")


def test_labels_beat_the_baseline(world: tuple[Path, dict[str, Any]]) -> None:
    rows = {(row["method"], row["language"]): row for row in bench.evaluate(world[0], markets.SCHEME)}
    base, own = rows["baseline", "all"], rows["labels", "all"]
    assert {language for method, language in rows if method == "labels"} == {"all", *markets.LANGUAGES}
    assert own["at1_low"] > base["at1_high"], (own, base)
    assert own["at5"] > base["at5"]
    assert rows["learned", "all"]["at1"] > own["at1"]


def test_texts_find_headings_of_trade_in_words_that_no_tender_uses(world: tuple[Path, dict[str, Any]]) -> None:
    rows = {(row["method"], row["language"]): row for row in bench.evaluate(world[0], markets.TRADE_SCHEME)}
    base, own = rows["baseline", "all"], rows["labels", "all"]
    assert own["texts"] == 480
    assert own["at1_low"] > base["at1_high"], (own, base)
    assert rows["learned", "all"]["at1"] > own["at1"]


def test_story_c_from_the_command_line(world: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    record, _ = world
    need = tmp_path / "need.yaml"
    assert run(record, "propose", "electrolysers for green hydrogen", "--out", str(need))[0]["code"] == "42100000"
    confirm = ["markets", "profile", str(need), "--confirm", f"{markets.SCHEME}:42000000", "--by", "Trade desk"]
    assert CliRunner().invoke(udsyn, [*confirm, "--on", "2026-03-02"]).exit_code == 0
    tenders = run(record, "tenders", "--need", str(need), "--country", "BR", "--on", "2026-05-01")
    assert tenders
    assert {row["state"] for row in tenders} == {"open"}
    assert run(record, "winners", "--need", str(need), "--country", "BR")[0]["awards"] >= 1
    years = run(record, "trade", "--country", "BR", "--codes", "854330")
    assert [row["growth"] for row in years[1:]] == pytest.approx([markets.GROWTH] * 4, abs=1e-5)
    assert run(record, "trade", "--country", "BR", "--codes", "854330", "--suppliers")[0]["supplier"] == "DK"


def test_the_basket_is_named_as_what_it_is(world: tuple[Path, dict[str, Any]]) -> None:
    asked = ["markets", "trade", "--country", "BR", "--codes", "854330", "--record", str(world[0])]
    assert "HS17 of 2017: a basket that old holds more" in CliRunner().invoke(udsyn, asked).stderr


def test_no_profile_is_confirmed_by_nobody(world: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    need = tmp_path / "need.yaml"
    needs.save(needs.propose(world[0], "electrolysers"), need)
    answer = CliRunner().invoke(udsyn, ["markets", "profile", str(need), "--confirm", "hs:854330"])
    assert isinstance(answer.exception, UsageError)
    assert needs.load(need).confirmed() == {}


def test_a_brief_tells_the_open_tenders_and_the_goods_of_home(world: tuple[Path, dict[str, Any]]) -> None:
    record, truth = world
    pair = Pair(Country("DK", "Denmark"), Country("BR", "Brazil"))
    section = brief.section(Record(record), pair)
    assert section is not None
    said = " ".join(block.words for block in section.blocks if isinstance(block, Text))
    day = dt.date(2026, 9, 3)  # of the newest notice
    open_now = [
        ocid
        for number, (ocid, one) in enumerate(truth.items())
        if (one["country"], one["status"], one["winner"]) == ("BR", "published", None)
        and dt.date(2026, 4 + number % 9, 15) >= day
    ]
    assert f" {len(open_now)} tenders of Brazil that are held are open or planned" in said
    assert f"For firms of Denmark there are {len(open_now)} to which no agreement gives a right" in said
    products = [block for block in section.blocks if isinstance(block, Table)][-1].rows
    assert [row["product"] for row in products] == ["8543 machines and apparatus for electrolysis"]
    assert products[0]["growth"] == pytest.approx(markets.GROWTH, abs=1e-5)
    assert "Generated trade 202601 in HS17" in said


def test_a_brief_of_a_record_without_markets_has_no_such_section(tmp_path: Path) -> None:
    assert brief.section(Record(tmp_path), Pair(Country("DK", "Denmark"), Country("BR", "Brazil"))) is None
