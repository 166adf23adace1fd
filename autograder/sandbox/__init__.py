"""A sandbox for student code, and the judge's view of what runs in it."""

from autograder.sandbox.client import CellOutcome, Usage, Worker
from autograder.sandbox.plan import Limits, SandboxUnavailable, Walls
from autograder.sandbox.remote import RemoteObject, RemoteStudent, is_remote, type_name
from autograder.sandbox.sandbox import Sandbox

__all__ = [
    "CellOutcome",
    "Limits",
    "RemoteObject",
    "RemoteStudent",
    "Sandbox",
    "SandboxUnavailable",
    "Usage",
    "Walls",
    "Worker",
    "is_remote",
    "type_name",
]
