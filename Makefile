# Acorn: `make run` starts it, `make test` checks it, `make help` says the rest.

PYTHON ?= python3

BIN := .venv/bin
LOCKS := requirements/services.txt requirements/engines.txt
PACKAGES := $(wildcard shared/pyproject.toml services/*/pyproject.toml)
BOOTSTRAP := shared/embedded/bootstrap.py
# What is type-checked, each line at once: folders of tests have files of the same name, so each is checked by itself.
SOURCES := shared $(wildcard services/*/acorn_*) docker conftest.py charts
TESTS := tests $(wildcard services/*/tests)
# Tests by their markers: those that take long, and those that need docker, helm, a cluster, or patience.
REST := faults or keycloak or browser
ELSEWHERE := images or charts or cluster or campaign
# One more process than the smallest machine has processors: tests that kill processes mostly wait.
AT_ONCE := 3

# The targets share .venv.
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help run clean-data engines venv lint types test test-rest test-all campaign images test-images charts test-cluster bench docs lock clean

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/.run ## Start Acorn on this machine: engines, services, demo trust; Ctrl-C stops it
	@$(BIN)/python -m embedded.run

clean-data: ## Remove what was entered into Acorn on this machine
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m embedded.run clean-data; else rm -rf .acorn/data; fi

engines: .venv/.run ## Fetch Kafka now (MongoDB comes with the packages); otherwise the first run does
	@$(BIN)/python -m embedded.kafka

venv: .venv/.dev ## Make .venv with everything for development

lint: .venv/.dev ## Check style and form
	$(BIN)/ruff check $(SOURCES) $(TESTS)
	$(BIN)/ruff format --check $(SOURCES) $(TESTS)

types: .venv/.dev ## Check types, strictly
	@for sources in "$(SOURCES)" $(TESTS); do echo "mypy $$sources"; $(BIN)/mypy $$sources || exit 1; done

test: lint types engines ## Lint, types and every test that takes no more than some seconds
	$(BIN)/pytest -m "not ($(REST)) and not ($(ELSEWHERE))" -n 2 $(PYTEST)

test-rest: .venv/.dev engines ## The tests that `make test` leaves out: they kill processes, take long, need a browser or Keycloak
	$(BIN)/pytest -m "$(REST)" -n 2 $(PYTEST)

test-all: lint types engines ## What `test` and `test-rest` do, in one run that starts once what they share
	$(BIN)/pytest -m "not ($(ELSEWHERE))" -n $(AT_ONCE) $(PYTEST)

campaign: .venv/.dev engines ## Send the services some thousand requests that their OpenAPI files allow, and some that they do not
	$(BIN)/pytest -m campaign -n 2 $(PYTEST)

images: .venv/.dev engines ## Build the images of the services and of a trial's engines (TAG=..., BASE=...)
	$(BIN)/python docker/build.py $(if $(TAG),--tag $(TAG)) $(if $(BASE),--base $(BASE))

test-images: images ## Look into the images, and run tests on engines in containers
	$(BIN)/pytest -m images -p no:randomly $(PYTEST)

charts: .venv/.dev ## Check the charts: lint, their own suites, Kubernetes' schemas; needs helm or ACORN_CLUSTER_KIT
	$(BIN)/pytest -m charts $(PYTEST)

test-cluster: images ## Install, use, break and upgrade Acorn on a real Kubernetes cluster
	$(BIN)/pytest -m cluster -p no:randomly $(PYTEST)

bench: .venv/.dev engines ## Measure, and write docs/benchmarks.md
	$(BIN)/python tests/bench/run.py

docs: .venv/.dev ## Write again what is generated: contracts/openapi, docs/events.md, docs/settings.md, dashboards
	$(BIN)/python -m servicekit.generate
	$(BIN)/python charts/dashboards.py

lock: .venv/.run ## Choose and pin packages and Kafka's jars again, with hashes (needs uv)
	@command -v uv > /dev/null || { echo "make lock needs uv, which pip installs: pip install uv" >&2; exit 1; }
	cd requirements && for lock in services engines dev images; do \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
			--no-header --no-annotate --upgrade $$lock.in -o $$lock.txt || exit 1; done
	$(BIN)/python -m embedded.kafka pin

clean: clean-data ## Remove everything that make made: .venv, engines, data, caches
	rm -rf .venv .acorn .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find shared services tests -name __pycache__ -prune -exec rm -rf {} +

# Each stamp says that .venv holds what the locks say; it is older than the locks when they change.
.venv/.run: $(LOCKS) $(PACKAGES) $(BOOTSTRAP)
	@$(call bootstrap,)
	@touch $@

.venv/.dev: $(LOCKS) requirements/dev.txt $(PACKAGES) $(BOOTSTRAP)
	@$(call bootstrap,dev)
	@touch .venv/.run $@

define bootstrap
command -v $(PYTHON) > /dev/null || { \
	echo "There is no $(PYTHON) on this machine: install Python 3.11 or later, or add PYTHON=/path/to/it." >&2; exit 1; }; \
$(PYTHON) $(BOOTSTRAP) $(1)
endef
