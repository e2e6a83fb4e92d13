"""The house stands as the manual says: no circles, the desk in layers, rooms independent but for what they declare.

Read from the source with `ast`, also imports inside functions; nothing of Udsyn is imported, and import-linter is not
asked.
"""

from __future__ import annotations

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src"
ROOMS = SRC / "udsyn/desk/rooms"
LAYERS = ("kernel", "tools", "web", "evidence", "rooms", "ops")


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")


FILES = {module_of(file): file for file in SRC.rglob("*.py")}


def imported(tree: ast.AST, known: set[str]) -> set[str]:
    """Modules that are imported anywhere in a file, for `from package import module` the module itself."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            found |= {name if name in known else node.module for name in names}
    return found & known


@pytest.fixture(scope="module")
def graph() -> dict[str, set[str]]:
    known = set(FILES)
    return {name: imported(ast.parse(file.read_text("utf-8")), known) - {name} for name, file in FILES.items()}


def circle(graph: dict[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_a_circle_would_be_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})
    tree = ast.parse("def late():\n    from a import b")
    assert imported(tree, {"a.b"}) == {"a.b"}


def test_no_module_imports_itself_in_a_circle(graph: dict[str, set[str]]) -> None:
    assert circle(graph) == []


def test_no_module_is_imported_by_its_name_as_a_string() -> None:
    """A guard or a verb that is found by a string would be a circle that nobody sees."""
    strings = re.compile(r"import_module\(|__import__\(")
    desk = [file for file in (SRC / "udsyn/desk").rglob("*.py") if strings.search(file.read_text("utf-8"))]
    assert desk == []


def test_a_layer_of_the_desk_knows_only_those_below(graph: dict[str, set[str]]) -> None:
    def layer(name: str) -> int | None:
        parts = name.split(".")
        return LAYERS.index(parts[2]) if parts[:2] == ["udsyn", "desk"] and parts[2:3] and parts[2] in LAYERS else None

    upward = [
        f"{one} -> {other}"
        for one, others in graph.items()
        for other in others
        if (here := layer(one)) is not None and (there := layer(other)) is not None and there > here
    ]
    assert upward == []


def needs_of(room: str) -> set[str]:
    """What `room.py` declares, read and not imported."""
    tree = ast.parse((ROOMS / room / "room.py").read_text("utf-8"))
    call = next(n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "Room")
    return {name for word in call.keywords if word.arg == "needs" for name in ast.literal_eval(word.value)}


ALL = sorted(folder.name for folder in ROOMS.iterdir() if (folder / "room.py").is_file())


@pytest.mark.parametrize("room", ALL)
def test_a_room_imports_exactly_the_rooms_that_it_declares(graph: dict[str, set[str]], room: str) -> None:
    here = f"udsyn.desk.rooms.{room}."
    used = {
        other.split(".")[3]
        for name, others in graph.items()
        if name.startswith(here)
        for other in others
        if other.startswith("udsyn.desk.rooms.") and not other.startswith(here)
    }
    assert used == needs_of(room)


def test_the_contract_of_rooms_allows_what_they_declare_and_no_more() -> None:
    contract = re.compile(r'"udsyn\.desk\.rooms\.(\w+)\.\*\* -> udsyn\.desk\.rooms\.(\w+)\.\*\*"')
    said = contract.findall((ROOT / "pyproject.toml").read_text("utf-8"))
    assert sorted(said) == sorted((room, other) for room in ALL for other in needs_of(room))


def test_the_desk_knows_nothing_of_invention(graph: dict[str, set[str]]) -> None:
    desk = {one: others for one, others in graph.items() if one.startswith("udsyn.desk.")}
    assert {one for one, others in desk.items() if any(other.startswith("udsyn.world") for other in others)} == set()
