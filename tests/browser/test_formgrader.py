"""A TA's day: formgrader lists the homework, shows our reports, and what is entered there is used everywhere."""

import csv
import re

import pytest
from nbgrader.api import Gradebook
from playwright.sync_api import expect
from readable import too_faint

from autograder.results import read_result

pytestmark = pytest.mark.browser
QUESTION = "knn-question-pros-cons"
COMMENT = "Both costs are right. What about memory?"


@pytest.fixture
def submissions(page, formgrader):
    """Function that goes to a notebook's submissions the way a TA does: through the lists."""

    def go_to(notebook):
        page.goto(formgrader)
        for name in ("Manual Grading", "hw2", notebook):
            page.get_by_role("link", name=name, exact=True).click()
        expect(page.locator("#main-table .score")).to_have_count(2)
        page.get_by_role("button", name="Show All Names").click()
        return page

    return go_to


@pytest.fixture
def opened(submissions):
    """Function that opens a student's notebook in formgrader."""

    def open_notebook(student, notebook):
        page = submissions(notebook)
        page.get_by_role("link", name=student, exact=True).click()
        for field in (".extra-credit", ".comment"):  # formgrader fills both in once it has the gradebook's
            expect(page.locator(field).first).to_have_attribute("placeholder", re.compile("."))
        return page

    return open_notebook


def graded(course):
    """nbgrader's own record of the question that a person grades, for emma: (score, comment)."""
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade(QUESTION, "knn", "hw2", "emma")
        return grade.score, gradebook.find_comment(QUESTION, "knn", "hw2", "emma").comment


def enter(page, field, value, answered):
    """Fill in a field of formgrader and leave it, and wait until the server has stored it."""
    with page.expect_response(lambda response: f"/api/{answered}/" in response.url) as response:
        page.locator(field).fill(value)
        page.locator(field).blur()
    assert response.value.ok


def test_list_shows_the_homework_its_submissions_and_a_configuration_that_can_be_read(
    page, formgrader, picture
):
    page.goto(formgrader)
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="hw2"))
    expect(row.get_by_role("link", name="2", exact=True)).to_be_visible()
    picture("formgrader-list", page, clip={"x": 0, "y": 0, "width": 1200, "height": 580})
    page.get_by_role("button", name="Current configuration").click()
    expect(page.locator("#collapseConfig")).to_contain_text("autograder.nbgrader_release.ReleaseModules")


def test_who_waits_for_a_person_and_who_failed_a_check_is_marked(submissions):
    page = submissions("softmax")
    for name, waits in (("emma", 1), ("quinn", 0)):
        row = page.get_by_role("row").filter(has_text=name)
        expect(row.locator(".needs-manual-grade .glyphicon-ok")).to_have_count(waits)
        expect(row.locator(".tests-failed .glyphicon-ok")).to_have_count(1)


def test_submission_shows_every_report_and_the_machines_scores(opened, course, picture):
    page = opened("emma", "softmax")
    result = read_result(course.root, "hw2", "emma")
    machine = [q for q in result.questions if q.notebook == "softmax" and q.outcomes]
    assert len(machine) > 5
    for question in machine:
        field = page.locator(f"[id='{question.grade_id}']")
        expect(field).to_have_attribute("placeholder", f"{question.score:g}")
        report = page.locator(".cell", has=field).locator(".labkit")
        expect(report.locator(".name")).to_have_text(question.name)
    report = page.locator(".labkit", has_text="softmax.fast_loss_and_grad")
    expect(report.get_by_text("✗").first).to_be_visible()
    expect(report.get_by_text("Looks like: dW is exactly N = 7 times")).to_be_visible()
    expect(report.get_by_label("map of the error").first).to_be_visible()
    page.locator("[id='softmax-fast_loss_and_grad']").evaluate("field => field.scrollIntoView()")
    page.mouse.wheel(0, -140)
    picture("formgrader-grading", page)


def test_reports_can_be_read_on_formgraders_white_pages_whatever_the_system_prefers(opened):
    page = opened("emma", "softmax")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for report in page.locator(".labkit").all():
            assert too_faint(report) == []


def test_score_and_comment_reach_gradebook_table_and_feedback_and_survive_a_regrade(
    opened, course, autograder
):
    page = opened("emma", "knn")
    enter(page, f"[id='{QUESTION}']", "1.5", "grade")
    enter(page, f"[id='{QUESTION}-comment']", COMMENT, "comment")
    assert graded(course) == (1.5, COMMENT)

    for again in ([], ["--student", "emma", "--force"]):
        autograder("grade", "hw2", *again)
        assert graded(course) == (1.5, COMMENT)
    autograder("export", "hw2")
    with (course.root / "grades.csv").open(encoding="utf-8", newline="") as table:
        (row,) = [row for row in csv.DictReader(table) if row["student"] == "emma"]
    assert float(row[QUESTION.replace("-", ".", 1)]) == 1.5

    autograder("feedback", "hw2")
    page.goto((course.feedback / "emma/hw2/emma.html").as_uri())
    question = page.locator("article", has_text=COMMENT)
    expect(question).to_contain_text("1.5 / 2")
