"""Contacts from one kind of cell to another: those with a fixed conductance, and plastic ones."""

from __future__ import annotations

from brian2 import Synapses, ms

from circuit.apparatus.operant_box import EPOCH
from circuit.cells.kinds import COARSE, PROJECTING
from circuit.network.electrode import WINDOW_EDGE
from circuit.network.objects import STEP, Circuit
from circuit.parts import LEARNT
from circuit.rest import Rest
from circuit.wiring.layout import Pathway
from circuit.wiring.own_text import quantities
from synapses import contact, dopamine, plasticity, release
from synapses.parameters import declarations
from synapses.receptors import Quantum

NO_RELEASE = Rest(("released == 0",), ("g_ampa_post", "g_nmda_post", "releases_post", "docked_at"))
RESTS = {
    "transmission": NO_RELEASE,
    "calcium_entry": Rest(plasticity.AT_REST, plasticity.KEPT_AT_REST, ("released == 0",)),
    "backpropagation": Rest(plasticity.AT_REST, plasticity.KEPT_AT_REST),
    "pre": NO_RELEASE,
    "light": NO_RELEASE,
    "learning": Rest(dopamine.UNTAUGHT, ("rho",)),
}
"""Pathway of plastic contacts, or their learning -> when its events leave what alone."""
LATENCY = "    latency : second (constant)\n"
SILENT = "    cut : 1 (constant)\n    lit : 1 (constant)\n"
"""1 where a contact is silent while inactivation is on, or takes part in the stimulation of its axon."""
FIXED = {
    "excitation": "    excitation : siemens (constant)\n    nmda_ratio : 1 (shared, constant)\n",
    "inhibition": "    inhibition : siemens (constant)\n",
}
"""What a contact opens -> what it declares for that."""
# Coincidences of the last epoch are minutes old when the next one starts.
FORGOTTEN = f"""
    place = t - {EPOCH}*second*floor(t/({EPOCH}*second) + 1e-6)
    eligibility = eligibility*int(place > 1*ms)
"""


def made(circuit: Circuit, pathway: Pathway) -> Synapses:
    """The contacts of a pathway, connected as the wiring tables of the run say."""
    synapses = _plastic(circuit, pathway) if pathway.plastic else _fixed(circuit, pathway)
    first, chosen = f"first_{pathway.name}", f"targets_{pathway.name}"
    synapses.connect(
        j=f"int({chosen}(({first}(i*second) + n)*second)) "
        f"for n in range(int({first}((i + 1)*second) - {first}(i*second)))",
        namespace=circuit.timed,
    )
    return synapses


def _plastic(circuit: Circuit, pathway: Pathway) -> Synapses:
    name, boxed = pathway.name, circuit.plan.apparatus == "operant box"
    zero = {} if boxed else {"between_pulses": 0 * ms}
    if boxed:
        text = contact.learning("axon")
        rule = (
            SILENT
            + declarations(release.Release, dopamine.Learning, Quantum, without=dopamine.OF_THE_CELL)
            + declarations(plasticity.Plasticity, only=plasticity.BY_ANY_RULE)
        )
    elif (own := circuit.plan.table.own_rule) is not None:
        constants = "".join(
            f"\n    {each} : {unit} (shared, constant)" for each, (_, unit) in quantities(own.parameters).items()
        )
        text = contact.stimulated_by_own_rule(WINDOW_EDGE[0], own.equations + constants, own.on_pre, own.on_post)
        rule = declarations(release.Release, Quantum) + declarations(plasticity.Plasticity, only=plasticity.BY_ANY_RULE)
    else:
        text = contact.stimulated(WINDOW_EDGE[0])
        rule = declarations(release.Release, plasticity.Plasticity, Quantum, without=release.OF_THE_AXON)
    model = text.variables + LATENCY + rule
    synapses = Synapses(
        circuit.groups[pathway.source],
        circuit.groups[pathway.target],
        model,
        dtype=circuit.numbers(model),
        on_pre=text.on_pre,
        on_post=text.on_post,
        on_event=text.on_event,
        delay=zero,
        method="exact",
        dt=STEP,
        namespace=circuit.timed,
        name=name,
    )
    if contact.OWN_ON_PRE in text.on_pre:  # what is released is known by then, and the weight that it met is used
        getattr(synapses, contact.OWN_ON_PRE).order = 0
    if boxed:
        step = dopamine.LEARNING_STEP * ms
        synapses.run_regularly(dopamine.UPDATE + FORGOTTEN, dt=step, when="end", name=f"{name}_learning")
    arrays = ("latency", *(("cut", "lit") if boxed else ()), *LEARNT)
    circuit.arrays |= {f"{name}.{variable}": len(pathway.targets) for variable in arrays}
    done = (*text.on_pre, *text.on_post, *(("learning",) if boxed else ()))
    circuit.rests |= {f"{name}_{each}": RESTS[each] for each in done if each in RESTS}
    circuit.contacts |= {f"{name}.{variable}": (name, variable) for variable in LEARNT}
    return synapses


def _fixed(circuit: Circuit, pathway: Pathway) -> Synapses:
    boxed = circuit.plan.apparatus == "operant box"
    through = "*(1 - cut*silencing_post)" if boxed else ""
    coarse = circuit.plan.table.like(pathway.target) in COARSE
    spike, evoked = _effects(pathway, coarse, "", through), _effects(pathway, coarse, "lit*", through)
    on_pre, on_event = {"pre": spike}, {"pre": "spike"}
    if boxed and circuit.plan.table.like(pathway.source) in PROJECTING:
        on_pre["light"], on_event["light"] = evoked, "axon"
    model = LATENCY + "".join(FIXED[each] for each in pathway.opens) + (SILENT if boxed else "")
    synapses = Synapses(
        circuit.groups[pathway.source],
        circuit.groups[pathway.target],
        model,
        dtype=circuit.numbers(model),
        on_pre=on_pre,
        on_event=on_event,
        dt=STEP,
        name=pathway.name,
    )
    arrays = ("latency", *pathway.opens, *(("cut", "lit") if boxed else ()))
    circuit.arrays |= {f"{pathway.name}.{variable}": len(pathway.targets) for variable in arrays}
    return synapses


def _effects(pathway: Pathway, coarse: bool, where: str, through: str) -> str:
    """What a spike does to the target's conductances, by factors on contacts that it reaches and that are open."""
    nmda = {} if coarse else {"g_nmda_post": "nmda_ratio*excitation"}
    sizes = {"excitation": {"g_ampa_post": "excitation"} | nmda, "inhibition": {"g_gaba_post": "inhibition"}}
    return "\n".join(
        f"{conductance} += {where}{size}{through}"
        for opened in pathway.opens
        for conductance, size in sizes[opened].items()
    )


def initialise(circuit: Circuit) -> None:
    """Delays, from the latencies that the run gives."""
    delays = {name: "latency" for name in ("pre", "light", "transmission", contact.OWN_ON_PRE)}
    delays["calcium_entry"] = "latency + calcium_delay"
    for pathway in circuit.layout.pathways.values():
        synapses = circuit.groups[pathway.name]
        for queue in synapses._pathways:
            name = queue.objname
            if name in delays:
                getattr(synapses, name).delay = delays[name]
