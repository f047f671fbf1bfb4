# Two things work on a fresh machine with Python 3.11 and make alone: `make run` and `make test`.
# Everything else that they need comes from PyPI, at the versions of uv.lock.

SHELL := /bin/sh
.DEFAULT_GOAL := help

PORT ?= 8060
STAGE ?= dev
KEEP ?=
QUEUE ?=
EMAIL ?=
FACTOR ?=
TESTS ?= tests/e2e
SET ?=
WORKERS ?= 2

export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/.local/uv/bin:$(PATH)
export PYTHONPATH := $(CURDIR)/functions:$(CURDIR)/layers/shared/python:$(CURDIR)

ENVIRONMENT := .venv/.complete
PYTHON := .venv/bin/python

.PHONY: help run watch demo test mutants clients check format synth deploy bench memory generate redrive admin clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

$(ENVIRONMENT): uv.lock pyproject.toml infra_cdk/local/environment.sh
	@sh infra_cdk/local/environment.sh

run: $(ENVIRONMENT) ## the whole system on this machine, until Ctrl-C (PORT=8060, KEEP=1 keeps its state, SET as for deploy)
	@exec $(PYTHON) -m infra_cdk.local.run --port $(PORT) $(if $(KEEP),--keep) $(SET)

watch: $(ENVIRONMENT) ## make run that puts changed sources into the running functions
	@exec $(PYTHON) -m infra_cdk.local.run --port $(PORT) --watch $(SET)

demo: $(ENVIRONMENT) ## a member's whole path against the running system
	@exec $(PYTHON) -m infra_cdk.local.demo

test: $(ENVIRONMENT) ## every test: units, handlers, templates, the whole system end to end (WORKERS=2 processes)
	@exec $(PYTHON) -m pytest --numprocesses $(WORKERS)

mutants: $(ENVIRONMENT) ## take each guard out, and demand that every test case that proves it fails
	@exec $(PYTHON) -m tests.mutants

clients: $(ENVIRONMENT) ## the clients that generators make of the API's document, against the running system
	@sh infra_cdk/local/environment.sh --inexact --group clients
	@exec $(PYTHON) -m tests.clients

check: $(ENVIRONMENT) ## formatting, lint, types, import rules, unused code, dependencies
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m mypy layers/shared/python functions infra_cdk tests template_tests
	@.venv/bin/lint-imports
	@$(PYTHON) -m infra_cdk.dead_code
	@.venv/bin/deptry --no-ansi -nddg images functions layers/shared/python
	@.venv/bin/deptry --no-ansi -nddg images,infra,local,dev functions layers infra_cdk tests template_tests

format: $(ENVIRONMENT) ## format, and fix what lint can fix
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

synth: $(ENVIRONMENT) ## the templates of STAGE=dev, into cdk.out
	@$(PYTHON) -m infra_cdk.commands.cdk --stage $(STAGE) $(SET) -- synth --quiet

deploy: $(ENVIRONMENT) ## deploy STAGE=dev to the AWS account of the environment (SET="name=value ..." overrides its values)
	@$(PYTHON) -m infra_cdk.commands.cdk --stage $(STAGE) $(SET) -- deploy --all

bench: $(ENVIRONMENT) ## first answer, our own overhead, round trips, items read, layer size
	@exec $(PYTHON) -m tests.benchmarks

memory: $(ENVIRONMENT) ## what the running system holds in memory after the end-to-end tests (TESTS= for: as it is now)
	@exec $(PYTHON) -m tests.benchmarks.memory $(TESTS)

generate: $(ENVIRONMENT) ## write all generated files: the OpenAPI document, the docs page, the event schemas
	@$(PYTHON) -m infra_cdk.openapi
	@$(PYTHON) -m infra_cdk.event_contracts

redrive: $(ENVIRONMENT) ## move a dead-letter queue's messages back: QUEUE=name STAGE=dev (STAGE=local: the running system)
	@exec $(PYTHON) -m infra_cdk.commands.redrive --stage "$(STAGE)" "$(QUEUE)"

admin: $(ENVIRONMENT) ## make a member an admin: EMAIL=address STAGE=dev (FACTOR=reset: reset a lost second factor)
	@$(PYTHON) -m infra_cdk.commands.admin --stage "$(STAGE)" --factor "$(FACTOR)" "$(EMAIL)"

clean: ## remove what was built and what runs have left
	@rm -rf .build .local/cdk.out .local/cdk.out.digest .local/zips .local/log .local/state .local/stack.json .local/e2e cdk.out
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
