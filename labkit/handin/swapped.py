"""Files that hold what belongs into another file of the homework, as after a slip while saving them."""

from __future__ import annotations

from collections.abc import Mapping, Set

from labkit.handin.regions import NAME


def parts_of(module: bytes) -> set[str]:
    """The names of a module's parts, as their comments have them."""
    lines = module.decode("utf-8", "replace").splitlines()
    return {match["name"] for line in lines if (match := NAME.match(line))}


def others(handed_in: Mapping[str, Set[str]], given_out: Mapping[str, Set[str]]) -> dict[str, str]:
    """The files that clearly are another one: {name: name of the other}.

    Clearly: more than two thirds of what is known in it is the other's, at least a third of the other is there, and
    less than a third of its own.

    Args:
        handed_in: what is in each file that was handed in.
        given_out: what was in each file of the homework.
    """
    found = {}
    for name, there in handed_in.items():
        shared = {other: len(there & parts) for other, parts in given_out.items()}
        best = max(shared, key=lambda other: shared[other])
        if (
            best != name
            and 3 * shared[best] > 2 * sum(shared.values())
            and 3 * shared[best] >= len(given_out[best])
            and 3 * shared[name] < len(given_out[name])
        ):
            found[name] = best
    return found


def moves(others: Mapping[str, str], handed_in: Set[str]) -> dict[str, str]:
    """Of files that are others, those that can be taken for them: nothing else stands in that place."""
    found: dict[str, str] = {}
    for name, other in others.items():
        if other not in found.values():
            found[name] = other
    while taken := [name for name, other in found.items() if other in handed_in and other not in found]:
        for name in taken:
            del found[name]
    return found


def places(named: Mapping[str, str | None], moved: Mapping[str, str]) -> dict[str, str | None]:
    """Which file stands for each of the homework's; None where none does.

    Args:
        named: which one has its name.
        moved: from `moves`.
    """
    stay = {name: None if name in moved else actual for name, actual in named.items()}
    return stay | {other: named[name] for name, other in moved.items()}


def remark(other: str, what: str, moved: bool) -> str:
    """What to say of a file that is another one; reads on from its name."""
    end = "and was taken for it" if moved else f"and {other} was handed in as well: look at both"
    return f"holds the {what} of {other}, {end}"
