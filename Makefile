# What a person types: `make demo` and `make test`. The rest is what these two need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps

.PHONY: demo test check assets messages lock clean

demo: $(VENV)/run assets messages ## live one whole conversation, on this machine
	@$(BIN)/earshot demo

test: check ## everything: checks, SQLite, PostgreSQL, a real browser
	@$(BIN)/python -m tests.run

check: $(VENV)/test assets messages
	@echo "Checking form, types and who imports whom ..."
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --no-cache | tail -1

assets: $(VENV)/run ## build the front end (nothing to do when nothing changed)
	@$(BIN)/python -m web.frontend.build

messages: $(VENV)/run ## compile what was translated (nothing to do while there is nothing)
	@if ls web/translations/*/LC_MESSAGES/*.po >/dev/null 2>&1; then \
	  $(BIN)/pybabel --quiet compile --directory web/translations; fi

lock: ## choose versions again and pin them with hashes
	uv pip compile pyproject.toml --universal --python-version 3.11 --group build \
	  --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' \
	  --quiet --upgrade --output-file requirements/run.lock
	uv pip compile pyproject.toml --universal --python-version 3.11 --group build --group test \
	  --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' \
	  --quiet --constraint requirements/run.lock --output-file requirements/test.lock

clean: ## forget everything that was made here
	rm -rf $(VENV) instance web/static/dist web/frontend/node_modules

$(VENV)/made:
	@echo "Making an environment in $(VENV) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Earshot needs Python 3.11 or later. Nothing was made. Say which: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run: requirements/run.lock pyproject.toml | $(VENV)/made
	@echo "Installing what Earshot runs on ..."
	@$(INSTALL) --require-hashes -r requirements/run.lock
	@$(INSTALL) --no-build-isolation --no-index -e . 
	@touch $@

$(VENV)/test: requirements/test.lock $(VENV)/run
	@echo "Installing what the tests need ..."
	@$(INSTALL) --require-hashes -r requirements/test.lock
	@touch $@
