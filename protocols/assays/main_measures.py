"""The measures that tables show where there is no room for all of them, in this order."""

from __future__ import annotations

MAIN_MEASURES = (
    "fepsp", "fepsp_time_course", "half_maximal_strength", "largest_response", "paired_pulse_ratio", "first_response",
    "ampa_nmda_ratio", "active_presses", "inactive_presses", "infusions", "core_glutamate_percent",
    "core_dopamine_percent", "core_release_percent", "spine_head_45_min", "spine_head_120_min", "surface_ampa_30_min",
    "ampa_nmda_late", "dopamine_peak", "reward_felt", "locomotor_response", "equivalent_dose", "d2_availability_change",
    "set_point", "prefrontal_rate", "mepsc_frequency", "mepsc_amplitude", "extracellular_glutamate", "dialysate_change",
    "extrasynaptic_glutamate", "mglur23_tone", "mglur5_tone", "release_probability",
)  # fmt: skip
