# Everything from a fresh clone, with nothing but Python 3.11 or newer and make on the machine.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo test hostile lint audit lock bench clean

help:  ## list these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/'

# Each is installed once; again only when what is asked for changes. --editable: the code is used where it lies.
EXTRAS_demo :=
EXTRAS_test := [gui,test]
EXTRAS_lint := [gui,test,dev]
.PRECIOUS: .venv/installed-%
.venv/installed-%: setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.$(EXTRAS_$*)'
	@touch $@

demo: .venv/installed-demo  ## explain two photos with the embedded model, into demo-output/
	$(BIN)/gradcam-tf explain resources/samples/chelsea.png resources/samples/coffee.png --out demo-output --overwrite

# The window's tests in a process of their own, as the window is: what Qt leaves behind must not meet TensorFlow.
test: .venv/installed-test  ## run all tests
	$(BIN)/python -m pytest --ignore tests/gui
	$(BIN)/python -m pytest tests/gui

hostile: .venv/installed-test  ## open models and images that strangers could send: refused by name, nothing touched
	$(BIN)/python -m pytest --deaths 30 tests/hostile tests/gradcam_tf/test_trust.py

lint: .venv/installed-lint  ## ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: .venv/installed-lint  ## bandit over the code, and known holes in what is installed (pip-audit, which asks pypi.org)
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml gradcam_tf gui resources
	$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements/dev.txt

lock: .venv/installed-lint  ## write requirements/*.txt again, with hashes
	$(BIN)/python tools/lock.py

bench: .venv/installed-demo  ## measure the numbers of benchmarks/README.md; takes minutes, wants a quiet machine
	$(BIN)/python benchmarks/engine.py
	$(BIN)/python benchmarks/methods.py
	$(BIN)/python benchmarks/batch.py

clean:  ## remove what the commands above made
	rm -rf .venv demo-output build *.egg-info
