# `make demo` and `make test` do everything on a fresh machine with Python 3.11 or newer, set-up included.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: help demo test soak check bench bench-small bench-guard docs vscode format clean

help:
	@echo "make demo    set up, make the demo bank, run its day, show what came out"
	@echo "make test    set up, and run all tests and checks"
	@echo "make soak    kill runs thousands of times, review hundreds of banks; takes more than an hour"
	@echo "make check   ruff, mypy --strict, import-linter"
	@echo "make bench   all figures of docs/performance.md, which it writes; about an hour (bench-small: five minutes, on the screen)"
	@echo "make vscode  package the extension for VS Code: build/strategy.vsix"
	@echo "make docs    write the generated files: pages of the documentation, grammars and schemas for editors"

$(STAMP): pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "setting up $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@$(BIN)/python -m compileall -q strategy_engine  # as pip does for a wheel: the first `strategy check` is as quick as the second
	@touch $@

demo: $(STAMP)
	@$(BIN)/strategy demo bank

test: $(STAMP)
	@sh tests/install_components.sh
	$(BIN)/python -m pytest -n auto
	POLARS_MAX_THREADS=2 $(BIN)/python tests/benchmarks/bench.py --guard  # the cores with which the ratios were recorded

soak: $(STAMP)
	STRATEGY_SOAK_KILLS=1500 STRATEGY_SOAK_FILES=5000 $(BIN)/python -m pytest -n auto tests/ledger/test_killed.py tests/language/test_format.py
	STRATEGY_SOAK_RIVALS=1000 $(BIN)/python -m pytest -n 0 tests/proofs/test_rivals_of_chance.py
	STRATEGY_SOAK_SEEDS=200 $(BIN)/python -m pytest -n 0 -s tests/review/test_truth.py

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	$(BIN)/python tests/benchmarks/bench.py --page

bench-small: $(STAMP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	$(BIN)/python tests/benchmarks/bench.py --small

bench-guard: $(STAMP)
	POLARS_MAX_THREADS=2 $(BIN)/python tests/benchmarks/bench.py --guard  # the cores with which the ratios were recorded

docs: $(STAMP)
	$(BIN)/python -m strategy_engine.cli.pages docs grammar

grammar/vscode/node_modules/.package-lock.json: grammar/vscode/package-lock.json
	@cd grammar/vscode && npm ci --silent
	@touch $@

vscode: grammar/vscode/node_modules/.package-lock.json
	@mkdir -p build
	@cd grammar/vscode && npm run --silent package -- --out ../../build/strategy.vsix

format: $(STAMP)
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) bank build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache grammar/vscode/node_modules grammar/vscode/build
