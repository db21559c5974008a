"""What ``corticostriatal new`` writes: the keys that are needed, and the others commented out."""

TEMPLATE = """# An experiment. Lines that begin with # are the defaults, or examples; take the # away to change one.
# Quantities have units: "50 Hz", "20 s", "2.5 h", "100 mg/kg", "10 uM".
# Run it:  corticostriatal run {name}.toml

[experiment]
name = "{name}"                         # names the folder of results
title = ""
reference = ""                          # e.g. "doi:10.1038/nn.2250"

[circuit]
preset = "corticoaccumbens"             # prelimbic cortex and the core of the nucleus accumbens
# scale = 1.0                           # factor on cell numbers; 0.1 is quick and noisy
# engine = "compiled"                   # or "runtime", without a compiler and slow
# precision = "single"                  # of cells and contacts; or "double", slower

[animals]
per_group = 8
seed = 1
# pairing = "paired"                    # the n-th animal is the same in all groups; or "independent"
# variability = true

# [parameters]                          # corticostriatal parameters lists them
# "release.maximum" = 0.6

# ---- groups: they differ by their history and their drugs -----------------------------------------------------------

[[group]]
name = "control"
history = [
    {{phase = "yoked_saline", days = 12, hours = 2}},
    {{phase = "extinction", days = 14, hours = 2}},
]

[[group]]
name = "cocaine"
history = [
    {{phase = "self_administration", drug = "cocaine", days = 12, hours = 2, dose = "0.5 mg/kg"}},
    {{phase = "extinction", days = 14, hours = 2}},        # or abstinence, which has no hours
]
# treatment = [                         # at is relative to the start of the test; or day = 3 of the history
#     {{drug = "NAC", dose = "100 mg/kg", at = "-2.5 h"}},
#     {{drug = "LY341495", concentration = "1 uM", site = "NAc core", at = "-30 min", duration = "1 h"}},
# ]

# ---- tests: every group undergoes each -------------------------------------------------------------------------------

[[test]]
name = "HFS"
kind = "plasticity"
site = "PL->NAc core"
baseline = "10 min"
after = "20 min"
window = ["15 min", "20 min"]           # after the induction: where the change is measured
pulse_every = "30 s"
# day = 30                              # of the history; its end when left out

[test.induction]
frequency = "50 Hz"
pulses = 100                            # in a train
trains = 3
interval = "20 s"                       # from the start of one train to the start of the next

# [[test]]                              # glutamate and receptor tone at rest
# name = "rest"
# kind = "tone"
# site = "NAc core"
# duration = "2 min"

# Other kinds: input_output, paired_pulse, pulse_train, ampa_nmda, miniature and microdialysis; for examples, show
# release_and_ratio, input_output or basal_glutamate has most of them.
"""
