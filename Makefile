# make demo   make a class from sample submissions and grade it (the main job)
# make test   all tests that run in minutes; make browser, docs, corpus, long, hostile: the longer ones
# Both set up .venv by themselves; all they need is Python >= 3.11 with pip and venv.

PYTHON ?= python3
HW ?= hw2
BIN := .venv/bin
READY := .venv/.ready
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: demo test browser docs links long corpus pictures hostile lint release validate clean help

help:
	@sed -n '1,3s/^# //p' Makefile

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else "Python 3.11 or newer is needed, but $(PYTHON) is %d.%d. Try: make PYTHON=python3.12" % v[:2])'
	$(PYTHON) -m venv .venv
	@awk '/^uv==/{keep=1} keep{print} keep && !/\\$$/{exit}' requirements.lock > .venv/uv.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY)
	$(BIN)/autograder demo $(HW)

test: $(READY) lint
	$(BIN)/python -m pytest -n 2 --dist loadfile

browser: $(READY)
	$(BIN)/python -m pytest -m browser tests/browser

docs: $(READY)
	$(BIN)/sphinx-build -q -W -n -b html docs docs/_build/html

links: $(READY)
	$(BIN)/sphinx-build -q -b linkcheck docs docs/_build/links

long: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "slow and not browser" --ignore tests/hostile --ignore-glob "tests/course/test_corpus_*"

corpus: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "slow or not slow" $(wildcard tests/course/test_corpus_*.py)

pictures: $(READY)
	$(BIN)/python docs/pictures.py
	REQUIRE_BROWSER=1 PICTURES=docs/images $(BIN)/python -m pytest -m browser tests/browser

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
