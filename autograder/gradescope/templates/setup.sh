#!/usr/bin/env bash
# Gradescope runs this once, as root, when the image is built. Only Python packages come from outside.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usable() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
find_python() {
    for name in python3.13 python3.12 python3.11 python3; do
        if usable "$name"; then echo "$name"; return; fi
    done
}

python="${PYTHON:-$(find_python)}"
if [ -z "$python" ]; then
    for version in 3.13 3.12 3.11; do
        if apt-get install -y "python$version" "python$version-venv"; then break; fi
    done
    python="$(find_python)"
fi
if [ -z "$python" ]; then
    echo "Python 3.11 or newer is needed: choose a newer base image in Gradescope's autograder settings." >&2
    exit 1
fi
command -v bwrap >/dev/null || apt-get install -y bubblewrap || echo "bubblewrap is not there; Landlock must do." >&2

"$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-cache-dir --require-hashes -r requirements.txt
.venv/bin/python -m compileall -q lib || true
export MPLCONFIGDIR="$PWD/.cache" PYTHONPATH="$PWD/lib"
.venv/bin/python -c 'import matplotlib.font_manager'
chmod -R go= course settings.json
.venv/bin/python -P -m autograder.gradescope.run --check "$(dirname "$PWD")"
