# EduRaise. `make` alone prints this list.
SHELL := /bin/bash
export PORT ?= 8000
export ZOOMSIM_PORT ?= 8001
export DATA_DIR ?= var/demo
# Containers often forbid that compiled modules are kept; then each process that starts compiles all of them anew
unexport PYTHONDONTWRITEBYTECODE

UV := .tools/bin/uv
BIN := .venv/bin
IN_TESTS := $(BIN)/python -m tests.environment
READY := .venv/.ready

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

setup: $(READY) ## everything that the other targets need

$(UV):
	@bash scripts/get-uv

$(READY): pyproject.toml uv.lock .python-version | $(UV)
	@bash scripts/sync
	@touch $@

demo: $(READY) ## a believable school on http://localhost:8000, with a pretend Zoom beside it
	@exec $(BIN)/eduraise demo

dev: $(READY) ## autoreload on an empty database, with the pretend Zoom
	@DATA_DIR=$${DEV_DATA_DIR:-var/dev} $(BIN)/eduraise demo --dev

test: $(READY) ## lint, types, and the suite on SQLite, with the main path in a browser
	@bash scripts/check but-types
	@$(IN_TESTS) mypy & types=$$!; bash scripts/test; suite=$$?; wait $$types && exit $$suite

journeys: $(READY) ## the pages in a real browser (Debian's chromium)
	@$(BIN)/pytest -q -m journey

bench: $(READY) ## the budgets of speed and size: a table, and var/bench.json
	@$(BIN)/python -m bench

sweep: $(READY) ## a real process killed at every crash point, on both databases
	@bash scripts/sweep

soak: $(READY) ## two thousand seeds of the simulation, then the sweep: for a night (SOAK_SEEDS=…)
	@bash scripts/soak

lint: $(READY) ## the checks alone
	@bash scripts/check

format: $(READY) ## put the code in its form
	$(BIN)/ruff check -q --fix . ; $(BIN)/ruff format -q .

docs: $(READY) ## the lists in docs/reference that are made from the code
	@$(IN_TESTS) scripts/reference.py

pictures: $(READY) ## the README's pictures, taken of the demo that runs
	$(BIN)/python scripts/pictures.py

assets: $(READY) ## vendor htmx, the icons and axe again, from package-lock.json (needs npm)
	npm ci --ignore-scripts --no-audit --no-fund
	$(BIN)/python scripts/vendor_assets.py

.PHONY: help setup demo dev test journeys bench sweep soak lint format docs pictures assets
