"""The picture of a circuit: every nucleus of it has a place of its own, those of a user's own rows as well."""

import itertools

import pytest

from results.figures.wiring import APART, PLACES, circuit_figure, places_of

OWN = [("PVT", "NAc core"), ("LHb", "VTA"), ("PVT", "LHb"), ("far", "farther")]


def test_nuclei_of_ones_own_stand_apart_from_all_others():
    names = [*PLACES, *dict.fromkeys(name for pair in OWN for name in pair)]
    places = places_of(names, OWN)
    assert set(places) == set(names) and all(places[name] == PLACES[name] for name in PLACES)
    for (one, a), (other, b) in itertools.combinations(places.items(), 2):
        if one not in PLACES or other not in PLACES:
            assert any(abs(x - y) >= far for x, y, far in zip(a, b, APART, strict=True)), (one, other)


def test_an_added_nucleus_stands_nearer_to_its_partner_than_to_most():
    x, y = places_of([*PLACES, "LHb"], [("LHb", "VTA")])["LHb"]
    away = {name: (x - a) ** 2 + (y - b) ** 2 for name, (a, b) in PLACES.items()}
    assert sorted(away, key=away.__getitem__).index("VTA") < 3


@pytest.mark.parametrize("width", ["single", "double"])
def test_only_nuclei_of_the_circuit_are_drawn(width):
    figure = circuit_figure([("PL", "NAc core", "glutamate", True), ("PVT", "NAc core", "glutamate", False)], (), width)
    assert sorted(text.get_text().replace("\n", " ") for text in figure.axes[0].texts) == ["NAc core", "PL", "PVT"]
