"""A folder of notices in eForms XML at a glance: how many can be read, what is refused and why, what they hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from udsyn.errors import UdsynError
from udsyn.record.tenders import ubl, validity
from udsyn.record.tenders.eforms import LOT_KINDS

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: What a change cannot change.
KEPT = {
    "the procedure": "cbc:ContractFolderID",
    "the law": "cbc:RegulatoryDomain",
    "the type of notice": "cbc:NoticeTypeCode",
    "the type of procedure": "cac:TenderingProcess/cbc:ProcedureCode",
}
CHANGED = f"{ubl.MORE}/efac:Changes/efbc:ChangedNoticeIdentifier"


@dataclass
class Survey:
    """What a folder holds. Kinds, lots and codes are of all files that parse, notices of those without a fault."""

    faults: dict[str, list[str]] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    lots: Counter[str] = field(default_factory=Counter)
    #: every classification that names the scheme CPV, by its code; `""` where it names the scheme and no code
    cpv: Counter[str] = field(default_factory=Counter)

    @property
    def notices(self) -> int:
        return sum(not faults for faults in self.faults.values())

    @property
    def refused(self) -> list[dict[str, str]]:
        return [{"file": file, "reason": validity.told(faults)} for file, faults in self.faults.items() if faults]


def survey(folder: Path) -> Survey:
    """Read all XML files below a folder (or one file). A change is held against the notice that it changes, if held."""
    found = Survey()
    named: dict[str, dict[str, str | None]] = {}
    changes: list[tuple[str, list[str], dict[str, str | None]]] = []
    for name, file in files(folder):
        try:
            root = ubl.parse(file.read_bytes())
        except UdsynError as error:
            found.faults[name] = [str(error)]
            continue
        found.faults[name] = validity.faults(root)
        count(found, root)
        named[f"{ubl.said(root, 'cbc:ID')}-{ubl.said(root, 'cbc:VersionID')}"] = kept(root)
        changes.append((name, ubl.texts(root, CHANGED), kept(root)))
    for name, targets, own in changes:
        for target in targets:
            if target in named:
                found.faults[name] += against(own, named[target])
    return found


def kept(root: Element) -> dict[str, str | None]:
    """What of a notice its changes keep."""
    return {term: ubl.said(root, path) for term, path in KEPT.items()}


def against(change: dict[str, str | None], changed: dict[str, str | None]) -> list[str]:
    """The faults of a change against the notice that it changes, both by what has to be kept."""
    return [
        f"BT-758: it changes {term} from {changed[term]} to {change[term]}, which a change cannot"
        for term in KEPT
        if change[term] != changed[term]
    ]


def files(folder: Path) -> list[tuple[str, Path]]:
    """The XML files below a folder with their names in it, in the order of the names."""
    if folder.is_file():
        return [(folder.name, folder)]
    held = [file for file in folder.rglob("*") if file.suffix.lower() == ".xml" and file.is_file()]
    return sorted((file.relative_to(folder).as_posix(), file) for file in held)


def count(found: Survey, root: Element) -> None:
    found.kinds[ubl.kind(root)] += 1
    for lot in ubl.all_of(root, f"{ubl.LOT}/cbc:ID"):
        found.lots[LOT_KINDS.get(lot.get("schemeName", ""), "other")] += 1
    for code in root.iter(f"{{{ubl.SPACES['cbc']}}}ItemClassificationCode"):
        if code.get("listName") == "cpv":
            found.cpv[(code.text or "").strip()] += 1
