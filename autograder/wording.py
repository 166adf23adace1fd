"""Words for numbers and lists."""

from collections.abc import Sequence


def counted(number: int, what: str) -> str:
    """A number with its noun: "1 day", "2 days"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them: "a", "a and b", "a, b and c"; nothing of none."""
    return " and ".join([", ".join(names[:-1]), *names[-1:]] if len(names) > 1 else names)
