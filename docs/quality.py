"""Write docs/quality.md, how far the checks can be trusted, from numbers that were measured: `python docs/quality.py`.

The numbers are kept in docs/quality/, by these commands (the longest takes some minutes for each homework):

    autograder mutants hw2, or with --sample 300                                   and so on; this script takes them over
    python benchmarks/diagnosis.py --keep docs/quality/diagnosis.json
    python benchmarks/gradcheck.py --keep docs/quality/gradcheck.json
    python benchmarks/flakiness.py hw2 --keep docs/quality/flakiness_hw2.json      and so on
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from autograder.homework import Course
from autograder.mutants.report import Row, read_run, run_path
from autograder.mutants.run import ELSEWHERE, KILLED, SAME, SURVIVED
from autograder.mutants.run import equivalents as mutants_equivalent

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from flakiness import fewest_seeds  # noqa: E402

OUTPUT, KEPT = ROOT / "docs" / "quality.md", ROOT / "docs" / "quality"
HEAD = """# Quality of the checks

Made by `python docs/quality.py` from measured numbers; never edited by hand. The script says which commands measure them.
"""


def table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    lines = [list(row) for row in rows]
    numbers = [all(str(cell)[:1].isdigit() for cell in column) for column in zip(*lines, strict=True)]
    lines = [list(head), ["--:" if number else "---" for number in numbers], *lines]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def _json(name: str) -> Any:
    path = KEPT / name
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def take_over_mutants(course: Course) -> None:
    """Keep what the last whole runs of `autograder mutants` found, as far as there are any."""
    for name in course.names():
        if not run_path(course, name).is_file():
            continue
        run = read_run(course, name)
        rows = run.rows
        kinds = {kind: Counter(row.verdict for row in rows if row.kind == kind) for kind in _kinds(rows)}
        left = [
            [row.region, row.before, row.after, row.verdict]
            for row in rows
            if row.verdict in (SURVIVED, ELSEWHERE)
        ]
        record = {
            "all": run.made,
            "seed": run.seed,
            "verdicts": Counter(row.verdict for row in rows),
            "kinds": kinds,
            "left": left,
        }
        (KEPT / f"mutants_{name}.json").write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def _kinds(rows: Iterable[Row]) -> list[str]:
    return [kind for kind, _ in Counter(row.kind for row in rows).most_common()]


def mutants(names: list[str]) -> str:
    found = {name: _json(f"mutants_{name}.json") for name in names}
    found = {name: record for name, record in found.items() if record}
    if not found:
        return ""
    kinds: dict[str, Counter[str]] = {}
    rows = []
    for name, record in found.items():
        verdicts = Counter(record["verdicts"])
        rows.append(
            [
                name,
                record["all"],
                verdicts.total() if record["seed"] is None else f"{verdicts.total()} (seed {record['seed']})",
                *(verdicts[one] for one in (KILLED, SAME, ELSEWHERE, SURVIVED)),
            ]
        )
        for kind, counts in record["kinds"].items():
            kinds.setdefault(kind, Counter()).update(counts)
    text = f"""## Mutants

`autograder mutants` puts one small mistake at a time into every solution region, and lets the judge grade it. *Killed* means
that a check of the function's own question failed; *equivalent*, that a person has found, and written down, why
the change computes the same or does nothing that the task speaks of; *elsewhere*, that only another question noticed. Where
fewer are judged than there are, they are a sample drawn with a seed (`--sample`).

{table(["homework", "mutants", "judged", "killed", "equivalent", "elsewhere", "survived"], rows)}

{table(["kind of mistake", "mutants", "killed", "equivalent", "elsewhere", "survived"], _by_kind(kinds))}
"""
    left = [[name, *row] for name, record in found.items() for row in record["left"]]
    if left:
        shown = [[name, f"`{region}`", _code(a), _code(b), verdict] for name, region, a, b, verdict in left]
        text += f"\nNot killed where they sit:\n\n{table(['homework', 'region', 'before', 'after', 'verdict'], shown)}\n"
    return text


def _by_kind(kinds: dict[str, Counter[str]]) -> Iterable[list[Any]]:
    for kind, counts in sorted(kinds.items(), key=lambda item: -item[1].total()):
        yield [kind, counts.total(), *(counts[one] for one in (KILLED, SAME, ELSEWHERE, SURVIVED))]


def _code(text: str) -> str:
    return f"`{_cell(text)}`" if text else "(nothing)"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "∣").split())


def equivalents(course: Course, names: list[str]) -> str:
    """The reasons why mutants are equivalent, each with the number of mutants that it covers."""
    rows = []
    for name in names:
        known = mutants_equivalent(course.homework(name))
        reasons = Counter((region, reason) for (region, _, _), reason in known.items())
        rows += [[name, f"`{region}`", _cell(reason), count] for (region, reason), count in reasons.items()]
    if not rows:
        return ""
    return f"### Why some are equivalent\n\n{table(['homework', 'region', 'reason', 'mutants'], rows)}\n"


def corpora(names: list[str]) -> str:
    rows = []
    for name in names:
        folder = ROOT / "samples" / name
        counts = [
            len([*folder.glob(f"modules/{kind}/*.py"), *folder.glob(f"cells/{kind}/*.py")])
            for kind in ("correct", "wrong")
        ]
        if any(counts):
            rows.append([name, *counts])
    return f"""## Corpora

Modules and cells written apart from the solutions: correct ones in other styles, of which none may lose a point, and wrong
ones, each of which must lose points in the questions, and get the diagnosis, that its first lines name (`make corpus`).

{table(["homework", "correct", "wrong"], rows)}
"""


def diagnosis() -> str:
    found = _json("diagnosis.json")
    if not found:
        return ""
    rows = [
        [half, n["wrong"], n["named"], f"{n['precision']:.1%}", f"{n['coverage']:.1%}"]
        for half, n in found.items()
    ]
    codes, kinds = (_added([numbers[key] for numbers in found.values()]) for key in ("codes", "kinds"))
    return f"""## Diagnosis

Every mutant of a backward pass, and of a loss with gradients, goes through the gradient checker. Where it names a mistake, that
claim is tried on other inputs of other sizes (of the same sizes, where the mutant works for no others) against exact
gradients. *Precision*: the share of names that hold there.
*Coverage*: the share of backward passes with wrong values that get a name. The hypotheses were written with half of the
mutants in view; the other half was held back. Names that say where to look rather than what is wrong (`not_balanced`,
`few_entries`, `misplaced`) count like the others.

{table(["mutants", "wrong backward passes", "named", "precision", "coverage"], rows)}

{table(["diagnosis", "named", "right"], [[f"`{code}`", *counts] for code, counts in codes])}

By what was done to the solution (`autograder/mutants/operators.py`):

{table(["kind of mutant", "wrong", "named", "right"], [[kind, *counts] for kind, counts in kinds])}
"""


def _added(halves: list[dict[str, list[int]]]) -> list[tuple[str, list[int]]]:
    """Counts by name, added up over both halves, the largest first."""
    names = dict.fromkeys(name for half in halves for name in half)
    lists = {name: [half[name] for half in halves if name in half] for name in names}
    totals = {name: [sum(column) for column in zip(*rows, strict=True)] for name, rows in lists.items()}
    return sorted(totals.items(), key=lambda item: -item[1][0])


def checkers() -> str:
    found = _json("gradcheck.json")
    if not found:
        return ""
    rows = [[name, len(v["missed"]), len(v["refused"])] for name, v in found["verdicts"].items()]
    sizes = [f"{a} × {b}" for a, b in found["sizes"]]
    costs = [[name, *map(_cost, values)] for name, values in found["costs"].items()]
    refused = Counter(case for v in found["verdicts"].values() for case in v["refused"])
    missed = Counter(case for v in found["verdicts"].values() for case in v["missed"])
    return f"""## Against other gradient checkers

{found["wrong"]} wrong and {found["right"]} right backward passes of an affine layer, ReLU, maximum, batch norm and softmax loss, with {found["seeds"]} seeds each
(`benchmarks/gradcheck.py`; NumPy {found["versions"]["numpy"]}, PyTorch {found["versions"]["torch"]}, SciPy {found["versions"]["scipy"]}). The classic course recipe is central differences for every
entry with step 1e-5 and a threshold for the largest relative error, with an upstream gradient of ones or a random one.
Counted is a case that was missed, or wrongly refused, under any seed.

{table(["checker", "missed", "wrongly refused"], rows)}

Missed by some: {_list(missed)}.

Wrongly refused by some: {_list(refused)}.

Forward passes and seconds for the gradient of one weight matrix of an affine layer (4 examples; ≈ extrapolated from 200
evaluations; –: the Jacobian would need more than 4 GB):

{table(["checker", *sizes], costs)}
"""


def _cost(value: Any) -> str:
    if value is None:
        return "–"
    evaluations, seconds, extrapolated = value
    shown = f"{seconds:.2g}" if seconds < 100 else f"{seconds:,.0f}"
    return f"{evaluations:,.0f} / {'≈ ' if extrapolated else ''}{shown} s"


def _list(cases: Counter[str]) -> str:
    return "; ".join(case for case, _ in cases.most_common()) or "none"


def flakiness(names: list[str]) -> str:
    found = {name: _json(f"flakiness_{name}.json") for name in names}
    rows = []
    for name, record in found.items():
        if not record:
            continue
        runs = [one["runs"] for one in record["checks"].values()]
        fewest = [fewest_seeds(one) for one in runs]
        rows.append(
            [
                name,
                len(runs),
                len({version for one in runs for version in one}),
                f"{sum(sum(one.values()) for one in runs):,}",
                sum(least >= record["seeds"] for least in fewest),
                min(fewest),
                sum(len(one["failures"]) for one in record["failing"]),
            ]
        )
    if not rows:
        return ""
    head = ["homework", "checks", "versions", "runs", "checks with 500 seeds", "fewest seeds", "failures"]
    return f"""## Flakiness

Every check with 500 seeds on the solution, and with 500 more that its correct versions share, modules and cells, where there
are any (`benchmarks/flakiness.py`).

{table(head, rows)}
"""


def main() -> None:
    course = Course(ROOT)
    KEPT.mkdir(exist_ok=True)
    take_over_mutants(course)
    names = list(course.names())
    sections = [
        HEAD,
        mutants(names),
        equivalents(course, names),
        corpora(names),
        diagnosis(),
        checkers(),
        flakiness(names),
    ]
    OUTPUT.write_text("\n".join(section for section in sections if section), encoding="utf-8")
    print(f"wrote {OUTPUT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
