# `make` prints this menu. Everything needs only Python 3.11+, make and a package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
SERVICE := $(shell find service training -name '*.py' 2>/dev/null)
SOURCES := pyproject.toml service/__init__.py $(wildcard service/*.h service/classifier/*.[ch] service/text/*.[ch] service/api/*.c service/api/akismet/*.c)

.DEFAULT_GOAL := help
.PHONY: help setup run test check train bench lock clean

help:  ## print this menu
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Winnow needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
	@touch $@

$(VENV)/service: requirements/service.txt $(SOURCES) | $(VENV)/python
	@echo "Setting up (once): the service's locked dependencies"
	@$(LOCK) -r requirements/service.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev: requirements/dev.txt $(VENV)/service | $(VENV)/prepared
	@echo "Setting up (once): what tests and training need"
	@$(LOCK) -r requirements/dev.txt
	@touch $@

# Python may have been told not to keep what it compiles; without it, and with phrases to put together, a start takes thrice as long.
$(VENV)/prepared: $(VENV)/service $(SERVICE)
	@$(BIN)/python -m compileall -q service training
	@$(BIN)/python -c 'from service.text.signals import prepare; prepare()'
	@touch $@

setup: $(VENV)/prepared  ## set up the environment only

run: setup  ## set up, then start the service on 127.0.0.1:8000
	@$(BIN)/winnow serve

test: $(VENV)/dev  ## set up, then run all tests
	@$(BIN)/python -m pytest

check: $(VENV)/dev  ## lint and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

train: $(VENV)/dev  ## rebuild the starter model from the sources that are present
	@$(BIN)/winnow-train starter

bench: $(VENV)/dev  ## measure speed against named references
	@$(BIN)/python -m tests.bench

lock:  ## resolve the dependencies anew (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --extra build --extra training --extra dev -o requirements/dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements/dev.txt pyproject.toml --extra build -o requirements/service.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements/dev.txt pyproject.toml --extra teacher -o requirements/teacher.txt

clean:  ## remove the environment and caches; data/var stays
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
