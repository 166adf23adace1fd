"""What a student sees when calling check() in a notebook."""

import json
import sys

import pytest

import labkit
from labkit.checks.live import run_question

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
