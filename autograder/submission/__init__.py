"""From a folder somebody handed in to a tree that can be graded. Nothing here runs a student's code."""

from autograder.submission.merge import Merged, RunCell, merge, released

__all__ = ["Merged", "RunCell", "merge", "released"]
