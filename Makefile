# The two commands of a fresh machine are `make run` and `make test`. uv is found, or put into .uv/ with pip.
.DEFAULT_GOAL := help
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
PY := .venv/bin/python

.PHONY: help run train test races check encoder explore bench bench-nlu faults setup clean

help: ## what can be done here
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

run: setup ## everything on this machine; Ctrl-C stops it
	@exec .venv/bin/buentrato up

train: setup ## a new model from data/
	@.venv/bin/buentrato nlu train

test: setup ## the whole test suite, without network
	@scripts/test

races: setup ## 10,000 takeovers race the bot, on each database
	@RACES=10000 $(PY) -m pytest -s tests/flows/test_desk.py -k begins_after

check: setup ## style, types, import contracts
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

encoder: ## teach the sentence encoder again from data/nlu (models/encoder; half an hour)
	python3 -m venv .encoder && .encoder/bin/pip install --quiet -r models/encoder/requirements.txt
	.encoder/bin/python models/encoder/finetune.py

explore: setup ## 20,000 turns of random conversations with the newest model; takes minutes
	@$(PY) -m tests.explore.phrases
	@EXPLORE_TURNS=20000 $(PY) -m pytest -q -s tests/explore

bench: setup ## the numbers of the README
	@$(PY) -m bench

bench-nlu: setup ## stock Rasa and ours on the same examples and messages; most of an hour
	@$(PY) -m bench.nlu

faults: setup ## kill and stall everything while 500 people write 10,000 messages, and count (docs/reliability.md)
	@$(PY) -m tests.faults $(FAULTS)

setup: .venv/.ready ## install what is missing

.venv/.ready: uv.lock pyproject.toml
	@[ -x "$(UV)" ] || { echo "Instalando uv…"; python3 -m venv .uv && .uv/bin/pip install --quiet uv; }
	@echo "Instalando dependencias (la primera vez tarda un par de minutos)…"
	@$(UV) sync --locked --compile-bytecode
	@touch .venv/.ready

clean: ## forget the environment, keep the data
	rm -rf .venv .uv
