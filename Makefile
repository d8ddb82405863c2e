# make demo | test | lint | bench | faults: each makes .venv and installs by itself; quick the second time.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test lint bench faults clean

demo: $(STAMP)
	$(BIN)/kgfm demo

test: $(STAMP)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q
	$(BIN)/coverage combine -q
	$(BIN)/coverage report --skip-covered --fail-under=85

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python pipelines/benchmarks/speed.py

# Every fault that a test provokes; what is killed is killed twenty times instead of three.
faults: $(STAMP)
	KGFM_KILLS=20 $(BIN)/pytest -q tests/faults tests/cli/test_repair.py tests/cli/test_bad_input.py \
	  tests/cli/test_network.py tests/cli/test_read_only.py tests/stores

clean:
	rm -rf $(VENV) demo-kb

# Installed again when the project file changes, and only then.
$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@
