# make demo   make a class from sample submissions and grade it (the main job)
# make test   all tests that run in minutes
# Both set up .venv by themselves; all they need is Python >= 3.11 with pip and venv.

PYTHON ?= python3
HW ?= hw2
BIN := .venv/bin
READY := .venv/.ready
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: demo test hostile lint release validate clean help

help:
	@sed -n '1,3s/^# //p' Makefile

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else "Python 3.11 or newer is needed, but $(PYTHON) is %d.%d. Try: make PYTHON=python3.12" % v[:2])'
	$(PYTHON) -m venv .venv
	@awk '/^uv==/{keep=1} keep{print} keep && !/\\$$/{exit}' requirements.lock > .venv/uv.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY)
	$(BIN)/autograder demo $(HW)

test: $(READY) lint
	$(BIN)/python -m pytest -n 2 --dist loadfile

hostile: $(READY)
	$(BIN)/python -m pytest -m "slow or not slow" tests/hostile

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

release validate: $(READY)
	$(BIN)/autograder $@ $(HW)

clean:
	rm -rf .venv .mypy_cache .ruff_cache demo dist
