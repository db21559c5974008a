"""A kind of test that no list of measures names is still reported and drawn by its main measures."""

import json

from protocols.assays.kinds import CLASSES, MAIN_MEASURES
from protocols.reporting.figure import _outcomes
from results.recording import Identity, Measure, Recording
from results.report.outcomes import outcomes
from results.statistics.summary import frame


def recordings() -> list[Recording]:
    measures = {
        "first_response": Measure(400.0, "pA"),
        "late_responses": Measure(40.0, "% of first"),
        "extrasynaptic_glutamate": Measure(2.0, "uM"),
    }
    origin = {"experiment": json.dumps({"test": [{"name": "t", "kind": "pulse_train"}]})}
    return [Recording(Identity("e", group, "t", 0, 1, 2), measures=measures, provenance=origin) for group in ("a", "b")]


def test_the_report_shows_main_measures_that_are_in_no_list():
    shown = [figure.title for figure in outcomes(frame(recordings()), ["a", "b"], MAIN_MEASURES).figures]
    assert shown == ["First response", "Late responses"]


def test_bars_are_of_a_main_measure_and_not_of_a_level_at_rest():
    assert _outcomes(recordings()) == ("late_responses",)


def test_every_kind_of_test_has_a_main_measure_or_shows_levels_at_rest():
    assert all(one.main_measures or one.__name__ == "ToneTest" for one in CLASSES)
