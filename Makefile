# `make run` starts everything on this machine; `make test` runs all tests. Python 3.11 to 3.13 is all they need.
PYTHON ?= python3
VENV   ?= .venv
PY     := $(VENV)/bin/python
# Wheels only: nothing is compiled on, or downloaded behind the back of, a newcomer's machine.
PIP    := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all:

.PHONY: help run test fuzz check format bench chaos reset lock clean

help: # List the targets
	@grep -hE '^[a-z]+:.*# ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*# (.*)/  make \1|\2/' | column -t -s '|'

run: $(VENV)/.localdev # Start everything on this machine; Ctrl-C stops it
	@$(PY) -m localdev

reset: $(VENV)/.localdev # Forget the data of `make run`
	@$(PY) -m localdev reset

# T picks a room: tests/unit (pure), tests/workflows (time-skipping Temporal), tests/slack (the bot against the
# simulator), tests/integration (real processes, PostgreSQL, Temporal, the CLI), tests/replay (stored histories),
# tests/browser (Chromium), tests/simulator and tests/localdev, tests/conformance (Slack's JavaScript clients),
# tests/fuzz, tests/chaos; or one file or test: make test T=tests/unit/domain PYTEST_ARGS=-x
test: $(VENV)/.dev # All tests, or those of T: make test T=tests/unit
	$(PY) -m pytest $(or $(T),tests) -n 2 --dist worksteal $(PYTEST_ARGS)

fuzz: $(VENV)/.dev # Fuzz the parsers for MINUTES
	$(PY) -m tests.fuzz --minutes $(or $(MINUTES),10) $(T)

check: $(VENV)/.dev # Format, lint, types, import rules, security, Dockerfile
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/bandit --quiet --recursive --configfile pyproject.toml bot orchestration db localdev
	$(VENV)/bin/hadolint Dockerfile
	$(PY) .ci/audit.py

format: $(VENV)/.dev # Format and mend what ruff can
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

bench: $(VENV)/.dev # All benchmarks
	$(PY) -m bench

# Under fire: SEEDS="1 2 3", ORDERS and MINUTES for each. The shorter one is in `make test`.
chaos: $(VENV)/.dev # Kill processes under load: SEEDS, ORDERS, MINUTES
	$(PY) -m tests.chaos --seed $(or $(SEEDS),1 2 3) --orders $(or $(ORDERS),100) --minutes $(or $(MINUTES),3)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else f"Countersign needs Python 3.11 to 3.13, and $(PYTHON) is {v[0]}.{v[1]}. Try: make $(MAKECMDGOALS) PYTHON=python3.12")'
	@echo "Making the virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.localdev: requirements-localdev.txt | $(VENV)/bin/python
	@echo "Installing the pinned requirements (once) ..."
	@$(PIP) -r requirements-localdev.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing the pinned requirements for tests and checks (once) ..."
	@$(PIP) -r requirements-dev.txt
	@touch $@ $(VENV)/.localdev

# Pins for every Python we support and every platform that the wheels exist for.
LOCK := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
lock: # Pin the requirements anew after pyproject.toml changed
	$(LOCK) -o requirements.txt
	$(LOCK) --extra localdev -c requirements.txt -o requirements-localdev.txt
	$(LOCK) --extra localdev --extra dev -c requirements-localdev.txt -o requirements-dev.txt

clean: # Remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
