# Two commands do everything on a fresh machine: `make run` and `make test`.
SHELL := /bin/bash
PY := .venv/bin/python
STAMP := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help setup run test check fuzz sbom bench clean

help: ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(STAMP) ## make .venv with `dat` in it (quick when nothing changed)

$(STAMP): requirements.lock pyproject.toml .ci/system-packages
	@.ci/system-packages run
	@test -x $(PY) || python3 -m venv .venv
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(PY) -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(PY) -m compileall -q service workflows forms integrations
	@touch $(STAMP)

run: setup ## set up and start the demo on the embedded database
	@.ci/qr-decoder run
	@.venv/bin/dat serve --demo

test: setup ## set up and run the whole test suite, PostgreSQL and browser included
	@.ci/system-packages test
	@.ci/conformance-documents
	@.ci/qr-decoder test
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: setup ## the quick gate: format, lint, types, import contracts, the law
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/ruff check --quiet .
	@.venv/bin/yamllint --strict workflows forms
	@out=$$(.venv/bin/lint-imports 2>&1) || { echo "$$out"; exit 1; }
	@.venv/bin/mypy
	@out=$$(.venv/bin/bandit -q -r -ll service workflows forms integrations 2>/dev/null) || { echo "$$out"; exit 1; }
	@.venv/bin/dat packs check

fuzz: setup ## ask every route twenty thousand things that nobody would ask
	@DAT_FUZZ_CASES=20000 $(PY) -m pytest -n 0 -s -o timeout=7200 tests/access/test_fuzz.py

sbom: setup ## write dat.cdx.json: every part of others, with version, sums and licence
	@$(PY) .ci/sbom --to dat.cdx.json

bench: setup ## measure, as ratios to baselines of the same run
	@.venv/bin/dat bench
	@$(PY) -m tests.workflows.rival 50000

clean: ## remove what the commands made (the database of .dat stays)
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis bench-report
