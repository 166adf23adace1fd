"""Fetch CIFAR-10: a download that goes on where it stopped, is checked, and is unpacked without trusting the archive."""

from __future__ import annotations

import errno
import gzip
import hashlib
import http.client
import os
import shutil
import tarfile
import tempfile
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from labkit.data import cifar10
from labkit.data.errors import DataError

ARCHIVE = "cifar-10-python.tar.gz"
URL = f"https://www.cs.toronto.edu/~kriz/{ARCHIVE}"
MD5 = "c58f30108f718f92721af3b95e74349a"
MEMBERS = (*cifar10.TRAINING_FILES, cifar10.TEST_FILE, cifar10.META_FILE)

_CHUNK = 2**18
_LARGEST_MEMBER = 64 * 2**20
_TIMEOUT = 30.0  # seconds without a single byte
_NETWORK = (OSError, http.client.HTTPException, ValueError)
_LATER = "Try again later, or name another mirror."
_RESUME = "Check the network connection and run this again: it goes on where it stopped."


def fetch_cifar10(
    destination: str | os.PathLike[str],
    mirrors: Sequence[str] = (),
    md5: str = MD5,
    quiet: bool = False,
    keep_archive: bool = False,
) -> Path:
    """Download, check and unpack CIFAR-10 into `destination`/cifar-10-batches-py, unless it is there already.

    Arguments: destination, a folder; mirrors, addresses tried before the official one, after those in the
    environment variable LABKIT_CIFAR10_MIRRORS (separated by spaces); md5, the archive's checksum; quiet, no progress
    bar; keep_archive, do not delete the archive afterwards.
    Returns: the folder with the batches. Raises: DataError.
    """
    place = Path(destination)
    folder = place / cifar10.FOLDER
    if all((folder / name).is_file() for name in MEMBERS):
        return folder
    with _disk(place):
        place.mkdir(parents=True, exist_ok=True)
    archive = place / ARCHIVE
    addresses = [*os.environ.get("LABKIT_CIFAR10_MIRRORS", "").split(), *mirrors, URL]
    fetch_from_any(addresses, archive, md5, quiet)
    unpack(archive, place)
    if not keep_archive:
        archive.unlink(missing_ok=True)
    return folder


def fetch_from_any(addresses: Sequence[str], target: Path, md5: str, quiet: bool = False) -> None:
    """Fetch from the first address that works. What one address gave, the next one continues."""
    problems: list[DataError] = []
    for address in addresses:
        try:
            fetch(address, target, md5, quiet)
            return
        except _AddressError as error:
            problems.append(error)
    if len(problems) == 1:
        raise problems[0]
    tried = "; ".join(f"{problem.what} ({problem.where})" for problem in problems)
    raise DataError("No address worked", tried, problems[-1].do)


class _AddressError(DataError):
    """A failure of one address; another one may work."""


def fetch(url: str, target: Path, md5: str, quiet: bool = False) -> None:
    """Download `url` to the file `target`, which appears only when its MD5 is right.

    Until then the bytes are in `target`.part, and the next call asks only for the missing ones. A .part file that
    turns out to be wrong is deleted. Raises: DataError.
    """
    if target.is_file() and _md5(target) == md5:
        return
    part = target.with_name(target.name + ".part")
    with _disk(part):
        resumed = part.stat().st_size if part.is_file() else 0
        if not (resumed and _md5(part) == md5):
            _receive(url, part, resumed, quiet)
            if (
                resumed and _md5(part) != md5
            ):  # the old beginning may belong to another file: once more, whole
                part.unlink()
                _receive(url, part, 0, quiet)
    with _disk(target):
        found = _md5(part)
        if found != md5:
            part.unlink()
            raise _AddressError(
                f"The checksum of the download is {found} instead of {md5}, so it was deleted",
                url,
                _LATER,
            )
        part.replace(target)


def _receive(url: str, part: Path, start: int, quiet: bool) -> None:
    """Append to `part`, from byte `start` on if the server agrees, from the beginning if it does not."""
    if not url.startswith(("https://", "http://")):
        raise _AddressError("This is not an address", url, "It must begin with https:// or http://.")
    request = urllib.request.Request(url, headers={"Range": f"bytes={start}-"} if start else {})
    try:
        reply = urllib.request.urlopen(request, timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416 and start:  # there is nothing after what we have, so it is not the right file
            _receive(url, part, 0, quiet)
            return
        raise _AddressError(f"The server answered {error.code} {error.reason}", url, _LATER) from error
    except _NETWORK as error:
        reason = getattr(error, "reason", None) or error
        raise _AddressError(f"The download failed: {reason}", url, _RESUME) from error
    with reply:
        if reply.status == 206 and not _starts_at(reply, start):
            if start == 0:
                raise _AddressError("The server sent another part than asked for", url, _LATER)
            reply.close()
            _receive(url, part, 0, quiet)
            return
        _save(reply, url, part, start if reply.status == 206 else 0, quiet)


def _starts_at(reply: Any, start: int) -> bool:
    """Whether a 206 answer really begins at the byte we asked for."""
    return str(reply.headers.get("Content-Range", "")).startswith(f"bytes {start}-")


def _save(reply: Any, url: str, part: Path, start: int, quiet: bool) -> None:
    length = reply.headers.get("Content-Length") or ""
    total = start + int(length) if length.isdigit() else None
    if total is not None and shutil.disk_usage(part.parent).free < total - start:
        raise OSError(errno.ENOSPC, "the disk is full")
    done = start
    bar = tqdm(total=total, initial=start, unit="B", unit_scale=True, desc=part.stem, disable=quiet)
    with bar, part.open("ab" if start else "wb") as file:
        while chunk := _read(reply, url):
            file.write(chunk)
            done += len(chunk)
            bar.update(len(chunk))
    if total is not None and done < total:
        raise _AddressError(f"The connection broke off after {done:,} of {total:,} bytes", url, _RESUME)


def _read(reply: Any, url: str) -> bytes:
    """The next bytes, b"" at the end. What arrived before a break is kept."""
    try:
        return bytes(reply.read1(_CHUNK))
    except http.client.IncompleteRead as error:
        return error.partial
    except (OSError, http.client.HTTPException) as error:
        raise _AddressError(f"The connection broke off: {error}", url, _RESUME) from error


def unpack(archive: Path, destination: Path) -> Path:
    """Unpack the batches of a CIFAR-10 archive into `destination`/cifar-10-batches-py and return that folder.

    Only the expected files are taken, only if they are plain files directly in that folder; the folder appears when
    it is complete. Raises: DataError.
    """
    folder = destination / cifar10.FOLDER
    if not archive.is_file():
        raise DataError("There is no such archive", archive)
    with _disk(destination):
        destination.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=destination, prefix=".unpacking-") as temporary:
            _extract(archive, Path(temporary))
            Path(temporary).chmod(0o755)
            if folder.is_dir() and not folder.is_symlink():
                for name in MEMBERS:
                    (Path(temporary) / name).replace(folder / name)
            else:
                complete = Path(temporary) / cifar10.FOLDER
                complete.mkdir()
                for name in MEMBERS:
                    (Path(temporary) / name).replace(complete / name)
                complete.replace(folder)
    return folder


def _extract(archive: Path, destination: Path) -> None:
    """Copy the expected members' bytes; names inside the archive never become paths."""
    wanted = {f"{cifar10.FOLDER}/{name}": name for name in MEMBERS}
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:
                name = wanted.pop(member.name, None)
                if name is None:
                    continue
                if not member.isreg() or member.size > _LARGEST_MEMBER:
                    raise _spoiled(archive, f"{member.name} is not a plain file of a sensible size")
                source = tar.extractfile(member)
                assert source is not None
                with source, (destination / name).open("wb") as file:
                    shutil.copyfileobj(source, file, _CHUNK)
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, ValueError, zlib.error) as error:
        raise _spoiled(archive, str(error) or type(error).__name__) from error
    if wanted:
        raise _spoiled(archive, f"{', '.join(sorted(wanted.values()))} missing")


def _spoiled(archive: Path, reason: str) -> DataError:
    return DataError(f"The archive is not CIFAR-10: {reason}", archive, "Delete it and fetch it again.")


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    """Turn what the operating system says about files into one sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DataError(
                "The disk is full", path, "CIFAR-10 needs 360 MB for a moment: make room and run this again."
            ) from error
        raise DataError(
            f"Writing failed: {error.strerror or error}", path, "Choose a folder that you may write to."
        ) from error
