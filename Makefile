# Each target sets up what it needs: uv (found, else installed beside the project), Python 3.13 or 3.12, the locked packages.
.PHONY: demo dev test test-long test-postgresql check bench messages lock clean
SHELL := /bin/bash
.DEFAULT_GOAL := demo

# A shim that is on the path but does not run does not count as found.
UV := $(shell if uv --version >/dev/null 2>&1; then command -v uv; else echo .tools/bin/uv; fi)
PYTHON := .venv/bin/python
READY := .venv/.ready
PORT ?= 8000
# A machine may tell Python to keep no compiled code; then each of the hundreds of processes here compiles Django anew.
unexport PYTHONDONTWRITEBYTECODE
SMTP_PORT ?= 2525
# One process more than two cores: tests with real servers wait for them a good part of the time.
SIDE_BY_SIDE := -n 3 --dist loadgroup

.tools/bin/uv:
	@echo "Installing uv beside the project"
	@python3 -m venv .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check uv

$(READY): requirements-dev.txt pyproject.toml $(if $(filter .tools/bin/uv,$(UV)),.tools/bin/uv)
	@test -x $(PYTHON) || $(UV) venv --quiet --no-python-downloads --python 3.13 .venv 2>/dev/null || $(UV) venv --quiet --no-python-downloads --python ">=3.12" .venv
	@echo "Installing the locked packages"
	@$(UV) pip sync --quiet --require-hashes --python $(PYTHON) requirements-dev.txt
	@$(UV) pip install --quiet --python $(PYTHON) --no-deps --editable .
	@$(PYTHON) -m klankbord.design.catalogues
	@touch $@

CATALOGUES := $(wildcard src/klankbord/locale/*/LC_MESSAGES/django.po)
.venv/.catalogues: $(READY) $(CATALOGUES)
	@$(PYTHON) -m klankbord.design.catalogues
	@touch $@

demo: $(READY) .venv/.catalogues
	@.venv/bin/klankbord demo --port $(PORT) --smtp-port $(SMTP_PORT)

dev: $(READY) .venv/.catalogues
	@KLANKBORD_DEBUG=true .venv/bin/klankbord demo --dir var/dev --port $(PORT) --smtp-port $(SMTP_PORT)

test: $(READY) .venv/.catalogues
	@.venv/bin/pytest $(SIDE_BY_SIDE)

# What takes minutes: 200 kills instead of 20, every page as everybody, the demo from nothing, a house in four processes.
test-long: $(READY) .venv/.catalogues
	@KLANKBORD_LONG_TESTS=1 .venv/bin/pytest $(SIDE_BY_SIDE) -m long

# All that reads or writes tenant data, on the PostgreSQL at KLANKBORD_TEST_DATABASE.
test-postgresql: $(READY) .venv/.catalogues
	@.venv/bin/pytest $(SIDE_BY_SIDE) -m "not slow"

check: $(READY) .venv/.catalogues
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/djlint --lint --quiet src --extension html
	@$(PYTHON) -m klankbord.design.catalogues --complete
	@KLANKBORD_DIR=$$(mktemp -d) DJANGO_SETTINGS_MODULE=klankbord.config.settings $(PYTHON) -m django makemigrations --check --dry-run
	@KLANKBORD_LONG_TESTS=1 .venv/bin/pytest tests/documentation tests/architecture

bench: $(READY) .venv/.catalogues
	@for each in bench/*.py; do echo "== $$each"; $(PYTHON) $$each || exit 1; done

messages: $(READY)
	@$(PYTHON) -m klankbord.design.catalogues --update

# Versions and hashes, no addresses.
lock: $(if $(filter .tools/bin/uv,$(UV)),.tools/bin/uv)
	@$(UV) pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" --group dev pyproject.toml --output-file requirements-dev.txt
	@$(UV) pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" pyproject.toml --output-file requirements.txt

clean:
	@rm -rf .venv .tools build dist
