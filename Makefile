# Two commands do everything: `make run` and `make test`. Paths stay relative, so that the folder may have any name.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
ARGS ?=
DATA ?=
NEWS ?=

.DEFAULT_GOAL := help
.PHONY: help run test setup check browser lock demo measure bench clean

help: ## print this help
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 14

run: $(VENV)/ready ## set up, build what is missing, open the page (ARGS="--port 8000")
	@$(PY) app.py --open $(ARGS)

test: check ## set up, then lint, types, import contract and every test (ARGS="-k parse")
	@$(PY) -m pytest $(ARGS)

check: $(VENV)/ready-dev browser ## lint, types and import contract alone
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(PY) -c 'import sys; from importlinter.cli import lint_imports_command; sys.path.insert(0, "."); lint_imports_command()'

setup: $(VENV)/ready ## install what the product needs into .venv

$(VENV)/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
	  { echo 'This needs Python 3.11. Install it, or name it: make PYTHON=/path/to/python3.11' >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV)

# torch first and alone: packages that ask for it then keep the build that is there.
$(VENV)/ready: requirements.txt constraints.txt | $(VENV)/bin/python
	@echo 'Installing what the product needs into .venv, once…' >&2
	@$(PIP) "$$(grep -o '^torch==[0-9.]*' requirements.txt)"
	@$(PIP) --requirement requirements.txt
	@touch $@

$(VENV)/ready-dev: requirements-dev.txt $(VENV)/ready
	@echo 'Installing what the tests need into .venv, once…' >&2
	@$(PIP) --requirement requirements-dev.txt
	@touch $@

browser:
	@command -v chromium >/dev/null && fc-list :lang=zh 2>/dev/null | grep -q . || \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fontconfig fonts-noto-cjk >/dev/null; \
	  else \
	    echo 'The tests need a browser and a Chinese font. On Debian: apt-get install chromium fontconfig fonts-noto-cjk' >&2; exit 1; \
	  fi

lock: $(VENV)/ready-dev ## write constraints.txt from what is installed
	@{ head -n 1 constraints.txt; $(PY) -m pip freeze | sed 's/+cpu$$//'; } > constraints.new && mv constraints.new constraints.txt

demo: $(VENV)/ready-dev browser ## walk through the page; makes docs/demo.webp and the README's pictures
	@$(PY) docs/demo.py

measure: $(VENV)/ready ## time from start to first answer, and the size of what is installed
	@$(PY) benchmarks/startup.py

$(VENV)/ready-bench: benchmarks/requirements.txt $(VENV)/ready-dev
	@echo 'Installing what the benchmarks compare with into .venv, once…' >&2
	@$(PIP) --requirement benchmarks/requirements.txt
	@touch $@

bench: $(VENV)/ready-bench browser ## measure speed and what it costs (DATA=a folder of sets, NEWS=a jsonl.gz), into docs/
	@test -n "$(DATA)" || { echo 'Name a folder of sets, or one that holds passages.jsonl: make bench DATA=/path/to/folder' >&2; exit 1; }
	@$(PY) benchmarks/encoder.py --data "$(DATA)" --write docs/performance.md
	@$(PY) benchmarks/startup.py --write docs/performance.md
	@$(PY) benchmarks/question.py --write docs/performance.md
	@$(PY) benchmarks/quotations.py
	@$(PY) benchmarks/retrieval.py --data "$(DATA)" --limit 300 --float32 --write docs
	@test -z "$(NEWS)" || $(PY) benchmarks/scale.py --data "$(NEWS)" --write docs/performance.md

clean: ## remove .venv and caches of tools
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
