"""The generated world's calls: two dated lists and a file of typed-in calls, with the planted verdict for the pair.

OUT/calls/lists.csv     what stood in a list at each of two days; one call in it is past, one borrows a topic's id
OUT/calls/typed.yaml    calls that no feed holds
OUT/calls/topics.csv    which topic paid which project before, in CORDIS's shape; labels.csv: what they were about
OUT/calls/truth.json    for each call of the last day: its state, and the verdict for Denmark and Korea

Ids are invented; their beginnings are those of real parts of Horizon Europe, so that its rules judge them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from udsyn.world.write import write_json

FOLDER = "calls"
LISTS, TYPED = f"{FOLDER}/lists.csv", f"{FOLDER}/typed.yaml"
PAID, LABELS = f"{FOLDER}/topics.csv", f"{FOLDER}/labels.csv"
#: The days of the two lists, before and at the world's last snapshot.
BEFORE, ON = "2025-12-08", "2026-01-15"
HEADER = ("snapshot", "list_date", "code", "name", "open_date", "close_date", "budget")
#: code, name, opens, closes, budget, state on the last day, verdict for Denmark and Korea
LISTED = tuple(
    tuple(line.split(" | "))
    for line in """
HORIZON-CL5-2026-DEMO-01 | Low-temperature electrolysis for hydrogen | 2026-01-06 | 2026-04-15 | 24000000 | open | money
HORIZON-HLTH-2026-DEMO-02 | Immunology of chronic disease | 2025-12-01 | 2026-03-19 | 30000000 | open | money
HORIZON-CL4-2026-DEMO-03 | Reliable qubits | 2026-02-10 | 2026-06-02 | 18000000 | forthcoming | money
HORIZON-EIC-2026-DEMO-04 | Challenge: batteries without cobalt | 2026-01-08 | 2026-05-20 | 12000000 | open | no_money
HORIZON-MSCA-2026-DEMO-05 | Doctoral networks | 2025-12-10 | 2026-03-03 | 60000000 | open | no_money
HORIZON-CL5-2023-DEMO-06 | OPEN CALL 2: hydrogen start-ups | 2026-01-02 | 2026-03-31 | 600000 | open | read_text
HORIZON-CL6-2025-DEMO-07 | Food from the sea | 2025-05-06 | 2025-09-16 | 9000000 | past | money
""".strip().splitlines()
)
#: What the earlier list said otherwise: code → closes; and a call that has gone since.
MOVED = {"HORIZON-CL5-2026-DEMO-01": "2026-03-17"}
GONE = ("HORIZON-CL2-2026-DEMO-08", "Languages of the Arctic", "2026-01-06", "2026-04-15", "5000000")
TYPED_CALLS = """# Invented calls of the demonstration.
calls:
  - id: demo-eurostars
    title: {en: Eurostars (invented call), da: Eurostars (opdigtet opslag)}
    text:
      en: Innovative companies in any field, energy and health among them
      da: Innovative virksomheder på alle felter, herunder energi og sundhed
    funder: Innovation Fund Denmark
    programme: eurostars
    opens: 2026-01-09
    deadlines: [{day: 2026-03-19, time: "14:00", zone: Europe/Brussels}]
    url: https://example.org/demo-eurostars
    retrieved: 2026-01-12
  - id: demo-bilateral
    title: {en: Green hydrogen with Korea (invented call), da: Grøn brint med Korea (opdigtet opslag)}
    funder: Innovation Fund Denmark
    opens: 2026-01-05
    deadlines: [{day: 2026-04-01, time: "12:00", zone: Europe/Copenhagen}]
    countries:
      - {country: DK, verdict: money, clause: "Danish partners, up to 90 per cent"}
      - {country: KR, verdict: no_money, clause: Each side pays its own}
    url: https://example.org/demo-bilateral
    retrieved: 2026-01-12
"""
#: project, the topic that paid it, its title, the paths of the project's labels
PAID_BEFORE = tuple(
    tuple(line.split(" | "))
    for line in """
9001 | HORIZON-CL5-2024-DEMO-11 | Hydrogen from sea wind | engineering/energy/hydrogen, chemistry/electrolysis
9002 | HORIZON-CL5-2024-DEMO-11 | Hydrogen from sea wind | engineering/energy/wind, chemistry/electrolysis
9003 | HORIZON-CL5-2023-DEMO-12 | Batteries for ships | engineering/energy/batteries
9004 | HORIZON-HLTH-2024-DEMO-13 | Vaccines for the old | medicine/immunology, medicine/vaccines
9005 | HORIZON-HLTH-2023-DEMO-14 | Chronic disease at home | medicine/immunology, medicine/nursing
9006 | HORIZON-CL4-2024-DEMO-15 | Sensors of single photons | physics/quantum optics, physics/quantum computers
9007 | HORIZON-CL6-2023-DEMO-16 | Proteins from the sea | agriculture/fisheries, agriculture/food
""".strip().splitlines()
)
#: what is asked → the topic that paid most for it
HISTORY = {"electrolysis": "HORIZON-CL5-2024-DEMO-11", "quantum computers": "HORIZON-CL4-2024-DEMO-15"}
TYPED_TRUTH = {"demo-eurostars": ("open", "money"), "demo-bilateral": ("open", "no_money")}


def write(out: Path) -> dict[str, Any]:
    """Write the calls to OUT/calls and return what was planted."""
    (out / FOLDER).mkdir(parents=True, exist_ok=True)
    earlier = [(code, name, opens, MOVED.get(code, closes), budget) for code, name, opens, closes, budget, *_ in LISTED]
    rows = [("demo-1", BEFORE, *call) for call in (*earlier, GONE)] + [("demo-2", ON, *call[:5]) for call in LISTED]
    write_table(out / LISTS, HEADER, rows)
    (out / TYPED).write_text(TYPED_CALLS, encoding="utf-8")
    write_table(out / PAID, ("projectID", "topic", "title"), (paid[:3] for paid in PAID_BEFORE))
    write_table(
        out / LABELS,
        ("projectID", "euroSciVocPath", "euroSciVocTitle"),
        (
            (project, f"/{path}", path.rsplit("/", 1)[-1])
            for project, *_, paths in PAID_BEFORE
            for path in paths.split(", ")
        ),
    )
    truth = {
        "on": ON,
        "countries": ["DK", "KR"],
        "calls": {
            **{code: {"state": state, "verdict": verdict} for code, *_, state, verdict in LISTED},
            **{id_: {"state": state, "verdict": verdict} for id_, (state, verdict) in TYPED_TRUTH.items()},
        },
        "history": HISTORY,
        "changes": {"new": 0, "gone": 1, "moved": len(MOVED), "changed": 0},
    }
    write_json(out / FOLDER / "truth.json", truth)
    return truth


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows((header, *rows))
