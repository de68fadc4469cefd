# Everything begins here. `make run` and `make test` are the whole set-up on a bare Debian with git, make, python3
# (3.11 or newer) and python3-venv.

# Debian's own Python is built with optimisation, a fourth faster than one built plainly: it is taken where it can make
# an environment, else the first `python3`.
PYTHON ?= $(shell /usr/bin/python3 -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo /usr/bin/)python3
BIN := .venv/bin
PORT ?= 8443
DATA ?= data
ARGS ?=
WORKERS ?= 2
# Tests of real clients and browsers wait a good deal.
ALL_WORKERS ?= 4
SOURCES := src tests $(wildcard bench) $(wildcard tools)
# Without compiled files every process that starts would compile the whole house anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run demo client compiled venv test check slow lint gen schema docs bench clients release screenshots clean

help:
	@echo "make run      set everything up and start Chappe (PORT=$(PORT) DATA=$(DATA) ARGS=…)"
	@echo "make demo     the same with a month behind it, where every part can be tried with one click"
	@echo "make check    the fast tests, under a minute; make lint: linters, types and import contracts"
	@echo "make test     linters, types, import contracts and every test, real clients included"
	@echo "make release  build the wheel twice, compare, keep it in dist with its digest"
	@echo "make bench    measure speed; gen docs schema screenshots: write generated files"

# Each stamp is newer than what it is made from: the packages that run, then those that test and check.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
# An environment without pip is what is left when python3-venv was missing.
HAS_PIP := $(BIN)/python -m pip --version >/dev/null 2>&1
NO_VENV := echo "The environment was not made. On Debian, run once as root: apt-get install python3-venv"
venv: .venv/ready
.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 1; }
	@$(HAS_PIP) || $(PYTHON) -m venv --clear .venv || { $(NO_VENV); exit 1; }
	@touch $@

.venv/running: requirements.txt pyproject.toml | .venv/made
	@echo "Installing the packages of requirements.txt into .venv (a minute or two, once)"
	@$(PIP) -r requirements.txt
	@$(PIP) --no-build-isolation -e .
	@touch $@

.venv/ready: .venv/running requirements-dev.txt
	@echo "Installing the packages of requirements-dev.txt into .venv (a minute, once)"
	@$(PIP) -r requirements-dev.txt
	@touch $@

# The web client, built into the package; a server without it runs, and says at /app/ what is missing.
CLIENT := $(shell find web-client src/chappe/web/static/design -type f -not -path '*/node_modules/*' 2>/dev/null)
client: src/chappe/web/client/index.html
src/chappe/web/client/index.html: $(CLIENT) .venv/running
	@echo "Building the web client (a minute, once)"
	@$(BIN)/python -m tools.build_client && touch $@

run: .venv/running
	@$(MAKE) --no-print-directory client || echo "Chappe starts without its web client"
	$(BIN)/chappe serve --data $(DATA) --port $(PORT) --links $(ARGS)

# A server with a month behind it, in a folder of its own; `make demo DEMO=…` for another.
DEMO ?= demo-data
demo: .venv/running
	@$(MAKE) --no-print-directory client || echo "Chappe starts without its web client"
	$(BIN)/chappe demo --data $(DEMO) --port $(PORT) --links $(ARGS)

lint: venv
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

# Tests wait for no disk where there is memory to spare: so many gigabytes.
IN_MEMORY = $(shell test -w /dev/shm && test $$(df --output=avail /dev/shm | tail -1) -gt $(1)000000 && echo PYTEST_DEBUG_TEMPROOT=/dev/shm)

# Left out: real clients, the browser, killed and attacked servers, PostgreSQL, and what else is marked slow (see pyproject.toml).
check: venv
	$(call IN_MEMORY,1) $(BIN)/pytest -n $(WORKERS) --dist worksteal -m "not slow" --ignore=tests/clients --ignore=tests/browser --ignore=tests/survive

# The tests that `check` leaves out because of what they cost, measured one after another.
slow: venv
	$(BIN)/pytest -m "not slow" --write-slow --ignore=tests/clients --ignore=tests/browser --ignore=tests/survive

clients: .venv/made
	@echo "Looking after the real clients in .clients (some minutes, once)"
	@$(BIN)/python -m tests.clients.prepare

# In a fresh checkout each worker would compile all tests for itself.
compiled: venv
	@test -d tests/__pycache__ || $(BIN)/pytest --collect-only -qq >/dev/null 2>&1 || true

test:
	@$(MAKE) --no-print-directory -j 3 --output-sync=line clients client lint compiled
	$(call IN_MEMORY,4) $(BIN)/pytest -n $(ALL_WORKERS) --dist worksteal

# The wheel of the newest commit, built twice in places with nothing in common: only what is the same is kept, in dist.
release: venv
	$(BIN)/python -m tools.release $(ARGS)

gen: venv docs
	$(BIN)/python -m tools.gen

docs: venv
	$(BIN)/chappe settings --write

schema: venv
	$(BIN)/python -m tools.make_schema

screenshots: client clients
	$(BIN)/python -m tests.browser.screenshots $(ARGS)

bench: venv client
	$(BIN)/python -m bench $(ARGS)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache build
