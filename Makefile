# Two commands set everything up on a machine with Python 3.11-3.13, gcc and make:  make demo  ·  make test
PYTHON  ?= python3
VENV    ?= .venv
RUN     := $(VENV)/bin
INSTALL ?= $(RUN)/python -m pip install --quiet
DEMO    ?= demo
UV      := .venv-uv/bin/uv

.PHONY: demo test test-fast test-libraries test-readers notebooks lint docs package locked lock exact precision bench convergence clean

# One stamp for what is installed: the package, the package with what tests need, and with the linters.
$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --editable .
	touch $@

$(VENV)/.test: $(VENV)/.installed
	$(INSTALL) --editable ".[test]"
	touch $@

$(VENV)/.readers: $(VENV)/.installed
	$(INSTALL) --editable ".[readers]"
	touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(INSTALL) --editable ".[dev]"
	touch $@

$(VENV)/.docs: $(VENV)/.installed
	$(INSTALL) --editable ".[docs]"
	touch $@

# The main job at a small size: five groups, tetanus and low-frequency stimulation, two typical animals each.
demo: $(VENV)/.installed
	$(RUN)/corticostriatal run moussawi2009 --animals 2 --set circuit.scale=0.2 --set animals.variability=false --out $(DEMO) --figure

test: test-fast
	$(RUN)/python -m pytest -q -m slow -n 2 --dist loadfile

test-fast: $(VENV)/.test
	$(RUN)/python -m pytest -q -m "not slow" -n 2 --dist loadfile

# What another release of a library would break first: code that is generated and compiled, files, tables, statistics,
# figures, workers, units, the command line.
LIBRARIES := tests/circuit/engine/test_frozen.py tests/circuit/engine/test_engines.py tests/results tests/synapses $(addprefix tests/protocols/, \
	calibration experiments reporting studies/test_study.py studies/test_sweep.py cli/test_command_line.py \
	stimulation/test_convergence.py analysis/test_sensitivity_verb.py test_quantities.py)
test-libraries: $(VENV)/.test
	$(RUN)/python -m pytest -q -m "not slow" -n 2 --dist loadfile $(LIBRARIES)

# The notebooks among the examples, as they stand; minutes. `make test` runs them too.
notebooks: $(VENV)/.test
	$(RUN)/python -m pytest -q tests/test_notebooks.py

# Our files opened with the readers of other laboratories, where these are installed: make $(VENV)/.readers
test-readers: $(VENV)/.test
	$(RUN)/python -m pytest -q tests/results/nwb tests/protocols/reporting/test_sonata.py tests/protocols/reporting/test_export.py

lint: $(VENV)/.dev
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports

# The documentation as a site, in site/; its tables are made from the code. Opens from the folder, without a server, and
# can be put on any web space as it is. REPOSITORY=https://... names the address of the repository at its top.
docs: $(VENV)/.docs
	$(RUN)/mkdocs build --strict --clean

# What is published, in dist/: the source, and a wheel made from it. The wheel goes into an empty environment and runs
# there, away from this folder.
WHEEL := $(abspath $(VENV))-wheel
package: $(VENV)/.dev
	rm -rf dist build
	$(RUN)/python -m build --outdir dist .
	$(RUN)/python -m twine check --strict dist/*
	$(PYTHON) -m venv --clear $(WHEEL)
	$(WHEEL)/bin/python -m pip install --quiet dist/*.whl
	cd "$$(mktemp -d)" && $(WHEEL)/bin/corticostriatal --version \
		&& $(WHEEL)/bin/corticostriatal run tone --animals 1 --set circuit.scale=0.05 --set animals.variability=false --out out --figure \
		&& $(WHEEL)/bin/python -c "import corticostriatal as cs; assert '$(WHEEL)' in cs.__file__; assert len(cs.load('out').measures)"

# The environment of requirements.lock: exactly these releases, and no conflict among them.
locked: $(VENV)/.locked
$(VENV)/.locked: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --no-deps --requirement requirements.lock
	$(RUN)/python -m pip install --quiet --no-deps --editable .
	$(RUN)/python -m pip check
	touch $@ $(VENV)/.installed

# requirements.lock anew, for every Python at once; uv resolves it, from an environment of its own.
lock: $(UV)
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile --quiet --universal --upgrade --generate-hashes \
		--python-version 3.11 $(addprefix --extra , calibrate infer nwb optimise report sensitivity xarray) \
		--output-file requirements.lock pyproject.toml

$(UV):
	$(PYTHON) -m venv .venv-uv
	.venv-uv/bin/python -m pip install --quiet uv

# The acceleration against full biological time; writes docs/exactness.md. Stopped, it goes on from there.
ANIMALS ?= 16
SCALE   ?= 0.25
exact: $(VENV)/.installed
	$(RUN)/python -m benchmarks.exactness --animals $(ANIMALS) --scale $(SCALE) $(if $(JOBS),--jobs $(JOBS))

# Single precision against double, over the same animals; writes docs/precision.md. Stopped, it goes on from there.
precision: $(VENV)/.installed
	$(RUN)/python -m benchmarks.precision $(if $(JOBS),--jobs $(JOBS))

# How fast: against a plain script, ANNarchy, NEST and a hand-written loop. Hours, on an idle machine; QUICK=1: minutes.
# Stopped, it goes on from there. Peers are measured where they are installed: pip install -e ".[bench]".
bench: $(VENV)/.installed
	$(RUN)/python -m benchmarks.speed $(if $(QUICK),--quick)

# Error against acceleration for every shipped protocol; hours. Writes docs/convergence.md, its figure and the table that
# `acceleration.maximum = "auto"` reads. Stopped, it goes on from there.
convergence: $(VENV)/.installed
	$(RUN)/python -m benchmarks.convergence --animals $(ANIMALS) --scale $(SCALE) $(if $(JOBS),--jobs $(JOBS))

clean:
	rm -rf .venv $(VENV) .venv-* $(DEMO) build dist site *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
