# Needs Python 3.11 or newer with venv, and GNU make. Everything is installed into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
JOBS ?= 2
PYTEST_FLAGS ?=

.DELETE_ON_ERROR:
.PHONY: help try install dev lint format test test-all docs bench clean

help:
	@echo "make try       infer the shapes of a reference network, and build another"
	@echo "make test      lint, type check, and every test but the slow ones"
	@echo "make test-all  the same with the slow tests"
	@echo "make docs      write anew what the pages show: messages, tables, references"
	@echo "make bench     the benchmarks"
	@echo "make format    format the source, and fix what the linter can"
	@echo "make clean     remove the environment, caches and builds"

try: install
	$(BIN)/archspec shapes specs/vgg11.yaml --input 1x224x224
	$(BIN)/archspec build specs/googlenet.yaml

install: $(VENV)/.installed
dev: $(VENV)/.installed-dev

$(VENV)/.created:
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: pyproject.toml | $(VENV)/.created
	$(PIP) install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/.created
	$(PIP) install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.installed

lint: dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

test: lint
	$(BIN)/pytest -n $(JOBS) -m "not slow" $(PYTEST_FLAGS)

test-all: lint
	$(BIN)/pytest -n $(JOBS) $(PYTEST_FLAGS)

# The pages of tests/errors, archspec/docs and examples show what the commands print: read the difference.
docs: dev
	ARCHSPEC_UPDATE=1 $(BIN)/pytest tests/test_errors.py tests/docs tests/test_examples.py tests/test_notebook.py

bench: dev
	$(BIN)/python -m tests.bench

clean:
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
