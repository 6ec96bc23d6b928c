# One command sets up, one runs, one checks. A second `make` does not reinstall.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# More than the cores of a small machine: many tests wait for processes of their own.
WORKERS ?= 4

.PHONY: demo test check lint bench torture fuzz soak clean

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	touch $@

demo: $(VENV)/.installed
	$(BIN)/tocds demo

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: test lint

$(VENV)/.installed-bench: $(VENV)/.installed-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	touch $@

bench: $(VENV)/.installed-bench
	$(BIN)/python -m benchmarks

# Kills the real service ROUNDS times at random instants and audits what is left; SEED repeats the dice of a failure.
ROUNDS ?= 200
SEED ?=
torture: $(VENV)/.installed-test
	TORTURE_ROUNDS=$(ROUNDS) TORTURE_SEED=$(SEED) $(BIN)/python -m pytest tests/torture tests/leases

# Makes bad input by machine, TIMES as much of it as the suite, and other input each time; a failure prints its example.
TIMES ?= 20
fuzz: $(VENV)/.installed-test
	FUZZ=$(TIMES) $(BIN)/python -m pytest tests/machine -n auto

# Lives WEEKS weeks of the whole district on a moved clock, with ill vendors and restarts, and audits all of it.
WEEKS ?= 13
soak: $(VENV)/.installed-test
	$(BIN)/python -m tests.soak $(WEEKS) $(SEED)

clean:
	rm -rf $(VENV) build dist demo-out
