"""Processes and threads that are to stay when the grading is over, and then change grades."""

# start: scaffold
# file: nndl/knn.py
# at: end

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time

_CODE = "import time; time.sleep(5); open('/tmp/hostile-outlived', 'w')"


def _stays():
    while True:
        time.sleep(0.05)
        for place in ("/tmp/hostile-outlived", "../../gradebook.db", "../../../gradebook.db"):
            try:
                open(place, "a").close()
            except OSError:
                pass


for _signal in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(_signal, signal.SIG_IGN)
for _start in (
    lambda: subprocess.Popen([sys.executable, "-c", _CODE], start_new_session=True),
    lambda: os.posix_spawn("/bin/sh", ["sh", "-c", "sleep 5; touch /tmp/hostile-outlived"], {}),
    lambda: os.system("nohup sh -c 'sleep 5; touch /tmp/hostile-outlived' &"),
    lambda: os.fork() or (os.setsid(), os.fork() or _stays()),
    lambda: ctypes.CDLL(None).syscall(56, 0x8000 | 17, 0, 0, 0, 0) or _stays(),
):
    try:
        _start()
    except OSError:
        pass
threading.Thread(target=_stays).start()
