"""The command line of labkit: `python -m labkit carry hw3 hw4`, `python -m labkit pdf`."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from labkit.carry import CarryError, ModuleReport, carry, find_folders

CARRY = """Copy what you wrote in an earlier homework into the next one: every part below a line such as
`# --- layers.affine_forward ---` that both homeworks have, with your own functions and imports that it uses. What you
have already written in the next homework stays as it is, and every file that changes is kept beside it (*.bak)."""
PDF = """Print your homework: the notebooks as they are saved, and what you wrote in nndl/ with the question that it
answers. Save the notebooks first. It needs two packages more: pip install pypandoc_binary typst"""


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0; 1 where something could not be carried; 2 for wrong use."""
    parser = argparse.ArgumentParser(prog="labkit", description="The student's side of the course.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    command = commands.add_parser(
        "carry", help="copy your functions into the next homework", description=CARRY
    )
    command.add_argument("old", metavar="OLD", help="the earlier homework: a folder's name or path")
    command.add_argument("new", metavar="NEW", help="the next homework")
    command.add_argument("--dry-run", action="store_true", help="only say what would happen")
    command.add_argument("--force", action="store_true", help="also replace what you have written in NEW")
    command = commands.add_parser("pdf", help="print your homework", description=PDF)
    command.add_argument(
        "folder", metavar="FOLDER", nargs="?", type=Path, default=Path(), help="default: this folder"
    )
    command.add_argument("--name", help="your name, as it stands on every page")
    command.add_argument("-o", "--output", metavar="FILE", type=Path, help="default: FOLDER/HOMEWORK.pdf")
    chosen = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        return _print(chosen) if chosen.command == "pdf" else _carry(chosen)
    except CarryError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        what = f"{error.filename}: " if error.filename else ""
        print(f"{what}{error.strerror or error}", file=sys.stderr)
        return 1


def _print(chosen: argparse.Namespace) -> int:
    from labkit.printing.command import CannotPrint, print_homework  # carrying needs none of it
    from labkit.printing.plan import NoPlan

    try:
        print("\n".join(print_homework(chosen.folder, chosen.name, chosen.output)))
    except (CannotPrint, NoPlan) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _carry(chosen: argparse.Namespace) -> int:
    old, new = find_folders(chosen.old, chosen.new)
    reports = carry(old, new, force=chosen.force, dry_run=chosen.dry_run)
    print("\n".join(_told(reports, new.resolve().name, chosen.dry_run)))
    failed = any(
        report.problem or any(line.state == "not carried" for line in report.lines) for report in reports
    )
    return 1 if failed else 0


def _told(reports: list[ModuleReport], new: str, dry_run: bool) -> Iterator[str]:
    """A line for every region, below its module, and a summary."""
    width = max((len(line.name) for report in reports for line in report.lines), default=0)
    counts: Counter[str] = Counter()
    for report in reports:
        if report.absent:
            yield f"{report.file}: not in {new}"
            continue
        yield f"{report.file}: {report.problem}" if report.problem else report.file
        for line in report.lines:
            state = f"not in {new}" if line.state.startswith("not in") else line.state
            also = f", with {', '.join(f'`{name}`' for name in line.also)}" if line.also else ""
            counts[state] += 1
            yield f"  {line.name:<{width}}  {state}{also}"
            yield from (f"  {'':<{width}}  ! {remark}" for remark in line.remarks)
        yield from (f"  ! {remark}" for remark in report.remarks)
        if report.backup is not None:
            yield f"  the file as it was: {report.backup.name}"
    yield ", ".join(f"{count} {state}" for state, count in counts.items()) or "nothing to carry"
    if dry_run:
        yield "This was a dry run: nothing has been written."
    elif counts["already there"]:
        yield "What is already there stays as it is; --force replaces it and keeps a copy of the file."


if __name__ == "__main__":
    sys.exit(main())
