# What a newcomer needs: `make up` and `make test`. Only relative paths, so that the clone may stand under any path.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

help: ## This list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

up: .venv/.runtime ## Start onhand on this machine and show what happens (ARGS="--port 4570" for another port)
	@$(BIN)/onhand up $(ARGS)

down: .venv/.runtime ## Stop it, if it runs in the background
	@$(BIN)/onhand down $(ARGS)

setup: .venv/.dev ## Prepare everything that the checks need

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "onhand needs Python 3.11 or newer: '$(PYTHON)' was not found (make PYTHON=/path/to/python3)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "onhand needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V) (make PYTHON=/path/to/python3)"; exit 1; }
	@echo "Creating the virtual environment .venv"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "python -m venv failed: on Debian and Ubuntu, 'apt-get install python3-venv' adds it"; exit 1; }

# --no-deps: the locks are complete, and pip would ask for the extras of aws-sam-cli once more, without a hash.
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps

.venv/.runtime: requirements/onhand.txt pyproject.toml | .venv/bin/python
	@echo "Installing what onhand needs (about a minute)"
	@$(PIP_INSTALL) --require-hashes -r requirements/onhand.txt
	@$(PIP_INSTALL) --no-build-isolation --editable .
	@touch .venv/.runtime

.venv/.dev: requirements/dev.txt .venv/.runtime
	@echo "Installing what the checks need"
	@$(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@touch .venv/.dev

lock: .venv/.dev ## Resolve requirements/*.in anew (make lock ARGS=--upgrade)
	@cd requirements && for name in dev onhand; do \
	  ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --no-header --no-annotate $$(test $$name = onhand && echo --constraints dev.txt) $(ARGS) --output-file $$name.txt $$name.in; done

.PHONY: help up down setup lock
