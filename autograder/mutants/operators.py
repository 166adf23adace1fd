"""The mistakes: small rewrites of one expression or statement of a solution's syntax tree.

Each rewrite is a function of a node that yields (what it does, the code in its place). `EXPRESSIONS` and `STATEMENTS`
are the tables that say which rewrites are tried on which kind of node.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

Rewrite = Callable[[Any], Iterator[tuple[str, ast.AST]]]

_ARITHMETIC: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
    ast.MatMult: (),
}
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_CALLED_FOR = {
    "sum": ("mean",),
    "mean": ("sum",),
    "max": ("min",),
    "min": ("max",),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "argmax": ("argmin",),
    "argmin": ("argmax",),
    "argsort": ("sort",),
    "zeros": ("ones",),
    "ones": ("zeros",),
    "zeros_like": ("ones_like",),
    "ones_like": ("zeros_like",),
    "var": ("std",),
    "std": ("var",),
    "standard_normal": ("random",),
    "normal": ("uniform",),
    "permutation": ("arange",),
    "outer": ("multiply",),
    "cumsum": ("sum",),
    "exp": ("expm1",),
    "log": ("log1p",),
    "tanh": ("sinh",),
}
_WRAPPERS = (
    "sqrt",
    "exp",
    "log",
    "abs",
    "square",
    "tanh",
    "negative",
    "float",
    "int",
    "asarray",
    "array",
    "copy",
)
_SYMMETRIC = ("maximum", "minimum", "max", "min", "hypot", "result_type", "logaddexp")
_MODES = {"train": "test", "test": "train"}
WITHOUT_EFFECT = ("strict", "disable", "leave")  # keywords of zip and of progress bars


def _name_of(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _renamed(function: ast.expr, name: str) -> ast.expr:
    if isinstance(function, ast.Attribute):
        return ast.Attribute(function.value, name, ast.Load())
    return ast.Name(name, ast.Load())


def operators(node: ast.BinOp) -> Iterator[tuple[str, ast.AST]]:
    """Another operator; operands exchanged; one of two terms or factors left out."""
    for other in _ARITHMETIC.get(type(node.op), ()):
        yield "operator", ast.BinOp(node.left, other(), node.right)
    if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult):
        yield "exchanged operands", ast.BinOp(node.right, node.op, node.left)
    if not isinstance(node.op, ast.MatMult):
        yield "dropped operand", node.left
    if isinstance(node.op, ast.Add | ast.Mult):
        yield "dropped operand", node.right


def sign(node: ast.UnaryOp) -> Iterator[tuple[str, ast.AST]]:
    """No minus, no `not`."""
    if isinstance(node.op, ast.USub | ast.Not | ast.Invert) and not isinstance(node.operand, ast.Constant):
        yield "sign", node.operand


def comparison(node: ast.Compare) -> Iterator[tuple[str, ast.AST]]:
    """The boundary on the other side, or the other way round."""
    if len(node.ops) == 1:
        for other in _COMPARISONS.get(type(node.ops[0]), ()):
            yield "comparison", ast.Compare(node.left, [other()], node.comparators)


def logic(node: ast.BoolOp) -> Iterator[tuple[str, ast.AST]]:
    """`or` for `and`; one condition left out."""
    yield "logic", ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for index in range(len(node.values)):
        rest = [value for place, value in enumerate(node.values) if place != index]
        yield "logic", rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def choice(node: ast.IfExp) -> Iterator[tuple[str, ast.AST]]:
    """Always one side of an `a if condition else b`."""
    yield "condition", node.body
    yield "condition", node.orelse


def constant(node: ast.Constant) -> Iterator[tuple[str, ast.AST]]:
    """Another number, the other mode, the other truth."""
    value = node.value
    if isinstance(value, bool):
        yield "constant", ast.Constant(not value)
    elif isinstance(value, int):
        yield "constant", ast.Constant(value + 1)
        if value > 0:
            yield "constant", ast.Constant(value - 1)
    elif isinstance(value, float):
        yield "constant", ast.Constant(2 * value if value else 1.0)
        if value:
            yield "constant", ast.Constant(0.0)
    elif isinstance(value, str) and value in _MODES:
        yield "mode", ast.Constant(_MODES[value])


def attribute(node: ast.Attribute) -> Iterator[tuple[str, ast.AST]]:
    """No transpose."""
    if node.attr == "T":
        yield "transpose", node.value


def called(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    """A neighbouring function, no function at all, exchanged or changed arguments."""
    name = _name_of(node)
    for other in _CALLED_FOR.get(name, ()):
        yield "function", ast.Call(_renamed(node.func, other), node.args, node.keywords)
    if name in _WRAPPERS and len(node.args) == 1:
        yield "dropped function", node.args[0]
    if name in ("copy", "astype", "reshape", "ravel", "item") and isinstance(node.func, ast.Attribute):
        yield "dropped function", node.func.value
    for index in range(len(node.args) - 1 if name not in _SYMMETRIC else 0):
        first, second = node.args[index : index + 2]
        if not isinstance(first, ast.Starred) and ast.dump(first) != ast.dump(second):
            args = [*node.args[:index], second, first, *node.args[index + 2 :]]
            yield "exchanged arguments", ast.Call(node.func, args, node.keywords)
    yield from _keywords(node)


def _keywords(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    for index, keyword in enumerate(node.keywords):
        if keyword.arg in WITHOUT_EFFECT:
            continue
        rest = [other for place, other in enumerate(node.keywords) if place != index]
        if keyword.arg is not None:
            yield f"dropped {keyword.arg}", ast.Call(node.func, node.args, rest)
        if (
            keyword.arg == "axis"
            and isinstance(keyword.value, ast.Constant)
            and keyword.value.value in (0, 1)
        ):
            other = ast.keyword("axis", ast.Constant(1 - keyword.value.value))
            yield "axis", ast.Call(node.func, node.args, [*rest, other])


def subscript(node: ast.Subscript) -> Iterator[tuple[str, ast.AST]]:
    """Slices that begin or end one too early or too late."""
    if not isinstance(node.ctx, ast.Load) or not isinstance(node.slice, ast.Slice):
        return
    lower, upper, step = node.slice.lower, node.slice.upper, node.slice.step
    if upper is not None:
        less = ast.BinOp(upper, ast.Sub(), ast.Constant(1))
        yield "slice", ast.Subscript(node.value, ast.Slice(lower, less, step), node.ctx)
    if lower is not None or upper is not None:
        more = ast.BinOp(lower, ast.Add(), ast.Constant(1)) if lower else ast.Constant(1)
        yield "slice", ast.Subscript(node.value, ast.Slice(more, upper, step), node.ctx)


def dropped_statement(node: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    """Nothing in the place of a statement: state is not stored, a correction not made."""
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        yield "dropped statement", ast.Pass()


def accumulation(node: ast.AugAssign) -> Iterator[tuple[str, ast.AST]]:
    """Assignment for accumulation, and the other sign."""
    yield "assignment for accumulation", ast.Assign([node.target], node.value, lineno=0)
    for other in _ARITHMETIC.get(type(node.op), ()):
        yield "operator", ast.AugAssign(node.target, other(), node.value)


def returned(node: ast.Return) -> Iterator[tuple[str, ast.AST]]:
    """Neighbours of a returned tuple exchanged; always float64, whatever came in."""
    value = node.value
    if isinstance(value, ast.Name | ast.BinOp | ast.Call):
        double = ast.Call(ast.Attribute(ast.Name("np", ast.Load()), "float64", ast.Load()), [value], [])
        yield "dtype", ast.Return(double)
    if isinstance(value, ast.Tuple):
        for index in range(len(value.elts) - 1):
            elts = list(value.elts)
            elts[index : index + 2] = reversed(elts[index : index + 2])
            yield "exchanged results", ast.Return(ast.Tuple(elts, ast.Load()))


def in_place(node: ast.Assign) -> Iterator[tuple[str, ast.AST]]:
    """`y = x - m` written as `x -= m; y = x`: right at first, and wrong for whoever still needs x."""
    value, target = node.value, node.targets[0]
    if (
        isinstance(value, ast.BinOp)
        and isinstance(value.left, ast.Name)
        and isinstance(target, ast.Name)
        and len(node.targets) == 1
        and target.id != value.left.id
        and not isinstance(value.op, ast.MatMult)
    ):
        changed = ast.AugAssign(ast.Name(value.left.id, ast.Store()), value.op, value.right)
        then = ast.Assign([target], value.left, lineno=0)
        yield "in place", ast.Module([changed, then], [])


def branch(node: ast.If) -> Iterator[tuple[str, ast.AST]]:
    """A condition that always or never holds."""
    yield "condition", ast.Constant(True)
    yield "condition", ast.Constant(False)


EXPRESSIONS: dict[type[ast.AST], tuple[Rewrite, ...]] = {
    ast.BinOp: (operators,),
    ast.UnaryOp: (sign,),
    ast.Compare: (comparison,),
    ast.BoolOp: (logic,),
    ast.IfExp: (choice,),
    ast.Constant: (constant,),
    ast.Attribute: (attribute,),
    ast.Call: (called,),
    ast.Subscript: (subscript,),
}
STATEMENTS: dict[type[ast.AST], tuple[Rewrite, ...]] = {
    ast.Assign: (dropped_statement, in_place),
    ast.AugAssign: (dropped_statement, accumulation),
    ast.Expr: (dropped_statement,),
    ast.Return: (returned,),
}
CONDITIONS: tuple[Rewrite, ...] = (branch,)
