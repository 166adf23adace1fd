"""What of a homework must never reach a student, in forms that can be searched for."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import nbformat

from autograder.homework import Homework
from autograder.release.fragments import LONGEST_RUN, SPECIFIC, fragments, parse, weigh, whole
from labkit.handin.regions import marked_regions

SPECIFIC_HIDDEN = 12  # checks draw data and build models alike: a piece of one must say more to be recognised
SURELY = 20  # from this weight on, given code that says the same is no excuse
WORDS = 8  # words in a row that an answer and a release may not share ...
SURELY_WORDS = 24  # ... even if the release says them elsewhere, from this many on
SOLUTION, ANSWER, RUBRIC = "solution", "model answer", "rubric"
HIDDEN, SEED = "hidden check", "hidden seed"
_RUBRIC = re.compile(r"^\W*rubric\W*$", re.IGNORECASE)
_NAMES = (ast.arg, ast.Name)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Secret:
    """Where a confidential piece comes from: its kind and, for people, its place."""

    kind: str
    source: str


@dataclass(frozen=True)
class Secrets:
    """Everything confidential of one homework.

    homework  its name
    forms     {form of a piece of code: secret}
    runs      lengths of whole regions, in statements
    lines     {line of code without white space: secret}
    words     {words in a row, lower case, joined by blanks: secret}; `lengths` are the numbers of words
    texts     {string that may not occur by itself: secret}
    """

    homework: str
    forms: dict[str, Secret] = field(default_factory=dict)
    runs: tuple[int, ...] = ()
    lines: dict[str, Secret] = field(default_factory=dict)
    words: dict[str, Secret] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()
    texts: dict[str, Secret] = field(default_factory=dict)

    @classmethod
    def of(cls, homework: Homework) -> Secrets:
        """Gather the secrets of a homework. Raises RegionError for broken markers."""
        return _Gatherer(homework).gather()


def squeeze(text: str) -> str:
    """`text` without white space: spacing and indentation make no difference."""
    return "".join(text.split())


def words_of(text: str) -> list[str]:
    """The words of a text in lower case; punctuation, emphasis and line breaks make no difference."""
    return _WORD.findall(text.lower())


def shingles(words: list[str], length: int) -> Iterator[str]:
    """Every run of `length` words."""
    return (" ".join(words[start : start + length]) for start in range(len(words) - length + 1))


def split_regions(text: str) -> tuple[str, list[tuple[str | None, str]]]:
    """(what students are given, [(name or function of a region, its code)]) of a text with solution markers."""
    regions = marked_regions(text)
    inside = {number for r in regions for number in range(r.first - 1, r.last + 2)}
    given = "\n".join("" if n in inside else line for n, line in enumerate(text.split("\n"), 1))
    return given, [(region.name or region.function, region.code(text)) for region in regions]


class _Gatherer:
    def __init__(self, homework: Homework) -> None:
        self.homework = homework
        self.code: list[tuple[Secret, str]] = []
        self.prose: list[tuple[Secret, str]] = []
        self.given_code: list[str] = []
        self.given_prose: list[str] = []

    def gather(self) -> Secrets:
        for module in self.homework.edit:
            self._module(module)
        for notebook in self.homework.notebooks:
            self._notebook(notebook)
        hidden, seeds = self._hidden()
        runs = sorted({len(parse(code)) for _, code in [*self.code, *hidden]} - {0, 1})
        secrets = Secrets(self.homework.name, runs=tuple(r for r in runs if r > LONGEST_RUN), texts=seeds)
        public = [path.read_text(encoding="utf-8") for path in self.homework.checks_folder.glob("**/*.py")]
        self._add_code(secrets, self.code, self.given_code)
        self._add_code(secrets, hidden, [*self.given_code, *public])
        lengths = self._add_words(secrets)
        object.__setattr__(secrets, "lengths", lengths)
        return secrets

    def _module(self, module: str) -> None:
        given, regions = split_regions((self.homework.folder / module).read_text(encoding="utf-8"))
        self.given_code.append(given)
        self.given_prose.append(given)
        self.code += [(Secret(SOLUTION, f"{module}: {name or 'region'}"), code) for name, code in regions]

    def _notebook(self, notebook: str) -> None:
        for cell in nbformat.read(self.homework.notebook_path(notebook), as_version=4).cells:
            meta = cell.metadata.get("nbgrader", {})
            given, regions = split_regions(_as_solution(cell.source))
            if meta.get("solution") and not regions:  # nbgrader replaces such a cell as a whole
                given, regions = "", [(None, cell.source)]
            place = f"{notebook}.ipynb, cell {meta.get('grade_id') or cell.get('id', '?')}"
            for _, text in regions:
                if cell.cell_type == "code":
                    self.code.append((Secret(SOLUTION, place), text))
                else:
                    self.prose += answer_and_rubric(text, place)
            self.given_prose.append(given)
            if cell.cell_type == "code":
                self.given_code.append(given)

    def _hidden(self) -> tuple[list[tuple[Secret, str]], dict[str, Secret]]:
        pieces: list[tuple[Secret, str]] = []
        seeds: dict[str, Secret] = {}
        folder = self.homework.hidden_folder
        for path in sorted(folder.glob("**/*.py")):
            name = path.relative_to(self.homework.folder).as_posix()
            pieces += _functions(path.read_text(encoding="utf-8"), name)
        for path in sorted(folder.glob("**/*.toml")):
            name = path.relative_to(self.homework.folder).as_posix()
            for seed in _seeds(tomllib.loads(path.read_text(encoding="utf-8"))):
                seeds[seed] = Secret(SEED, name)
        return pieces, seeds

    def _add_code(self, secrets: Secrets, code: list[tuple[Secret, str]], given: list[str]) -> None:
        known = {f.form for text in given for f in fragments(text) if f.weight < SURELY}
        known_lines = {squeeze(line) for text in given for line in _code_lines(text)}
        for secret, text in code:
            body = whole(text)
            if body and body.weight >= SPECIFIC:
                secrets.forms.setdefault(body.form, secret)
            least = SPECIFIC_HIDDEN if secret.kind == HIDDEN else SPECIFIC
            for fragment in fragments(_without_comments(text)):
                if fragment.weight >= least and fragment.form not in known:
                    secrets.forms.setdefault(fragment.form, secret)
            for line in _code_lines(text):
                bare = squeeze(line)
                if _is_specific(line, hidden=secret.kind == HIDDEN) and bare not in known_lines:
                    secrets.lines.setdefault(bare, secret)
            if secret.kind == SOLUTION:
                self.prose += [(secret, comment) for comment in re.findall(r"#(.*)", text)]

    def _add_words(self, secrets: Secrets) -> tuple[int, ...]:
        given = [words_of(text) for text in self.given_prose]
        known = {shingle for words in given for shingle in shingles(words, WORDS)}
        lengths = {WORDS, SURELY_WORDS}
        for secret, text in self.prose:
            words = words_of(text)
            if secret.kind != SOLUTION and 5 <= len(words) < WORDS and len(text.strip()) >= 24:
                lengths.add(len(words))
                short = " ".join(words)
                if not any(short in " ".join(other) for other in given):
                    secrets.words.setdefault(short, secret)
            for shingle in shingles(words, WORDS):
                if shingle not in known and _is_prose(shingle):
                    secrets.words.setdefault(shingle, secret)
            for shingle in shingles(words, SURELY_WORDS):
                secrets.words.setdefault(shingle, secret)
        return tuple(sorted(lengths))


def _as_solution(source: str) -> str:
    """nbgrader's mark schemes are as confidential as solutions: read them as such."""
    return source.replace("BEGIN MARK SCHEME", "BEGIN SOLUTION").replace("END MARK SCHEME", "END SOLUTION")


def answer_and_rubric(text: str, place: str) -> Iterator[tuple[Secret, str]]:
    """The model answer of a written question's region, and each line of the rubric below it."""
    lines = text.split("\n")
    start = next((n for n, line in enumerate(lines) if _RUBRIC.match(line)), len(lines))
    yield Secret(ANSWER, place), "\n".join(lines[:start])
    for line in lines[start + 1 :]:
        yield Secret(RUBRIC, place), line


def _functions(text: str, name: str) -> Iterator[tuple[Secret, str]]:
    """The checks and the oracles of a hidden module.

    A function that is no check and draws data, asks the student's work or states an expectation is no oracle: public
    checks may have the same one.
    """
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            used = {
                n.arg if isinstance(n, ast.arg) else n.id for n in ast.walk(node) if isinstance(n, _NAMES)
            }
            if node.decorator_list or not used & {"rng", "student", "expect"}:
                yield Secret(HIDDEN, f"{name}: {node.name}"), ast.unparse(_body(node))


def _body(function: ast.FunctionDef) -> ast.Module:
    body = [n for n in function.body if not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant))]
    return ast.Module(body=body, type_ignores=[])


def _seeds(table: Any) -> Iterator[str]:
    """Every number or string of at least five characters below a key that speaks of a seed."""
    if isinstance(table, dict):
        for key, value in table.items():
            if isinstance(value, dict | list):
                yield from _seeds(value)
            elif "seed" in key.lower() and len(str(value)) >= 5:
                yield str(value)
    elif isinstance(table, list):
        for value in table:
            yield from _seeds(value)


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("#"))


def _code_lines(text: str) -> Iterable[str]:
    for line in text.split("\n"):
        bare = re.sub(r"\s+#\s.*$", "", line).strip()
        if bare and not bare.startswith("#"):
            yield bare


def _is_specific(line: str, hidden: bool) -> bool:
    """Whether a single line is enough to recognise its origin by."""
    body = parse(f"{line} pass" if line.endswith(":") else line)
    if body:
        return weigh(body) >= (SPECIFIC_HIDDEN if hidden else 5) and len(squeeze(line)) >= 24
    return len(squeeze(line)) >= (48 if hidden else 32)


def _is_prose(shingle: str) -> bool:
    """Formulas share short runs of letters and digits everywhere: half of the words must be words."""
    words = shingle.split()
    return sum(len(word) > 2 and word.isalpha() for word in words) * 2 >= len(words)
