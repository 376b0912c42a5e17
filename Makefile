# Needs Python 3.11 or newer with venv, and GNU make. Everything is installed into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
JOBS ?= 2
PYTEST_FLAGS ?=
VERSIONS_FLAGS ?=

.DELETE_ON_ERROR:
.PHONY: help try install dev lint format test test-all test-versions test-lowest test-newest docs bench clean

help:
	@echo "make try            infer the shapes of a reference network, and build another"
	@echo "make test           lint, type check, and every test but the slow ones"
	@echo "make test-all       the same with the slow tests"
	@echo "make test-versions  the tests with the lowest and the newest versions of every dependency"
	@echo "make docs           write every golden file anew: messages, pages, sources, pictures, the schema"
	@echo "make bench          the benchmarks"
	@echo "make format         format the source, and fix what the linter can"
	@echo "make clean          remove the environments, caches and builds"

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

# An environment of several GB each, for torch. VERSIONS_FLAGS goes to pip: VERSIONS_FLAGS='--extra-index-url URL'.
test-versions: test-lowest test-newest

test-lowest test-newest: test-%: | $(VENV)-%
	$(PYTHON) tests/versions.py $* > $(VENV)-$*/constraints.txt
	$(VENV)-$*/bin/python -m pip --disable-pip-version-check install --quiet --upgrade --upgrade-strategy eager \
		--constraint $(VENV)-$*/constraints.txt $(VERSIONS_FLAGS) --editable '.[dev]'
	$(VENV)-$*/bin/python -m pytest -n $(JOBS) -m "not slow" $(PYTEST_FLAGS)

$(VENV)-lowest $(VENV)-newest:
	$(PYTHON) -m venv $@

# Pages, tables, messages, sources, pictures and the schema that show what archspec prints or writes: read the difference.
docs: dev
	ARCHSPEC_UPDATE=1 $(BIN)/pytest -n $(JOBS)

bench: dev
	$(BIN)/python -m tests.bench

clean:
	rm -rf $(VENV) $(VENV)-lowest $(VENV)-newest build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
