"""What to say where a check cannot use a value: which function returned it, and what was expected.

It names nothing of the student's making, and holds for hidden checks too.
"""

from __future__ import annotations

import linecache
import re
import traceback

import numpy as np

from labkit.checks.outcome import Finding

HINT = "Compare the type and the number of the values that it returns with its docstring."
SEVERAL, ARRAY, NUMBER, EITHER = (
    "several values were",
    "a NumPy array was",
    "a number was",
    "an array or a number was",
)
WORDS = {
    "NoneType": "None (is a return missing?)",
    "bool": "a bool",
    "int": "an int",
    "float": "a float",
    "complex": "a complex number",
    "str": "a str",
    "tuple": "a tuple",
    "list": "a list",
    "dict": "a dict",
    "set": "a set",
    "function": "a function",
    "generator": "a generator (a yield in place of return?)",
    "numpy.ndarray": "an array of numbers",
    "numpy.float64": "a number",
}
UNPACKED = re.compile(r"cannot unpack non-iterable (\S+) object")
COUNTED = re.compile(r"^(?:not enough|too many) values to unpack \(expected (\d{1,2})\b")
MESSAGES = (
    (UNPACKED, SEVERAL),
    (re.compile(r"'(\S+)' object is not (?:subscriptable|iterable|reversible)"), SEVERAL),
    (re.compile(r"object of type '(\S+)' has no len"), SEVERAL),
    (re.compile(r"the student's (\S+?)>? is no array"), ARRAY),
    (re.compile(r"argument must be .* not '(\S+)'"), NUMBER),
    (re.compile(r"bad operand type for .*: '(\S+)'"), EITHER),
    (re.compile(r"(?:unsupported operand|not supported between) .*'(NoneType)'"), EITHER),
)
ATTRIBUTE = re.compile(r"'(\S+)' object has no attribute '(\w+)'")
CALLED = re.compile(r"\bstudent\.(?!(?:function|keep|value|saved)\()(?:notebook\.)?(\w+(?:\.\w+)?)\(")


def unusable(error: Exception, file: str) -> Finding | None:
    """What is told of an exception of a check's own code, or None where it says nothing of what came back.

    Args:
        file: of the check.
    """
    text = str(error)
    name = _function(error, file, whole=bool(UNPACKED.search(text) or COUNTED.search(text)))
    problem = _problem(text, name)
    return Finding("", f"{name or 'Your function'} {problem}", hint=HINT) if problem else None


def _problem(text: str, name: str | None) -> str | None:
    for pattern, wanted in MESSAGES:
        if found := pattern.search(text):
            return _instead(found[1], wanted)
    if found := ATTRIBUTE.search(text):
        if found[2].startswith("__array") or hasattr(np.ndarray, found[2]):
            return _instead(found[1], ARRAY)
        return _instead(found[1], "something else was") if found[1] == "NoneType" else None
    counted = COUNTED.search(text)
    return (
        f"returned more or fewer values than the {counted[1]} that are expected."
        if counted and name
        else None
    )


def _instead(kind: str, wanted: str) -> str:
    return f"returned {WORDS.get(kind, 'an object of its own kind')}, but {wanted} expected."


def _function(error: Exception, file: str, whole: bool) -> str | None:
    """The one function of the student's that is called in the part of the check's code that failed."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    if not frames:
        return None
    last = frames[-1]
    first_line, last_line = last.lineno or 0, last.end_lineno or last.lineno or 0
    lines = [linecache.getline(file, number).encode() for number in range(first_line, last_line + 1)]
    if lines and not whole and last.colno is not None and last.end_colno is not None:
        lines[-1] = lines[-1][: last.end_colno]
        lines[0] = lines[0][last.colno :]
    names = set(CALLED.findall(b"".join(lines).decode(errors="replace")))
    return names.pop() if len(names) == 1 else None
