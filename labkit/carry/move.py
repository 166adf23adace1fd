"""Moving regions from one module's text into another's, each together with what it uses."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from labkit.carry.module import (
    Function,
    Module,
    Region,
    UnreadableModule,
    blocks,
    end_of,
    first_line,
    indented,
    is_stub,
    same,
)
from labkit.carry.uses import Definition, add_missing

CARRIED, REPLACED, UNFINISHED = "carried", "replaced", "carried, unfinished"
EMPTY, THERE, ABSENT, FAILED = "not written yet", "already there", "not in the new homework", "not carried"


@dataclass(frozen=True)
class Line:
    """What became of one region.

    Attributes:
        name: of the region.
        state: one of the states above.
        remarks: whole sentences for the student.
        also: names of functions, constants and imports that went with it.
    """

    name: str
    state: str
    remarks: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Moved:
    """The new module's text after carrying, and a line for every region of the old one."""

    text: str
    lines: tuple[Line, ...]


class _Refused(Exception):
    """A region cannot be moved; says why in a sentence."""


def move_regions(old: str, new: str, *, force: bool = False) -> Moved:
    """Carry what is written in an old module into a new one.

    Args:
        old, new: their texts.
        force: also replace regions that are written in the new one.

    Raises:
        UnreadableModule: one of them is not valid Python.
    """
    source, target = Module(old), Module(new)
    lines = []
    for name in _names(source, target):
        target, line = _carry(source, target, name, force)
        lines.append(line)
    return Moved(target.text, tuple(lines))


def _names(source: Module, target: Module) -> list[str]:
    """The regions of the old module in order, and those that lost their name comment there."""
    there = source.regions()
    lost = [
        name
        for name, region in target.regions().items()
        if name not in there and region.function in source.functions
    ]
    return [*there, *lost]


def _carry(source: Module, target: Module, name: str, force: bool) -> tuple[Module, Line]:
    place = _place(source, target, name)
    if place is None:
        return target, Line(name, ABSENT)
    whole = source.regions().get(name) or _lost(source, target, place)
    if whole is None:
        reason = f"Its line `# --- {name} ---` is missing in the old module: put it back above your code."
        return target, Line(name, FAILED, (reason,))
    region = _own_part(source, target, whole, place) if whole.written else whole
    if not region.written:
        return target, Line(name, EMPTY)
    if place.written and (not (force and place.commented) or same(whole.block, place.block)):
        return target, Line(name, THERE)
    try:
        _same_head(source.functions[region.function], target.functions[place.function], region)
        carried = _placed(source, target, region, place)
        added = add_missing(source, carried, Definition(region.function, region.block))
        _verify(added.module, place, region)
    except (_Refused, UnreadableModule) as error:
        return target, Line(name, FAILED, (f"Copy it by hand: {error}.",))
    state = REPLACED if place.written else CARRIED
    if any(map(is_stub, region.block)) and not any(isinstance(node, ast.Return) for node in region.block):
        state = UNFINISHED
    remarks = added.remarks
    if not place.written and not same(place.block[1:], whole.block[len(region.block) :]):
        remarks += ("The lines below it are not those of the old module: see whether they fit together.",)
    if (above := _above(source, whole)) and above[-1] not in _above(target, place):
        remarks += ("The old module has more code above it, which stays there: see whether it is needed.",)
    return added.module, Line(name, state, remarks, added.names)


def _place(source: Module, target: Module, name: str) -> Region | None:
    """Where a region is in the new module: below its name comment, or else in the function of its name."""
    found, former = target.regions().get(name), source.regions().get(name)
    if found is None and former is not None:
        found = target.stubbed(name, former.function) or target.body(name, former.function)
    return found


def _lost(source: Module, target: Module, place: Region) -> Region | None:
    """A region whose name comment was deleted: the whole body, where it is the only region of its function."""
    others = [region for region in target.regions().values() if region.function == place.function]
    body = target.functions[place.function].body
    region = source.body(place.name, place.function)
    if region is None or len(others) != 1 or not any(node is place.block[0] for node in body if place.block):
        return None
    above = [node for node in body if first_line(node) < place.first and not _is_docstring(node, body)]
    first, block = region.first, region.block
    while above and block and same((above[0],), block[:1]):
        first = end_of(block[0]) + 1
        above, block = above[1:], block[1:]
    return replace(region, first=first, block=block)


def _above(module: Module, region: Region) -> list[str]:
    """The statements of a function above a region and around it, in order, without those of other regions."""
    function = module.functions[region.function]
    inside = {
        id(node)
        for other in module.regions().values()
        if other.function == region.function and other.name != region.name
        for node in other.block
    }
    found = [
        node
        for block in blocks(function)
        for node in block
        if first_line(node) < region.first
        and id(node) not in inside
        and not _is_docstring(node, function.body)
    ]
    return [
        text if end_of(node) < region.first else text.splitlines()[0]
        for node in sorted(found, key=first_line)
        for text in [ast.unparse(node)]
    ]


def _is_docstring(node: ast.stmt, body: list[ast.stmt]) -> bool:
    constant = node.value if node is body[0] and isinstance(node, ast.Expr) else None
    return isinstance(constant, ast.Constant) and isinstance(constant.value, str)


def _own_part(source: Module, target: Module, region: Region, place: Region) -> Region:
    """The region without the lines at its end that the new scaffold already has below the stub."""
    block = region.block
    given = place.block[1:] if not place.written else ()
    while given and block and same(given[-1:], block[-1:]):
        given, block = given[:-1], block[:-1]
    if len(block) == len(region.block) or not block:
        return replace(region, block=block)
    known = {line.strip() for line in target.lines[place.first - 1 : place.last]} | {""}
    last = first_line(region.block[len(block)]) - 1
    while last > end_of(block[-1]) and source.lines[last - 1].strip() in known:
        last -= 1
    return replace(region, block=block, last=last)


def _placed(source: Module, target: Module, region: Region, place: Region) -> Module:
    """The new module with a region's text in its place."""
    lines = source.lines[region.first - 1 : region.last]
    before = source.indent(first_line(region.block[0]))
    if place.written or not place.block:
        first, last = place.first, place.last
    else:
        stub = target.stub(place)
        if stub is None:
            raise _Refused("the line `raise NotImplementedError(…)` in the new module was edited")
        first, last = stub
    after = target.indent(first_line(place.block[0])) if place.block else target.indent(place.first - 1)
    return target.replaced(first, last, indented(lines, before, after, region, target.newline))


def _same_head(old: Function, new: Function, region: Region) -> None:
    """That the code finds its arguments in the new function, and loses no decorator there."""
    if type(old) is not type(new):
        raise _Refused(f"only one of your `{old.name}` and the new module's is `async`")
    decorators = {ast.unparse(node) for node in new.decorator_list}
    lost = [text for node in old.decorator_list if (text := ast.unparse(node)) not in decorators]
    if lost:
        raise _Refused(f"your `{old.name}` has the decorator `@{lost[0]}`, and the new module's has not")
    used = {node.id for top in region.block for node in ast.walk(top) if isinstance(node, ast.Name)}
    names = [node.arg for node in ast.walk(new.args) if isinstance(node, ast.arg)]
    other = [node.arg for node in ast.walk(old.args) if isinstance(node, ast.arg) and node.arg not in names]
    if missing := [name for name in other if name in used]:
        raise _Refused(
            f"your `{old.name}` calls an argument `{missing[0]}`, and the new module's has {', '.join(names) or 'none'}"
        )


def _verify(module: Module, place: Region, region: Region) -> None:
    """That the function now holds the same code as the old one."""
    count = len(region.block)
    for block in blocks(module.functions[place.function]):
        if any(same(tuple(block[start : start + count]), region.block) for start in range(len(block))):
            return
    raise _Refused("it would not be the same code in its new place")
