"""What a piece of code uses that the new module lacks: helpers, constants and imports of the student's own."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass

from labkit.carry.module import Module, Region, end_of, first_line, indented

STAR = "*"
_IMPORTS = ast.Import | ast.ImportFrom


@dataclass(frozen=True)
class Definition:
    """A piece of a module's code: the dotted name of the function around it, and its statements."""

    function: str
    block: tuple[ast.stmt, ...]


@dataclass(frozen=True)
class Added:
    """A module with what was missing, its names, and remarks about what is still missing."""

    module: Module
    names: tuple[str, ...]
    remarks: tuple[str, ...]


def add_missing(source: Module, target: Module, piece: Definition) -> Added:
    """The new module with everything of the old one that a carried piece uses and the new one lacks."""
    defined, present = definitions(source.tree.body), definitions(target.tree.body)
    members = _members(source, target, piece)
    wanted: list[str] = []
    queue = [piece.block, *(tuple(nodes) for nodes in members.values())]
    local = _locals(source, piece.function)
    unknown = set()
    while queue:
        block = queue.pop(0)
        for name in sorted(loaded(block) - (local if block is piece.block else set())):
            if name in present or name in wanted:
                continue
            if name in defined:
                wanted.append(name)
                queue.append(tuple(node for node in defined[name] if not isinstance(node, _IMPORTS)))
            elif block is piece.block and not hasattr(builtins, name):
                unknown.add(name)
    if unknown and STAR in defined and STAR not in present:
        wanted.append(STAR)
    module = _with_members(source, target, piece, members)
    module = _with_imports(module, defined, wanted)
    module = _with_helpers(source, module, defined, wanted)
    carried = (*piece.block, *(node for nodes in members.values() for node in nodes))
    remarks = (*_unset(source, target, piece.function, carried), *_remarks(source, target, piece, local))
    return Added(module, (*members, *wanted), remarks)


def definitions(body: list[ast.stmt]) -> dict[str, list[ast.stmt]]:
    """The names that statements at the top of a module or class define, each with those statements."""
    found: dict[str, list[ast.stmt]] = {}
    for statement in body:
        for name in _defined(statement):
            if statement not in found.setdefault(name, []):
                found[name].append(statement)
    return found


def _defined(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import):
        yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        if node.module != "__future__":
            yield from (alias.asname or alias.name for alias in node.names)
    elif isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Store):
            yield node.id
    elif not isinstance(node, ast.Lambda | ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp):
        for child in ast.iter_child_nodes(node):
            yield from _defined(child)


def loaded(block: tuple[ast.stmt, ...]) -> set[str]:
    """Every name that statements read, or say to be the module's."""
    names = set()
    for node in (node for statement in block for node in ast.walk(statement)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.Global):
            names.update(node.names)
    return names


def _locals(module: Module, dotted: str) -> set[str]:
    """Names that a function binds: its arguments and what it assigns, of the functions around it too."""
    names: set[str] = set()
    parts = dotted.split(".")
    for count in range(1, len(parts) + 1):
        function = module.functions.get(".".join(parts[:count]))
        if function is None:
            continue
        arguments = function.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
        names |= {argument.arg for argument in every}
        names |= {name for statement in function.body for name in _defined(statement)}
        names -= {name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names}
    return names


def _members(source: Module, target: Module, piece: Definition) -> dict[str, list[ast.stmt]]:
    """Methods and class constants that a method uses through its object and that the new class lacks."""
    owner = piece.function.rpartition(".")[0]
    if owner not in source.classes or owner not in target.classes:
        return {}
    defined = definitions(source.classes[owner].body)
    present = definitions(target.classes[owner].body)
    arguments = source.functions[piece.function].args.args
    objects = {owner.rpartition(".")[2], *(argument.arg for argument in arguments[:1]), "self", "cls"}
    found: dict[str, list[ast.stmt]] = {}
    queue = [piece.block]
    while queue:
        for statement in queue.pop():
            for node in ast.walk(statement):
                own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
                if own and node.value.id in objects and node.attr in defined:  # type: ignore[attr-defined]
                    name = node.attr  # type: ignore[attr-defined]
                    if name not in present and name not in found:
                        found[name] = defined[name]
                        queue.append(tuple(defined[name]))
    return found


def _with_members(
    source: Module, target: Module, piece: Definition, members: dict[str, list[ast.stmt]]
) -> Module:
    """The new module with these members at the end of the class."""
    owner = piece.function.rpartition(".")[0]
    for nodes in members.values():
        for node in nodes:
            body = target.classes[owner].body
            after = end_of(body[-1])
            lines = _text(source, node, target, target.indent(first_line(body[0])))
            target = target.replaced(after + 1, after, [target.newline, *lines])
    return target


def _with_imports(target: Module, defined: dict[str, list[ast.stmt]], wanted: list[str]) -> Module:
    """The new module with these imports below its own."""
    lines = []
    for name in wanted:
        for node in defined[name]:
            if not isinstance(node, _IMPORTS):
                continue
            chosen = [alias for alias in node.names if next(_defined(_only(node, alias)), None) == name]
            lines.append(ast.unparse(_only(node, *chosen)) + target.newline)
    if not lines:
        return target
    body = target.tree.body
    imports = [end_of(node) for node in body if isinstance(node, _IMPORTS)]
    first = body[0] if body else None
    titled = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    after = max(imports) if imports else end_of(first) if first is not None and titled else 0
    if not imports:
        lines = [target.newline, *lines] if after else [*lines, target.newline]
    return target.replaced(after + 1, after, lines)


def _only(node: ast.Import | ast.ImportFrom, *aliases: ast.alias) -> ast.Import | ast.ImportFrom:
    if isinstance(node, ast.Import):
        return ast.Import(list(aliases))
    return ast.ImportFrom(node.module, list(aliases), node.level)


def _with_helpers(
    source: Module, target: Module, defined: dict[str, list[ast.stmt]], wanted: list[str]
) -> Module:
    """The new module with these definitions at its end, in their old order."""
    nodes = {id(node): node for name in wanted for node in defined[name] if not isinstance(node, _IMPORTS)}
    for node in sorted(nodes.values(), key=first_line):
        lines = _text(source, node, target, "")
        gap = [] if not target.lines else [target.newline] * 2
        end = len(target.lines)
        target = target.replaced(end + 1, end, [*gap, *lines])
    return target


def _text(source: Module, node: ast.stmt, target: Module, indent: str) -> list[str]:
    """A definition's lines, with the comments right above it, at another depth."""
    first = first_line(node)
    before = source.indent(first)
    while first > 1 and source.lines[first - 2].lstrip().startswith("#"):
        first -= 1
    region = Region("", "", first, end_of(node), (node,))
    return indented(source.lines[first - 1 : region.last], before, indent, region, target.newline)


def _remarks(source: Module, target: Module, piece: Definition, local: set[str]) -> Iterator[str]:
    """What a carried piece uses and will not find, or find different."""
    defined, present = definitions(source.tree.body), definitions(target.tree.body)
    used = loaded(piece.block)
    bound = {name for statement in piece.block for name in _defined(statement)}
    there = _locals(target, piece.function) | set(present) | set(dir(builtins))
    for name in sorted((used & local) - bound - there):
        yield f"It uses `{name}`, which is in the old {piece.function} but not in the new one."
    for name in sorted(used - local):
        mine, other = _meanings(defined.get(name, []), name), _meanings(present.get(name, []), name)
        holds = any(region.function.split(".")[0] == name for region in source.regions().values())
        if mine and other and not holds and mine != other:
            yield f"It uses `{name}`, which the new module has in another form: see whether it does the same."


def _meanings(nodes: list[ast.stmt], name: str) -> list[str]:
    """What a name stands for, as text to be compared."""
    return [
        f"{ast.unparse(_only(node, alias))}" if isinstance(node, _IMPORTS) else ast.dump(node)
        for node in nodes
        for alias in (node.names if isinstance(node, _IMPORTS) else [ast.alias(name)])
        if (alias.asname or alias.name.split(".")[0]) == name
    ]


def _unset(source: Module, target: Module, function: str, carried: tuple[ast.stmt, ...]) -> Iterator[str]:
    """Attributes that carried code of a method reads and that nothing in the new class sets."""
    owner = function.rpartition(".")[0]
    if owner not in source.classes or owner not in target.classes:
        return
    old, new = (_attributes(module.classes[owner], ast.Store) for module in (source, target))
    new |= {name for node in carried for name in _attributes(node, ast.Store)}
    read = {name for node in carried for name in _attributes(node, ast.Load)}
    for name in sorted((read & old) - new):
        yield f"It uses `self.{name}`, which the old {owner} sets and the new one does not."


def _attributes(tree: ast.AST, context: type[ast.expr_context]) -> set[str]:
    """Names of the attributes of `self` that code reads or sets; `self.x += 1` reads."""
    added = {id(node.target) for node in ast.walk(tree) if isinstance(node, ast.AugAssign)}
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx if id(node) not in added else ast.Load(), context)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }
