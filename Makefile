# Two commands set everything up on a machine with Python 3.11-3.13, gcc and make:  make demo  ·  make test
PYTHON ?= python3
VENV   ?= .venv
RUN    := $(VENV)/bin

.PHONY: demo test lint docs exact bench convergence clean

# One stamp for what is installed: the package, the package with what tests need, and with the linters.
$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.test: $(VENV)/.installed
	$(RUN)/python -m pip install --quiet --editable ".[test]"
	touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(RUN)/python -m pip install --quiet --editable ".[dev]"
	touch $@

$(VENV)/.docs: $(VENV)/.installed
	$(RUN)/python -m pip install --quiet --editable ".[docs]"
	touch $@

# The main job at a small size: five groups, tetanus and low-frequency stimulation, two typical animals each.
demo: $(VENV)/.installed
	$(RUN)/corticostriatal run moussawi2009 --animals 2 --set circuit.scale=0.2 --set animals.variability=false --out demo

test: $(VENV)/.test
	$(RUN)/python -m pytest -q -m "not slow" -n 2 --dist loadfile
	$(RUN)/python -m pytest -q -m slow

lint: $(VENV)/.dev
	$(RUN)/ruff check .
	$(RUN)/mypy

# The documentation as a site, in site/; its tables are made from the code. Opens from the folder, without a server.
docs: $(VENV)/.docs
	$(RUN)/mkdocs build --strict --clean

# The acceleration against full biological time; writes docs/exactness.md. Stopped, it goes on from there.
ANIMALS ?= 16
SCALE   ?= 0.25
exact: $(VENV)/.installed
	$(RUN)/python -m benchmarks.exactness --animals $(ANIMALS) --scale $(SCALE) $(if $(JOBS),--jobs $(JOBS))

# How fast: against a plain script, ANNarchy, NEST and a hand-written loop. Hours, on an idle machine; QUICK=1: minutes.
# Stopped, it goes on from there. Peers are measured where they are installed: pip install -e ".[bench]".
bench: $(VENV)/.installed
	$(RUN)/python -m benchmarks.speed $(if $(QUICK),--quick)

# Error against acceleration for every shipped protocol; hours. Writes docs/convergence.md, its figure and the table that
# `acceleration.maximum = "auto"` reads. Stopped, it goes on from there.
convergence: $(VENV)/.installed
	$(RUN)/python -m benchmarks.convergence --animals $(ANIMALS) --scale $(SCALE) $(if $(JOBS),--jobs $(JOBS))

clean:
	rm -rf $(VENV) demo build site *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
