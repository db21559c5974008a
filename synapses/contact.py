"""One plastic contact: the same release, receptors and weights in every striatal nucleus and with either apparatus.

A contact releases under mGluR2/3 tone (`synapses.release`), opens AMPA and NMDA receptors, and carries two weights:
AMPA efficacy rho and presynaptic potentiation P. Stimulation changes both by the calcium rule (`synapses.plasticity`);
what an animal does in a session changes rho by the three-factor rule of dopamine (`synapses.dopamine`). Both rules act
on the same weights under the same tones, so that what one leaves the other finds. A program has the rule that its
apparatus needs: the calcium rule counts calcium in real time, while an epoch of a session stands for minutes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from synapses import dopamine, plasticity, release

WEIGHTED = (
    release.VARIABLES
    + """
    rho                          : 1        # AMPA efficacy
"""
)
VARIABLES = (
    WEIGHTED
    + """
    bound                        : 1        # NMDA receptors that hold glutamate, just after the last event
"""
)

# `{open}` is a factor on what gets through.
TRANSMISSION = """
    g_ampa_post += ampa_quantum*ampa_surface_post*rho*(1 + ampa_gain*potentiation)*released{open}
    g_nmda_post += ampa_quantum*nmda_ratio*released{open}
    releases_post += released/(afferents_post*release_window_post)
"""


OWN_ON_PRE, OWN_ON_POST = "own_on_pre", "own_on_post"
"""Pathways of a rule of a user's own."""


@dataclass(frozen=True)
class Contact:
    """The text of a contact, as Brian2's ``Synapses`` takes it.

    Attributes
    ----------
    variables : str
    on_pre, on_event : dict
        Pathway -> what happens in it, and the event of the source cell that it follows.
    on_post : dict
    """

    variables: str
    on_pre: dict[str, str]
    on_event: dict[str, str] = field(default_factory=dict)
    on_post: dict[str, str] = field(default_factory=dict)


def stimulated(window_edge: str) -> Contact:
    """A contact under the calcium rule, whose axon an electrode may reach.

    Parameters
    ----------
    window_edge : str
        The event at which terminals are put back, where time between pulses is passed over.
    """
    return Contact(
        VARIABLES + plasticity.VARIABLES + release.BETWEEN_PULSES_VARIABLES,
        {
            "transmission": release.RELEASE + TRANSMISSION.format(open=""),
            "calcium_entry": plasticity.ON_RELEASE_CALCIUM,
            "between_pulses": release.ON_WINDOW_EDGE,
        },
        {
            "transmission": "spike",
            "calcium_entry": "spike",
            "between_pulses": window_edge,
            "backpropagation": "spike",
        },
        {"backpropagation": plasticity.ON_POSTSYNAPTIC_SPIKE},
    )


def stimulated_by_own_rule(window_edge: str, variables: str, on_pre: str, on_post: str) -> Contact:
    """A contact under a rule of a user's own instead of the calcium rule; release and receptors stay.

    Parameters
    ----------
    window_edge : str
        The event at which terminals are put back, where time between pulses is passed over.
    variables : str
        The rule's own variables and parameters.
    on_pre, on_post : str
        Statements at a spike that arrives, and at one of the target cell; empty where nothing happens.
    """
    arriving = {OWN_ON_PRE: on_pre} if on_pre.strip() else {}
    firing = {OWN_ON_POST: on_post} if on_post.strip() else {}
    return Contact(
        f"{WEIGHTED}{variables}\n{release.BETWEEN_PULSES_VARIABLES}",
        {"transmission": release.RELEASE + TRANSMISSION.format(open="")}
        | arriving
        | {"between_pulses": release.ON_WINDOW_EDGE},
        {"transmission": "spike", "between_pulses": window_edge} | dict.fromkeys([*arriving, *firing], "spike"),
        firing,
    )


def learning(evoked: str) -> Contact:
    """A contact under the three-factor rule; it may be silenced (`cut`) and carry evoked spikes (`lit`).

    Parameters
    ----------
    evoked : str
        The event of a spike that is evoked in the axon.
    """
    transmission = TRANSMISSION.format(open="*(1 - cut*silencing_post)")
    return Contact(
        VARIABLES + dopamine.VARIABLES,
        {"pre": dopamine.ON_SPIKE + transmission, "light": dopamine.ON_EVOKED_SPIKE + transmission},
        {"pre": "spike", "light": evoked, "post": "spike"},
        {"post": dopamine.ON_POSTSYNAPTIC_SPIKE},
    )
