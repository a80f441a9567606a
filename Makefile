# `make demo` and `make test` each start from nothing: Python 3.11 or newer, and what pip can fetch.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO := build/demo
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PYTEST_ARGS ?=
CASES ?=
FUZZ_INPUTS ?= 10000
# torch first and by its version: a wheel for the CPU is taken where one is at hand
TORCH := torch==2.13.0

comma := ,

.DEFAULT_GOAL := help
.PHONY: help demo test slow browser fuzz lint style types contracts format grammar docs gallery bench clean

help:
	@echo "make demo     check, tabulate, compile and draw networks that ship, into $(DEMO)"
	@echo "make test     run the tests;  make slow  those that take minutes"
	@echo "make browser  test the HTML pages in Chromium: needs chromium and chromedriver on the PATH"
	@echo "make fuzz     try FUZZ_INPUTS=10000 inputs, right ones, broken ones and hostile ones"
	@echo "make lint     style, types, import contracts;  make format  mends style"
	@echo "make grammar  serialise the grammar anew after a change of grammar.lark"
	@echo "make docs     write the pages of operators and rules and the schema anew after a change of theirs"
	@echo "make gallery  draw docs/gallery.md and its pictures anew"
	@echo "make bench    measure speed and memory against their bars; CASES=check those of that word"

# --- environments: a stamp each, renewed when pyproject.toml changes ---

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "archspec needs Python 3.11 or newer; name one: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.demo: pyproject.toml | $(BIN)/python
	@echo "installing into $(VENV): a minute or two"
	$(PIP) $(TORCH)
	$(PIP) -e '.[torch,render]'
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	@echo "installing into $(VENV): a minute or two"
	$(PIP) $(TORCH)
	$(PIP) -e '.[all,dev]'
	@touch $@ $(VENV)/.demo

# --- the main job ---

REFUSED := specs/seeds/mnist_inception_broken.arch
GOOD := $(filter-out $(REFUSED),$(sort $(wildcard specs/*/*.arch)))

title = @printf '\n--- %s\n' "$(1)"
run = @echo '$$ archspec $(1)'; $(BIN)/archspec $(1)
RUN_IT := import torch, resnet50; print(list(resnet50.Resnet50()(torch.rand(2, 3, 224, 224)).shape))

demo: $(VENV)/.demo
	@mkdir -p $(DEMO)
	$(call title,the networks that ship keep their promises)
	$(call run,check $(GOOD))
	$(call title,but for one$(comma) which is there to be refused)
	$(call run,check $(REFUSED)); test $$? -eq 1
	$(call title,a network as a table)
	$(call run,summary seeds/resnet50)
	$(call title,the arithmetic of one of its layers)
	$(call run,explain seeds/resnet50 layer2.0.conv2)
	$(call title,as PyTorch source that needs nothing of archspec: two images in$(comma) the scores of a thousand classes out)
	$(call run,compile seeds/resnet50 -o $(DEMO)/resnet50.py)
	@cd $(DEMO) && echo '$$ cd $(DEMO); python -c "$(RUN_IT)"' && $(abspath $(BIN))/python -c "$(RUN_IT)"
	$(call title,and as a picture)
	$(call run,render seeds/resnet50 -o $(DEMO)/resnet50.svg)
	@printf '\nSee $(DEMO)/resnet50.py and $(DEMO)/resnet50.svg\n'

# --- checks ---

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --maxprocesses 4 $(PYTEST_ARGS)

slow: $(VENV)/.dev
	$(BIN)/python -m pytest -m slow $(PYTEST_ARGS)

browser: $(VENV)/.dev
	$(BIN)/python -m pytest -m browser $(PYTEST_ARGS)

fuzz: $(VENV)/.dev
	PYTHONPATH=tests $(BIN)/python -m fuzz --inputs $(FUZZ_INPUTS)

lint: style types contracts

style: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

grammar: $(VENV)/.dev
	$(BIN)/python -m archspec.syntax.build

docs: $(VENV)/.dev
	$(BIN)/python docs/generate.py

gallery: $(VENV)/.dev
	$(BIN)/python docs/gallery.py

bench: $(VENV)/.dev
	$(PIP) -e '.[bench]'
	$(BIN)/python -m benchmarks $(CASES)

clean:
	rm -rf $(VENV) build dist
