"""The generated world's calls: two dated lists and a file of typed-in calls, with the planted verdict for the pair.

OUT/calls/lists.csv     what stood in a list at each of two days; one call in it is past, one borrows a topic's id
OUT/calls/typed.yaml    calls that no feed holds
OUT/calls/truth.json    for each call of the last day: its state, and the verdict for Denmark and Korea

Ids are invented; their beginnings are those of real parts of Horizon Europe, so that its rules judge them.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from udsyn.world.write import write_json

FOLDER = "calls"
LISTS, TYPED = f"{FOLDER}/lists.csv", f"{FOLDER}/typed.yaml"
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
TYPED_TRUTH = {"demo-eurostars": ("open", "money"), "demo-bilateral": ("open", "no_money")}


def write(out: Path) -> dict[str, Any]:
    """Write the calls to OUT/calls and return what was planted."""
    (out / FOLDER).mkdir(parents=True, exist_ok=True)
    with (out / LISTS).open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(HEADER)
        for code, name, opens, closes, budget, *_ in LISTED:
            lines.writerow(("demo-1", BEFORE, code, name, opens, MOVED.get(code, closes), budget))
        lines.writerow(("demo-1", BEFORE, *GONE))
        for call in LISTED:
            lines.writerow(("demo-2", ON, *call[:5]))
    (out / TYPED).write_text(TYPED_CALLS, encoding="utf-8")
    truth = {
        "on": ON,
        "countries": ["DK", "KR"],
        "calls": {
            **{code: {"state": state, "verdict": verdict} for code, *_, state, verdict in LISTED},
            **{id_: {"state": state, "verdict": verdict} for id_, (state, verdict) in TYPED_TRUTH.items()},
        },
        "changes": {"new": 0, "gone": 1, "moved": len(MOVED), "changed": 0},
    }
    write_json(out / FOLDER / "truth.json", truth)
    return truth
