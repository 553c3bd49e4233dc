# Every target works in a fresh clone: set-up comes first wherever it is needed, and nothing has to be activated.

# The newest Python that starts; utils/install.py says so if it does not suit. Name another: make setup PYTHON=…
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3 python; do \
	$$python -c "" 2>/dev/null && echo $$python && break; done)
# Optional dependencies of pyproject.toml to install as well: EXTRAS=gpu, EXTRAS=cluster or EXTRAS=gpu,cluster
EXTRAS ?=
BIN := .venv/bin
READY := .venv/ready$(addprefix -,$(EXTRAS))

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## create .venv and install everything, once (PYTHON=python3.12, EXTRAS=gpu)

# Redone when pyproject.toml has changed, an earlier run was cut short, or the environment's Python is gone.
$(READY): pyproject.toml $(wildcard .venv/unfinished) $(if $(realpath $(BIN)/python),,always)
	@$(if $(PYTHON),"$(PYTHON)",echo "No Python found: install Python 3.11, 3.12 or 3.13." && false) utils/install.py $(EXTRAS)
	@touch "$@"

lab: setup ## open the course in JupyterLab (LAB_FLAGS=--no-browser on a server)
	$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/course $(if $(filter 0,$(shell id -u)),--allow-root) $(LAB_FLAGS)

# All of them: by file on several cores, then alone what is against the clock: pages that react, attacks that waste time.
test: setup ## run every test (PYTEST_FLAGS="-m 'not browser' tests/course" runs some)
ifdef PYTEST_FLAGS
	$(BIN)/python -m pytest $(PYTEST_FLAGS)
else
	$(BIN)/python -m pytest -m "not browser and not attack" --numprocesses=logical --maxprocesses=4 --dist=loadfile
	$(BIN)/python -m pytest -m "browser or attack"
endif

course: setup ## rebuild the learners' notebooks in course/ from the sources (LESSON=01_neuron for one)
	$(BIN)/python solutions/build.py course $(LESSON)

solutions: setup ## execute the solutions whose code changed, full models trained (LESSON=01_neuron for one)
	$(BIN)/python solutions/build.py solutions $(LESSON)

grade: setup ## grade what lies in submitted/STUDENT/LESSON (LESSON=01_neuron, GRADE_FLAGS=--force)
	@$(if $(LESSON),,echo "Name the lesson: make grade LESSON=01_neuron" && false)
	$(BIN)/autograder grade $(LESSON) $(GRADE_FLAGS)

bench: setup ## time training and grading beside the usual way
	$(BIN)/python tests/bench/compare.py

clean: ## remove .venv and caches; notebooks, submissions and grades stay
	rm -rf .venv .pytest_cache .ruff_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

always:
.PHONY: help setup lab test course solutions grade bench clean always
