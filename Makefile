# Two commands do it all: `make run` and `make test`. Both install what they need, and may be repeated.

PYTHON := .venv/bin/python
WORKERS := 2
RUN_LOCK := .venv/run.stamp
TEST_LOCK := .venv/test.stamp
WORDS := $(shell find src/tuidang -name '*.po')

.PHONY: help run test unit check bench soak docs lock words format clean phone-lab

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: $(RUN_LOCK) ## set everything up and open the register on http://localhost:8000 (PORT= changes it)
	@exec .venv/bin/tuidang up

test: $(TEST_LOCK) ## set everything up and pass all tests (about an hour)
	@scripts/need "the tests" chromium dovecot-imapd epubcheck ffmpeg fonts-noto-cjk golang-go golang-golang-x-mod-dev \
	  kiwix-tools lynx nginx-light poppler-utils postgresql rsync tor zbar-tools
	scripts/tests $(WORKERS) -m "not soak" tests
	scripts/with-postgres scripts/tests $(WORKERS) -m "not soak" tests/db tests/phone/test_dialler_database.py
	@echo "All tests passed: everything on SQLite, and what touches the database on PostgreSQL again."

unit: $(TEST_LOCK) ## only the tests that need no database (under a minute)
	$(PYTHON) -m pytest -n $(WORKERS) -m "not soak" tests/unit

soak: $(TEST_LOCK) ## the long runs: a million leaves, a hundred kills, load
	@scripts/need "the long runs" chromium golang-go golang-golang-x-mod-dev nginx-light postgresql
	$(PYTHON) -m pytest -m soak -s tests

check: $(TEST_LOCK) ## format, lint, types, import contracts, migrations, settings
	.venv/bin/ruff format --check .
	.venv/bin/ruff check --no-cache .
	TUIDANG_DATA=build/check .venv/bin/mypy src
	.venv/bin/lint-imports
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && export TUIDANG_DATA=$$folder/var && \
	  .venv/bin/tuidang manage makemigrations --check --dry-run && \
	  .venv/bin/tuidang manage migrate --verbosity 0 && .venv/bin/tuidang doctor
	@echo "Checked: nothing to mend."

bench: $(TEST_LOCK) ## measure, and write docs/reference/performance.md
	@scripts/need "the benchmarks" chromium fonts-noto-cjk golang-go golang-golang-x-mod-dev
	$(PYTHON) -m bench

docs: $(TEST_LOCK) ## check that the documentation's links and commands hold
	$(PYTHON) -m pytest -q tests/test_docs.py

format: $(TEST_LOCK) ## format the code
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

lock: $(TEST_LOCK) ## choose the newest allowed versions of everything and write the lock files
	.venv/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-annotate \
	  --no-header pyproject.toml --group build -o requirements.lock
	.venv/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-annotate \
	  --no-header pyproject.toml --group build --group dev -o requirements-dev.lock

phone-lab: $(RUN_LOCK) ## fetch SIPp, and run the simulated carrier: a country of people who answer, or do not
	@.venv/bin/tuidang phone install-asterisk
	@exec .venv/bin/tuidang phone lab

clean: ## remove the environment; data under var/ stays
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(RUN_LOCK): requirements.lock pyproject.toml scripts/setup $(WORDS)
	@scripts/setup requirements.lock
	@touch $@

$(TEST_LOCK): requirements-dev.lock pyproject.toml scripts/setup $(WORDS)
	@scripts/setup requirements-dev.lock
	@touch $@ $(RUN_LOCK)
