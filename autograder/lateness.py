"""How late a submission is, as data: made by `autograder.late`, shown on pages and in tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lateness:
    """How late one submission of one student is, and what that costs.

    Attributes:
        days_late: begun days after the student's own due time; 0 where it is in time.
        free_days_used: how many of the course's free days this submission takes.
        penalty: points that are subtracted; a score never falls below 0.
        reason: one sentence for the student and the staff.
    """

    days_late: int
    free_days_used: int
    penalty: float
    reason: str
