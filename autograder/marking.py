"""The judge's verdict written into a merged notebook, the way nbgrader reads it."""

from __future__ import annotations

from nbformat.notebooknode import NotebookNode

from autograder.results import QuestionResult, SubmissionResult
from autograder.submission.nodes import new_display, new_result
from autograder.submission.notebook import grade_id
from labkit.checks import Report
from labkit.checks import html as report_html
from labkit.checks import terminal as report_text


def mark_notebook(notebook: NotebookNode, result: SubmissionResult) -> NotebookNode:
    """Put each graded cell's report and score into its outputs, in the place of whatever was there.

    nbgrader takes the first `execute_result` of a graded cell as its score and any error or text on
    stderr for a zero, so the outputs are one report and one plain number.
    """
    scores = {question.grade_id: question for question in result.questions if question.outcomes}
    for number, cell in enumerate(notebook.cells):
        question = scores.get(grade_id(cell) or "")
        if question is not None and cell.cell_type == "code" and question.score is not None:
            cell.outputs = _outputs(question)
            cell.execution_count = number + 1
    return notebook


def report_of(question: QuestionResult) -> Report:
    """A question's report as its student may see it."""
    return Report(question.name, tuple(outcome.for_student() for outcome in question.outcomes))


def _outputs(question: QuestionResult) -> list[NotebookNode]:
    report = report_of(question)
    score = float(question.score or 0.0)
    shown = {"text/html": report_html.render(report), "text/plain": report_text.render(report)}
    return [
        new_display(shown),
        new_result({"text/plain": repr(score)}),
    ]
