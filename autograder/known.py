"""What the gradebook knows of a submission, kept in its autograded folder.

It is written once the scores are in the gradebook: where it is missing or of another result, grading was stopped
in between, and the submission is written out again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from autograder.results import SubmissionResult

KNOWN = ".digest"


@dataclass(frozen=True)
class Known:
    """Hashes of a result that is in the gradebook.

    Attributes:
        result: of the whole; "" where nothing is known.
        questions: of each question, by grade id.
    """

    result: str = ""
    questions: Mapping[str, str] = field(default_factory=dict)


_decode = msgspec.json.Decoder(Known).decode  # made once, as in results.py


def read_known(folder: Path) -> Known:
    """What the gradebook knows of the submission with this autograded folder."""
    try:
        return _decode((folder / KNOWN).read_bytes())
    except (OSError, msgspec.DecodeError):
        return Known()


def write_known(folder: Path, result: SubmissionResult) -> None:
    """Remember that the gradebook has this result."""
    questions = {question.grade_id: question.digest for question in result.questions}
    (folder / KNOWN).write_bytes(msgspec.json.encode(Known(result.digest, questions)))
