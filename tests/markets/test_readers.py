"""Searches of TED, Brazil's portal and the World Bank as rows, and what stands after changes and cancellations."""

from __future__ import annotations

import datetime as dt
import io
import json
import tarfile
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from tests.markets import notices

from udsyn.errors import UsageError
from udsyn.record.shelf import Fault, Row
from udsyn.record.tenders import eforms, load, pncp, ted_search, worldbank


def read(reader: Any, tmp_path: Path, document: Any, **settings: bool) -> tuple[dict[str, list[Any]], list[str]]:
    file = tmp_path / "file.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    found: dict[str, list[Any]] = defaultdict(list)
    faults = []
    for row in reader.read(file, **settings):
        if isinstance(row, Row):
            found[row.table].append(dict(row.values))
        else:
            faults.append(row.reason)
    return found, faults


def test_an_answer_of_ted_in_all_its_shapes(tmp_path: Path) -> None:
    one = {
        "publication-number": "00123456-2026",
        "notice-type": "cn-standard",
        "notice-title": {"eng": "Electrolysers", "dan": ["Elektrolyseanlæg"]},
        "buyer-name": {"dan": ["Region of Ports", "Second buyer"]},
        "buyer-country": ["DNK"],
        "publication-date": "2026-03-04+01:00",
        "classification-cpv": ["42994200", "42994200", "45000000"],
        "identifier-lot": ["LOT-0001", "LOT-0002"],
        "deadline-receipt-tender-date-lot": ["2026-05-04+02:00", "2026-05-05+02:00"],
        "deadline-receipt-tender-time-lot": ["12:00:00+02:00", "12:00:00+02:00"],
        "estimated-value-lot": ["400000", "500000"],
        "estimated-value-cur-lot": ["EUR"],
    }
    plain = {"publication-number": "7-2026", "notice-type": ["can-standard"], "buyer-country": "BRA"}
    unlike = {
        "publication-number": "8-2026",
        "identifier-lot": ["LOT-0001", "LOT-0002"],
        "estimated-value-lot": ["5"],
        "deadline-receipt-tender-date-lot": "2026-08-30+02:00",
    }
    found, faults = read(ted_search, tmp_path, {"notices": [one, plain, unlike, {"buyer-country": "DNK"}]})
    assert faults == ["it has no publication-number"]
    assert [(row["notice"], row["number"], row["kind"], row["country"]) for row in found["notices"]] == [
        ("00123456-2026", "123456-2026", "contract", "DK"),
        ("7-2026", "7-2026", "award", "BR"),
        ("8-2026", "8-2026", None, None),
    ]
    assert {(row["language"], row["title"]) for row in found["texts"]} == {
        ("en", "Electrolysers"),
        ("da", "Elektrolyseanlæg"),
    }
    assert [row.get("value") for row in found["lots"]] == [400_000, 500_000, None, None], "none is guessed"
    assert [(row["lot"], row["at"]) for row in found["deadlines"]] == [
        ("LOT-0001", dt.datetime(2026, 5, 4, 10, tzinfo=dt.UTC)),
        ("LOT-0002", dt.datetime(2026, 5, 5, 10, tzinfo=dt.UTC)),
        ("", None),
    ], "a day without a time is a day"
    assert [row["code"] for row in found["codes"]] == ["42994200", "45000000"]


def test_a_purchase_of_brazil(tmp_path: Path) -> None:
    won = {"sequencialResultado": 1, "niFornecedor": "11222333000181", "tipoPessoa": "PJ", "codigoPais": "BRA"}
    won |= {"nomeRazaoSocialFornecedor": "Eletro Ltda", "valorTotalHomologado": 90.5, "dataResultado": "2026-04-01"}
    person = {"niFornecedor": "12345678901", "tipoPessoa": "PF", "nomeRazaoSocialFornecedor": "Ada Pessoa"}
    one = {
        "numeroControlePNCP": "00394494000136-1-000123/2026",
        "orgaoEntidade": {"cnpj": "00394494000136", "razaoSocial": "Universidade do Porto Novo"},
        "objetoCompra": "Aquisição de eletrolisadores",
        "valorTotalEstimado": 0.0,
        "dataEncerramentoProposta": "2026-05-04T09:00:00",
        "situacaoCompraNome": "Divulgada no PNCP",
        "itens": [
            {"numeroItem": 1, "materialOuServico": "M", "valorTotal": 100.0, "ncmNbsCodigo": "08543300"},
            {"numeroItem": 2, "materialOuServico": "S", "catalogoCodigoItem": 22, "resultados": [person]},
        ],
    }
    one["itens"][0]["resultados"] = [won]
    gone = {"numeroControlePNCP": "x", "situacaoCompraNome": "Revogada"}
    found, faults = read(pncp, tmp_path, {"data": [one, gone, {}]})
    assert faults == ["it cannot be read: numeroControlePNCP is missing"]
    head = found["notices"][0]
    assert (head["country"], head["kind"], head.get("value")) == ("BR", "award", None), "0 is a secret, not a price"
    assert found["notices"][1]["status"] == "cancelled"
    assert found["deadlines"][0]["at"] is None
    assert found["deadlines"][0]["day"] == dt.date(2026, 5, 4)
    assert [(row["scheme"], row["code"]) for row in found["codes"]] == [("ncm", "08543300"), ("catser", "22")]
    assert found["suppliers"][0]["name"] == "Eletro Ltda"
    assert "Ada" not in str(found)
    assert "Ada" in str(read(pncp, tmp_path, one, contacts=True)[0])


def test_a_notice_of_the_world_bank(tmp_path: Path) -> None:
    one = {
        "id": "OP00123",
        "notice_type": "Invitation for Bids",
        "noticedate": "07-Jul-2026",
        "notice_lang_name": "English",
        "project_ctry_name": "Viet Nam",
        "bid_description": "Electrolysers",
        "procurement_group": "GO",
        "submission_deadline_date": "2026-08-10T00:00:00Z",
        "submission_deadline_time": "14:30",
        "contact_name": "Ada Contact",
    }
    found, faults = read(worldbank, tmp_path, {"procnotices": {"0": one, "1": {}}})
    assert faults == ["it cannot be read: its id is missing"]
    (head,) = found["notices"]
    assert (head["published"], head["country"], head["language"]) == (dt.date(2026, 7, 7), "VN", "en")
    (ends,) = found["deadlines"]
    assert (ends["at"], ends["day"], ends["said"]) == (None, dt.date(2026, 8, 10), "2026-08-10T00:00:00Z 14:30")
    assert "Ada" not in str(found)


def test_packages_of_notices(tmp_path: Path) -> None:
    content = {"a.xml": notices.call(), "b.xml": "<broken", "readme.txt": "no notice"}
    with tarfile.open(tmp_path / "day.tar.gz", "w:gz") as tar:
        for name, text in content.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    with zipfile.ZipFile(tmp_path / "day.zip", "w") as package:
        for name, text in content.items():
            package.writestr(name, text)
    for file in ("day.tar.gz", "day.zip"):
        found = list(eforms.read(tmp_path / file))
        assert [one.where for one in found if isinstance(one, Fault)] == ["b.xml"]
        assert sum(isinstance(one, Row) and one.table == "notices" for one in found) == 1


def test_changes_and_cancellations_follow(tmp_path: Path) -> None:
    record, folder = tmp_path / "record", tmp_path / "notices"
    folder.mkdir()
    (folder / "call.xml").write_text(notices.call(), encoding="utf-8")
    (folder / "award.xml").write_text(notices.award(), encoding="utf-8")
    loaded = load.load(record, folder, "eforms")
    assert (loaded.rows, loaded.quarantined) == (2, 0)
    held = load.shelf(record)
    assert load.joined(held).select("award", "notice").rows() == [(notices.AWARD, notices.CALL)]
    change = tmp_path / "change.xml"
    change.write_text(notices.change(), encoding="utf-8")
    load.load(record, change, "eforms")
    assert set(load.current(held)["notice"]) == {notices.AWARD, notices.CHANGE}, "the change takes the call's place"
    cancel = tmp_path / "cancel.xml"
    target, number = f"{notices.CHANGE}-01", notices.CHANGE[:-1] + "9"
    text = notices.change("cancel", target).replace(f'"notice-id">{notices.CHANGE}', f'"notice-id">{number}')
    cancel.write_text(text, encoding="utf-8")
    load.load(record, cancel, "eforms")
    stands = {row["notice"]: row for row in load.current(held).iter_rows(named=True)}
    assert (stands[notices.CHANGE]["status"], stands[notices.CHANGE]["by"]) == ("cancelled", number)


def test_a_newer_version_replaces_its_notice(tmp_path: Path) -> None:
    record = tmp_path / "record"
    for version in ("02", "01"):
        file = tmp_path / f"{version}.xml"
        file.write_text(notices.call(version=version), encoding="utf-8")
        load.load(record, file, "eforms")
    assert load.current(load.shelf(record)).select("notice", "version").rows() == [(notices.CALL, 2)]


def test_an_unknown_format_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a format"):
        load.load(tmp_path / "record", tmp_path, "fax")
