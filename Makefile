# Two targets do all the set-up themselves: `make run` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
DATA   ?= newsdesk-data
INPUTS ?= 10000
BIN    := $(VENV)/bin
# A wheel index that holds PyTorch's CPU build, for machines whose default index serves CUDA.
TORCH_INDEX ?=
PIP    := $(BIN)/python -m pip install --disable-pip-version-check -qq -c constraints.txt \
          $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))

.DEFAULT_GOAL := help
.PHONY: help run test fuzz crash check format pictures bench clean

help: ## Show what make can do here
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Newsdesk needs Python 3.11 or newer; name one: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing into $(VENV), the first time only. 1 of 2: PyTorch, the largest part"
	@echo "(on Linux see \"CPU-only PyTorch\" in the README: the plain index sends gigabytes) ..."
	@$(PIP) torch
	@echo "2 of 2: Newsdesk and the other libraries ..."
	@$(PIP) -e . && touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Newsdesk and its development tools into $(VENV) ..."
	@$(PIP) torch && $(PIP) -e '.[dev]' && touch $@ $(VENV)/.run

run: $(VENV)/.run ## Set up, index the sample articles, start the bot (or the playground in a browser, without a token)
	@echo "Indexing the sample articles, unless something is indexed already ..." >&2
	@$(BIN)/newsdesk --data $(DATA) index --if-empty seeds
	@echo "Opening the index and the model ..." >&2
	@$(BIN)/newsdesk --data $(DATA) run --or-playground

test: $(VENV)/.dev ## Set up and run the tests
	@$(BIN)/python -m pytest -q -n 3 --dist loadfile --ignore tests/crash/programs

fuzz: $(VENV)/.dev ## Try INPUTS (10000) damaged documents of every kind, and as many updates from Telegram
	@NEWSDESK_FUZZ=$(INPUTS) $(BIN)/python -m pytest -q -s tests/retrieval/readers/test_readers_fuzz.py tests/bot/sources/test_sources_fuzz.py tests/bot/telegram/test_telegram_generated.py

crash: $(VENV)/.dev ## Kill syncs and broadcasts at every kind of step, fill the disk (minutes)
	@NEWSDESK_CRASH_POINTS=120 $(BIN)/python -m pytest -q -s tests/crash

check: $(VENV)/.dev ## Lint, types, layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.dev ## Format the code
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

pictures: $(VENV)/.dev ## Draw the pictures in docs/ anew from the sample articles (needs Chromium)
	@$(BIN)/newsdesk --data $(VENV)/pictures index --rebuild seeds
	@PYTHONPATH=tests/browser $(BIN)/python -m docs.make_pictures $(VENV)/pictures

.venv-peers/.bench: pyproject.toml constraints.txt benchmarks/peers/constraints.txt
	@echo "Installing what Newsdesk is compared with into .venv-peers ..."
	@$(PYTHON) -m venv .venv-peers
	@.venv-peers/bin/python -m pip install --disable-pip-version-check -qq -c constraints.txt \
	  $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) torch
	@.venv-peers/bin/python -m pip install --disable-pip-version-check -qq \
	  -c constraints.txt -c benchmarks/peers/constraints.txt -e '.[dev,peers]' && touch $@

bench: .venv-peers/.bench ## Measure beside peers, under load and as it grows (BENCH="ARTICLES QUESTIONS ..."; long)
	@.venv-peers/bin/python -m benchmarks $(BENCH)

clean: ## Remove what make made (never the articles or the index)
	rm -rf $(VENV) .venv-peers build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
