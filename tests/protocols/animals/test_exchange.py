"""What an animal borrows from its twin at a test, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from circuit.network.inputs import Weights
from circuit.parameters import ModelParameters
from circuit.wiring.layout import lay_out
from circuit.wiring.plan import WHOLE, plan
from protocols.analysis.exchange import HELD, question, sentence
from protocols.animals.exchange import with_exchanges
from protocols.animals.rest import Rest, at_rest
from protocols.animals.training import State
from protocols.errors import InputError
from protocols.experiments.experiment import load
from protocols.experiments.overrides import with_overrides
from synapses.adaptation import AdaptedState
from synapses.regions import CORE

OWN = ModelParameters.shipped()


def rest(group: str, exchange: str = "[]", regions: tuple[str, ...] = (CORE,)) -> Rest:
    """A group of moussawi2009 at the start of its test, with what it borrows."""
    experiment = with_overrides(load("moussawi2009"), [f'group."{group}".exchange={exchange}'])
    chosen = experiment.group_named(group)
    return at_rest(chosen, float(chosen.days), OWN, regions=regions)


COCAINE = (
    '[{phase = "self_administration", drug = "cocaine", days = 12, hours = 2, dose = "0.5 mg/kg"},'
    ' {phase = "extinction", days = 14, hours = 2}]'
)


def test_with_a_naive_twin_s_adaptation_a_cocaine_animal_is_at_rest_as_a_naive_one():
    borrowed = rest("cocaine", '[{take = ["adaptation"]}]')
    assert borrowed.state == AdaptedState()
    assert borrowed.at[CORE].steady == rest("control").at[CORE].steady


def test_a_control_with_a_cocaine_twin_s_adaptation_is_as_withdrawn_as_the_twin():
    borrowed = rest("control", f'[{{take = ["adaptation"], history = {COCAINE}}}]')
    assert borrowed.at[CORE].steady == rest("cocaine").at[CORE].steady


def test_borrowed_tones_are_held_in_each_region_and_adaptation_stays_one_s_own():
    regions = (CORE, "NAc shell")
    own, twin = rest("control", regions=regions), rest("cocaine", regions=regions)
    borrowed = rest("control", f'[{{take = ["tones"], history = {COCAINE}}}]', regions)
    assert borrowed.state == own.state
    for region in regions:
        here, there = borrowed.at[region].steady, twin.at[region].steady
        assert here.mglur23_tone == pytest.approx(there.mglur23_tone)
        assert here.mglur5_tone == pytest.approx(there.mglur5_tone)
        assert here.release_probability == pytest.approx(there.release_probability)
    assert borrowed.clamp.mglur23 is not None and borrowed.clamp.mglur5 is not None


def test_a_drug_that_the_twin_is_given_before_the_test_is_in_its_tones():
    nac = 'treatment = [{drug = "NAC", dose = "100 mg/kg", at = "-2.5 h"}]'
    borrowed = rest("cocaine", f'[{{take = ["tones"], history = {COCAINE}, {nac}}}]')
    given = rest("cocaine+NAC").at[CORE].steady
    assert borrowed.at[CORE].steady.mglur23_tone == pytest.approx(given.mglur23_tone)
    assert borrowed.at[CORE].steady.mglur23_tone > 2 * rest("cocaine").at[CORE].steady.mglur23_tone


def test_a_twin_goes_through_what_precedes_the_test():
    experiment = load("huang2026")
    cue = experiment.test_named("cue")
    chosen = question(experiment, "NAC 100 mg/kg", "vehicle", "cue", ("weights",)).group_named(
        "weights of NAC 100 mg/kg"
    )
    at_the_test = chosen.going_through(cue.phases_before())
    twin = at_the_test.exchange[0].twin("vehicle")
    assert [phase.phase for phase in twin.history] == ["food", "self_administration", "abstinence", "extinction"]
    assert twin.days == at_the_test.days == cue.on_day(chosen) and twin.treatment == chosen.exchange[0].treatment
    asked = []
    layout = lay_out(plan(WHOLE).table, 0.05, 1)
    own = State(Weights.naive(layout), day=at_the_test.days)
    with_exchanges(own, at_the_test, layout, lambda twin, day: asked.append((twin.history, day)) or own)
    assert asked == [(twin.history, twin.days)]


def test_weights_of_one_projection_are_borrowed_and_the_others_stay():
    layout = lay_out(plan(WHOLE).table, 0.05, 1)
    own = State(Weights.naive(layout), day=3)
    doubled = {n: {v: 2 * a + 1 for v, a in values.items()} for n, values in own.weights.values.items()}
    lender = replace(own, weights=Weights(doubled))
    group = with_overrides(load("reinstatement"), []).group_named("cocaine")
    asked = []

    def twin_on(twin, day):
        asked.append((twin.history, day))
        return lender

    wanted = {"take": ["weights"], "sites": ["PL->NAc core"]}
    borrowing = type(group).model_validate(group.model_dump(mode="json") | {"exchange": [wanted]})
    state = with_exchanges(replace(own, day=borrowing.days + 2), borrowing, layout, twin_on)
    assert asked == [((), 2)]  # the twin comes to the test as long after its history
    borrowed = layout.wiring.between("PL->NAc core")
    for row in layout.wiring.plastic:
        name, places = layout.contacts(row)
        for variable, array in state.weights.values[name].items():
            source = doubled if row in borrowed else own.weights.values
            np.testing.assert_array_equal(array[places], source[name][variable][places])


@pytest.mark.parametrize(
    "exchange, said",
    [
        ('[{take = ["weights"]}]', "runs no sessions"),
        ('[{take = ["adaptation"], sites = ["PL->NAc core"]}]', "only weights"),
        ('[{take = ["tones"]}, {take = ["tones"], history = []}]', "one twin only"),
        ('[{take = ["mood"]}]', "take"),
        ('[{take = ["tones"], treatment = [{drug = "NAC", dose = "1 mg/kg", phase = "extinction"}]}]', "no phase"),
    ],
)
def test_what_cannot_be_borrowed_is_refused_in_one_line(exchange, said):
    with pytest.raises(InputError, match=said) as problem:
        rest("cocaine", exchange)
    assert "\n" not in str(problem.value)


def test_a_group_without_an_exchange_is_written_as_it_was_before_there_was_one():
    assert all("exchange" not in group.model_dump(mode="json") for group in load("moussawi2009").group)


def test_the_question_asks_for_each_link_alone_and_for_all_of_them():
    asked = question(load("reinstatement"), "cocaine", "yoked saline", "cue", sites=["PL->NAc core"])
    assert [group.name for group in asked.group] == [
        "yoked saline", "cocaine", "weights of cocaine", "cues of cocaine", "adaptation of cocaine", "tones of cocaine",
        "weights of PL->NAc core of cocaine", "all of cocaine", HELD,
    ]  # fmt: skip
    assert all(group.history == asked.group[0].history for group in asked.group[2:])


def test_an_electrode_without_sessions_before_it_is_asked_about_adaptation_and_tones_only():
    asked = question(load("moussawi2009"), "control", "cocaine", "HFS")
    taken = {link for group in asked.group for each in group.exchange for link in each.take}
    assert taken == {"adaptation", "tones"}


@pytest.mark.parametrize(
    "donor, recipient, test, said",
    [
        ("contrl", "cocaine", "HFS", "did you mean 'control'"),
        ("control", "control", "HFS", "borrows from"),
        ("control", "cocaine", "HSF", "did you mean 'HFS'"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(donor, recipient, test, said):
    with pytest.raises(InputError, match=said):
        question(load("moussawi2009"), donor, recipient, test)


def row(group, mean, difference=None, share=None, link=None):
    """A row of the answer."""
    found = {"group": group, "link": link, "n": 8, "mean": mean}
    if difference is not None:
        found |= {"difference": difference, "difference_interval": (difference - 5, difference + 5)}
    if share is not None:
        found |= {"share": share, "share_interval": (share - 0.1, share + 0.1)}
    return found


def test_the_answer_names_the_link_that_brings_most_of_the_effect():
    rows = [row("saline", 10), row("cocaine", 60, 50), row("weights of cocaine", 50, 40, 0.8, "weights")]
    rows += [row("tones of cocaine", 15, 5, 0.1, "tones"), row("all of cocaine", 60, 50, 1.0), row(HELD, 10, 0, 0.0)]
    assert "80 % [70, 90] of it comes with weights of cocaine" in sentence(rows)


def test_a_group_may_be_called_anything():
    rows = [row("saline", 10), row("all of it", 60, 50), row("weights of all of it", 50, 40, 0.8, "weights")]
    rows.append(row("all of tones", 70, 60, 1.2, "tones"))
    assert "120 % [110, 130] of it comes with all of tones" in sentence(rows)


def test_no_share_is_given_of_an_effect_that_is_not_told_from_none():
    assert "not told apart" in sentence(
        [row("saline", 10), row("cocaine", 12, 2), row("weights of cocaine", 9, -1, -0.5, "weights")]
    )
