# make run      everything from a clean checkout to a served site on http://127.0.0.1:8000 (PORT=…)
# make run-lan  the same over HTTPS for phones in the same network
# make test     all checks and suites   make check  the checks alone   make bench  ratios against a floor
# make pins / messages / build          what a change of dependencies, texts or front end needs

PORT ?= 8000
PYTHON ?= python3
SHELL := /bin/bash
BIN := .venv/bin
PY := $(BIN)/python
STAMPS := .venv/stamps
export PORT PYTHONUNBUFFERED = 1
export PIP_DISABLE_PIP_VERSION_CHECK = 1

FRONTEND := $(shell find frontend/assets/src frontend/assets/public frontend/scanner/src frontend/assets/icons.json frontend/vite.config.ts frontend/tsconfig.json -type f 2>/dev/null)
MESSAGES := $(wildcard */locale/*/LC_MESSAGES/django.po)

.PHONY: run run-lan serve prepared build messages test check pytest vitest browser bench pins clean

run: prepared
	@$(PY) scripts/serve.py

run-lan: prepared
	@$(PY) scripts/serve.py --lan

# Everything a served site needs; quick when nothing has changed, and then it asks no registry.
prepared: $(STAMPS)/packages $(STAMPS)/messages $(STAMPS)/build
	@$(PY) scripts/prepare.py

$(STAMPS)/packages: requirements.txt
	@test -x $(PY) || $(PYTHON) scripts/python.py -m venv .venv
	@mkdir -p $(STAMPS)
	$(PY) -m pip install --quiet --require-hashes -r requirements.txt
	@touch $@

$(STAMPS)/dev-packages: requirements-dev.txt $(STAMPS)/packages
	$(PY) -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

$(STAMPS)/node-packages: frontend/package-lock.json $(STAMPS)/packages
	$(PY) scripts/node.py npm ci --prefix frontend --no-fund --no-audit --loglevel=error
	@touch $@

$(STAMPS)/build: $(FRONTEND) $(STAMPS)/node-packages
	$(PY) scripts/node.py npm run build --prefix frontend --silent
	@touch $@

$(STAMPS)/messages: $(MESSAGES) $(STAMPS)/packages
	@$(PY) scripts/messages.py compile
	@touch $@

build: $(STAMPS)/build

messages: $(STAMPS)/dev-packages
	$(PY) scripts/messages.py extract

check: $(STAMPS)/dev-packages $(STAMPS)/messages $(STAMPS)/build
	$(PY) scripts/check.py

test: $(STAMPS)/dev-packages $(STAMPS)/messages $(STAMPS)/build
	$(PY) scripts/check.py
	$(PY) scripts/node.py npm test --prefix frontend
	$(PY) -m pytest -n 2 -m "not browser and not postgresql"
	$(PY) tests/postgres.py $(PY) -m pytest -n 2 -m "not browser"
	$(PY) tests/postgres.py $(PY) -m pytest -m browser

bench: $(STAMPS)/dev-packages $(STAMPS)/messages $(STAMPS)/build
	$(PY) tests/postgres.py --durable $(PY) -m tests.bench

pins:
	$(BIN)/uv --version >/dev/null 2>&1 || $(PY) -m pip install --quiet uv
	$(BIN)/uv pip compile requirements.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet -o requirements.txt
	$(BIN)/uv pip compile requirements-dev.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet -o requirements-dev.txt

clean:
	rm -rf .venv frontend/node_modules frontend/assets/dist test-artefacts
