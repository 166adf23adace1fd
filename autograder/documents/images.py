"""Pictures from notebooks, decoded with limits and written to the folder that Typst may read."""

from __future__ import annotations

import base64
import binascii
import hashlib
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
FORMATS = {"PNG": "png", "JPEG": "jpg"}
DATA_URI = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,(.*)\Z", re.DOTALL | re.IGNORECASE)


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

    def add(self, encoded: str) -> dict[str, Any]:
        """Store a picture given in base64; returns its node for the document.

        Raises:
            BadPicture: it is too large, too many, or no picture.
        """
        if len(encoded) > MAX_ENCODED:
            raise BadPicture(f"it is too large ({len(encoded) * 0.75e-6:,.0f} MB)")
        digest = hashlib.sha256(encoded.encode("utf-8", "replace")).hexdigest()[:24]
        if digest not in self.files:
            if len(self.files) >= MAX_PICTURES:
                raise BadPicture(f"only {MAX_PICTURES} pictures are printed")
            try:
                content = base64.b64decode(encoded)
            except (binascii.Error, ValueError) as error:
                raise BadPicture("it is not valid base64") from error
            self.files[digest] = self._store(content, digest)
        return dict(self.files[digest])

    def _store(self, content: bytes, digest: str) -> dict[str, Any]:
        from PIL import Image

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                picture = Image.open(io.BytesIO(content), formats=["PNG", "JPEG", "GIF", "WEBP"])
                width, height = picture.size
                if width * height > MAX_PIXELS:
                    raise BadPicture(f"it is too large ({width:,} × {height:,} pixels)")
                picture.load()
                suffix = FORMATS.get(picture.format or "")
                if suffix is None or max(picture.size) > MAX_SIDE:
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
