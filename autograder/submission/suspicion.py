"""What staff should look at in a submission's code: constructs that no homework needs and that attacks are made of.

Nothing is run, no point depends on it, and students are not told: where it is innocent, a look ends it.
"""

from __future__ import annotations

import ast
import re
import threading
import warnings
from collections.abc import Iterator

MOST = 5  # remarks about one file
TOOLS = {  # modules that reach outside of a homework
    "_ctypes", "_socket", "_thread", "atexit", "autograder", "builtins", "cffi", "ctypes", "faulthandler", "fcntl", "gc",
    "mmap", "msgspec", "multiprocessing", "nbgrader", "pty", "signal", "socket", "subprocess", "threading", "urllib",
}  # fmt: skip
NOT_TO_CHANGE = {"IPython", "builtins", "importlib", "labkit", "msgspec", "numpy", "sys", "tracemalloc"}
CALLS = {
    "os": re.compile(r"_exit|abort|kill|killpg|fork|forkpty|system|popen|exec\w+|spawn\w+|posix_spawn\w*|dup2?|close|write"),
    "sys": re.compile(r"settrace|setprofile|addaudithook|_getframe|_current_frames|gettrace"),
}  # fmt: skip
HOOKS = re.compile(
    r"input_transformers\w*|ast_transformers|display_formatter|run_cell_async|showtraceback|events|meta_path"
    r"|path_hooks|__array_(ufunc|function|interface|priority)__"
)
MAGIC = {"__array__", "__array_ufunc__", "__array_function__", "__array_finalize__", "__array_wrap__"}
NUMBERS = {"float", "int", "complex", "bool", "ndarray", "generic", "float64", "list", "dict"}
PLACES = re.compile(
    r"^/(proc|etc|dev|tmp|root|home|work|var)\b|\.\./\.\.|gradebook\.db|judge\.toml|sitecustomize|LABKIT_JUDGE"
)
_PARSING = threading.Lock()


def suspicions(source: str) -> tuple[str, ...]:
    """Remarks for staff about a module's or a cell's code; code that cannot be parsed has none.

    Args:
        source: Python, or IPython with magics.
    """
    text = re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.M)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = _parsed(text)
            found = sorted(set(_found(tree)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    said = [f"line {line} {what}" for line, what in found[:MOST]]
    if len(found) > MOST:
        said.append(f"{len(found) - MOST} more")
    return tuple(said)


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
    names = dict(_imported(tree))
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((line, f"imports {top}") for top in sorted(_modules(node) & TOOLS))
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
        elif isinstance(node, ast.Call):
            yield from ((line, what) for what in _call(node, names))
        elif isinstance(node, ast.ClassDef):
            yield from ((line, what) for what in _class(node, names))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and PLACES.search(node.value):
            yield line, f"names {node.value[:40]!r}"


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Names in the code, and the modules that they stand for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (
                    alias.asname or alias.name.split(".")[0],
                    alias.name if alias.asname else alias.name.split(".")[0],
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"
    yield "__builtins__", "builtins"


def _modules(node: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").split(".")[0]}
    return {alias.name.split(".")[0] for alias in node.names}


def _path(node: ast.AST, names: dict[str, str]) -> str:
    """The dotted name of an expression, with what its first name was imported as; "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute | ast.Subscript):
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
    elif called in ("__import__", "importlib.import_module"):
        yield f"calls {called}"


def _class(node: ast.ClassDef, names: dict[str, str]) -> Iterator[str]:
    bases = {_path(base, names).split(".")[-1] for base in node.bases}
    for base in sorted(bases & NUMBERS):
        yield f"derives {node.name} from {base}"
    methods = {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
    for method in sorted(methods & MAGIC):
        yield f"gives {node.name} {method}"
