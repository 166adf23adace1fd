"""nbgrader's configuration for this course: its own commands work here, and go through the judge."""

from pathlib import Path

from autograder.nbgrader_plugin import configure

c = get_config()  # noqa: F821
configure(c, Path(__file__).parent)
