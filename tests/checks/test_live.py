"""What a student sees when calling check() in a notebook."""

import json
import linecache
import subprocess
import sys
from dataclasses import replace

import pytest

import labkit
from labkit.checks import Check, Finding, Outcome, StudentError
from labkit.checks.live import run_question
from labkit.checks.run import settle, unloaded_at
from labkit.checks.terminal import lines_of

RIGHT = "    return 2 * x\n"
WRONG = "    return 2.001 * x\n"


@pytest.fixture(autouse=True)
def forget_modules():
    yield
    for name in [name for name in sys.modules if name.split(".")[0] == "nndl"]:
        del sys.modules[name]


def statuses(report):
    return [outcome.status for outcome in report.outcomes]


def test_scaffold_is_not_written_rather_than_wrong(toy):
    report = labkit.check("toy.double")
    assert statuses(report) == ["not written", "not written"]
    assert "not written yet" in repr(report)
    assert report.share == 0


def test_right_solution_passes(toy):
    toy.write(RIGHT)
    report = labkit.check("toy.double")
    assert report.passed and report.share == 1


def test_wrong_values_show_expected_got_place_and_hint(toy):
    toy.write(WRONG)
    report = labkit.check("toy.double")
    (finding,) = report.outcomes[0].findings
    assert finding.error == pytest.approx(0.001 / 2.001, rel=1e-3)
    assert finding.where in finding.expected and finding.where in finding.got
    text = repr(report)
    for part in ("12 of 12 values", "expected:", "got:", "Which factor?"):
        assert part in text
    assert report.share == 0.75


def test_changed_argument_is_named(toy):
    toy.write("    x *= 2\n    return x\n")
    report = labkit.check("toy.double")
    assert statuses(report) == ["passed", "failed"]
    assert report.outcomes[1].findings[0].what == "x"
    assert "in place" in repr(report)


def test_edited_module_is_used_without_restarting(toy):
    toy.write(WRONG)
    assert not labkit.check("toy.double").passed
    toy.write(RIGHT)
    report = labkit.check("toy.double")
    assert report.passed
    assert any("toy.py has changed on disk" in note for note in report.notes)


def test_name_imported_by_the_notebook_follows_the_file(toy):
    toy.write(WRONG)
    from nndl.toy import double

    variables = {"double": double}
    run_question("toy.double", toy.folder, variables)
    toy.write(RIGHT)
    run_question("toy.double", toy.folder, variables)
    assert variables["double"](1.0) == 2.0


def test_module_of_another_homework_is_not_used(toy, tmp_path, monkeypatch):
    other = tmp_path / "old" / "nndl"
    other.mkdir(parents=True)
    (other / "__init__.py").write_text("")
    (other / "toy.py").write_text("def double(x):\n    return 0 * x\n")
    monkeypatch.syspath_prepend(str(other.parent))
    import nndl.toy

    assert nndl.toy.double(1) == 0
    toy.write(RIGHT)
    report = labkit.check("toy.double")
    assert report.passed
    assert any("another homework" in note for note in report.notes)


def test_failure_behind_a_broken_function_waits_for_it(toy):
    toy.write(WRONG)
    report = labkit.check("toy.triple")
    (outcome,) = report.outcomes
    assert (outcome.status, outcome.waits_for) == ("waiting", "toy.double")
    assert "mend that one first" in repr(report)


def test_failure_of_ones_own_is_not_put_on_another(toy):
    toy.write(RIGHT)
    toy.module.write_text(toy.module.read_text().replace("3 * double(x) / 2", "3 * x + 1"))
    assert statuses(labkit.check("toy.triple")) == ["failed"]


def test_function_of_a_cell_that_was_not_run_is_asked_for(toy):
    report = run_question("toy.answer", toy.folder, {})
    assert statuses(report) == ["not written"]
    assert "run the cell that defines it" in repr(report)
    assert run_question("toy.answer", toy.folder, {"answer": lambda: 42}).passed


@pytest.mark.parametrize(
    "body, words",
    [
        ("    return x[\n", "SyntaxError"),
        ("    return undefined * x\n", "NameError"),
        ("    return None\n", "is None"),
        ("    return [2.0]\n", "a list"),
        ("    return 2 * x[None]\n", "has shape (1, 4, 3), but (4, 3)"),
        ("    return 2 * x * float('nan')\n", "not finite"),
        ("    import sys; sys.exit(0)\n", "sys.exit"),
    ],
)
def test_broken_code_gives_a_report_with_the_reason(toy, body, words):
    toy.write(body)
    report = labkit.check("toy.double")
    assert not report.passed
    assert words in repr(report)


def test_traceback_shows_the_students_own_line(toy):
    toy.write("    y = 2 * x\n    return y / len(x.nothing)\n")
    (finding,) = labkit.check("toy.double").outcomes[0].findings
    file, _, function, code = finding.frames[-1]
    assert (file, function, code) == ("nndl/toy.py", "double", "return y / len(x.nothing)")


def test_unknown_question_names_the_known_ones(toy, capsys):
    assert labkit.check("toy.duoble") is None
    printed = capsys.readouterr().out
    assert "toy.duoble" in printed and "toy.double" in printed


def test_outside_of_a_homework_one_sentence_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert labkit.check("toy.double") is None
    assert "not a homework's folder" in capsys.readouterr().out


def test_ready_waits_for_a_stub_and_no_longer(toy, capsys):
    assert not labkit.ready("toy.double")
    assert "Waiting for toy.double" in capsys.readouterr().out
    toy.write(RIGHT)
    assert labkit.ready("toy.double")


def test_report_is_plain_json(toy):
    toy.write(WRONG)
    data = json.loads(json.dumps(labkit.check("toy.double").as_dict()))
    assert data["question"] == "toy.double" and data["share"] == 0.75
    assert data["outcomes"][0]["findings"][0]["picture"]


def test_html_report_escapes_student_text_and_draws_the_error(toy):
    toy.write("    raise ValueError('<script>alert(1)</script>')\n")
    page = labkit.check("toy.double")._repr_html_()
    assert "<script>" not in page and "&lt;script&gt;" in page
    toy.write(WRONG)
    page = labkit.check("toy.double")._repr_html_()
    assert 'role="img"' in page and page.count("<rect") == 12


def test_check_is_silent_in_the_judge(toy, monkeypatch):
    monkeypatch.setenv("LABKIT_JUDGE", "1")
    assert labkit.check("toy.double") is None


def test_nbgrader_validate_sees_a_failing_check(toy, monkeypatch):
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")
    toy.write(WRONG)
    with pytest.raises(AssertionError, match=r"toy\.double"):
        labkit.check("toy.double")
    toy.write(RIGHT)
    labkit.check("toy.double")


def test_side_condition_counts_as_far_as_the_values_are_right(toy):
    checks = toy.folder / "checks" / "toy.py"
    checks.write_text(checks.read_text().replace("weight=3)", "weight=3, side=True)"))
    toy.write("    return 0 * x\n")
    report = labkit.check("toy.double")
    assert statuses(report) == ["failed", "passed"] and report.share == 0
    assert "counts as far as" in repr(report)
    toy.write(RIGHT)
    assert labkit.check("toy.double").share == 1


BROKEN = [
    (
        "    return x[\n",
        "nndl/toy.py does not load: SyntaxError in line 6: '[' was never closed",
        "return x[",
    ),
    ("    return x\n\nhalf(1)\n", "nndl/toy.py does not load: NameError in line 8: name 'half'", "half(1)"),
    ("\treturn x\n    return x\n", "nndl/toy.py does not load: IndentationError in line 7", "return x"),
]


@pytest.mark.parametrize("body, words, line", BROKEN)
def test_file_that_does_not_load_is_told_of_once(toy, body, words, line):
    toy.write(body)
    report = labkit.check("toy.double")
    assert statuses(report) == ["error", "waiting"]
    assert {outcome.waits_for for outcome in report.outcomes} == {"nndl/toy.py"}
    text = repr(report)
    assert text.count(words) == text.count("does not load") == 1
    assert line in text and "hint" not in text and "(toy.py, line" not in text
    assert [outcome.waits_for for outcome in labkit.check("toy.triple").outcomes] == ["nndl/toy.py"]
    shown = replace(report.outcomes[0], hidden=True).for_student()
    assert shown.findings[0].problem.startswith("Your code stopped with") and "does not" not in repr(shown)


def test_hidden_check_names_no_file_that_a_public_one_does_not_name():
    broken = [Outcome("t", "error", 0.0, hidden=hidden, waits_for="nndl/toy.py") for hidden in (False, True)]
    check = Check("toy.more", "more", "t", lambda student, rng: None)
    assert [one.waits_for for one in settle(broken, [check, check])] == ["nndl/toy.py", "nndl/toy.py"]
    (alone,) = settle(broken[1:], [check])
    assert alone.waits_for is None


def test_file_of_a_name_that_says_something_is_no_module():
    frames = (("nndl/inputs were 29x7.py", 3, "<module>", "x"),)
    assert unloaded_at(StudentError("exception", "NameError", "x", frames)) is None


@pytest.fixture
def own_check(toy):
    """Adds a check with these lines to those of toy.double."""

    def add(lines, title="More"):
        path = toy.folder / "checks" / "toy.py"
        body = "".join(f"    {line}\n" for line in lines.splitlines())
        path.write_text(
            f'{path.read_text()}\n@check("toy.more")\ndef more(student, rng):\n    """{title}"""\n{body}'
        )

    return add


@pytest.mark.parametrize(
    "lines",
    [
        "a, b = student.toy.double(1)",
        "student.toy.double(1)[0]",
        "b = 2\nfor a in student.toy.double(b): pass",
    ],
)
def test_forgotten_return_is_named_where_the_check_stumbles_over_it(toy, own_check, lines):
    own_check(lines)
    toy.write("    2 * x\n")
    (finding,) = labkit.check("toy.more").outcomes[0].findings
    assert (
        finding.problem
        == "toy.double returned None (is a return missing?), but several values were expected."
    )
    assert finding.raised is None


@pytest.mark.parametrize(
    "lines, value, words",
    [
        ("f = student.toy.double\na, b = f(1)", "None", "Your function returned None (is a return missing?)"),
        ("student.toy.double(1) + 1", "None", "but an array or a number was expected"),
        (
            "abs(student.toy.double(1))",
            "(1, 2)",
            "toy.double returned a tuple, but an array or a number was expected",
        ),
        ("float(student.toy.double(1))", "[1]", "toy.double returned a list, but a number was expected"),
        (
            "student.toy.double(1).shape",
            "(1, 2)",
            "toy.double returned a tuple, but a NumPy array was expected",
        ),
        (
            "np.asarray(student.toy.double(1)[0])",
            "[(1, 2)]",
            "returned a tuple, but a NumPy array was expected",
        ),
        (
            "student.toy.double(1)[0]",
            "double",
            "toy.double returned a function, but several values were expected",
        ),
        ("a, b = student.toy.double(1)", "1, 2, 3", "more or fewer values than the 2 that are expected"),
        ("student.function('lambda v: list(v)')(student.toy.double(1))", "None", "toy.double returned None"),
        ("{}[student.toy.double(1)]", "'k'", "could not be used (KeyError"),
    ],
)
def test_value_that_a_check_cannot_use_is_told_plainly(toy, own_check, lines, value, words):
    own_check(lines)
    toy.write(f"    return {value}\n")
    assert words in labkit.check("toy.more").outcomes[0].findings[0].problem


def test_type_of_a_name_of_the_students_is_not_told(toy, own_check):
    own_check("a, b = student.toy.double(1)[0]\nstudent.toy.double(1)[0][0]")
    toy.write("    class Inputs29x7(int): pass\n    return [type('Values', (), {'__getitem__': None})()]\n")
    assert "Values" not in labkit.check("toy.more").outcomes[0].for_student().findings[0].problem


def test_cell_that_is_not_written_is_named_by_its_function(toy):
    source = "def answer():\n    raise NotImplementedError('toy.answer')\n"
    variables = {}
    exec(compile(source, "/tmp/ipykernel_1/2.py", "exec"), variables)
    text = repr(run_question("toy.answer", toy.folder, variables))
    assert "toy.answer is not written yet in answer of the notebook, line 2." in text


def test_question_of_another_name_gets_a_proposal(toy, capsys):
    labkit.check("toy.duoble")
    assert "Did you mean toy.double?" in capsys.readouterr().out
    labkit.check("zzz")
    assert "It has: toy.double, toy.triple, toy.answer." in capsys.readouterr().out


def test_warning_quotes_the_line_as_it_is_now(toy):
    toy.write(WRONG)
    labkit.check("toy.double")
    assert "2.001" in linecache.getline(str(toy.module), 6)
    toy.write(RIGHT)
    labkit.check("toy.double")
    assert "2.001" not in linecache.getline(str(toy.module), 6)


@pytest.mark.parametrize(
    "problem, text", [("4 of 4 values are wrong.", "out: 4 of"), ("is None.", "out is None.")]
)
def test_text_has_a_colon_before_a_sentence_of_its_own(problem, text):
    assert next(lines_of(Finding("out", problem))).startswith(text)


def shell(toy, *arguments):
    (toy.folder / "homework.toml").write_text('name = "hw0"\nnotebooks = ["toy"]\n')
    return subprocess.run(
        [sys.executable, "-m", "labkit.checks", *arguments], cwd=toy.folder, capture_output=True, text=True
    )


def notebook(toy, *sources):
    cells = [{"cell_type": "code", "source": source, "metadata": {"tags": ["setup"]}} for source in sources]
    (toy.folder / "toy.ipynb").write_text(json.dumps({"cells": cells}))


@pytest.mark.parametrize("body, words, line", BROKEN)
def test_shell_says_in_one_message_what_does_not_load(toy, body, words, line):
    toy.write(body)
    notebook(toy, "import math", "%matplotlib inline\nfrom nndl.toy import double")
    done = shell(toy, "toy.double")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(words) and line in done.stderr and "Traceback" not in done.stderr


def test_shell_names_the_cell_that_does_not_run(toy):
    toy.write(RIGHT)
    notebook(toy, "import math", "\nmath.nothing")
    done = shell(toy, "toy.double")
    assert done.returncode == 2 and "toy.ipynb, cell 2, line 2" in done.stderr
    assert "math.nothing" in done.stderr and "Traceback" not in done.stderr


def test_shell_runs_the_file_that_a_debugger_knows(toy):
    toy.write("    print(__file__)\n")
    notebook(toy)
    assert str(toy.module) in shell(toy, "toy.double").stdout


@pytest.mark.parametrize(
    "file, told", [("nndl/toy.py", True), ("toy.ipynb, cell toy-answer", True), ("29x7", False)]
)
def test_place_in_a_hidden_check_is_a_file_or_a_cell_of_the_students(file, told):
    finding = Finding("", "ValueError: 29x7", frames=((file, 3, "f", "x"),), raised="ValueError")
    (shown,) = Outcome("t", "error", 0.0, hidden=True, findings=(finding,)).for_student().findings
    assert shown.problem == f"Your code stopped with ValueError{f' in {file}, line 3' if told else ''}."
