#!/usr/bin/env bash
# `quantal_stp_synapse` of NEST 3.10.0 with n release sites begins with one, and then gives n times its weight.
#
# Its page says that the weight is the most that a spike gives when all n sites release, that a, the sites at hand, is n unless it is set, and that
# u is U unless it is set. The constructor takes these from the default n = 1 and U = 0.5, and setting n or U moves neither. With n = 10 and
# U = u = 1 the first spike gives 1 x weight; once the sites have recovered each gives 10 x weight. With `a` set to n the first does too. So a
# synapse whose peak should be 1 nS has 10 nS. `tsodyks2_synapse` starts u at 0.5 in the same way, which its page says.
# Source: models/quantal_stp_synapse.h, "Description" and "Parameters"; `send` sets the weight to released sites x weight.
# Seen: a 1 u 0.5 after n = 10, U = 0.2; spikes give 1 10 10 with n = 10 and weight 1, 10 10 10 with a = 10
set -euo pipefail
. "$(dirname "$0")/_environment.sh"

environment "3.13 3.12" nest-simulator==3.10.0 numpy==2.3.5
cat >"$folder/sites.py" <<'PYTHON'
import nest

nest.verbosity = nest.VerbosityLevel.ERROR


def weights(**parameters):
    nest.ResetKernel()
    times = nest.Create("spike_generator", params={"spike_times": [10.0, 10_000.0, 20_000.0]})
    source, target = nest.Create("parrot_neuron"), nest.Create("parrot_neuron")
    nest.Connect(times, source)
    recorder = nest.Create("weight_recorder")
    nest.CopyModel("quantal_stp_synapse", "recorded", {"weight_recorder": recorder})
    nest.Connect(source, target, syn_spec={"synapse_model": "recorded", "weight": 1.0, "delay": 1.0, **parameters})
    contact = nest.GetConnections(source, target)
    start = f"a {contact.get('a')} u {contact.get('u')}"
    nest.Simulate(21_000.0)
    return start, " ".join(f"{weight:g}" for weight in recorder.events["weights"])


print("set:", weights(n=10, U=0.2)[0])
print("given:", weights(n=10, U=1.0, u=1.0)[1], "and", weights(n=10, U=1.0, u=1.0, a=10)[1])
PYTHON
got=$(run sites.py 2>/dev/null | grep -E '^(set|given): ' | paste -sd ';')
as_stated "NEST 3.10.0" "$got" "set: a 1 u 0.5;given: 1 10 10 and 10 10 10"
