"""Applicants in registers: files of GLEIF's golden copy's shape, a national register, and what is not decided."""

from __future__ import annotations

import json

import duckdb
import pytest
from click.testing import CliRunner

from udsyn.cli import udsyn
from udsyn.errors import NotHeld, UdsynError, UsageError
from udsyn.evidence.technology.names.registers import SEVERAL, organisations
from udsyn.record.patents import load, patents

HANBIT, HOLDING, NORDVIND, TWIN, TWIN_2 = (f"5299000000000000{n:02d}{n:02d}" for n in range(10, 15))
LEVEL_1 = f"""LEI,Entity.LegalName,Entity.LegalName.xmllang,Entity.OtherEntityNames.OtherEntityName.1,\
Entity.TransliteratedOtherEntityNames.TransliteratedOtherEntityName.1,Entity.LegalAddress.Country,\
Entity.RegistrationAuthority.RegistrationAuthorityID,Entity.RegistrationAuthority.RegistrationAuthorityEntityID,\
Entity.EntityStatus,Registration.RegistrationStatus
{HANBIT},주식회사 한빛스택,ko,,Hanbitstack Jusik Hoesa,KR,RA000657,110111-0000001,ACTIVE,ISSUED
{HOLDING},"Hanbit Holdings Co., Ltd.",en,,,KR,,,ACTIVE,LAPSED
{NORDVIND},Nordvindcell A/S,da,Nordvind Cell,,DK,RA000170,12345678,ACTIVE,ISSUED
{TWIN},"Seocell Co., Ltd.",en,,,KR,,,ACTIVE,ISSUED
{TWIN_2},"Seocell Co., Ltd.",en,,,KR,,,ACTIVE,ISSUED
529900000000000099,Too Short Ltd.,en,,,KR,,,ACTIVE,ISSUED
5299000000000000AA20,Solvolt K.K.,ja,,,JP,,,INACTIVE,RETIRED
"""
LEVEL_2 = f"""Relationship.StartNode.NodeID,Relationship.StartNode.NodeIDType,Relationship.EndNode.NodeID,\
Relationship.EndNode.NodeIDType,Relationship.RelationshipType,Relationship.RelationshipStatus
{HANBIT},LEI,{NORDVIND},LEI,IS_DIRECTLY_CONSOLIDATED_BY,ACTIVE
{HANBIT},LEI,{HOLDING},LEI,IS_ULTIMATELY_CONSOLIDATED_BY,ACTIVE
{NORDVIND},LEI,{TWIN},LEI,IS_ULTIMATELY_CONSOLIDATED_BY,INACTIVE
"""
APPLICANTS = {
    ("HANBITSTACK CO LTD", "KR"): 5,
    ("Hanbitstack Co., Ltd.", "KR"): 4,
    ("NORDVINDCELL AS", "DK"): 3,
    ("Nordvindcell Inc.", "US"): 2,
    ("Seocell Co., Ltd.", "KR"): 2,
    ("SOLVOLT KK", "JP"): 1,
}


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    out = tmp_path_factory.mktemp("registers")
    numbered = [party for party, times in APPLICANTS.items() for _ in range(times)]
    rows = ", ".join(
        f"('US-{n}-B2', '{n}', 'US', 20150102, 20191203, [{{'name': '{name}', 'country_code': '{country}'}}])"
        for n, (name, country) in enumerate(numbered, 1)
    )
    duckdb.sql(
        "SELECT *, [{'text': 'A cell', 'language': 'en'}] AS title_localized, [] AS abstract_localized, "
        "[{'name': '', 'country_code': 'KR'}] AS inventor_harmonized, "
        "[{'publication_number': '', 'category': ''}] AS citation, "
        f"[{{'code': 'C25B1/04', 'inventive': true}}] AS cpc FROM (VALUES {rows}) AS t(publication_number, family_id, "
        "country_code, filing_date, publication_date, assignee_harmonized)"
    ).write_parquet(str(out / "families.parquet"))
    load(out / "record", out / "families.parquet", "google", source="made")
    (out / "lei.csv").write_text(LEVEL_1)
    (out / "rr.csv").write_text(LEVEL_2)
    (out / "cvr.csv").write_text("scheme,id,name,country\nCVR,12345678,Nordvindcell A/S,DK\n,1,No scheme,DK\n")
    with pytest.raises(NotHeld, match="--as gleif"):
        organisations(out / "record")
    return out


@pytest.fixture(scope="module")
def loaded(record):
    done = load(record / "record", record / "lei.csv", "gleif")
    assert (done.rows, done.quarantined) == (6, 1)
    load(record / "record", record / "rr.csv", "gleif")
    assert load(record / "record", record / "cvr.csv", "organisations").quarantined == 1
    return record / "record"


def found(place, **asked):
    return {(row["name"], row["scheme"]): row for row in organisations(place, **asked).rows.to_dicts()}


def test_a_name_is_found_by_its_normal_form_with_its_parent_and_national_number(loaded):
    rows = found(loaded)
    hanbit = rows["HANBITSTACK CO LTD", "lei"]
    assert (hanbit["id"], hanbit["families"], hanbit["number"]) == (HANBIT, 9, "110111-0000001")
    assert (hanbit["parent"], hanbit["parent_name"]) == (HOLDING, "Hanbit Holdings Co., Ltd."), "the ultimate one"
    assert hanbit["registered_name"] == "주식회사 한빛스택", "found by its transliteration"
    nordvind = rows["NORDVINDCELL AS", "lei"]
    assert (nordvind["id"], nordvind["score"], nordvind["reason"]) == (NORDVIND, 1.0, "same words")
    assert nordvind["parent"] is None, "a relation that ended"
    assert rows["NORDVINDCELL AS", "cvr"]["id"] == "12345678"


def test_another_country_and_one_that_is_no_more_are_not_taken(loaded):
    rows = found(loaded)
    assert rows["Nordvindcell Inc.", None]["reason"] == "in no register that is held"
    assert rows["SOLVOLT KK", None]["id"] is None


def test_two_that_are_equally_near_wait_for_a_person(loaded, tmp_path):
    row = found(loaded)["Seocell Co., Ltd.", "lei"]
    assert (row["id"], row["reason"]) == (None, SEVERAL)
    decided = tmp_path / "decided.csv"
    decided.write_text(f'name,scheme,id\n"Seocell Co., Ltd.",LEI,{TWIN_2}\nNORDVINDCELL AS,cvr,\n')
    rows = found(loaded, overrides=decided)
    assert (rows["Seocell Co., Ltd.", "lei"]["id"], rows["Seocell Co., Ltd.", "lei"]["reason"]) == (TWIN_2, "decided")
    assert rows["NORDVINDCELL AS", "cvr"]["id"] is None, "people say that it is not that one"
    decided.write_text("name,scheme,id\nAcme,,1\n")
    with pytest.raises(UsageError, match="without a scheme"):
        organisations(loaded, overrides=decided)


def test_another_table_is_refused(tmp_path):
    file = tmp_path / "lei.csv"
    file.write_text("LEI,Name\n1,Acme\n")
    with pytest.raises(UdsynError, match=r"has not the columns LEI, Entity\.LegalName"):
        load(tmp_path / "record", file, "gleif")
    assert not patents(tmp_path / "record").files("organisation")


def test_the_command(loaded):
    told = CliRunner().invoke(
        udsyn, ["technology", "organisations", "--country", "KR", "--record", str(loaded), "--format", "json"]
    )
    assert told.exit_code == 0, told.output
    assert [row["country"] for row in json.loads(told.stdout)] == ["KR", "KR"]
    assert "gleif: CC0 1.0" in told.stderr
