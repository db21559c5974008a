"""Rates at the two outlets of the ventral pallidum: dopamine cells by way of GABA cells of the VTA, and MD.

``TODAY`` is the circuit's table: BLA drives dopamine cells directly and GABA cells of the VTA are silent.
``DISINHIBITION`` is the route of Faget et al. (2018), doi:10.1038/s41467-018-03125-y, and Mahler et al. (2014),
doi:10.1038/nn.3664: rostral pallidal cells, driven by BLA, inhibit GABA cells of the VTA, and these inhibit dopamine
cells. Sizes assumed.

    python -m benchmarks.reduced.pallidum
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.reduced.relay import Afferent, Cells, Inhibition, dopamine_cells, rates

ROSTRAL, GABA, DOPAMINE, OUTPUT, MD = "rostral VP", "VTA GABA", "VTA dopamine", "VP output", "MD"
AT_REST, AT_CUE = 1.0, 8.0  # Hz of BLA


@dataclass(frozen=True)
class Route:
    """Cells and contacts of a way from BLA to dopamine cells, and what BLA drives, by 16 contacts (nS each)."""

    cells: dict[str, Cells]
    inhibition: tuple[Inhibition, ...]
    driven: str
    conductance: float


TODAY = Route(
    {ROSTRAL: Cells(115.0), GABA: Cells(40.0), DOPAMINE: dopamine_cells(63.0)},
    (Inhibition(GABA, DOPAMINE, 16, 0.8),),
    DOPAMINE,
    0.25,
)
DISINHIBITION = Route(
    {ROSTRAL: Cells(95.0), GABA: Cells(118.0), DOPAMINE: dopamine_cells(100.0)},
    (Inhibition(ROSTRAL, GABA, 16, 0.25), Inhibition(GABA, DOPAMINE, 16, 0.4)),
    ROSTRAL,
    0.4,
)


def dopamine_route(route: Route, bla: float, silenced: bool = False, seconds: float = 3.0) -> dict[str, float]:
    """Return rates (Hz) with BLA at ``bla`` Hz, with or without the rostral pallidum.

    The resting current of dopamine cells that BLA drives holds BLA's resting rate already.
    """
    heard = 0.0 if route.driven == DOPAMINE and bla <= AT_REST else bla
    afferents = {route.driven: Afferent(heard, 16, route.conductance)}
    return rates(route.cells, route.inhibition, afferents, (ROSTRAL,) if silenced else (), seconds)


def thalamus(
    tonic: float,
    conductance: float,
    prelimbic: float,
    pallidum: float = 97.0,
    silenced: bool = False,
    seconds: float = 2.5,
) -> float:
    """Return MD's rate (Hz) by its tonic current (pA), the conductance of 16 contacts of PL (nS) and PL's rate (Hz).

    ``pallidum`` is the mean current (pA) of the pallidal output: 97 at rest, 74 where D1 cells hold it down.
    """
    cells = {OUTPUT: Cells(pallidum), MD: Cells(tonic)}
    afferents = {MD: Afferent(prelimbic, 16, conductance)}
    return rates(cells, (Inhibition(OUTPUT, MD, 24, 0.25),), afferents, (OUTPUT,) if silenced else (), seconds)[MD]


def main() -> None:
    """Print rates at rest and at the cue, with and without the pallidum."""
    for name, route in (("table today", TODAY), ("disinhibition", DISINHIBITION)):
        for when, bla in (("rest", AT_REST), ("cue", AT_CUE)):
            for silenced in (False, True):
                found = dopamine_route(route, bla, silenced)
                numbers = "  ".join(f"{cells} {rate:4.1f}" for cells, rate in found.items())
                print(f"{name:14s} {when:5s} {'VP silenced' if silenced else '':12s} {numbers} Hz")
    for tonic, conductance in ((85.0, 0.08), (60.0, 0.3)):
        for how, current, silenced in (
            ("VP at rest", 97.0, False),
            ("VP held down", 74.0, False),
            ("VP silenced", 97.0, True),
        ):
            opened = (thalamus(tonic, conductance, prelimbic, current, silenced) for prelimbic in (3.0, 8.0, 15.0))
            md = "  ".join(f"{rate:4.1f}" for rate in opened)
            print(f"MD tonic {tonic} pA, PL 16 x {conductance} nS, {how:12s} PL at 3, 8, 15 Hz: {md} Hz")


if __name__ == "__main__":
    main()
