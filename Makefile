# Every target does what it needs first, from a bare clone. PY chooses the interpreter: make test PY=python3.12

PY ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := .venv-uv/bin/uv
PO := $(wildcard src/inviolable/*/locale/*/LC_MESSAGES/*.po)
DOOR := src/inviolable/door/static/door
NODE_MODULES := tests/browser/node_modules/.ready door-ui/node_modules/.ready

# Where this is set, every process compiles every library again: most of what starting one takes.
export PYTHONDONTWRITEBYTECODE :=
# A missing interpreter must fail at once, not start a download.
export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := copy
export VIRTUAL_ENV := $(CURDIR)/$(VENV)

.PHONY: setup run test lint bench chaos sbom wheel lock messages clean
.DEFAULT_GOAL := setup

setup: $(VENV)/.dev $(NODE_MODULES) $(DOOR)/worker.js

# Serving needs five libraries; testing needs sixty. `make run` waits only for the five.
run: $(if $(wildcard $(VENV)/.dev),$(VENV)/.dev,$(VENV)/.run) $(DOOR)/worker.js
	@$(BIN)/inviolable run

test: setup
	@$(BIN)/python -m pytest -n auto --dist worksteal $(PYTEST)

lint: $(VENV)/.dev
	$(BIN)/ruff check src tests tools benchmarks
	$(BIN)/ruff format --check src tests tools benchmarks
	INVIOLABLE_HOME=.mypy_cache/home $(BIN)/mypy
	$(BIN)/lint-imports

# Every system call failed in turn, a thousand kills, every byte of a dossier, a million steps of nights: hours.
chaos: setup
	@INVIOLABLE_EXAMPLES=30000 $(BIN)/python -m pytest tests/alarm/test_plan.py tests/alarm/test_machine.py
	@$(BIN)/python -m pytest -m chaos $(PYTEST)

# All of it; `BENCH=desk make bench`, or notes, recording, sources: one of them alone.
bench: .venv-bench/.ready $(DOOR)/worker.js
	@.venv-bench/bin/python -m benchmarks $(BENCH)

# What is in the product, for those who must know: CycloneDX, from the lock file.
sbom: $(VENV)/.dev
	@mkdir -p dist
	$(BIN)/python tools/sbom.py requirements/run.txt > dist/sbom.cdx.json

wheel: $(VENV)/.dev sbom $(DOOR)/worker.js
	$(BIN)/python -m hatchling build --target wheel --directory dist

# After a change of dependencies in pyproject.toml.
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command "make lock" $(UPGRADE)
lock: $(UV)
	$(COMPILE) --all-extras --group dev --output-file requirements/dev.txt pyproject.toml
	$(COMPILE) --group build --constraint requirements/dev.txt --output-file requirements/build.txt
	$(COMPILE) --constraint requirements/dev.txt --output-file requirements/run.txt pyproject.toml
	$(COMPILE) --group bench --constraint requirements/dev.txt --output-file requirements/bench.txt pyproject.toml
	echo uv | $(COMPILE) --output-file requirements/uv.txt -

# Gather new words from code and templates into the .po files, for translators.
# The page of the tablet at the door, and what plays recordings. Without npm they are not there; the tablet's address says so.
$(DOOR)/worker.js: $(shell find door-ui/src -type f) door-ui/build.mjs $(DOOR)/door.css $(DOOR)/door.webmanifest \
		src/inviolable/door/templates/door/door.html door-ui/node_modules/.ready
	@if command -v npm >/dev/null; then cd door-ui && node build.mjs && touch ../$@; fi

messages: $(VENV)/.dev
	$(BIN)/python tools/messages.py update
	$(BIN)/python tools/messages.py compile

clean:
	rm -rf $(VENV) .venv-uv .venv-bench dist build tests/browser/node_modules door-ui/node_modules $(DOOR)/*.js \
		src/inviolable/incidents/static/incidents/watch.js

# The interpreter on a system may refuse `pip install`, so uv lives in an environment of its own.
$(UV): requirements/uv.txt
	@$(PY) -m venv .venv-uv || { echo "Python's venv is missing: apt-get install python3-venv" >&2; exit 1; }
	@.venv-uv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(BIN)/python: | $(UV)
	@$(PY) -m venv --without-pip $(VENV)

# Documents are read in a sandbox, which cannot write: without this each reading would compile the libraries again.
COMPILED = $(VIRTUAL_ENV)/bin/python -c "import docx, pypdf, trafilatura"

$(VENV)/.run: requirements/run.txt requirements/build.txt pyproject.toml $(PO) | $(BIN)/python
	@$(UV) pip install --quiet --require-hashes -r requirements/run.txt -r requirements/build.txt
	@$(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@$(COMPILED)
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml $(PO) | $(BIN)/python
	@$(UV) pip sync --quiet --require-hashes requirements/dev.txt
	@$(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@$(COMPILED)
	@touch $@

# Peers to measure against live in an environment of their own: one of them is AGPL.
.venv-bench/.ready: export VIRTUAL_ENV := $(CURDIR)/.venv-bench
.venv-bench/.ready: requirements/bench.txt requirements/build.txt pyproject.toml | $(UV)
	@$(PY) -m venv --without-pip .venv-bench
	@$(UV) pip sync --quiet --require-hashes requirements/bench.txt requirements/build.txt
	@$(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@$(COMPILED)
	@touch $@

# axe-core, which the browser tests use to find what a screen reader would stumble over; and what builds the door's page.
$(NODE_MODULES): %/node_modules/.ready: %/package-lock.json
	@if command -v npm >/dev/null; then cd $* && npm ci --silent --no-audit --no-fund --ignore-scripts; \
	else echo "npm is missing (apt-get install npm): tests that need what is in $* will be skipped." >&2; mkdir -p $(@D); fi
	@touch $@
