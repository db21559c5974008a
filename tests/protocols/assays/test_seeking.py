"""Sessions, silencing and the kept state of an animal; slow: the circuit itself at its smallest."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from circuit.apparatus.operant_box import STAGE, Behaviour
from circuit.network.inputs import Weights
from circuit.wiring.layout import lay_out
from circuit.wiring.table import wiring
from protocols.analysis.predict import Question, experiment_for
from protocols.animals import session_run, training
from protocols.animals.rest import EXPOSURE_TIMES
from protocols.animals.sessions import HOME_EPOCHS, session_of_phase
from protocols.errors import InputError
from protocols.experiments.experiment import Experiment, experiment_from, load
from protocols.experiments.model import parameters
from protocols.runs.batch import run_batch
from protocols.runs.progress import progress
from results.recording import Recording
from synapses.adaptation import AdaptedState, Tissue
from synapses.dopamine import Dopamine, autoreceptor_activation, d1_activation, d2_activation
from synapses.homeostasis import steady_state
from synapses.pharmacology import at_start, exposure

LAYOUT = lay_out(wiring(), 0.1, seed=1)


def column(stage: np.ndarray, name: str) -> np.ndarray:
    return stage[:, STAGE.index(name)]


def document() -> dict:
    return load("inactivation").model_dump(mode="json")


@pytest.mark.parametrize(
    ("name", "given", "absent"),
    [
        ("cue", ("contingent_cue", "context_b"), ("stress", "injected", "unit_dose")),
        ("prime", ("injected", "context_b"), ("contingent_cue", "stress")),
        ("stress", ("stress", "context_b"), ("contingent_cue", "injected")),
        ("context", ("context_a",), ("context_b", "contingent_cue")),
        ("abstinence", ("context_a",), ("context_b", "contingent_cue")),
        ("second_order", ("context_a", "contingent_cue"), ("unit_dose",)),
    ],
)
def test_a_session_shows_what_its_test_says(name, given, absent):
    experiment = load("inactivation")
    test = experiment.test_named(name)
    stage = test.schedule((*experiment.group[0].history, *test.preceded_by), Behaviour()).schedule
    assert all(column(stage, entry).any() for entry in given)
    assert not any(column(stage, entry).any() for entry in absent)
    assert not column(stage, "lever")[:HOME_EPOCHS].any() and column(stage, "lever")[HOME_EPOCHS:].all()
    assert column(stage, "minutes")[HOME_EPOCHS:].sum() == pytest.approx(60 * test.hours)


def test_no_test_but_self_administration_brings_drug():
    for name in ("inactivation", "reinstatement", "seeking_pharmacology"):
        experiment = load(name)
        for test in experiment.test:
            assert not column(test.schedule(experiment.group[0].history, Behaviour()).schedule, "unit_dose").any()


def test_abstinence_has_no_session():
    phase = load("inactivation").test_named("abstinence").preceded_by[0]
    assert session_of_phase(phase) is None


@given(st.integers(0, 60), st.floats(0.3, 2.2), st.lists(st.floats(0, 500), max_size=5))
def test_a_state_that_was_kept_is_read_back(tmp_path_factory, day, efficacy, presses):
    file = tmp_path_factory.mktemp("life") / "state.h5"
    naive = Weights.naive(LAYOUT)
    values = {name: {v: np.full_like(a, efficacy) for v, a in given_.items()} for name, given_ in naive.values.items()}
    adapted = AdaptedState(trace=0.3).expressing({"NAc shell": {"xct": efficacy}})
    kept = {name: given_["rho"] + 0.5 for name, given_ in values.items()}
    cues = {"cue_value": efficacy / 3, "food_cue_value": 0.0}
    state = training.State(Weights(values), day, [{"active": count} for count in presses], adapted, cues, kept)
    training.write_state(file, state)
    back = training.read_state(file)
    assert (back.day, back.sessions, back.adapted, back.cues) == (state.day, state.sessions, adapted, cues)
    assert all(np.allclose(back.kept[name], array, rtol=1e-6) for name, array in kept.items())
    for name, given_ in back.weights.values.items():
        for variable, array in given_.items():
            np.testing.assert_allclose(array, values[name][variable], rtol=1e-6)


def test_a_pathway_that_does_not_learn_keeps_its_weights():
    before = Weights.naive(LAYOUT)
    changed = {f"{n}.{v}": a + 0.5 for n, given_ in before.values.items() for v, a in given_.items()}

    class Output:
        contacts = changed

    after = training.weights_after(Output(), before, LAYOUT, ["IL->NAc shell"])  # type: ignore[arg-type]
    for row in LAYOUT.wiring.plastic:
        name, places = LAYOUT.contacts(row)
        difference = after.values[name]["rho"][places] - before.values[name]["rho"][places]
        assert np.allclose(difference, 0.0 if row.name == "IL_pyramidal_to_shell_medium_spiny" else 0.5)


def test_d1_answers_to_bursts_and_d2_to_pauses():
    parameters = Dopamine()
    burst = d1_activation(4.0, parameters) - d1_activation(1.0, parameters)
    pause = d1_activation(1.0, parameters) - d1_activation(0.2, parameters)
    assert burst > 3 * pause
    assert d2_activation(1.0, parameters) - d2_activation(0.2, parameters) > pause


def test_autoreceptors_are_nearly_full_at_rest_and_so_cancel_little_of_a_drug():
    parameters = Dopamine()
    assert autoreceptor_activation(parameters.autoreceptor_half, parameters) == pytest.approx(0.5)
    full = autoreceptor_activation(np.array([1.0, 4.0]), parameters)
    assert np.diff(full) < np.diff(d2_activation(np.array([1.0, 4.0]), parameters)) / 3


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("group", 1, "inactivation", 0, "nucleus"), "PLL", "the circuit has no nucleus 'PLL'; did you mean 'PL'"),
        (("circuit", "state"), "anaesthetised", "a session, which needs 'awake'"),
        (("circuit", "preset"), "corticoaccumbens", "needs the preset 'corticostriatal'"),
        (("group", 0, "unlearning"), ["IL->core"], "the circuit has no plastic projection 'IL->core'"),
        (("group", 0, "unlearning"), ["MD->PL"], "the circuit has no plastic projection 'MD->PL'"),
        (("test", 0, "dose"), "1 mg/kg", "gives no drug; leave the dose out"),
        (("test", 0, "site"), "DLS", "site"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(path, value, said):
    content = document()
    place = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(InputError, match=said.replace("(", r"\(")) as problem:
        experiment_from(content)
    assert "\n" not in str(problem.value)


def test_a_question_silences_the_nucleus_and_each_path_that_leaves_it():
    asked = experiment_for(Question("context", "NAc shell", "muscimol", 0.5), animals=2, seed=3, scale=0.1)
    assert [group.name for group in asked.group] == ["vehicle", "NAc shell", "without NAc shell->VP"]
    assert asked.group[1].inactivation[0].fraction == 0.5
    assert [test.name for test in asked.test] == ["context"]
    assert {group.history for group in asked.group} == {asked.group[0].history}


@pytest.mark.parametrize(
    ("site", "session", "said"),
    [("NAc cor", "cue", "did you mean 'NAc core'"), ("PL", "ceu", "did you mean 'cue'")],
)
def test_a_question_about_nothing_is_refused(site, session, said):
    with pytest.raises(InputError, match=said):
        experiment_for(Question(session, site), 2, 1, 0.1)


def test_epochs_too_long_for_glutamate_to_follow_are_refused():
    content = document()
    content["test"][0] |= {"epochs": 4}
    with pytest.raises(InputError, match=r"4 epochs of 30 min are too coarse.*give 10 or more"):
        experiment_from(content)


def test_long_sessions_of_training_have_more_epochs():
    phase = load("inactivation").group[0].history[0]
    assert len(session_of_phase(phase).schedule) == 20
    assert len(session_of_phase(phase.model_copy(update={"hours": 6.0})).schedule) == 36


def small() -> Experiment:
    """Vehicle, PL silenced, its axons lit, PL silenced with its axons driven: smallest size, one day of training."""
    content = document()
    content["circuit"]["scale"] = 0.1
    content["animals"] |= {"per_group": 1, "variability": False}
    vehicle, silenced = content["group"][:2]
    light = [{"projection": "PL->NAc core", "frequency": "20 Hz"}]
    replaced = [{"nucleus": "PL", "agent": "muscimol", "replaced": "5 Hz"}]
    content["group"] = [
        vehicle,
        silenced,
        vehicle | {"name": "light", "stimulation": light},
        vehicle | {"name": "PL replaced", "inactivation": replaced},
        vehicle | {"name": "CNQX", "treatment": [{"drug": "CNQX", "concentration": "30 uM", "at": "-0.5 h"}]},
    ]
    for group in content["group"]:
        group["history"][0]["days"] = 1
    short = {"epochs": 4, "hours": 0.6, "preceded_by": []}
    content["test"] = [test | short for test in content["test"] if test["name"] == "cue"]
    return experiment_from(content)


def resting_glutamate(experiment: Experiment, recording: Recording, rate: float) -> float:
    """Extrasynaptic glutamate, uM, that the closed form gives an animal whose PL axons fire at a rate, Hz."""
    own = parameters(experiment).with_values({"homeostasis.resting_rate": rate})
    tissue = Tissue(**{name: recording.measures[name].value for name in ("xct", "ags3")})
    undrugged = at_start(exposure((), EXPOSURE_TIMES))
    return steady_state(tissue, undrugged, own.homeostasis, own.tone, own.release).extrasynaptic


@pytest.mark.slow
def test_one_life_serves_all_sites_and_a_silenced_nucleus_is_silent(tmp_path, monkeypatch):
    kept: list[Path] = []
    monkeypatch.setattr(session_run, "trained", lambda *given: training.trained(*given[:3], kept[-1], given[4]))

    def performed(name: str) -> list[Recording]:
        kept.append(tmp_path / "animals" / name)
        return run_batch(small(), progress(), tmp_path / name, jobs=1).recordings

    recordings = performed("once")
    assert len(list(kept[0].glob("*.h5"))) == len(small().group[0].history)  # a state for each phase of one life

    def each(measure: str) -> list[float]:
        return [recording.measures[measure].value for recording in recordings]

    vehicle, silent, light, replaced, blocked = each("rate_PL_pyramidal")
    assert vehicle > 0.5 and silent == replaced == 0
    vehicle, silent, light, replaced, blocked = each("rate_core_medium_spiny")
    assert silent < 0.5 and blocked < vehicle / 2  # without PL, or without AMPA currents, little drives core cells
    assert vehicle > 2 and replaced > 2 and light > 1.5 * vehicle  # PL's axons drive them without its cells
    vehicle, silent, light, replaced, blocked = each("core_glutamate_percent")
    assert silent < vehicle < light
    vehicle, silent, light, replaced, blocked = each("core_glutamate_basal")
    assert silent == pytest.approx(resting_glutamate(small(), recordings[1], 0.0), rel=0.01)
    assert replaced == pytest.approx(resting_glutamate(small(), recordings[3], 5.0), rel=0.06)
    again = performed("again")  # the animal lives its life again
    for first, second in zip(recordings, again, strict=True):
        assert {n: m.value for n, m in first.measures.items()} == {n: m.value for n, m in second.measures.items()}
