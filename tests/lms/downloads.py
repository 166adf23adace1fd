"""Downloads as Gradescope and Canvas make them."""

import io
import zipfile
from pathlib import Path

GRADESCOPE = """\
submission_1:
  :submitters:
  - :name: Ada Lovelace
    :sid: '17'
    :email: ada@example.edu
  :created_at: 2026-01-30 20:15:00.861687000 Z
  :score: 2.0
  :status: processed
  :results:
    score: 2.0
    output: |-
      =====
      :submitters: nobody
submission_2:
  :submitters:
  - :name: Bob B
    :sid:
    :email: bob@example.edu
  - :name: Eve E
    :sid: '19'
    :email: Eve@Example.edu
  :created_at: 2026-01-31 08:00:00.000000000 Z
"""


def zipped(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def tree(folder: Path):
    return {p.relative_to(folder).as_posix(): p.read_text() for p in sorted(folder.rglob("*")) if p.is_file()}
