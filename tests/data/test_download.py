import gzip
import hashlib
import http.server
import io
import pickle
import shutil
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import pytest
from blankcifar import NAMES, batch

from labkit.data import DataError, cifar10, download

ROOT = Path(__file__).resolve().parents[2]
BODY = bytes(range(256)) * 4_000


def md5(content):
    return hashlib.md5(content).hexdigest()


class Server(http.server.ThreadingHTTPServer):
    """Serves `body`, as badly as it is told; `asked` holds the Range header of every request."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.body = BODY
        self.asked: list[str | None] = []
        self.breaks: list[int] = []  # per request: give up after so many bytes
        self.ignores_range = False
        self.shifts_range = False
        self.says_length = True
        self.status = 200
        self.url = f"http://127.0.0.1:{self.server_port}/cifar-10-python.tar.gz"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self):
        server = self.server
        wanted = self.headers.get("Range")
        server.asked.append(wanted)
        if server.status != 200:
            self.send_error(server.status)
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and not server.ignores_range else 0
        if server.shifts_range and start:
            start -= 7
        if start >= len(server.body):
            self.send_error(416)
            return
        content = server.body[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(server.body) - 1}/{len(server.body)}")
        if server.says_length:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: server.breaks.pop(0)] if server.breaks else content)
        self.close_connection = True

    def log_message(self, *_):
        pass


@pytest.fixture
def server(elsewhere, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with Server() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def target(elsewhere):
    return elsewhere / "archive.tar.gz"


def part(target):
    return target.with_name(target.name + ".part")


def test_a_file_is_fetched_and_checked(server, target, capsys):
    download.fetch(server.url, target, md5(BODY))
    assert target.read_bytes() == BODY and not part(target).exists()
    assert "100%" in capsys.readouterr().err


def test_quiet_shows_no_bar(server, target, capsys):
    download.fetch(server.url, target, md5(BODY), quiet=True)
    assert capsys.readouterr() == ("", "")


def test_a_broken_download_says_so_and_goes_on_where_it_stopped(server, target):
    server.breaks = [300_000]
    with pytest.raises(DataError, match=r"broke off.*goes on where it stopped"):
        download.fetch(server.url, target, md5(BODY), quiet=True)
    assert not target.exists() and part(target).read_bytes() == BODY[:300_000]
    download.fetch(server.url, target, md5(BODY), quiet=True)
    assert target.read_bytes() == BODY
    assert server.asked == [None, "bytes=300000-"]


def test_a_server_that_ignores_range_is_read_from_the_beginning(server, target):
    part(target).write_bytes(BODY[:300_000])
    server.ignores_range = True
    download.fetch(server.url, target, md5(BODY), quiet=True)
    assert target.read_bytes() == BODY


def test_a_server_that_sends_another_range_is_asked_for_everything(server, target):
    part(target).write_bytes(BODY[:300_000])
    server.shifts_range = True
    download.fetch(server.url, target, md5(BODY), quiet=True)
    assert target.read_bytes() == BODY
    assert server.asked == ["bytes=300000-", None]


def test_a_beginning_of_another_file_is_thrown_away(server, target):
    part(target).write_bytes(b"x" * 5_000)
    download.fetch(server.url, target, md5(BODY), quiet=True)
    assert target.read_bytes() == BODY


@pytest.mark.parametrize("extra", [b"", b"x" * 9])
def test_a_part_that_is_as_long_as_the_file_or_longer_is_sorted_out(server, target, extra):
    part(target).write_bytes(BODY + extra)
    download.fetch(server.url, target, md5(BODY), quiet=True)
    assert target.read_bytes() == BODY


def test_a_server_that_gives_no_length_is_fine(server, target):
    server.says_length = False
    download.fetch(server.url, target, md5(BODY), quiet=True)
    assert target.read_bytes() == BODY


def test_wrong_bytes_never_become_the_file(server, target):
    server.body = BODY[:-1] + b"!"
    with pytest.raises(DataError, match=r"checksum.*instead of"):
        download.fetch(server.url, target, md5(BODY), quiet=True)
    assert not target.exists() and not part(target).exists()


def test_a_file_that_is_there_is_not_fetched_again(server, target):
    target.write_bytes(BODY)
    download.fetch(server.url, target, md5(BODY), quiet=True)
    assert server.asked == []


def test_refusals_of_the_server_are_one_sentence(server, target):
    server.status = 503
    with pytest.raises(DataError, match="The server answered 503"):
        download.fetch(server.url, target, md5(BODY), quiet=True)


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://127.0.0.1/x", "nonsense"])
def test_only_web_addresses_are_opened(elsewhere, target, url):
    with pytest.raises(DataError, match="This is not an address"):
        download.fetch(url, target, md5(BODY), quiet=True)


def test_no_connection_is_one_sentence(server, target):
    server.shutdown()
    server.server_close()
    with pytest.raises(DataError, match=r"The download failed: .*refused.*Check the network"):
        download.fetch(server.url, target, md5(BODY), quiet=True)


def test_the_next_mirror_continues_what_the_first_began(server, target):
    server.breaks = [300_000]
    download.fetch_from_any([server.url, server.url], target, md5(BODY), quiet=True)
    assert server.asked == [None, "bytes=300000-"]


def test_all_mirrors_are_named_when_none_works(server, target):
    server.status = 404
    with pytest.raises(DataError, match=r"No address worked.*404.*This is not an address \(nowhere\)"):
        download.fetch_from_any([server.url, "nowhere"], target, md5(BODY), quiet=True)


def test_a_full_disk_is_found_before_the_download(server, target, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(DataError, match=r"The disk is full.*make room"):
        download.fetch(server.url, target, md5(BODY), quiet=True)


def test_a_folder_that_cannot_be_written_is_named(server, elsewhere):
    (elsewhere / "file").write_text("in the way")
    with pytest.raises(DataError, match="Choose a folder that you may write to"):
        download.fetch_cifar10(elsewhere / "file" / "here", quiet=True)
    assert server.asked == []


@pytest.fixture(scope="session")
def members():
    content = {f"data_batch_{i}": pickle.dumps(batch(i * 10_000), protocol=2) for i in range(1, 6)}
    meta = pickle.dumps({b"label_names": [name.encode() for name in NAMES]})
    return {**content, "test_batch": pickle.dumps(batch(60_000), protocol=2), "batches.meta": meta}


def archive_of(entries):
    """A .tar.gz of (name or TarInfo, content) pairs."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as tar:
        for name, content in entries:
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            if info.isreg():
                info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def small(skip=()):
    return [(f"{cifar10.FOLDER}/{name}", name.encode()) for name in download.MEMBERS if name not in skip]


def link(name, to, kind=tarfile.SYMTYPE):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, to
    return info


def test_cifar10_is_fetched_unpacked_and_readable(server, elsewhere, members, monkeypatch):
    body = archive_of((f"{cifar10.FOLDER}/{name}", content) for name, content in members.items())
    server.body = body
    monkeypatch.setenv("LABKIT_CIFAR10_MIRRORS", server.url)
    folder = download.fetch_cifar10(elsewhere / "datasets", md5=md5(body), quiet=True)
    assert [path.name for path in (elsewhere / "datasets").iterdir()] == [cifar10.FOLDER]
    assert cifar10.find() == folder
    assert cifar10.read_test(folder)[1].tolist() == [i % 10 for i in range(10_000)]
    download.fetch_cifar10(elsewhere / "datasets", md5=md5(body), quiet=True)
    assert len(server.asked) == 1


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_links_in_place_of_a_batch_are_refused(elsewhere, kind):
    path = elsewhere / "archive.tar.gz"
    path.write_bytes(
        archive_of(
            [(link(f"{cifar10.FOLDER}/test_batch", "/etc/hostname", kind), b""), *small(["test_batch"])]
        )
    )
    with pytest.raises(DataError, match="not a plain file"):
        download.unpack(path, elsewhere / "here")
    assert list((elsewhere / "here").iterdir()) == []


def test_members_that_were_not_expected_are_left_out(elsewhere):
    path = elsewhere / "archive.tar.gz"
    extra = [
        ("../climbed", b"x"),
        (f"{cifar10.FOLDER}/../../climbed", b"x"),
        (str(elsewhere / "absolute"), b"x"),
        (f"{cifar10.FOLDER}/readme.html", b"x"),
        (link(f"{cifar10.FOLDER}/sub", "/"), b""),
    ]
    path.write_bytes(archive_of([*extra, *small()]))
    folder = download.unpack(path, elsewhere / "here")
    assert sorted(p.name for p in folder.iterdir()) == sorted(download.MEMBERS)
    assert (folder / "data_batch_3").read_bytes() == b"data_batch_3"
    assert sorted(p.name for p in elsewhere.iterdir()) == ["archive.tar.gz", "here"]


def test_an_incomplete_archive_unpacks_nothing(elsewhere):
    path = elsewhere / "archive.tar.gz"
    path.write_bytes(archive_of(small(["data_batch_2"])))
    with pytest.raises(DataError, match="data_batch_2 missing"):
        download.unpack(path, elsewhere / "here")
    assert list((elsewhere / "here").iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"not an archive", gzip.compress(b"not a tar" * 200), archive_of(small())[:200]],
    ids=["empty", "text", "gzip of text", "truncated"],
)
def test_a_damaged_archive_is_named(elsewhere, content):
    path = elsewhere / "archive.tar.gz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"The archive is not CIFAR-10.*archive\.tar\.gz"):
        download.unpack(path, elsewhere / "here")


def test_a_half_unpacked_folder_is_completed(elsewhere):
    path = elsewhere / "archive.tar.gz"
    path.write_bytes(archive_of(small()))
    folder = elsewhere / cifar10.FOLDER
    folder.mkdir()
    (folder / "data_batch_1").write_bytes(b"half")
    download.unpack(path, elsewhere)
    assert (folder / "data_batch_1").read_bytes() == b"data_batch_1"
    assert len(list(folder.iterdir())) == len(download.MEMBERS)


def run(*arguments):
    script = ROOT / "datasets" / "fetch_cifar10.py"
    return subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True)


def test_the_command_unpacks_an_archive_that_is_there(elsewhere):
    path = elsewhere / "archive.tar.gz"
    path.write_bytes(archive_of(small()))
    result = run("--archive", str(path), "--to", str(elsewhere / "data"))
    assert result.returncode == 0, result.stderr
    assert result.stdout == f"CIFAR-10 is in {elsewhere / 'data' / cifar10.FOLDER}\n"


def test_the_command_fails_in_one_line(elsewhere):
    result = run("--archive", "missing.tar.gz", "--to", str(elsewhere))
    assert result.returncode == 1 and result.stdout == ""
    assert result.stderr == "fetch_cifar10: There is no such archive (missing.tar.gz).\n"
