"""A Jupyter server for a folder, which reads and writes nothing of the user's own."""

import json
import os
import re
import socket
import subprocess
import sys
from contextlib import contextmanager, suppress
from threading import Thread

RUNNING = re.compile(r"http://127\.0\.0\.1:(?P<port>\d+)(?=/lab)")
TOKEN = "browser"
SERVER = {
    "ServerApp": {"ip": "127.0.0.1", "port": 0, "open_browser": False, "allow_root": True},
    "IdentityProvider": {"token": TOKEN},
    "LabApp": {
        "news_url": None,
        "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "extension_manager": "readonly",
        "expose_app_in_browser": True,  # its commands, such as the one that changes the theme
    },
}
EXTENSIONS = {"ServerApp": {"jpserver_extensions": {"nbgrader.server_extensions.formgrader": True}}}
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false"},  # nor the question whether to
    "notebook-extension/tracker": {"windowingMode": "none"},  # cells exist before they are scrolled to
}


@contextmanager
def jupyter(folder, home):
    """JupyterLab with nbgrader's formgrader, started in `folder`.

    Args:
        home: a new folder for settings, kernels' files and caches.

    Yields:
        The server's address, without a slash at the end.
    """
    config = home / "config"
    _write(config / "jupyter_server_config.json", SERVER)
    _write(config / "jupyter_server_config.d/nbgrader.json", EXTENSIONS)
    for name, settings in SETTINGS.items():
        _write(config / "lab/user-settings/@jupyterlab" / f"{name}.jupyterlab-settings", settings)
    own = {
        "HOME": home,
        "JUPYTER_CONFIG_DIR": config,
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "IPYTHONDIR": home / "ipython",
        "XDG_CACHE_HOME": home / "cache",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "jupyter", "lab"],
        cwd=folder,
        env={**os.environ, **{name: str(path) for name, path in own.items()}},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield _answering(process)
        finally:
            process.terminate()
            process.wait()


def _answering(process):
    """The address of a server, once it takes connections: it logs the address before."""
    said = []
    for line in process.stderr:
        said.append(line)
        if found := RUNNING.search(line):
            break
    else:
        raise AssertionError("The Jupyter server did not start:\n" + "".join(said))
    # What it logs from here on is thrown away, so that it never waits for a reader.
    Thread(target=lambda: [None for _ in process.stderr], daemon=True).start()
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", int(found["port"]))).close()
            return found[0]
        except ConnectionRefusedError:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
    raise AssertionError("The Jupyter server ended at once:\n" + "".join(said))


def _write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")
