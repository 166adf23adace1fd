"""The zip that is uploaded to Gradescope: `autograder gradescope hw2`.

setup.sh          makes a virtual environment; needs pip, and nothing else from outside
run_autograder    grades one submission
requirements.txt  pinned, with hashes: the part of requirements.lock that grading needs
settings.json     questions, points, late policy, what students see when
lib/              labkit and autograder
course/           the release, the checks and the hidden checks: no solutions, no model answers, no rubrics
"""

from __future__ import annotations

import io
import re
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files as resource_files
from importlib.util import find_spec
from pathlib import Path

from packaging.requirements import Requirement

from autograder.gradescope.settings import COURSE, LIBRARY, SETTINGS, Late, Settings, encode
from autograder.homework import CONFIG, Course, CourseError, Homework
from autograder.late import read_policy
from autograder.release.strip import released_files
from autograder.submission import released
from labkit.printing.files import write_bytes

NEEDED = ("numpy", "matplotlib", "tqdm", "ipython", "nbformat", "nbgrader", "msgspec", "sandlock", "tzdata")
LOCK = "requirements.lock"
SCRIPTS = ("setup.sh", "run_autograder")
LIBRARIES = ("labkit", "autograder")
_SKIPPED = {"__pycache__", ".ipynb_checkpoints"}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold


def build_package(
    course: Course,
    homework: Homework,
    *,
    sandbox: str = "auto",
    hidden: str = "after_published",
) -> Path:
    """Write `dist/<homework>-gradescope.zip`, at once or not at all. Equal input gives equal bytes.

    Args:
        sandbox: "auto", "landlock", "bwrap" or "none".
        hidden: when students see the results of hidden checks, in Gradescope's words.

    Raises:
        CourseError: the homework has not been released, or requirements.lock is missing.
    """
    released(homework, course.assignments / homework.name)
    settings = Settings(homework, sandbox, hidden, _late(course, homework))
    content = {name: _template(name) for name in SCRIPTS}
    content[SETTINGS] = encode(settings)
    content["requirements.txt"] = requirements(course.root / LOCK).encode()
    content.update(_course_files(course, homework))
    for name in LIBRARIES:
        content.update(_library(name))
    return write_bytes(course.dist / f"{homework.name}-gradescope.zip", _packed(content))


def _late(course: Course, homework: Homework) -> Late:
    policy = read_policy(course)
    terms = policy.terms.get(homework.name)
    if terms is None:
        return Late()
    minutes, zone = terms.grace.total_seconds() / 60, getattr(terms.due.tzinfo, "key", None)
    return Late(policy.free_days, terms.per_day, terms.cap, minutes, zone)


def _template(name: str) -> bytes:
    return (resource_files("autograder.gradescope") / "templates" / name).read_bytes()


def _course_files(course: Course, homework: Homework) -> dict[str, bytes]:
    """A course folder that can grade one homework and holds no answer to it."""
    release = course.assignments / homework.name
    found = {f"{COURSE}/{CONFIG}": b""}
    for name in released_files(homework):
        found[f"{COURSE}/assignments/{homework.name}/{name}"] = (release / name).read_bytes()
    for folder in (homework.checks_folder, homework.hidden_folder):
        for path in _plain_files(folder):
            place = f"{COURSE}/solutions/{homework.name}/{folder.name}/{path.relative_to(folder).as_posix()}"
            found[place] = path.read_bytes()
    return found


def _library(name: str) -> dict[str, bytes]:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise CourseError(
            f"{name} is not installed, so it cannot go into the zip: pip install -e . in the course."
        )
    folder = Path(next(iter(spec.submodule_search_locations)))
    return {
        f"{LIBRARY}/{name}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in _plain_files(folder)
    }


def _plain_files(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not set(path.relative_to(folder).parts) & _SKIPPED and path.suffix != ".pyc"
    ]


def requirements(lock: Path) -> str:
    """The entries of a lock file, with their hashes, that grading needs: of `NEEDED` and all they depend on.

    Raises:
        CourseError: there is no lock file, or it lacks a package.
    """
    try:
        text = lock.read_text(encoding="utf-8")
    except OSError as error:
        raise CourseError(
            f"{lock} cannot be read ({error.strerror}); Gradescope's image is made from it."
        ) from None
    entries = [entry.strip() for entry in re.split(r"\n(?=\w)", text) if "==" in entry]
    named = [(_plain(entry.partition("==")[0]), entry) for entry in entries]  # one for each range of Pythons
    if missing := sorted(set(map(_plain, NEEDED)) - {name for name, _ in named}):
        raise CourseError(f"{lock} has no entry for {', '.join(missing)}.")
    wanted = _closure(NEEDED)
    return "\n".join(entry for name, entry in named if name in wanted) + "\n"


def _closure(names: tuple[str, ...]) -> set[str]:
    """The packages and all that they depend on, on Linux, by what is installed here."""
    found: set[str] = set()
    waiting = [_plain(name) for name in names]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        try:
            stated = distribution(name).requires or []
        except PackageNotFoundError:
            continue  # for another Python or system than this one: its entry in the lock says which
        for requirement in map(Requirement, stated):
            if "extra" not in str(requirement.marker or ""):
                waiting.append(_plain(requirement.name))
                waiting += [_plain(name) for name in _of_extras(requirement)]
    return found


def _of_extras(requirement: Requirement) -> list[str]:
    """What the extras of a requirement add, such as the `format` of jsonschema[format]."""
    try:
        stated = distribution(requirement.name).requires or []
    except PackageNotFoundError:
        return []
    return [
        more.name
        for more in map(Requirement, stated)
        for extra in requirement.extras
        if more.marker is not None and more.marker.evaluate({"extra": extra})
    ]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).strip().lower()


def _packed(content: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(content.items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3
            entry.external_attr = (0o100755 if name in SCRIPTS else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return packed.getvalue()
