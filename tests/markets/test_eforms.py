"""Notices in eForms: what they say as rows, and which faults make one unfit, each tried alone on a valid notice."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.markets import notices

from udsyn.cli import udsyn
from udsyn.record.shelf import Fault, Row
from udsyn.record.tenders import eforms, folder, ubl, validity


def rows(tmp_path: Path, text: str, **settings: bool) -> dict[str, list[dict[str, Any]]]:
    file = tmp_path / "notice.xml"
    file.write_text(text, encoding="utf-8")
    found = defaultdict(list)
    for row in eforms.read(file, **settings):
        assert isinstance(row, Row), row
        found[row.table].append(dict(row.values))
    return found


def reason(tmp_path: Path, text: str) -> str:
    file = tmp_path / "notice.xml"
    file.write_text(text, encoding="utf-8")
    (fault,) = eforms.read(file)
    assert isinstance(fault, Fault), "a fault makes a notice unfit as a whole"
    return fault.reason


def test_a_notice_as_rows(tmp_path: Path) -> None:
    found = rows(tmp_path, notices.call())
    (head,) = found["notices"]
    assert (head["notice"], head["version"], head["process"]) == (notices.CALL, 1, notices.PROCEDURE)
    assert (head["kind"], head["stage"], head["country"], head["buyer"]) == (
        *("contract", "competition", "DK", "Region of Ports"),
    )
    assert (head["value"], head["currency"], head["gpa"]) == (900_000, "EUR", True)
    assert [(lot["lot"], lot["kind"], lot["value"]) for lot in found["lots"]] == [
        *(("LOT-0001", "lot", 400_000), ("LOT-0002", "lot", 500_000)),
    ]
    assert {(row["language"], row["title"]) for row in found["texts"] if row["lot"] == "LOT-0001"} == {
        *(("en", "Lot LOT-0001"), ("da", "Lot LOT-0001 på dansk")),
    }
    assert {(row["scheme"], row["code"], row["main"]) for row in found["codes"]} == {("cpv", "42994200", True)}
    assert found["deadlines"][0]["at"] == dt.datetime(2026, 5, 4, 10, tzinfo=dt.UTC), "noon in Copenhagen"
    assert not found["contacts"], "nobody's name or mail, unless it is asked for"
    assert {row["name"] for row in rows(tmp_path, notices.call(), contacts=True)["contacts"]} == {"Ada Contact"}


def test_an_award_names_who_won_what_for_how_much(tmp_path: Path) -> None:
    found = rows(tmp_path, notices.award())
    won, lost = found["awards"]
    assert (won["lot"], won["status"], won["value"], won["currency"], won["bids"], won["date"]) == (
        *("LOT-0001", "selec-w", 380_000, "EUR", 3, dt.date(2026, 2, 16)),
    )
    assert (lost["lot"], lost["status"], lost.get("value"), lost["date"]) == ("LOT-0002", "clos-nw", None, None)
    assert [(row["name"], row["country"]) for row in found["suppliers"]] == [
        *(("Nordlys A/S", "DK"), ("Hafen GmbH", "DE")),
    ], "the consortium, and nobody who lost"
    assert found["notices"][0]["process"] == rows(tmp_path, notices.call())["notices"][0]["process"]
    assert found["notices"][0]["value"] == 380_000, "what was paid, not what was estimated"


def test_what_is_withheld_is_unknown(tmp_path: Path) -> None:
    text = notices.award().replace('currencyID="EUR">380000</cbc:Pay', 'currencyID="EUR">-1</cbc:Pay')
    assert rows(tmp_path, text)["awards"][0].get("value") is None


def test_a_change_and_a_cancellation_name_their_notice(tmp_path: Path) -> None:
    changed, cancelled = rows(tmp_path, notices.change()), rows(tmp_path, notices.change("cancel"))
    assert [(row["kind"], row["target"]) for row in changed["links"]] == [("changes", f"{notices.CALL}-01")]
    assert [(row["kind"], row["target"]) for row in cancelled["links"]] == [("cancels", f"{notices.CALL}-01")]
    assert (changed["notices"][0]["status"], cancelled["notices"][0]["status"]) == ("published", "cancelled")


#: what is written in place of what, and what the reason names
FAULTS = [
    (f"{notices.CALL}<", "42<", "BT-701"),
    ("<cbc:VersionID>01", "<cbc:VersionID>1", "BT-757"),
    (f"<cbc:ContractFolderID>{notices.PROCEDURE}</cbc:ContractFolderID>", "", "BT-04"),
    ("2026-03-02+01:00", "2026-02-30+01:00", "is no day"),
    ("2026-03-02+01:00", "2026-03-02", "with a zone"),
    ("<cbc:NoticeLanguageCode>ENG", "<cbc:NoticeLanguageCode>XQX", "BT-702"),
    ("<cbc:SubTypeCode>16", "<cbc:SubTypeCode>61", "OPP-070"),
    ("<cbc:SubTypeCode>16", "<cbc:SubTypeCode>29", "BT-02/BT-03"),
    ('listName="competition">cn-standard', 'listName="competition">can-standard', "BT-02/BT-03"),
    ("<cbc:ID>ORG-0001</cbc:ID>", "<cbc:ID>ORG-0009</cbc:ID>", "ORG-0009 is named"),
    (
        "<cac:Party><cac:PartyIdentification><cbc:ID>ORG-0001</cbc:ID></cac:PartyIdentification>",
        "<cac:Party>",
        "OPT-300",
    ),
    ('<cbc:Name languageID="ENG">Region of Ports</cbc:Name>', "", "BT-500"),
    ('listName="country">DNK', 'listName="country">XZX', "BT-514"),
    ('schemeName="Lot">LOT-0002', 'schemeName="Lot">LOT-0001', "two lots"),
    ('schemeName="Lot">LOT-0002', 'schemeName="Lot">2', "BT-137"),
    ('<cbc:Description languageID="ENG">Electrolysers for green hydrogen</cbc:Description>', "", "BT-24"),
    ('listName="contract-nature">supplies', 'listName="contract-nature">toys', "contract-nature"),
    ('listName="cpv">42994200', 'listName="cpv">429942', "BT-262"),
    ('listName="cpv">42994200', 'listName="">42994200', "a scheme that is named"),
    ('currencyID="EUR">500000', 'currencyID="EUX">500000', "currency is 'EUX'"),
    ('currencyID="EUR">500000', 'currencyID="EUR">-500000', "is no amount"),
    ('currencyID="EUR">500000', 'currencyID="EUR">half a million', "is no amount"),
    ("2026-05-04+02:00", "2026-02-04+01:00", "before the notice was sent"),
    ("ORG-0001-id", " ", "CompanyID is empty"),
    ("<cbc:RegulatoryDomain>32014L0024</cbc:RegulatoryDomain>", "", "BT-01"),
    ("12:00:00+02:00", "25:00:00+02:00", "is no time"),
    ("12:00:00+02:00", "12:00:00", "is no time"),
    ("Indicator>true<", "Indicator>maybe<", "neither true nor false"),
    ("post@example.org", "post", "ElectronicMail"),
]


@pytest.mark.parametrize(("old", "new", "named"), FAULTS)
def test_one_fault_is_enough_and_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    text = notices.call()
    assert old in text
    assert named in reason(tmp_path, text.replace(old, new))


NAMELESS = "<efac:SettledContract><cbc:ID>CON-0009</cbc:ID></efac:SettledContract>"
NAMED = "<efac:{0}><cbc:ID{2}>{1}</cbc:ID></efac:{0}>"


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("<cbc:AwardDate>2026-02-16", "<cbc:AwardDate>2026-02-28", "before it was decided"),
        (("TenderLot", "LOT-0002", ' schemeName="Lot"'), ("TenderLot", "LOT-0003", ' schemeName="Lot"'), "LOT-0003"),
        (("LotTender", "TEN-0001", ""), ("LotTender", "TEN-0007", ""), "TEN-0007"),
        (("TenderingParty", "TPA-0001", ""), ("TenderingParty", "TPA-0009", ""), "TPA-0009"),
        ("selec-w", "won", "winner-selection-status"),
        ("StatisticsNumeric>3<", "StatisticsNumeric>three<", "is no number"),
        ("<efac:SettledContract><cbc:ID>CON-0001</cbc:ID></efac:SettledContract>", NAMELESS, "CON-0009"),
    ],
)
def test_faults_of_an_award(tmp_path: Path, old: Any, new: Any, named: str) -> None:
    text = notices.award()
    old, new = (part if isinstance(part, str) else NAMED.format(*part) for part in (old, new))
    assert old in text
    assert named in reason(tmp_path, text.replace(old, new))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("<a", "not XML"),
        ("", "not XML"),
        ("<a/>", "no notice of eForms"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "unsafe XML"),
        (notices.change(target=f"{notices.CHANGE}-01"), "changes itself"),
        (notices.change(target="something"), "BT-758"),
    ],
)
def test_what_is_no_notice_is_refused(tmp_path: Path, text: str, named: str) -> None:
    assert named in reason(tmp_path, text)


def test_a_folder_at_a_glance(tmp_path: Path) -> None:
    (tmp_path / "may").mkdir()
    (tmp_path / "may" / "call.xml").write_text(notices.call(), encoding="utf-8")
    (tmp_path / "award.XML").write_text(notices.award(), encoding="utf-8")
    (tmp_path / "INVALID_by_name_only.xml").write_text(notices.change(), encoding="utf-8")
    moved = notices.change().replace(notices.PROCEDURE, notices.PROCEDURE.replace("1", "9"))
    (tmp_path / "moved.xml").write_text(moved.replace(notices.CHANGE, notices.CHANGE[:-1] + "4"), encoding="utf-8")
    (tmp_path / "broken.xml").write_text("<a", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a notice", encoding="utf-8")
    answer = CliRunner().invoke(udsyn, ["markets", "read", str(tmp_path)], catch_exceptions=False)
    found = json.loads(answer.stdout)
    assert [refused["file"] for refused in found.pop("refused")] == ["broken.xml", "moved.xml"]
    assert found == {
        "notices": 3,
        "kinds": {"award": 1, "contract": 3},
        "lots": 8,
        "parts": 0,
        "groups": 0,
        "cpv_uses": 12,
        "cpv_codes": 1,
    }


def test_another_document_is_refused_by_its_name(tmp_path: Path) -> None:
    """Every verb takes --record and --format, also one that reads no record and prints one object."""
    (tmp_path / "feed.xml").write_text("<rss><channel/></rss>", encoding="utf-8")
    asked = ["markets", "read", str(tmp_path), "--format", "json", "--record", "none"]
    answer = CliRunner().invoke(udsyn, asked, catch_exceptions=False)
    assert json.loads(answer.stdout)["refused"] == [
        {"file": "feed.xml", "reason": "no notice of eForms: its document is rss"}
    ]


def test_a_folder_without_notices_is_said(tmp_path: Path) -> None:
    answer = CliRunner().invoke(udsyn, ["markets", "read", str(tmp_path)])
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["notices"] == 0
    assert "no XML file" in answer.stderr


def real() -> Path:
    if "UDSYN_DATA" not in os.environ:
        pytest.skip("UDSYN_DATA names no folder with real data")
    return Path(os.environ["UDSYN_DATA"]) / "tenders"


def test_the_real_notices_and_their_known_answers() -> None:
    found = folder.survey(real())
    assert found.notices == 80
    assert {refused["file"] for refused in found.refused} == {path.name for path in real().glob("INVALID_*")}
    assert found.kinds == {"prior_information": 28, "contract": 28, "award": 34, "business_registration": 2}
    assert found.lots == {"lot": 192, "part": 18, "group": 2}
    assert (found.cpv.total(), len(found.cpv)) == (352, 93)


def test_the_real_notices_as_rows() -> None:
    """The lots of the valid ones, no name of a contact, and a notice joined to its award by the process."""
    found = defaultdict(list)
    for file in sorted(real().glob("*.xml")):
        for row in eforms.read(file):
            if isinstance(row, Row):
                found[row.table].append(row.values)
    assert sum(row["kind"] == "lot" for row in found["lots"]) == 184
    assert "contacts" not in found
    by_process = defaultdict(set)
    for head in found["notices"]:
        by_process[head["process"]].add(head["kind"])
    assert {"contract", "award"} <= by_process["e3cdabf1-e057-47a5-9210-b1f6fc757228"]
    assert all((row.get("value") is None) == (row.get("currency") is None) for row in found["lots"] + found["awards"])


def test_the_name_of_the_file_plays_no_part(tmp_path: Path) -> None:
    for number, file in enumerate(sorted(real().glob("INVALID_*"))):
        root = ubl.parse(file.read_bytes())
        if "change-cn" not in file.name:  # its other faults are against the notice that it changes
            assert len(validity.faults(root)) > 1
        (tmp_path / f"{number}.xml").write_bytes(file.read_bytes())
    assert folder.survey(tmp_path).notices == 0
