"""A student's evening in JupyterLab: run the cells, fail a check, mend the module, pass."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect
from readable import too_faint

pytestmark = pytest.mark.browser
MODULES = Path(__file__).parent.parent.parent / "samples/hw2/modules"
SETUP = "%load_ext autoreload"
CHECK = 'check("knn.compute_L2_distances_vectorized")'
CHANGE_THEME = "theme => jupyterapp.commands.execute('apputils:change-theme', {theme})"


def run(page, source):
    """Run the code cell that begins so, wait until it has run, and return its outputs."""
    cell = page.locator(".jp-CodeCell").filter(has_text=source).first
    prompt = cell.locator(".jp-InputPrompt")
    before = re.escape(prompt.inner_text())
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(prompt).to_have_text(re.compile(rf"^(?!{before})\[\d+\]:$"))
    return cell.locator(".jp-OutputArea")


def save(desk, module):
    """Save a module as nndl/knn.py, as a student's editor does."""
    shutil.copyfile(MODULES / module, desk / "nndl/knn.py")


@pytest.fixture
def wrong(notebook, desk):
    """The outputs of the check of a module without the square root."""
    run(notebook, SETUP)
    save(desk, "wrong/knn_squared_distances.py")
    return run(notebook, CHECK)


def test_failing_check_shows_what_is_wrong_and_passes_once_it_is_mended(notebook, desk, picture):
    assert run(notebook, SETUP).inner_text() == ""
    report = run(notebook, CHECK).locator(".labkit")
    expect(report).to_contain_text("not written yet")
    expect(report).to_contain_text("0 of")

    save(desk, "wrong/knn_squared_distances.py")
    report = run(notebook, CHECK).locator(".labkit")
    expect(report).to_contain_text("nndl/knn.py has changed on disk")
    for seen in ("✗", "✓", "expected", "got", "relative error"):
        expect(report.get_by_text(seen).first).to_be_visible()
    expect(report.get_by_label("map of the error").first).to_be_visible()
    picture("lab-check-fails", notebook.locator(".jp-NotebookPanel"))

    save(desk, "correct/knn_classic.py")
    report = run(notebook, CHECK).locator(".labkit")
    expect(report).to_contain_text("all checks pass")
    expect(report.get_by_text("✗")).to_have_count(0)
    picture("lab-check-passes", notebook.locator(".jp-NotebookPanel"))


def test_reports_can_be_read_in_light_and_dark(notebook, wrong):
    report = wrong.locator(".labkit")
    for theme, light in (("JupyterLab Dark", "false"), ("JupyterLab Light", "true")):
        notebook.evaluate(CHANGE_THEME, theme)
        expect(notebook.locator("body")).to_have_attribute("data-jp-theme-light", light)
        assert too_faint(report) == []
