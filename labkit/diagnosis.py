from __future__ import annotations
from dataclasses import dataclass
@dataclass(frozen=True)
class Diagnosis:
    """A mistake with a name.

    ``code`` is stable (for statistics), ``sentence`` says what is observed, ``hint`` where to look
    (never the answer), ``confidence`` is between 0 and 1.
    """

    code: str
    sentence: str
    hint: str
    confidence: float
