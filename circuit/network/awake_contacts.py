"""The contacts of the awake circuit, and the paths by which session, glutamate and dopamine reach its cells."""

from __future__ import annotations

from brian2 import Synapses, ms

from circuit.apparatus.operant_box import DECISION, EPOCH
from circuit.cells.awake import LESSON, PER_CELL, PERCEIVING, PROJECTING
from circuit.extracellular import SLOW_STEP
from circuit.network.anaesthetised import NO_RELEASE, STEP, Circuit
from circuit.parts import LEARNT
from circuit.wiring.layout import KINDS, Pathway, Range
from circuit.wiring.table import Population, Wiring
from synapses import dopamine, release
from synapses.parameters import declarations
from synapses.receptors import Quantum

TRANSMISSION = """
    g_ampa_post += ampa_quantum*ampa_surface*rho*released*(1 - cut*silencing_post)
    g_nmda_post += ampa_quantum*nmda_ratio*released*(1 - cut*silencing_post)
    releases_post += released/(afferents_post*release_window_post)
"""


SILENT = "    cut : 1 (constant)\n    lit : 1 (constant)\n"
"""1 where a contact is silent while inactivation is on, or takes part in the stimulation of its axon."""


def _effects(where: str = "") -> str:
    """What a spike does to the target's conductances; `where` is a factor on contacts that it reaches."""
    return "\n".join(
        f"{conductance} += {where}{size}*(1 - cut*silencing_post)"
        for conductance, size in (
            ("g_ampa_post", "excitation"),
            ("g_nmda_post", "nmda_ratio*excitation"),
            ("g_gaba_post", "inhibition"),
        )
    )


def _events(pathway: Pathway, spike: str, evoked: str) -> dict[str, dict[str, str]]:
    """What a spike of the source cell does, and one evoked in its axon."""
    if pathway.source not in PROJECTING:
        return {"on_pre": {"pre": spike}}
    return {"on_pre": {"pre": spike, "light": evoked}, "on_event": {"pre": "spike", "light": "axon"}}


def _contacts(circuit: Circuit, pathway: Pathway) -> Synapses:
    if pathway.plastic:
        synapses = Synapses(
            circuit.groups[pathway.source],
            circuit.groups[pathway.target],
            dopamine.VARIABLES
            + "    latency : second (constant)\n    ampa_surface : 1 (constant)\n"
            + SILENT
            + declarations(release.Release, dopamine.Learning, Quantum),
            **_events(pathway, dopamine.ON_SPIKE + TRANSMISSION, dopamine.ON_EVOKED_SPIKE + TRANSMISSION),
            on_post=dopamine.ON_POSTSYNAPTIC_SPIKE,
            dt=STEP,
            name=pathway.name,
        )
        synapses.run_regularly(dopamine.UPDATE + FORGOTTEN, dt=20 * ms, when="end", name=f"{pathway.name}_learning")
        arrays: tuple[str, ...] = ("latency", "ampa_surface", "cut", "lit", *LEARNT)
    else:
        synapses = Synapses(
            circuit.groups[pathway.source],
            circuit.groups[pathway.target],
            "latency : second (constant)\nexcitation : siemens (constant)\ninhibition : siemens (constant)\n"
            "nmda_ratio : 1 (shared, constant)\n" + SILENT,
            **_events(pathway, _effects(), _effects("lit*")),
            dt=STEP,
            name=pathway.name,
        )
        arrays = ("latency", "excitation", "inhibition", "cut", "lit")
    first, chosen = f"first_{pathway.name}", f"targets_{pathway.name}"
    synapses.connect(
        j=f"int({chosen}(({first}(i*second) + n)*second)) "
        f"for n in range(int({first}((i + 1)*second) - {first}(i*second)))",
        namespace=circuit.timed,
    )
    circuit.arrays |= {f"{pathway.name}.{name}": len(pathway.targets) for name in arrays}
    if pathway.plastic:
        circuit.rests |= {f"{pathway.name}_{spike}": NO_RELEASE for spike in _events(pathway, "", "")["on_pre"]}
        circuit.contacts |= {f"{pathway.name}.{name}": (pathway.name, name) for name in LEARNT}
    return synapses


# Coincidences of the last epoch are minutes old when the next one starts.
FORGOTTEN = f"""
    place = t - {EPOCH}*second*floor(t/({EPOCH}*second) + 1e-6)
    eligibility = eligibility*int(place > 1*ms)
"""


def connect(circuit: Circuit, wiring: Wiring, scale: float) -> None:
    """Add the contacts, dopamine's paths, what the animal perceives and the decision stage's reading."""
    for pathway in circuit.layout.pathways.values():
        circuit.groups[pathway.name] = _contacts(circuit, pathway)
    _session(circuit)
    _dopamine(circuit, wiring)
    _motor_output(circuit, wiring)
    _glutamate(circuit, wiring)


def _bath(circuit: Circuit, source: str, target: str, name: str, code: str, condition: str | None = None) -> None:
    """Hand values of one object to all cells of another, each time the first is refreshed."""
    groups = circuit.groups
    groups[name] = Synapses(
        groups[source], groups[target], on_pre=code, on_event="refresh", dt=groups[source].clock.dt, name=name
    )
    groups[name].connect(condition=condition)


def _session(circuit: Circuit) -> None:
    """What the animal perceives, what is silenced, what a press stands for."""
    for kind in KINDS:
        code = ["silencing_post = silencing_pre"]
        if kind in PROJECTING:
            code.append("stimulating_post = stimulating_pre")
        if "tuned" in PER_CELL.get(kind, ()):
            code.append(PERCEIVING)
        if kind == "medium_spiny":
            code.append(LESSON)
        if kind == "dopamine":
            code.append("driven_post = driven_pre")
        _bath(circuit, "session", kind, f"session_to_{kind}", "\n".join(code))
    _bath(circuit, "session", "dopamine_level", "uptake", UPTAKE)


# Minutes pass between epochs: at the start of one the burst of the last press is long cleared, and dopamine stands
# where it stood before that press. What a press brings lasts for moments only, and is not what the cells get used to.
UPTAKE = f"""
    uptake_blocked_post = blockable_post*uptake_blocked_pre
    settled_post = settled_post + deciding_pre*(level_post - settled_post)
    level_post = level_post + first_pre*(settled_post - level_post)
    pace_post = pace_pre*approaching_pre*{EPOCH / DECISION}
"""


FELT = {
    "medium_spiny": "\n".join(f"{name}_post = {name}_pre" for name in ("phi1", "phi2", "phi1_usual", "phi2_usual")),
    "pyramidal": "nmda_available_post = 1 + cortical_gain_pre*phi1_pre",
    "dopamine": "phi2_post = phi2_pre",
}
"""What dopamine's level does to the cells of each kind that feel it."""


def _dopamine(circuit: Circuit, wiring: Wiring) -> None:
    """Release by dopamine cells into their fields, and what the fields' levels do."""
    groups, places = circuit.groups, circuit.layout.ranges

    def within(row: Population, field: str, cell: str, level: str) -> str:
        """Condition that joins a field's level with the cells of a population, hemisphere by hemisphere."""
        place, index = places[row.name], wiring.fields.index(field)
        right = f"{len(wiring.fields)}*int({cell} >= {place.middle})"
        return f"({_among(place, cell)} and {level} == {index} + {right})"

    for kind, code in FELT.items():
        felt = [within(row, row.feels, "j", "i") for row in wiring.population if row.feels and row.cell == kind]
        _bath(circuit, "dopamine_level", kind, f"dopamine_to_{kind}", code, " or ".join(felt))
    release = "level_post += 1/(releasing_post*resting_rate_post*uptake_time_post)"
    made = Synapses(
        groups["dopamine"], groups["dopamine_level"], dt=STEP, name="dopamine_release",
        on_pre={"pre": release, "light": release}, on_event={"pre": "spike", "light": "axon"},
    )  # fmt: skip
    reached = [within(row, field, "i", "j") for row in wiring.population for field in row.releases]
    made.connect(condition=" or ".join(reached))
    groups[made.name] = made


def _motor_output(circuit: Circuit, wiring: Wiring) -> None:
    """The rate that the decision stage reads, lever by lever."""
    groups = circuit.groups
    place = next(circuit.layout.ranges[row.name] for row in wiring.population if row.motor_output)
    for lever in (0, 1):
        made = Synapses(
            groups[place.kind], groups["session"], dt=STEP, name=f"motor_output_{lever}",
            on_pre=f"motor_{lever}_post += 1/({place.number // 2}*motor_window_post)",
        )  # fmt: skip
        made.connect(condition=f"{_among(place, 'i')} and i % 2 == {lever}")
        groups[made.name] = made


def _glutamate(circuit: Circuit, wiring: Wiring) -> None:
    """The tones that cells of the adapting nucleus feel, and what they spill into its extracellular space."""
    place = next(circuit.layout.ranges[row.name] for row in wiring.population if row.adapts)
    tones = (
        "camp_post = camp_pre\ndepression_gate_post = depression_gate_pre\n"
        "potentiation_room_post = potentiation_room_pre\n"
        "g_extrasynaptic_post = g_extrasynaptic_pre\n"
        "ampa_available_post = ampa_available_pre*clip(ampa_swing_pre, 0, 10)\n"
        "nmda_available_post = nmda_available_pre*clip(1 + mglur5_nmda_pre*(mglur5_tone_pre/naive_tone_pre - 1), 0, 10)"
    )
    _bath(circuit, "extracellular", place.kind, "bath_of_core", tones, _among(place, "j"))
    spill = Synapses(
        circuit.groups[place.kind], circuit.groups["extracellular"], dt=SLOW_STEP, name="spill",
        model="release_rate_post = releases_pre/N_incoming : Hz (summed)",
    )  # fmt: skip
    spill.connect(condition=_among(place, "i"))
    circuit.groups["spill"] = spill


def _among(place: Range, cell: str) -> str:
    """Condition that a cell belongs to a population."""
    return f"{cell} >= {place.first} and {cell} < {place.end}"
