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
        named[f"{ubl.said(root, 'cbc:ID')}-{ubl.said(root, 'cbc:VersionID')}"] = validity.kept(root)
        changes.append((name, ubl.texts(root, CHANGED), validity.kept(root)))
    for name, targets, kept in changes:
        for target in targets:
            if target in named:
                found.faults[name] += validity.against(kept, named[target])
    return found


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
