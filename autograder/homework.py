"""The course and its homeworks as staff wrote them: `solutions/hwN/homework.toml`, notebooks and modules.

    course = Course(".")                  # from any folder in the course
    homework = course.homework("hw2")
    for question in homework.questions:
        print(question.notebook, question.name, question.points)

Nothing here runs or imports a file of the homework.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from labkit.handin.regions import Region, find_regions, locate_regions

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
EQUIVALENT = "equivalent.toml"  # in hidden/: the mutants that need not lose points
CHECKS, MANUAL = "checks", "manual"


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


def is_below(region: str, name: str) -> bool:
    """Whether a region is that of a name or one below it."""
    return region == name or region.startswith(f"{name}.")


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
    shows      {question: further regions that answer it}, where a question has none of its own name or needs more
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
    shows: dict[str, tuple[str, ...]] = field(default_factory=dict)

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
        """(module, region) pairs that answer a question: regions of its name or below it, and those of `shows`."""
        names = (self.question(question).name, *self.shows.get(self.question(question).name, ()))
        return tuple(
            (module, region)
            for module, regions in self.regions.items()
            for region in regions
            if region.name is not None and any(is_below(region.name, name) for name in names)
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
    from autograder.reading import HomeworkReader  # which itself needs the classes above

    reader = HomeworkReader(Path(folder).resolve())
    homework = reader.read()
    if homework is None or reader.problems:
        raise HomeworkError(str(folder), reader.problems)
    return homework
