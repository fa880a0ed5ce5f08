# Marquee. `make` alone says what there is.
#
#   make run PORT=8080        another port           make run HOST=0.0.0.0   reachable from outside
#   make run PYTHON=python3.12   another Python      make test JOBS=4        more test workers
#   make run DEMO=no          an empty house; the terminal prints a link to make the first account

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run dev test bench lint format lock vendor translate screenshots demo accounts clean

export HOST ?= 127.0.0.1
export PORT ?= 8000
export DEMO ?= yes
JOBS ?= 2
# Extra arguments for pytest: make test ARGS="-k overlap -x"
ARGS ?=

PY := .venv/bin/python
FLASK := $(PY) -m flask --app wsgi
BABEL := $(PY) -m babel.messages.frontend
CATALOGUES := dashboard/translations

help: ## Say what there is
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Set everything up and serve Marquee with demo data (HOST, PORT; DEMO=no: without)
	@bash scripts/run.sh

dev: ## The same with reloading and the debug toolbar
	@bash scripts/run.sh dev

test: ## Set everything up and run the whole test suite (JOBS, ARGS)
	@bash scripts/bootstrap.sh dev
	@bash scripts/browser.sh
	@$(PY) -m pytest -n $(JOBS) --dist worksteal $(ARGS) </dev/null

bench: ## Measure Marquee, a stock Flask-Admin and the limit on both databases (ARGS="--sizes 1m --items list")
	@bash scripts/bootstrap.sh dev
	@$(PY) -m bench $(ARGS)

lint: ## Check style, types and the direction of imports
	@bash scripts/bootstrap.sh dev
	@bash scripts/lint.sh

format: ## Bring the Python files into the house style
	@bash scripts/bootstrap.sh dev
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

lock: ## Work out requirements/*.txt again from requirements/*.in
	@bash scripts/lock.sh

vendor: ## Fetch the front-end files and the list of common passwords again
	@bash scripts/bootstrap.sh dev
	@$(PY) scripts/vendor.py
	@$(PY) -m scripts.common_passwords

translate: ## Collect the texts, update the Chinese catalogue, compile it
	@bash scripts/bootstrap.sh dev
	@$(BABEL) extract -F babel.cfg -k N_ -k _l -k lazy_gettext --no-location --sort-output --project Marquee -o messages.pot .
	@$(BABEL) update -i messages.pot -d $(CATALOGUES) --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@rm -f messages.pot
	@$(BABEL) compile -d $(CATALOGUES)

screenshots: ## Take the pictures of docs/screenshots again
	@bash scripts/bootstrap.sh dev
	@bash scripts/browser.sh
	@$(PY) -m scripts.screenshots

demo: ## Put the demo chain into an empty database
	@bash scripts/bootstrap.sh run
	@$(FLASK) db upgrade
	@$(FLASK) demo load

accounts: ## Give the demo accounts new passwords and print them
	@bash scripts/bootstrap.sh run
	@$(FLASK) demo accounts

clean: ## Remove what can be made again (keeps instance/ and uploads/)
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .lock-venv build htmlcov test-results
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
	@rm -f $(CATALOGUES)/*/LC_MESSAGES/*.mo
