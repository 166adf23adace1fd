"""Words for numbers."""


def counted(number: int, what: str) -> str:
    """A number with its noun: "1 day", "2 days"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
