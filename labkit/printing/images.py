"""Pictures from notebooks, decoded with limits and written to the folder that Typst may read."""

from __future__ import annotations

import base64
import binascii
import hashlib
import importlib
import io
import re
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MAX_ENCODED = 40_000_000
MAX_PIXELS = 40_000_000
MAX_SIDE = 2000
MAX_PICTURES = 200
MAX_SVG = 2_000_000
FORMATS = {"PNG": "png", "JPEG": "jpg"}
DATA_URI = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,(.*)\Z", re.DOTALL | re.IGNORECASE)


SVG_TAG = re.compile(r"<svg\b[^>]*>")
SVG_SIDE = re.compile(r"\s(width|height)=\"([\d.]{1,9})(?:pt|px)?\"")
REFERENCE = re.compile(r"<!ENTITY|<foreignObject\b|\bhref\s*=\s*[\"'](?!#|data:image/)", re.IGNORECASE)


class BadPicture(Exception):
    """A picture that cannot be printed; the message is the reason, for people."""


@dataclass
class Pictures:
    """The pictures of one document: content addressed, so that a repeated picture is stored once.

    Attributes:
        folder: an existing private folder.
        files: name of the stored file by digest of its encoded text.
    """

    folder: Path
    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, content: str, mime: str = "image/png") -> dict[str, Any]:
        """Store a picture as notebooks hold it, in base64, or as the text of an SVG; returns its node.

        Raises:
            BadPicture: it is too large, too many, or no picture.
        """
        if len(content) > MAX_ENCODED:
            raise BadPicture(f"it is too large ({len(content) * 0.75e-6:,.0f} MB)")
        digest = hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:24]
        if digest not in self.files:
            if len(self.files) >= MAX_PICTURES:
                raise BadPicture(f"only {MAX_PICTURES} pictures are printed")
            self.files[digest] = (
                self._svg(content, digest) if "svg" in mime else self._decoded(content, digest)
            )
        return dict(self.files[digest])

    def _svg(self, text: str, digest: str) -> dict[str, Any]:
        tag = SVG_TAG.search(text)
        sides = dict(SVG_SIDE.findall(tag[0])) if tag else {}
        if len(sides) != 2 or len(text) > MAX_SVG or REFERENCE.search(text):
            raise BadPicture("it is an SVG that is too large, has no size, or refers to other files")
        name = f"picture-{digest}.svg"
        (self.folder / name).write_text(text, encoding="utf-8", errors="replace")
        width, height = (max(float(sides[side].split(".")[0] or 1), 1) for side in ("width", "height"))
        return {"t": "image", "file": name, "width": width * 4 / 3, "height": height * 4 / 3}

    def _decoded(self, encoded: str, digest: str) -> dict[str, Any]:
        try:
            return self._store(base64.b64decode("".join(encoded.split())), digest)
        except (binascii.Error, ValueError) as error:
            raise BadPicture("it is not valid base64") from error

    def _store(self, content: bytes, digest: str) -> dict[str, Any]:
        pillow = importlib.import_module("PIL.Image")  # comes with Matplotlib
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                picture = pillow.open(io.BytesIO(content), formats=["PNG", "JPEG", "GIF", "WEBP"])
                width, height = picture.size
                if width * height > MAX_PIXELS:
                    raise BadPicture(f"it is too large ({width:,} × {height:,} pixels)")
                suffix = FORMATS.get(picture.format or "")
                if suffix is not None and max(picture.size) <= MAX_SIDE:
                    picture.verify()  # what passes and is damaged all the same, Typst refuses
                else:
                    smaller = picture.convert("RGBA")
                    smaller.thumbnail((MAX_SIDE, MAX_SIDE))
                    stream = io.BytesIO()
                    smaller.save(stream, format="PNG")
                    content, suffix = stream.getvalue(), "png"
            except BadPicture:
                raise
            except Exception as error:  # Pillow's decoders raise many kinds of error on damaged files
                raise BadPicture("it is damaged or not a picture") from error
        name = f"picture-{digest}.{suffix}"
        (self.folder / name).write_bytes(content)
        return {"t": "image", "file": name, "width": max(width, 1), "height": max(height, 1)}


def encoded_in_uri(uri: str) -> str | None:
    """The base64 text of a `data:` address of a picture, or None."""
    match = DATA_URI.match(uri)
    return match[1] if match else None
