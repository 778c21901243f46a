PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup run test check bench soak lock
.DEFAULT_GOAL := run

# The environment comes from pins with hashes; a change of the pins makes it anew.
.venv/run.stamp: requirements/run.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/run.txt
	touch $@

.venv/dev.stamp: requirements/dev.txt .venv/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	touch $@

# What others run stands apart: some of it changes how the libraries we share behave once it is installed.
.venv-bench/bench.stamp: requirements/bench.txt
	test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/bench.txt
	touch $@

setup: .venv/dev.stamp

run: .venv/run.stamp
	$(BIN)/python -m bot run

test: .venv/dev.stamp
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

check: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m bot content check

bench: .venv/dev.stamp .venv-bench/bench.stamp
	$(BIN)/python -m benchmarks

soak: .venv/dev.stamp
	$(BIN)/python -m pytest -q -m soak

lock:
	uv pip compile pyproject.toml --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11 -o requirements/run.txt
	uv pip compile pyproject.toml --extra dev --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11 -o requirements/dev.txt
	uv pip compile pyproject.toml --extra bench --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11 -o requirements/bench.txt
