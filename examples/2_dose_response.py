"""How much N-acetylcysteine does LTP need? Four doses before a 50 Hz tetanus, in animals withdrawn from cocaine.

A study is an experiment and the values that are varied in it. The n-th animal is the same at every dose. A
few minutes on two cores.
"""

from size import given

import corticostriatal as cs
from results import figures

if __name__ == "__main__":  # a study starts processes of its own, and these read this file once more
    asked = given(animals=4, scale=0.25)
    study = cs.Study.of(
        {
            "study": {"name": "nac", "experiment": "moussawi2009", "groups": ["cocaine+NAC"], "tests": ["HFS"]},
            "set": asked.settings,
            "axes": {  # the path of a value, as `--set` takes it, and its values
                'group."cocaine+NAC".treatment.NAC.dose': ["0 mg/kg", "10 mg/kg", "30 mg/kg", "100 mg/kg"],
            },
        }
    )
    table = study.run(asked.out)  # runs that are there are not done again
    print(table.groupby("NAC.dose").fepsp.agg(["mean", "sem", "count"]).round(1))

    asked.show(figures.dose_response_figure(cs.load(asked.out)))
