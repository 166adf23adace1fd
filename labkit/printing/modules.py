"""The student's parts of one module: its regions, and what else was changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from labkit.handin.regions import Region, find_regions, locate_regions
from labkit.printing.highlight import Line, plain_lines, python_lines
from labkit.printing.text import breakable, clean, shorten

Node = dict[str, Any]
MAX_LINES = 1500
YOUR_CODE = "# YOUR CODE HERE"
STUB = re.compile(r"raise NotImplementedError\(.*\)")


@dataclass(frozen=True)
class Module:
    """One module as handed in.

    Attributes:
        file: its name in the homework.
        text: its content, lines ended by "\\n"; None where there is none.
        reason: why there is none, in words that follow the file's name.
        found: where each expected region is; None where it is not found.
    """

    file: str
    text: str | None
    reason: str
    found: dict[str, Region | None]

    @classmethod
    def read(cls, file: str, text: str | None, reason: str, expected: tuple[Region, ...]) -> Module:
        """A module, and the regions that are expected in it (all named ones where nothing is expected)."""
        if text is None:
            return cls(file, None, reason, {region.name: None for region in expected if region.name})
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if expected:
            return cls(file, text, "", locate_regions(text, expected))
        return cls(file, text, "", {region.name: region for region in find_regions(text) if region.name})

    @property
    def lost(self) -> list[str]:
        """Names of the regions that are not found, in a file that was handed in."""
        return [name for name, region in self.found.items() if region is None and self.text is not None]

    def region(self, name: str) -> Node:
        """What a question shows of a region."""
        region = self.found.get(name)
        if self.text is None:
            return _remark(f"{name}: {self.file} {self.reason}.")
        if region is None:
            node = _remark(f"{name}: not found in {self.file}; the whole file is at the end")
            return {**node, "to": self.file}
        code = region.code(self.text)
        if not code.strip():
            return _remark(f"{name}: nothing is written in {self.file}.")
        if is_untouched(code):
            return _remark(f"{name}: untouched in {self.file}, line {region.first}.")
        return self._shown(name, region, answer=True)

    def rest(self, shown: set[str], given: str) -> list[Node]:
        """What no question shows: other regions, lines outside of regions that were not given out, lost regions' file.

        Args:
            shown: names of regions that questions show.
            given: the module as it was given out; "" where that is not known, so that all of it is shown.
        """
        if self.text is None or self.text.strip() == given.strip():
            return []
        if self.lost or not self.found or not given:
            last = self.text.rstrip("\n").count("\n") + 1
            return [self._shown("The whole file", Region(None, None, 1, last, "name"), answer=True)]
        located = [(region, name) for name, region in self.found.items() if region is not None]
        inside = {number for region, _ in located for number in range(region.first, region.last + 1)}
        parts = [(region, name) for region, name in located if name not in shown]
        parts += [(region, "Also changed") for region in self._changed(given, inside)]
        return [
            self._shown(name, region, answer=name != "Also changed")
            for region, name in sorted(parts, key=lambda part: part[0].first)
            if region.code(self.text).strip() and not is_untouched(region.code(self.text))
        ]

    def _changed(self, given: str, inside: set[int]) -> list[Region]:
        """Runs of lines outside the regions that were not given out; a line in between does not part them."""
        known = {line.strip() for line in given.split("\n")} | {"", YOUR_CODE}
        runs: list[Region] = []
        for number, line in enumerate((self.text or "").split("\n"), start=1):
            if number in inside or line.strip() in known:
                continue
            first = runs.pop().first if runs and number - runs[-1].last <= 2 else number
            runs.append(Region(None, None, first, number, "name"))
        return runs

    def _shown(self, title: str, region: Region, answer: bool) -> Node:
        one = region.first == region.last
        lines = f"line {region.first}" if one else f"lines {region.first}–{region.last}"
        return {
            "t": "region",
            "title": title,
            "note": f"{self.file}, {lines}",
            "lines": shown_code(region.code(self.text or "")),
            "first": region.first,
            "answer": answer,
        }


def is_untouched(code: str) -> bool:
    """Whether code is the stub that was given out, or nothing."""
    lines = [line.strip() for line in code.split("\n")]
    return all(not line or line == YOUR_CODE or STUB.fullmatch(line) for line in lines)


def shown_code(source: str, python: bool = True) -> list[Line]:
    """Code as it is printed: clean, within limits, breakable."""
    text = breakable(shorten(clean(source).expandtabs(4), MAX_LINES, 50, width=4000))
    return python_lines(text) if python else plain_lines(text)


def _remark(text: str) -> Node:
    return {"t": "remark", "text": clean(text), "to": None}
