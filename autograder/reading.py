"""Reading a homework as staff wrote it, with every problem in it."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import nbformat

from autograder.homework import CHECKS, MANUAL, Homework, Question, is_below
from labkit.handin.regions import Region, RegionError, marked_regions

_GRADE_ID = re.compile(r"[A-Za-z_][\w.-]*\Z")
_HEADING = re.compile(r"^#{1,6}\s+(?P<title>.*?)\s*#*\s*$", re.MULTILINE)


class HomeworkReader:
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
        self._check_shows(settings["shows"], questions, regions)
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
        shows = self._value(found, "shows", dict, "a table of lists of names", optional=True) or {}
        settings["shows"] = {
            question: tuple(names) for question, names in shows.items() if self._are_names(question, names)
        }
        unknown = set(found) - {"name", "title", "notebooks", "edit", "keep", "data", "points", "shows"}
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

    def _are_names(self, question: str, names: object) -> bool:
        good = isinstance(names, list) and bool(names) and all(isinstance(name, str) for name in names)
        if not good:
            self.problems.append(f"homework.toml: shows of {question!r} must be a list of regions' names")
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

    def _check_shows(
        self,
        shows: dict[str, tuple[str, ...]],
        questions: list[Question],
        regions: dict[str, tuple[Region, ...]],
    ) -> None:
        asked = {question.name for question in questions}
        there = [region.name for found in regions.values() for region in found if region.name is not None]
        for question, names in shows.items():
            if question not in asked:
                self.problems.append(f"homework.toml: shows names {question!r}, which is no question")
            for name in names:
                if not any(is_below(region, name) for region in there):
                    self.problems.append(
                        f"homework.toml: shows of {question!r} names {name!r}, which is no region of a module"
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
