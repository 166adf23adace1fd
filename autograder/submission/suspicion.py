"""What staff should look at in a submission's code: constructs that no homework needs and that attacks are made of.

Nothing is run, no point depends on it, and students are not told: where it is innocent, a look ends it.
"""

from __future__ import annotations

import ast
import codecs
import re
import threading
import warnings
from collections.abc import Iterator

MOST = 5  # remarks about one file
LONGEST_PATH = 30  # names with dots between them
ENCODINGS = {"utf-8", "utf-8-sig", "ascii", "iso8859-1", "iso8859-15", "cp1252", "gbk"}
TOOLS = {  # modules that reach outside of a homework
    "_ctypes", "_socket", "_thread", "atexit", "autograder", "builtins", "cffi", "ctypes", "faulthandler", "fcntl", "gc",
    "mmap", "msgspec", "multiprocessing", "nbgrader", "pty", "signal", "socket", "subprocess", "threading", "urllib",
}  # fmt: skip
NOT_TO_CHANGE = {"IPython", "builtins", "importlib", "labkit", "msgspec", "numpy", "sys", "tracemalloc"}
CALLS = {
    "os": re.compile(r"_exit|abort|kill|killpg|fork|forkpty|system|popen|exec\w+|spawn\w+|posix_spawn\w*|dup2?|close|write"),
    "sys": re.compile(r"settrace|setprofile|addaudithook|_getframe|_current_frames|gettrace|modules"),
}  # fmt: skip
HOOKS = re.compile(
    r"input_transformers\w*|ast_transformers|display_formatter|run_cell_async|showtraceback|events|meta_path"
    r"|path_hooks|__array_(ufunc|function|interface|priority)__"
)
MAGIC = {"__array__", "__array_ufunc__", "__array_function__", "__array_finalize__", "__array_wrap__"}
RUNS = {"exec", "eval", "compile", "__import__", "importlib.import_module"}  # what a search cannot see
NUMBERS = {"float", "int", "complex", "bool", "ndarray", "generic", "float64"}
CONTAINERS = {"list", "dict"}
READS = {"__iter__", "__len__", "__getitem__", "__eq__", "keys", "values", "items"}
PLACES = re.compile(
    r"^/(proc|etc|dev|tmp|root|home|work|var)\b|\.\./\.\.|gradebook\.db|judge\.toml|sitecustomize|LABKIT_JUDGE"
)
# Nothing here may match the same long text in two ways: a submission would have the grader try all of them.
MAGIC_LINE = re.compile(
    r"^([ \t]*+)(?:%time[ \t]++(?=[^ \t\r\n])|((?:[\w., \t]++=[ \t]*+)?+[%!?][^\r\n]*+|%?%?[\w.*\[\]]++\?\??[ \t]*+(?=[\r\n]|\Z)))",
    re.M,
)
CODING = re.compile(rb"[ \t\f]*+#.*?coding[:=][ \t]*+([-\w.]++)")
NO_CODE = re.compile(rb"[ \t\f]*+(?:#|\Z)")
ODD_WORDS = re.compile(
    rf"\b(?:import|from)[ \t]++(?:{'|'.join(sorted(TOOLS))})\b|\b(?:exec|eval|__import__|_getframe|settrace|setattr)[ \t]*+\("
    r"|\bsys\.modules\b|\bos\._exit\b|\.__dict__\b"
)
UNREAD = "cannot be parsed, and was not looked through"
_PARSING = threading.Lock()


def suspicions(source: str) -> tuple[str, ...]:
    """Remarks for staff about a module's or a cell's code.

    Code that Python cannot parse cannot run: of that, only odd words are named.

    Args:
        source: Python, or IPython with magics.
    """
    try:
        found = _looked_through(source)
    except SyntaxError:
        try:
            found = _looked_through(MAGIC_LINE.sub(_without_magic, source))
        except SyntaxError:
            word = ODD_WORDS.search(source)
            return () if word is None else (f"cannot be parsed, and holds {word[0]!r}",)
        except (ValueError, RecursionError, MemoryError):
            return (UNREAD,)
    except (ValueError, RecursionError, MemoryError):
        return (UNREAD,)
    said = [f"line {line} {what}" for line, what in found[:MOST]]
    if len(found) > MOST:
        said.append(f"{len(found) - MOST} more")
    return tuple(said)


def suspicions_of_module(content: bytes) -> tuple[str, ...]:
    """Remarks about a module as it is in its file, read in the encoding in which Python reads it."""
    encoding = _encoding(content)
    try:
        known = codecs.lookup(encoding).name in ENCODINGS
    except (LookupError, ValueError):
        known = False
    if not known:
        return (f"declares the encoding {encoding[:40]}, and was not looked through",)
    try:
        return suspicions(content.removeprefix(codecs.BOM_UTF8).decode(encoding))
    except UnicodeDecodeError:
        return ()  # Python cannot read it either


def _encoding(content: bytes) -> str:
    """What a comment in one of the first two lines declares (PEP 263)."""
    start = content.removeprefix(codecs.BOM_UTF8)
    for line in start.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n", 2)[:2]:
        if match := CODING.match(line):
            return match[1].decode("ascii")
        if not NO_CODE.match(line):
            break
    return "utf-8"


def _without_magic(match: re.Match[str]) -> str:
    return f"{match[1]}pass" if match[2] else match[1]


def _looked_through(text: str) -> list[tuple[int, str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return sorted(set(_found(_parsed(text))))


def _parsed(text: str) -> ast.Module:
    """The syntax tree. Python 3.11 counts the depth of trees for all threads together, and may stumble over another one."""
    for _ in range(5):
        try:
            with _PARSING:
                return ast.parse(text)
        except SystemError:
            continue
    raise ValueError("this code cannot be parsed now")


def _found(tree: ast.Module) -> Iterator[tuple[int, str]]:
    nodes = list(ast.walk(tree))
    names = dict(_imported(nodes))
    for node in nodes:
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((line, f"imports {what}") for what in sorted(_modules(node)))
        elif isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            place = _path(node, names)
            if place.split(".")[0] in NOT_TO_CHANGE:
                yield line, f"changes {place}"
        elif isinstance(node, ast.Attribute):
            owner = _path(node.value, names)
            if owner in CALLS and CALLS[owner].fullmatch(node.attr):
                yield line, f"uses {owner}.{node.attr}"
            elif HOOKS.fullmatch(node.attr):
                yield line, f"uses {node.attr}"
            elif node.attr == "__dict__" and owner.split(".")[0] in NOT_TO_CHANGE:
                yield line, f"uses {owner}.__dict__"
        elif isinstance(node, ast.Call):
            yield from ((line, what) for what in _call(node, names))
        elif isinstance(node, ast.ClassDef):
            yield from ((line, what) for what in _class(node, names))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and PLACES.search(node.value):
            yield line, f"names {node.value[:40]!r}"


def _imported(nodes: list[ast.AST]) -> Iterator[tuple[str, str]]:
    """Names in the code, and the modules that they stand for."""
    whole = {}  # modules, to which the code may give other names
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                whole[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id in whole:
            for target in node.targets:
                if isinstance(target, ast.Name):
                    whole.setdefault(target.id, whole[node.value.id])
    yield from whole.items()
    yield "__builtins__", "builtins"


def _modules(node: ast.Import | ast.ImportFrom) -> set[str]:
    """What an import brings in that no homework needs."""
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names} & TOOLS
    place = node.module or ""
    odd = CALLS.get(place)
    found = {f"{place}.{alias.name}" for alias in node.names if odd and odd.fullmatch(alias.name)}
    return found | ({place.split(".")[0]} & TOOLS)


def _path(node: ast.AST, names: dict[str, str]) -> str:
    """The dotted name of an expression, with what its first name was imported as; "" for anything else."""
    parts: list[str] = []
    for _ in range(LONGEST_PATH):
        if not isinstance(node, ast.Attribute | ast.Subscript):
            break
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([names.get(node.id, node.id), *reversed(parts)])


def _call(node: ast.Call, names: dict[str, str]) -> Iterator[str]:
    called = _path(node.func, names)
    if called in ("setattr", "delattr") and node.args:
        place = _path(node.args[0], names)
        if place.split(".")[0] in NOT_TO_CHANGE:
            yield f"changes {place}"
    elif called in RUNS:
        yield f"calls {called}"
    elif called == "vars" and node.args:
        place = _path(node.args[0], names)
        if place.split(".")[0] in NOT_TO_CHANGE:
            yield f"uses vars({place})"


def _class(node: ast.ClassDef, names: dict[str, str]) -> Iterator[str]:
    bases = {_path(base, names).split(".")[-1] for base in node.bases}
    methods = {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
    odd = NUMBERS | CONTAINERS if methods & READS else NUMBERS
    for base in sorted(bases & odd):
        yield f"derives {node.name} from {base}"
    for method in sorted(methods & MAGIC):
        yield f"gives {node.name} {method}"
