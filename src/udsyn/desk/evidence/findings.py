"""What a record says about the tie between home and a partner, worked out once per record and kept as a file.

    DESK/evidence/<key>/KR.json     the key is made from the record's manifest, who is named in it, home, and the form
                                    of these files; what stands under another key is removed

Cubes answer in the request; what reads works (effect, hot-spots, people) takes seconds and is worked out beside it, by
`udsyn desk evidence`, which `serve` starts. A country that is asked for and not there yet is put on a list of wishes.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import polars as pl

from udsyn import facts
from udsyn.briefs.asking import in_country, judged, source_for
from udsyn.contacts import people_for
from udsyn.errors import UdsynError
from udsyn.evidence.effect.findings import Settings, effect_in, facts_agreements, facts_centres
from udsyn.evidence.places.hotspots import hotspots
from udsyn.evidence.projects import joint_projects
from udsyn.evidence.question import Question
from udsyn.evidence.result import Result
from udsyn.evidence.shares import share
from udsyn.evidence.strengths import joint_strengths, strengths
from udsyn.evidence.ties import ties
from udsyn.record import care, extent
from udsyn.record.engine import MANIFEST, Reading, Record
from udsyn.record.parts import write_atomically
from udsyn.record.tables import COUNTRY_FIELD_YEAR, COUNTRY_YEAR, PAIR_YEAR

log = logging.getLogger(__name__)

FORM = 6  #: of the files; a new number makes them anew
YEARS = 10
SPOTS = 8
PEOPLE = 8

Found = dict[str, Any]  #: rows, origin (a Provenance as a dictionary), notes, missing (why there is nothing)


def finding(result: Result | None, reason: str | None, rows: Iterable[dict[str, Any]]) -> Found:
    if result is None:
        return {"rows": [], "origin": None, "notes": [], "missing": reason}
    return {"rows": list(rows), "origin": asdict(result.provenance), "notes": list(result.notes), "missing": None}


def joint_works(record: Record, asked: Question) -> Found:
    """Joint works of the last ten years, with what size alone would give."""
    result, reason = judged(ties, record, replace(asked, years=(1900, 2100), source=source_for(record, PAIR_YEAR)))
    rows = [] if result is None else sorted(result.rows.to_dicts(), key=lambda row: row["year"])[-YEARS:]
    return finding(result, reason, rows[::-1])


def projects(record: Record, asked: Question) -> Found:
    """Projects in which both take part, by the year of their start."""
    result, reason = judged(joint_projects, record, asked)
    rows = [] if result is None else result.rows.sort("year", descending=True, nulls_last=True).to_dicts()
    return finding(result, reason, rows)


def shares(record: Record, asked: Question) -> Found:
    """Both countries' share of the world's works in the last complete year."""
    rows, last, reason = [], None, None
    for code in (asked.country, asked.other):
        result, why = judged(share, record, Question(code, source=source_for(record, COUNTRY_YEAR)))
        if result is None:
            reason = why
            continue
        last = result
        past = (result.provenance.snapshot or "9999")[:4]  # the year of the snapshot itself is not complete
        whole = [r for r in result.rows.to_dicts() if r["share_full"] is not None and str(r["year"]) < past]
        rows += [{"country": code, **r} for r in whole[-1:]]
    return finding(last, reason, rows)


def both_strong(record: Record, asked: Question) -> Found:
    """Fields in which both are specialised, the strongest together first."""
    result, reason = judged(strengths, record, replace(asked, source=source_for(record, COUNTRY_FIELD_YEAR)))
    rows = [] if result is None else joint_strengths(result.rows).to_dicts()
    return finding(result, reason, rows)


def effect(record: Record, asked: Question) -> Found:
    """What the agreement did to joint works, by each estimator."""
    result, reason = judged(effect_in, record, asked.country, asked.other, source=source_for(record, PAIR_YEAR))
    dated = len(facts_agreements(asked.country))  # among so many a page opens at this one
    return finding(result, reason, [] if result is None else [row | {"dated": dated} for row in result.rows.to_dicts()])


def centre_effect(record: Record, asked: Question) -> Found:
    """What home's centre there did to joint works, by each estimator; nothing where the facts hold no centre."""
    opened = facts_centres(asked.country)
    if asked.other not in {one.partner for one in opened}:
        return finding(None, None, [])
    whom = asked.country, asked.other
    result, reason = judged(
        effect_in, record, *whom, source=source_for(record, PAIR_YEAR), settings=Settings(what="centre")
    )
    return finding(
        result, reason, [] if result is None else [row | {"dated": len(opened)} for row in result.rows.to_dicts()]
    )


def places(record: Record, asked: Question) -> Found:
    """The partner's hot-spots, the largest first."""
    result, reason = judged(hotspots, record, home=asked.country)
    spots = [] if result is None else result.rows.filter(in_country(asked.other)).head(SPOTS).to_dicts()
    rows = [{**row, "world_share": row["share"]} for row in spots]
    return finding(result, reason, rows)


def people(record: Record, asked: Question) -> Found:
    """The people of the partner with most works lately; never those who opted out."""
    rows, reason = judged(people_for, record, asked.other, asked.country, n=PEOPLE)
    sources = record.manifest().get("sources", {})
    snapshot = max((str(s.get("snapshot") or "") for s in sources.values()), default="") or None
    origin = {
        "definition": "people",
        "counting": "works of the last five years held",
        "source": ", ".join(sorted(sources)),
        "snapshot": snapshot,
        "coverage": None,
        "extent": extent.of_works(sources),
    }
    shown = [{k: row.get(k) for k in ("name", "institution", "works", "last_year")} for row in rows or []]
    return {"rows": shown, "origin": origin if rows else None, "notes": [], "missing": reason}


Answer = Callable[[Record, Question], Found]
QUICK: dict[str, Answer] = {"ties": joint_works, "projects": projects, "shares": shares, "strengths": both_strong}
SLOW: dict[str, Answer] = {"effect": effect, "centre_effect": centre_effect, "places": places, "people": people}


def answered(answer: Answer, record: Record, asked: Question) -> Found:
    """The answer to a question. One that fails is told as missing, and stops neither the others nor other partners."""
    try:
        return answer(record, asked)
    except (OSError, MemoryError):  # of the machine, not of the question: asked again next time
        raise
    except Exception as error:
        log.exception("%s of %s and %s failed", answer.__name__, asked.home, asked.partner)
        return finding(None, f"{type(error).__name__}: {error}"[:300], [])


class Shelf:
    """The files of one record and home country."""

    def __init__(self, folder: Path, record: Path, home: str) -> None:
        self.record, self.home = record, home
        state = (record / MANIFEST).read_bytes() + care.said(record)
        key = hashlib.sha256(b"%d %s " % (FORM, home.encode()) + state).hexdigest()[:16]
        self.folder = folder / "evidence" / key
        self.wishes = self.folder / "wanted"

    def file(self, partner: str, slow: bool) -> Path:
        return self.folder / f"{partner}{'-slow' if slow else ''}.json"

    def held(self, partner: str, slow: bool) -> dict[str, Found] | None:
        """The answer that is kept; None where there is none, or it was cut."""
        try:
            found: dict[str, Found] = json.loads(self.file(partner, slow).read_bytes())
        except (OSError, ValueError):
            return None
        return found

    def work_out(self, partner: str, questions: dict[str, Answer], record: Record | None = None) -> dict[str, Found]:
        """Ask the record, and keep the answer."""
        reading = record or Reading.of(self.record)
        asked = Question(self.home, partner)
        found = {name: answered(answer, reading, asked) for name, answer in questions.items()}
        self.folder.mkdir(parents=True, exist_ok=True)
        content = json.dumps(found, ensure_ascii=False, default=str).encode()
        write_atomically(self.file(partner, questions is SLOW), content)
        for old in self.folder.parent.iterdir():
            if old != self.folder:
                shutil.rmtree(old, ignore_errors=True)
        return found

    def answer(self, partner: str) -> dict[str, Found]:
        """What is known: the quick part at once, the slow part where it was worked out; otherwise it is wished for."""
        quick = self.held(partner, slow=False) or self.work_out(partner, QUICK)
        slow = self.held(partner, slow=True)
        if slow is None:
            self.wishes.mkdir(parents=True, exist_ok=True)
            (self.wishes / partner).touch()
        return {**quick, **(slow or {})}

    def fulfil(self, partners: Iterable[str]) -> list[str]:
        """Work out what is slow for these partners and for those wished for. Returns the partners that were done."""
        wished = sorted(p.name for p in self.wishes.glob("*")) if self.wishes.is_dir() else []
        todo = [p for p in dict.fromkeys([*wished, *partners]) if self.held(p, slow=True) is None and p != self.home]
        reading = Reading.of(self.record) if todo else None
        for partner in todo:
            if facts.countries.is_country(partner):
                self.work_out(partner, SLOW, reading)
        for partner in wished:
            (self.wishes / partner).unlink(missing_ok=True)
        return todo


def shelf(folder: Path, home: str) -> Shelf | None:
    """The shelf of the record that the desk reads from; None where no record is named."""
    named = os.environ.get("UDSYN_RECORD")
    return Shelf(folder, Path(named), home) if named and Path(named, MANIFEST).is_file() else None


def watch(folder: Path, home: str, partners: list[str], pause: float = 2.0) -> None:
    """Fulfil wishes until the process that started this is gone."""
    parent = os.getppid()
    while os.getppid() == parent:
        try:
            place = shelf(folder, home)
            if place is not None:
                place.fulfil(partners)
        except (UdsynError, OSError, pl.exceptions.PolarsError) as error:
            print(f"evidence: {error}", flush=True)
        time.sleep(pause)
