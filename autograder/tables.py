"""Tables that people and other systems write: CSV with commas, semicolons or tabs, as spreadsheets save it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from autograder.homework import CourseError

SEPARATORS = ",;\t"  # a spreadsheet takes ";" in countries where "," is for decimals


def read_table(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV file as they are, by the names in its first line, each with the number of its last line.

    Raises:
        CourseError: it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        first = next(filter(str.strip, text.splitlines()), "")
        separator = max(SEPARATORS, key=first.count)
        rows = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval="", delimiter=separator)
        return [
            (rows.line_num, {key: str(value).strip() for key, value in row.items() if key}) for row in rows
        ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CourseError(f"{path} cannot be read as a table in UTF-8: {error}.") from None
