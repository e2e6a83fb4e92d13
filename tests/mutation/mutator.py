"""Faults in Python source: each a change of one operator, constant, argument or return, as people make them."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

#: what no test of behaviour can see: types, decorators (caches), and what an error says in words
LEFT_OUT = ("annotation", "returns", "decorator_list", "type_params", "bases")

TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
BOUNDARY: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One fault: the line where it is, what was done, and the whole source with it."""

    line: int
    what: str
    source: str


@dataclass(frozen=True)
class Site:
    """A node's place in its parent: a field, or a place in a field's list."""

    parent: ast.AST
    field: str
    place: int | None
    node: ast.AST

    def put(self, node: ast.AST) -> None:
        if self.place is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.place] = node


def mutants(source: str) -> list[Mutant]:
    """Every fault that this knows, in the order of the source."""
    tree = ast.parse(source)
    found = []
    for site in sites(tree):
        for what, changed in changes(site.node):
            site.put(ast.copy_location(changed, site.node))
            found.append(Mutant(getattr(site.node, "lineno", 0), what, ast.unparse(ast.fix_missing_locations(tree))))
            site.put(site.node)
    return found


def sites(node: ast.AST) -> Iterator[Site]:
    for field, value in ast.iter_fields(node):
        if field in LEFT_OUT:
            continue
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for place, child in children:
            if isinstance(child, ast.AST) and not isinstance(child, ast.Raise) and not is_strict(child):
                yield Site(node, field, place, child)
                yield from sites(child)


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What can be done to one node."""
    if isinstance(node, ast.Compare):
        for what, swaps in (("comparison turned", TURNED), ("boundary moved", BOUNDARY)):
            if (kind := swaps.get(type(node.ops[0]))) is not None:
                yield what, ast.Compare(node.left, [kind(), *node.ops[1:]], node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield "and, or swapped", ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
        yield "not dropped" if isinstance(node.op, ast.Not) else "sign dropped", node.operand
    elif isinstance(node, ast.BinOp) and (kind := ARITHMETIC.get(type(node.op))) is not None:
        yield "arithmetic turned", ast.BinOp(node.left, kind(), node.right)
    elif isinstance(node, ast.Return) and not (node.value is None or is_none(node.value)):
        yield "nothing returned", ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield "one more", ast.Constant(node.value + 1)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "truth turned", ast.Constant(not node.value)
    elif isinstance(node, ast.Call) and (node.args or node.keywords):
        fewer = copy.copy(node)
        dropped: ast.AST
        if node.keywords:
            dropped, fewer.keywords = node.keywords[-1], node.keywords[:-1]
        else:
            dropped, fewer.args = node.args[-1], node.args[:-1]
        if not (is_strict(dropped) or is_zero(dropped)):
            yield "argument dropped", fewer


def is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def is_strict(node: ast.AST) -> bool:
    """`strict=` of zip: like `raise`, it says what cannot be."""
    return isinstance(node, ast.keyword) and node.arg == "strict"


def is_zero(node: ast.AST) -> bool:
    """`0`, `Decimal(0)`: what numbers and sums begin with anyway."""
    if isinstance(node, ast.Call):
        return len(node.args) == 1 and not node.keywords and is_zero(node.args[0])
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value == 0
