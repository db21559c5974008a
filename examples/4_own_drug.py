"""A drug of one's own: what does an invented mGluR2/3 antagonist do to the LTP that N-acetylcysteine brought
back?

`my_drug.toml` says how fast the drug comes and goes and what it binds to; the rest follows from the model. A
few minutes on two cores.
"""

import os
import tomllib
from pathlib import Path

# Before the model is read: its list of drugs is shared by all processes of a run.
os.environ["CORTICOSTRIATAL_DRUGS"] = str(Path(__file__).with_name("my_drug.toml"))

from size import given

import corticostriatal as cs
from protocols.experiments.experiment import experiment_from
from protocols.experiments.shipped import source
from results import figures

asked = given(animals=4, scale=0.25)
content = tomllib.loads(source("moussawi2009"))
content["experiment"] = {"name": "blocker-X", "title": "An invented antagonist of mGluR2/3 after NAC"}
content["test"] = [test for test in content["test"] if test["name"] == "HFS"]

# The drug is given as any other is: a dose, and when, relative to the test.
restored = next(group for group in content["group"] if group["name"] == "cocaine+NAC")
given_too = {"drug": "blocker-X", "dose": "1 mg/kg", "at": "-0.5 h"}
content["group"] = [restored, restored | {"name": "with blocker-X", "treatment": [*restored["treatment"], given_too]}]

data = cs.run(experiment_from(content), out=asked.out, set=asked.changes)
for measure in ("mglur23_tone", "fepsp"):
    print(data[data.measure == measure].groupby(["measure", "group"], sort=False).value.agg(["mean", "sem"]).round(3))

asked.show(figures.bars_figure(cs.load(asked.out), "single", ["mglur23_tone", "fepsp"]))
