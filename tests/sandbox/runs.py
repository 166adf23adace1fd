"""The type of the `attack` fixture."""

from collections.abc import Callable

from autograder.sandbox import CellOutcome

Attack = Callable[..., CellOutcome]
