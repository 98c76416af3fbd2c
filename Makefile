# Carryon. `make help` lists what it can do; every target sets up what it needs.

PYTHON ?= python3
PORT ?= 8000
export PORT

SETUP = $(PYTHON) -m tools.setup
PYTEST = .venv/bin/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help serve test test-quick bench site models clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: ## set up if need be, then serve the app on this machine (PORT=8000)
	@$(SETUP) runtime
	@$(PYTHON) serve.py

test: ## set up if need be, then run every test
	@$(SETUP) runtime tests
	@$(PYTEST) -n 2 -m "not browser"
	@$(PYTEST) -n 2 --dist worksteal -m browser

test-quick: ## the same without browsers
	@$(SETUP) runtime tests
	@$(PYTEST) -n 2 -m "not browser"

bench: ## measure speed, sizes and suggestions beside peers; writes bench/results.json
	@$(SETUP) runtime tests bench
	@.venv-bench/bin/python -m bench

site: ## write dist/, which any static host can serve
	@$(SETUP) runtime
	@$(PYTHON) -m tools.site

models: ## train the models again from DATA (../shared/data)
	@$(SETUP) models
	@.venv-models/bin/python -m models.training

clean: ## remove all that set-up and builds made
	rm -rf dist dist.* static/vendor node_modules .venv .venv-bench .venv-models .cache .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
