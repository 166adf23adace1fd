"""A CIFAR-10 of blank pictures, and a working folder without one."""

import os
import pickle
import shutil
from pathlib import Path

import pytest
from blankcifar import NAMES, batch


@pytest.fixture(scope="session")
def blank_cifar10(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cifar") / "datasets" / "cifar-10-batches-py"
    folder.mkdir(parents=True)
    for i in range(5):
        (folder / f"data_batch_{i + 1}").write_bytes(pickle.dumps(batch(i * 10_000), protocol=4))
    (folder / "test_batch").write_bytes(pickle.dumps(batch(60_000), protocol=2))
    (folder / "batches.meta").write_bytes(
        pickle.dumps({b"label_names": [n.encode() for n in NAMES]}, protocol=2)
    )
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def real_cifar10():
    """Real pictures, where somebody has them."""
    chosen = os.environ.get("LABKIT_CIFAR10", "")
    root = Path(__file__).resolve().parents[2]
    for folder in [Path(chosen)] * bool(chosen) + [root / "datasets" / "cifar-10-batches-py"]:
        for place in (folder, folder / "cifar-10-batches-py"):
            if (place / "data_batch_1").is_file():
                return place
    pytest.skip("no CIFAR-10 here")


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A working folder with no course around it, and no settings; the cache goes there too."""
    monkeypatch.delenv("LABKIT_CIFAR10", raising=False)
    monkeypatch.delenv("LABKIT_CIFAR10_MIRRORS", raising=False)
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path
