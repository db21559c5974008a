"""Cocaine takes LTP and LTD in the accumbens core away, N-acetylcysteine brings them back.

The experiment of Moussawi et al. 2009 (doi:10.1038/nn.2250) in ten lines: five groups, two protocols, four
animals each. A few minutes on two cores, compiling the circuit included.
"""

from size import given

import corticostriatal as cs
from results import figures

asked = given(animals=4, scale=0.25)

# Every group is a history of days and a row of drugs. Nothing in the file says what these do to plasticity.
data = cs.run("moussawi2009", out=asked.out, set=asked.changes)

# A data frame: one row per animal, group, test and measure.
print(data[data.measure == "fepsp"].groupby(["test", "group"], sort=False).value.agg(["mean", "sem", "count"]).round(1))

# What is stored can be drawn at any time, in the size that a journal asks for.
asked.show(figures.plasticity_figure(cs.load(asked.out)))
