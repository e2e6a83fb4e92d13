# Everything runs from here. Needs python3 (3.11 or newer) and the package registries, nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(BIN)/uv
READY  := $(VENV)/.ready
EXTRAS := --extra desk --extra s3 --group dev --group docs
TESTS  := $(VENV)/.ready-for-tests
# Where branches are counted: whole paths, for tests start tests in other folders.
comma   := ,
empty   :=
COUNTED := $(subst $(empty) $(empty),$(comma),$(addprefix $(CURDIR)/src/udsyn/,desk/kernel desk/rooms packs allocation))
# Of the rooms, what does not begin as commands, rules, states and workflow do is left as it is: marking takes time.
UNCOUNTED := */migrations/*,*/rooms/*/[!crsw]*.py,*/rooms/*/?[!out]*.py
# Marks stay for the whole run: looking through all modules for those to take out takes longer than they do.
BRANCHES := slipcover --branch --threshold 1000000000 --source $(COUNTED) --omit '$(UNCOUNTED)' --json --out .coverage.json
BY_FILE := -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: demo test lint types-of-engine types-of-desk prove proof-pages mutation mutation-page bench bench-contacts docs cli-docs serve clean help

help:            ## list these commands
	@grep -E '^[a-z-]+: .*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 18

$(READY): pyproject.toml uv.lock
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	test -x $(UV) || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(UV) sync --frozen --quiet --compile-bytecode $(EXTRAS)
	$(BIN)/python -m compileall -q src/udsyn  # so that no command compiles it again where Python may not write
	touch $(READY)

$(TESTS): $(READY)
	$(UV) sync --frozen --quiet --compile-bytecode $(EXTRAS) --extra spark --extra saml
	touch $(TESTS)

demo: $(READY)   ## build the generated world and write its brief to demo/
	$(BIN)/udsyn demo --out demo $(if $(UDSYN_DEMO_DATA),--data $(UDSYN_DEMO_DATA))

test: $(TESTS) lint  ## lint, types, import order, docs and all tests (reads real data where UDSYN_DATA names it)
	$(BIN)/python -m $(BRANCHES) -m pytest $(BY_FILE) -m "not prove"
	$(BIN)/python .ci/branches.py .coverage.json

lint: $(READY)   ## ruff, mypy, import-linter, and no secret in git
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(MAKE) --no-print-directory -j2 types-of-engine types-of-desk
	$(BIN)/lint-imports
	$(BIN)/python .ci/no_secrets.py

types-of-engine:
	$(BIN)/mypy

types-of-desk:
	$(BIN)/mypy --config-file .ci/mypy-desk.ini

prove: $(TESTS)  ## every proof in full size, and the faults that tests must find; writes nothing
	UDSYN_TESTS_START=plain $(BIN)/pytest -m prove
	$(BIN)/python -m tests.mutation >/dev/null
	@echo "Nothing was written. \`make proof-pages\` and \`make mutation-page\` write the pages of these figures anew:"
	@echo "docs/effect_proof.md, docs/instruments_proof.md, docs/places_proof.md, docs/strengths_proof.md,"
	@echo "docs/teams_proof.md; docs/mutation.md."

proof-pages: $(TESTS) ## run the proofs whose figures are a page of docs/, and write those pages anew
	$(BIN)/python -m udsyn.evidence.effect.proof
	$(BIN)/python -m udsyn.evidence.effect.instruments_proof
	PYTHONPATH=. $(BIN)/python tests/places/test_corpus.py > docs/places_proof.md.new && mv docs/places_proof.md.new docs/places_proof.md
	$(BIN)/python -m tests.evidence.strengths_proof docs/strengths_proof.md
	$(BIN)/python -m tests.evidence.teams_proof docs/teams_proof.md

mutation: $(TESTS) ## put drawn faults into the modules that must not be wrong; fails where under 90 % are found
	$(BIN)/python -m tests.mutation --drawn-only

mutation-page: $(TESTS) ## the same, and write docs/mutation.md anew
	$(BIN)/python -m tests.mutation > docs/mutation.md.new && mv docs/mutation.md.new docs/mutation.md

bench: $(READY)  ## ratios measured in one run
	$(BIN)/python -m benchmarks

serve: $(READY)  ## open the demonstration desk at http://127.0.0.1:8000
	test -e demo/desk/desk.sqlite3 || $(BIN)/udsyn demo --out demo >/dev/null
	$(BIN)/udsyn desk serve --desk demo/desk --record demo/record

bench-contacts: $(READY)  ## contacts at a million people; with UDSYN_DATA also the choice of text representation
	$(BIN)/python -m benchmarks contacts contacts_score contacts_backtest

docs: $(READY)   ## build the documentation into site/
	$(BIN)/mkdocs build --strict

cli-docs: $(READY) ## write docs/cli.md from the commands
	$(BIN)/python -m udsyn.cli.reference > docs/cli.md.new && mv docs/cli.md.new docs/cli.md

clean:           ## remove what the commands above made
	rm -rf $(VENV) demo site .mypy_cache .ruff_cache .pytest_cache .hypothesis
