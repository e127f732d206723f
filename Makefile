# What a newcomer needs: `make up` and `make test`. Only relative paths, so that the clone may stand under any path.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

help: ## This list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 18

up: .venv/.runtime ## Start onhand on this machine and show what happens (ARGS="--port 4570" for another port)
	@$(BIN)/onhand up $(ARGS)

down: .venv/.runtime ## Stop it, if it runs in the background
	@$(BIN)/onhand down $(ARGS)

setup: .venv/.dev .venv/.policies ## Prepare everything that the checks need

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "onhand needs Python 3.11 or newer: '$(PYTHON)' was not found (make PYTHON=/path/to/python3)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "onhand needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V) (make PYTHON=/path/to/python3)"; exit 1; }
	@echo "Creating the virtual environment .venv"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "python -m venv failed: on Debian and Ubuntu, 'apt-get install python3-venv' adds it"; exit 1; }

# --no-deps: the locks are complete, and pip would ask for the extras of aws-sam-cli once more, without a hash.
# --no-compile: Python compiles what is used when it is used, and most of it never is.
PIP_INSTALL := python -m pip install --quiet --disable-pip-version-check --no-deps --no-compile

.venv/.runtime: requirements/onhand.txt pyproject.toml | .venv/bin/python
	@echo "Installing what onhand needs (about a minute)"
	@$(BIN)/$(PIP_INSTALL) --require-hashes -r requirements/onhand.txt
	@$(BIN)/$(PIP_INSTALL) --no-build-isolation --editable .
	@touch .venv/.runtime

.venv/.dev: requirements/dev.txt .venv/.runtime
	@echo "Installing what the checks need"
	@$(BIN)/$(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@touch .venv/.dev

NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm_config_cache="$(CURDIR)/.venv/npm-cache" $(BIN)/npm

.venv/.policies: tests/policies/package-lock.json .venv/.dev
	@echo "Installing the policy simulator"
	@$(NPM) ci --silent --prefix tests/policies
	@touch .venv/.policies

# ---- Checks -----------------------------------------------------------------------------------------------------

PYTEST := $(BIN)/python -m pytest --quiet

test: .venv/.dev ## Run all checks (about twenty minutes)
	@echo "== Four checks at a time (they wait a lot): some minutes, each is shown when it is through"
	@$(MAKE) --no-print-directory --jobs 4 --output-sync=target lint templates dashboard-checks test-browser test-commands test-functions test-model checkov secrets test-faults test-order test-unit types
	@echo "All checks passed."

lint: .venv/.dev ## Style of the Python code
	@echo "== Style"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: .venv/.dev ## Types of the Python code
	@echo "== Types"
	@$(BIN)/mypy

REGIONS := us-east-1 eu-central-1 ap-southeast-1

templates: .venv/.dev ## template.yaml, deploy-role.yaml and docs/deploy-workflow.yml
	@echo "== Template"
	@$(BIN)/cfn-lint --regions $(REGIONS) --template template.yaml deploy-role.yaml
	@echo "cfn-lint: template.yaml and deploy-role.yaml are clean for $(REGIONS)"
	@$(BIN)/zizmor --offline --no-progress --quiet --strict-collection docs/deploy-workflow.yml
	@echo "zizmor: docs/deploy-workflow.yml is clean"
	@printf '{"telemetryEnabled": false, "lastVersionCheck": %s}' "$$(date +%s)" > .venv/metadata.json # sam asks nobody for news
	@AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none SAM_CLI_TELEMETRY=0 \
	  __SAM_CLI_APP_DIR=.venv $(BIN)/sam validate --template-file template.yaml

checkov: .venv/checkov ## The templates by the rules of checkov; what is left out, and why: .checkov.yaml and template.yaml
	@echo "== Checkov"
	@.venv/checkov/bin/checkov && echo "checkov: template.yaml and deploy-role.yaml are clean"

secrets: .venv/checkov ## No secret in any file of the repository; what is none is said beside it (checkov:skip)
	@echo "== Secrets"
	@git ls-files -z | xargs -0 .venv/checkov/bin/checkov --framework secrets --enable-secret-scan-all-files --file
	@echo "checkov: no secret in any file"

dashboard-checks: .venv/.dev ## Types, tests, build and weight of the dashboard
	@echo "== Dashboard: types, tests, weight"
	@$(BIN)/python -c 'from onhand.dashboard import check; check()'

test-unit: .venv/.dev .venv/.policies ## Functions, command line and policies without AWS
	@echo "== Unit tests, policies and hostile files"
	@$(PYTEST) tests/unit tests/policies tests/corpus

test-order: .venv/.dev ## Uploads in any order against a DynamoDB API, with crashes
	@echo "== Order of uploads on a DynamoDB API"
	@$(PYTEST) tests/order

test-model: .venv/.dev ## Alerts, history, catalogue, forecasts, digests and channels against a DynamoDB API, with crashes
	@echo "== Alerts, history, catalogue, forecasts, digests and channels on a DynamoDB API"
	@$(PYTEST) tests/alerts tests/history tests/catalogue tests/look_ahead tests/send_digest tests/post_to_channel

test-faults: .venv/.dev ## Capacity, the doctor, restores, faults and hostile input against a DynamoDB API
	@echo "== Capacity, the doctor, restores, faults and hostile input on a DynamoDB API"
	@$(PYTEST) tests/capacity tests/doctor tests/drills tests/faults tests/hostile

test-aws: .venv/.dev ## The deployed stack (AWS=1: in your AWS account, docs/aws-unverified.md)
	@echo "== The deployed stack"
	@$(PYTEST) tests/aws $(if $(AWS),--aws $(ARGS))

COMMANDS := $(patsubst %,tests/aws/test_%.py,channels cli deploy digest foresight groups history_asked life restore subscribers)

test-commands: .venv/.dev ## A half of test-aws: the command line with a deployed stack
	@echo "== The command line with a deployed stack"
	@$(PYTEST) $(COMMANDS)

test-functions: .venv/.dev ## The other half: the functions of a deployed stack
	@echo "== The functions of a deployed stack"
	@$(PYTEST) tests/aws $(addprefix --ignore=,$(COMMANDS))

test-browser: .venv/.dev ## The dashboard in Chromium
	@echo "== The dashboard in Chromium"
	@CHROMIUM="$$(.ci/chromium)" && export CHROMIUM && $(PYTEST) tests/browser --ignore tests/browser/test_scale.py

# ---- Now and then -----------------------------------------------------------------------------------------------

# Tools with environments of their own.
.venv/bench .venv/checkov .venv/fuzz .venv/mutants .venv/trust: .venv/%: requirements/%.txt
	@$(BIN)/python -m venv $@
	@$@/bin/$(PIP_INSTALL) --require-hashes -r $<
	@touch $@

.venv/bench .venv/checkov .venv/fuzz .venv/mutants: .venv/.dev
.venv/trust: .venv/.runtime

mutants: .venv/mutants ## Make one small change of the pure rules after the other: a test must fail (docs/reliability.md; ARGS=functions/load_inventory/rules.py)
	@$(BIN)/python -m tests.mutants $(ARGS)

fuzz: .venv/fuzz ## Let a coverage-guided fuzzer at the reader of files, from the corpus on (make fuzz SECONDS=3600)
	@PYTHONPATH=functions .venv/fuzz/bin/python -m tests.fuzz.reader .venv/fuzz/found -max_total_time=$(or $(SECONDS),3600) \
	  -timeout=20 -max_len=8192 -artifact_prefix=.venv/fuzz/

audit: .venv/trust .venv/.runtime ## Ask PyPI and npm for known vulnerabilities of all that is locked (needs the network)
	@for lock in requirements/*.txt; do echo "$$lock"; .venv/trust/bin/pip-audit --strict --disable-pip --no-deps --require-hashes --requirement $$lock || exit 1; done
	@for folder in dashboard tests/policies; do echo "$$folder"; $(NPM) audit --audit=true --prefix $$folder || exit 1; done

sbom: .venv/trust .venv/.runtime ## What onhand is made of, in CycloneDX: .venv/sbom (make release writes it, too)
	@mkdir -p .venv/sbom
	@.venv/trust/bin/cyclonedx-py requirements requirements/onhand.txt --pyproject pyproject.toml --output-reproducible --output-file .venv/sbom/onhand.cdx.json
	@$(NPM) sbom --sbom-format cyclonedx --package-lock-only --prefix dashboard > .venv/sbom/dashboard.cdx.json
	@echo "Written: .venv/sbom/onhand.cdx.json and .venv/sbom/dashboard.cdx.json"

trust: ## What docs/security.md and docs/reliability.md rest on, takes less than an hour, and CI leaves out; the last part needs the network
	@$(MAKE) --no-print-directory restore-drill ARGS="--schedules 4"
	@$(MAKE) --no-print-directory soak ARGS="--hours 24"
	@$(MAKE) --no-print-directory audit

least-privilege: .venv/.dev ## Take each grant of each role away in turn: a test must fail (docs/security.md; ARGS="CheckStockRole")
	@CHROMIUM="$$(.ci/chromium)" && export CHROMIUM && PYTHONPATH=functions $(BIN)/python -m tests.least_privilege $(ARGS)

faults: .venv/.dev ## Each call of each function goes wrong in each way (docs/reliability.md; ARGS="--function Check-Stock")
	@PYTHONPATH=functions $(BIN)/python -m tests.faults $(ARGS)

bench: .venv/.dev .venv/bench ## Compare onhand with other loaders, and with a pipeline that does nothing (docs/performance.md)
	@PYTHONPATH=functions $(BIN)/python -m benchmarks.run --write docs/performance.md $(ARGS)

load: .venv/.dev ## 2,000 uploads of 100 rows from 200 stores at once, beside a pipeline that does nothing (ARGS="--uploads 200 --stores 20")
	@PYTHONPATH=functions $(BIN)/python -m benchmarks.load $(ARGS)

foresight: .venv/bench ## What forecasts are worth on real demand (docs/foresight.md; ARGS="--write docs/foresight.md")
	@PYTHONPATH=functions .venv/bench/bin/python -m benchmarks.foresight $(ARGS)

test-long: .venv/.dev ## The tests that make test leaves out because they take long (20,000 stores in a file, …)
	@CHROMIUM="$$(.ci/chromium)" && export CHROMIUM && for folder in order capacity aws browser; do \
	  $(PYTEST) -m long tests/$$folder || exit 1; done

scale: .venv/.dev ## The dashboard with 10,000 stores: bytes, requests and nodes of every page (docs/dashboard.md)
	@CHROMIUM="$$(.ci/chromium)" && export CHROMIUM && $(PYTEST) -s tests/browser/test_scale.py

quarter-hours: .venv/.dev ## What a manager, a viewer and a clerk do all day: clicks, keys, seconds (ONHAND_SCALE_STORES=200; ARGS="folder for pictures")
	@CHROMIUM="$$(.ci/chromium)" && export CHROMIUM && PYTHONPATH=functions $(BIN)/python -m tests.browser.quarter_hours $(ARGS)

upgrade-drill: .venv/.dev ## Upgrade a stack of the version before while stores upload, and roll it back (VERSION=v0.2.0, else the last tag)
	@PYTHONPATH=functions $(BIN)/python -m tests.drills.upgrade $(VERSION)

restore-drill: .venv/.dev ## Let every table go back to earlier moments of random schedules, and do what docs/runbook.md says (ARGS="--schedules 200 --seed 7")
	@PYTHONPATH=functions $(BIN)/python -m tests.drills.restore $(ARGS)

soak: .venv/.dev ## Two days of a small chain, compressed, with restarts, kill -9, replays and withdrawals (ARGS="--hours 48 --seed 1")
	@PYTHONPATH=functions $(BIN)/python -m tests.drills.soak $(ARGS)

simulate: .venv/.dev ## A chain of 10,000 stores against DynamoDB's limits, a part of it (docs/scale.md; ARGS="--k 50 --write docs/scale.md")
	@PYTHONPATH=functions $(BIN)/python -m benchmarks.simulation $(ARGS)

docs: .venv/.dev ## Write what the pages in docs take from the code: commands, parameters, cost
	@$(BIN)/python -m onhand.docs

release: .venv/.runtime ## Set the version, close the changelog, commit and tag (make release VERSION=0.2.0)
	@$(BIN)/python -m onhand.release "$(VERSION)"
	@$(MAKE) --no-print-directory sbom

deploy-policy: .venv/.dev ## Write docs/deploy-policy.json, from template.yaml
	@$(BIN)/python -m onhand.deploy_policy > .venv/deploy-policy.json && cp .venv/deploy-policy.json docs/deploy-policy.json

screenshots: .venv/.dev ## Take the pictures of docs/images again
	@CHROMIUM="$$(.ci/chromium)" && export CHROMIUM && $(BIN)/python -m tests.browser.screenshots

schedules: .venv/.dev ## Random schedules of uploads, crashes and repeats (make schedules SCHEDULES=20000 SEED=7 JOBS=2)
	@SCHEDULES=$(or $(SCHEDULES),20000) SEED=$(or $(SEED),1) JOBS=$(JOBS) $(BIN)/python -m tests.order.schedules

lock: .venv/.dev ## Resolve requirements/*.in anew (ARGS=--upgrade for newer versions)
	@cd requirements && for name in dev onhand bench checkov fuzz trust mutants; do \
	  ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --no-header --no-annotate $$(case $$name in (dev|checkov|fuzz|trust|mutants) ;; (*) echo --constraints dev.txt ;; esac) $(ARGS) --output-file $$name.txt $$name.in; done

.PHONY: help up down setup schedules test lint types templates dashboard-checks test-unit test-order test-model test-faults test-aws test-commands test-functions test-browser bench scale quarter-hours test-long foresight simulate checkov fuzz docs deploy-policy release screenshots lock secrets audit sbom trust least-privilege restore-drill upgrade-drill soak faults load mutants
