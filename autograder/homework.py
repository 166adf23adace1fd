"""The course and its homeworks as staff wrote them: `solutions/hwN/homework.toml`, notebooks and modules.

    course = Course(".")                  # from any folder in the course
    homework = course.homework("hw2")
    for question in homework.questions:
        print(question.notebook, question.name, question.points)

Nothing here runs or imports a file of the homework.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from autograder.release.regions import Region, RegionError, find_regions, locate_regions, marked_regions

__all__ = [
    "Course",
    "CourseError",
    "Homework",
    "HomeworkError",
    "Question",
    "Region",
    "find_regions",
    "locate_regions",
    "read_homework",
]

CONFIG = "nbgrader_config.py"
SOLUTIONS = "solutions"
CHECKS, MANUAL = "checks", "manual"
_GRADE_ID = re.compile(r"[A-Za-z_][\w.-]*\Z")
_HEADING = re.compile(r"^#{1,6}\s+(?P<title>.*?)\s*#*\s*$", re.MULTILINE)


class CourseError(Exception):
    """Something about the course's folder is not as it must be: what, where, and what to do, in one sentence."""


class HomeworkError(CourseError):
    """A homework's source is missing or inconsistent. `problems` lists every reason, each with file and cell."""

    def __init__(self, where: str, problems: list[str]) -> None:
        self.where, self.problems = where, tuple(problems)
        count = f"{len(problems)} problems in the homework's source"
        super().__init__(
            "\n  ".join([f"{where}: {count}", *problems]) if len(problems) > 1 else f"{where}: {problems[0]}"
        )


@dataclass(frozen=True)
class Question:
    """One graded question.

    name      "knn.compute_distances": what its check cell calls; for written questions the grade id with its
              first "-" as "."
    grade_id  nbgrader's id of the graded cell, "knn-compute_distances"
    notebook  name of the notebook without ".ipynb"
    points    the most it can bring
    kind      "checks" (scored by checks) or "manual" (read by a person)
    title     the nearest heading at or above the cell, else the name
    cell      the notebook's id of the cell
    """

    name: str
    grade_id: str
    notebook: str
    points: float
    kind: str
    title: str
    cell: str


@dataclass(frozen=True)
class Homework:
    """What staff wrote for one homework. Made by `Course.homework` or `read_homework`.

    folder     solutions/hwN
    name       "hw2", the folder's name too
    title      for people
    notebooks  names without ".ipynb", in the order of homework.toml
    edit       modules that students edit, paths relative to the folder ("nndl/knn.py")
    keep       result files that students hand in ("softmax_best.npz")
    data       globs of further files that are released ("pictures/*.png")
    points     {notebook: points}
    questions  in notebook order
    regions    {module in edit: its solution regions}
    """

    folder: Path
    name: str
    title: str
    notebooks: tuple[str, ...]
    edit: tuple[str, ...]
    keep: tuple[str, ...]
    data: tuple[str, ...]
    points: dict[str, float]
    questions: tuple[Question, ...] = ()
    regions: dict[str, tuple[Region, ...]] = field(default_factory=dict)

    def question(self, name: str) -> Question:
        """The question of that name or grade id. Raises KeyError with the names there are."""
        for question in self.questions:
            if name in (question.name, question.grade_id):
                return question
        known = ", ".join(question.name for question in self.questions)
        raise KeyError(f"{self.name} has no question {name!r}; it has {known}")

    def notebook_path(self, notebook: str) -> Path:
        """Path of a source notebook."""
        return self.folder / f"{notebook}.ipynb"

    def questions_of(self, notebook: str) -> tuple[Question, ...]:
        """The questions of one notebook, in order."""
        return tuple(q for q in self.questions if q.notebook == notebook)

    def regions_of(self, question: str) -> tuple[tuple[str, Region], ...]:
        """(module, region) pairs that answer a question: regions of its name or of a name below it."""
        name = self.question(question).name
        return tuple(
            (module, region)
            for module, regions in self.regions.items()
            for region in regions
            if region.name is not None and (region.name == name or region.name.startswith(f"{name}."))
        )

    @property
    def total(self) -> float:
        """Points of the whole homework."""
        return sum(self.points.values())

    @property
    def course_root(self) -> Path:
        """The folder of the course: the one that holds solutions/."""
        return self.folder.parent.parent

    @property
    def checks_folder(self) -> Path:
        """Public checks, released to students."""
        return self.folder / "checks"

    @property
    def hidden_folder(self) -> Path:
        """Hidden checks and the judge's seed; never released."""
        return self.folder / "hidden"


@dataclass(frozen=True)
class Course:
    """The course's folder: the nearest folder at or above `root` with nbgrader_config.py and solutions/.

    Raises CourseError if there is none.
    """

    root: Path = Path()

    def __post_init__(self) -> None:
        start = Path(self.root).resolve()
        for folder in (start, *start.parents):
            if (folder / CONFIG).is_file() and (folder / SOLUTIONS).is_dir():
                object.__setattr__(self, "root", folder)
                return
        raise CourseError(
            f"No course at or above {start}: run this in the course's folder, the one with {CONFIG} and {SOLUTIONS}/."
        )

    @property
    def solutions(self) -> Path:
        return self.root / SOLUTIONS

    @property
    def assignments(self) -> Path:
        return self.root / "assignments"

    @property
    def submitted(self) -> Path:
        return self.root / "submitted"

    @property
    def autograded(self) -> Path:
        return self.root / "autograded"

    @property
    def feedback(self) -> Path:
        return self.root / "feedback"

    @property
    def dist(self) -> Path:
        return self.root / "dist"

    @property
    def state(self) -> Path:
        """The autograder's own files: results, logs."""
        return self.root / ".autograder"

    def names(self) -> tuple[str, ...]:
        """Names of the homeworks, sorted."""
        return tuple(sorted(path.parent.name for path in self.solutions.glob("*/homework.toml")))

    def homework(self, name: str) -> Homework:
        """Read a homework. Raises CourseError if there is none of that name, HomeworkError if it is inconsistent."""
        if name not in self.names():
            known = ", ".join(self.names()) or "none yet"
            raise CourseError(
                f"No homework {name!r} in {self.solutions}: choose one of those with a homework.toml ({known})."
            )
        return read_homework(self.solutions / name)


def read_homework(folder: Path) -> Homework:
    """Read the homework in `folder` and check that it is consistent. Raises HomeworkError with all problems."""
    reader = _Reader(Path(folder).resolve())
    homework = reader.read()
    if homework is None or reader.problems:
        raise HomeworkError(str(folder), reader.problems)
    return homework


class _Reader:
    """Collects problems while reading, so that all of them are reported at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[str] = []

    def read(self) -> Homework | None:
        settings = self._settings()
        if settings is None:
            return None
        questions: list[Question] = []
        for notebook in settings["notebooks"]:
            questions += self._questions(notebook)
        self._check_unique(questions)
        self._check_points(settings["points"], questions)
        regions = {module: self._regions(module) for module in settings["edit"]}
        return Homework(folder=self.folder, questions=tuple(questions), regions=regions, **settings)

    def _settings(self) -> dict[str, Any] | None:
        path = self.folder / "homework.toml"
        try:
            found = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            self.problems.append("homework.toml: missing")
            return None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.problems.append(f"homework.toml: not valid TOML: {error}")
            return None
        settings: dict[str, Any] = {}
        for key in ("name", "title"):
            settings[key] = self._value(found, key, str, "a string")
        for key in ("notebooks", "edit", "keep", "data"):
            names = self._value(found, key, list, "a list of names", optional=key in ("edit", "keep", "data"))
            settings[key] = tuple(self._safe(key, name) for name in names or ())
        points = self._value(found, "points", dict, "a table of numbers") or {}
        settings["points"] = {
            name: float(value) for name, value in points.items() if self._is_number(name, value)
        }
        unknown = set(found) - {"name", "title", "notebooks", "edit", "keep", "data", "points"}
        self.problems += [f"homework.toml: unknown key {key!r}" for key in sorted(unknown)]
        if settings["name"] is not None and settings["name"] != self.folder.name:
            self.problems.append(
                f"homework.toml: name is {settings['name']!r} but the folder is {self.folder.name!r}"
            )
        return None if self.problems else settings

    def _value(self, found: dict[str, Any], key: str, kind: type, what: str, optional: bool = False) -> Any:
        value = found.get(key)
        if not isinstance(value, kind) and not (optional and value is None):
            self.problems.append(f"homework.toml: {key} must be {what}")
            return None
        return value

    def _is_number(self, name: str, value: object) -> bool:
        good = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        if not good:
            self.problems.append(f"homework.toml: points of {name!r} must be a number, not {value!r}")
        return good

    def _safe(self, key: str, name: object) -> str:
        if not isinstance(name, str) or not name or name.startswith(("/", "~")) or ".." in name.split("/"):
            self.problems.append(
                f"homework.toml: {key} holds {name!r}, which is not a path inside the homework"
            )
        return str(name)

    def _questions(self, notebook: str) -> list[Question]:
        file = f"{notebook}.ipynb"
        try:
            cells = nbformat.read(self.folder / file, as_version=4).cells
        except FileNotFoundError:
            self.problems.append(f"{file}: missing, but named in homework.toml")
            return []
        except Exception as error:  # nbformat raises many types for a file that is not a notebook
            self.problems.append(f"{file}: not a readable notebook: {str(error).splitlines()[0][:200]}")
            return []
        questions: list[Question] = []
        heading = ""
        for cell in cells:
            titles = _HEADING.findall(cell.source) if cell.cell_type == "markdown" else []
            meta = cell.metadata.get("nbgrader", {})
            where = f"{file}, cell {meta.get('grade_id') or cell.get('id', '?')}"
            self._check_markers(cell, where)
            if meta.get("grade") or meta.get("task"):
                title = titles[0] if titles else heading
                question = self._question(cell, notebook, title, where)
                questions += [question] if question else []
            heading = titles[-1] if titles else heading
        return questions

    def _check_markers(self, cell: Any, where: str) -> None:
        try:
            regions = marked_regions(cell.source)
        except RegionError as error:
            self.problems.append(f"{where}: {error}")
            return
        meta = cell.metadata.get("nbgrader", {})
        if regions and not (meta.get("solution") or meta.get("task")):
            self.problems.append(f"{where}: a solution region in a cell that is not a solution cell")

    def _question(self, cell: Any, notebook: str, title: str, where: str) -> Question | None:
        meta = cell.metadata["nbgrader"]
        grade_id, points = meta.get("grade_id", ""), meta.get("points")
        if not isinstance(grade_id, str) or not _GRADE_ID.match(grade_id):
            self.problems.append(f"{where}: grade_id {grade_id!r} is not a name")
            return None
        if not isinstance(points, int | float) or isinstance(points, bool) or points < 0:
            self.problems.append(f"{where}: a graded cell without points")
            return None
        if meta.get("solution") or meta.get("task"):
            name, kind = grade_id.replace("-", ".", 1), MANUAL
        else:
            checked = checked_name(cell.source) if cell.cell_type == "code" else None
            if checked is None:
                self.problems.append(f'{where}: a graded cell must read check("...") and nothing else')
                return None
            if checked.replace(".", "-") != grade_id:
                self.problems.append(
                    f"{where}: checks {checked!r}, so its grade_id must be {checked.replace('.', '-')!r}"
                )
            name, kind = checked, CHECKS
        return Question(
            name, grade_id, notebook, float(points), kind, title or name, cell.get("id", grade_id)
        )

    def _check_unique(self, questions: list[Question]) -> None:
        for grade_id, count in Counter(question.grade_id for question in questions).items():
            if count > 1:
                files = ", ".join(
                    f"{q.notebook}.ipynb cell {q.cell}" for q in questions if q.grade_id == grade_id
                )
                self.problems.append(f"grade_id {grade_id!r} is used {count} times: {files}")

    def _check_points(self, points: dict[str, float], questions: list[Question]) -> None:
        notebooks = {question.notebook for question in questions}
        for notebook in sorted(notebooks | set(points)):
            total = sum(question.points for question in questions if question.notebook == notebook)
            stated = points.get(notebook)
            if stated is None:
                self.problems.append(f"homework.toml: points has no entry for notebook {notebook!r}")
            elif abs(total - stated) > 1e-9:
                self.problems.append(
                    f"{notebook}.ipynb: its questions add up to {total:g} points, homework.toml says {stated:g}"
                )

    def _regions(self, module: str) -> tuple[Region, ...]:
        try:
            return marked_regions((self.folder / module).read_text(encoding="utf-8"))
        except FileNotFoundError:
            self.problems.append(f"{module}: missing, but named in homework.toml")
        except (RegionError, UnicodeDecodeError) as error:
            self.problems.append(f"{module}: {error}")
        return ()


def checked_name(source: str) -> str | None:
    """The question that a cell of exactly `check("question")` names; None for any other source."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return None
    if len(body) != 1 or not isinstance(body[0], ast.Expr) or not isinstance(body[0].value, ast.Call):
        return None
    call = body[0].value
    if (
        not (isinstance(call.func, ast.Name) and call.func.id == "check")
        or call.keywords
        or len(call.args) != 1
    ):
        return None
    name = call.args[0]
    return name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else None
