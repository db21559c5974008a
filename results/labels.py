"""Names of measures and time courses on axes, and which of them are a test's outcome."""

from __future__ import annotations

LABELS = {
    "fepsp": "Field amplitude",
    "fepsp_slope": "Field slope",
    "fepsp_time_course": "Field amplitude, mean after induction",
    "active_presses": "Active presses",
    "inactive_presses": "Inactive presses",
    "infusions": "Infusions",
    "ampa_nmda_ratio": "AMPA/NMDA ratio",
    "paired_pulse_ratio": "Paired-pulse ratio",
    "first_response": "First response",
    "half_maximal_strength": "Half-maximal strength",
    "largest_response": "Largest response",
    "mepsc_frequency": "Frequency of miniature currents",
    "mepsc_amplitude": "Amplitude of miniature currents",
    "extracellular_glutamate": "Extracellular glutamate",
    "dialysate_change": "Glutamate in the dialysate",
    "dialysate_percent": "Glutamate in the dialysate",
    "extrasynaptic_glutamate": "Extrasynaptic glutamate",
    "perisynaptic_glutamate": "Perisynaptic glutamate",
    "cleft_glutamate": "Cleft glutamate, resting",
    "cleft_glutamate_peak": "Cleft glutamate, peak",
    "mglur23_tone": "mGluR2/3 tone",
    "mglur5_tone": "mGluR5 tone",
    "release_probability": "Release probability",
    "glt1_uptake": "GLT-1 uptake",
    "xct": "xCT",
    "camp": "Presynaptic cAMP drive",
    "depression_gate": "Gate on depression",
    "rho_sample": "AMPA efficacy, sampled contacts",
    "potentiation_sample": "Potentiation, sampled contacts",
    "cocaine": "Cocaine in brain",
    "core_glutamate": "Core glutamate",
    "core_glutamate_percent": "Core glutamate",
    "core_dopamine": "Core dopamine",
    "core_dopamine_percent": "Core dopamine",
    "prefrontal_dopamine": "Prefrontal dopamine",
    "cue_value": "Value of the cue of the drug",
    "food_cue_value": "Value of the cue of food",
    "place_preference": "Time in the paired box",
    "pull": "MD, rate",
}
OUTCOMES = (
    "fepsp", "active_presses", "ampa_nmda_ratio", "paired_pulse_ratio", "largest_response", "mepsc_frequency",
    "place_preference", "extracellular_glutamate", "dialysate_change", "extrasynaptic_glutamate",
)  # fmt: skip
"""Measures that are a test's outcome. The first one that a test has is drawn unless another is requested."""
COURSES = ("fepsp", "dialysate_percent", "active_presses", "extrasynaptic_glutamate")
"""The same for time courses."""
POOLS = (
    "extrasynaptic_glutamate", "perisynaptic_glutamate", "core_glutamate", "mglur23_tone", "mglur5_tone", "camp",
    "depression_gate", "core_dopamine", "prefrontal_dopamine", "cocaine",
)  # fmt: skip
"""Time courses of glutamate, of the tones that it sets and of related quantities."""
DOSES = ("dose", "concentration", "perfusate")
"""Last parts of the names of columns and paths that hold an amount of a drug."""


def label(name: str) -> str:
    """The name of a measure or a time course on an axis."""
    return LABELS.get(name) or name.replace("_", " ").capitalize()
