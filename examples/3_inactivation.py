"""An inactivation that the table of evidence does not hold: does seeking after a prime need the mediodorsal
thalamus?

The whole circuit learns to take cocaine, extinguishes, and gets a priming dose; then the same trained animals
do so with the nucleus silenced, and with one of its pathways. It takes longer than the other examples, since
every animal is trained.
"""

import tomllib

from size import given

import corticostriatal as cs
from protocols.experiments.experiment import experiment_from
from protocols.experiments.shipped import source
from results import figures

asked = given(animals=3, scale=0.25)

# A shipped experiment as nested dictionaries. We keep the group without an inactivation, and one session.
content = tomllib.loads(source("inactivation"))
vehicle = content["group"][0]
content["experiment"] = {"name": "thalamus", "title": "Mediodorsal thalamus and primed seeking"}
content["test"] = [test for test in content["test"] if test["name"] == "prime"]

# A group of our own: the same history, a nucleus silenced. A single pathway would be {"projection": "MD->PL",
# "agent": "opto-inhibition"}. A nucleus that the circuit does not have is refused, and the nearest one is named.
content["group"] = [
    vehicle,
    vehicle | {"name": "MD", "inactivation": [{"nucleus": "MD", "agent": "muscimol"}]},
    vehicle | {"name": "MD to PL", "inactivation": [{"projection": "MD->PL", "agent": "opto-inhibition"}]},
]
data = cs.run(experiment_from(content), out=asked.out, set=asked.changes)
print(data[data.measure == "active_presses"].groupby("group", sort=False).value.agg(["mean", "sem", "count"]))

asked.show(figures.seeking_figure(cs.load(asked.out)))
