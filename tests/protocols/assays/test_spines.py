"""Spines after an injection: what a file may say, the hours in the home cage, what is read from a given release."""

from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest

from circuit.apparatus.operant_box import EPOCH, EPOCHS, STAGE, Behaviour
from circuit.engine.compiled import Output
from circuit.engine.prepared import PreparedCircuit
from circuit.wiring.layout import lay_out
from circuit.wiring.table import wiring
from protocols.animals import training
from protocols.animals.animal import Animal
from protocols.animals.history import Group, Injections
from protocols.assays import spines
from protocols.errors import InputError
from protocols.experiments.experiment import load
from protocols.experiments.model import parameters
from protocols.experiments.overrides import with_overrides
from protocols.runs.plan import plan
from protocols.runs.workers import light
from results.figures import FIGURES
from results.recording import Identity, Recording

EXPERIMENT = with_overrides(load("spine_dynamics"), ["animals.variability=false", "circuit.scale=0.02"])
OWN = parameters(EXPERIMENT)
FIELDS = len(wiring().fields)


class Network:
    """Stands for the compiled circuit: release is 0.5 Hz, and `rise` times that for two hours after the injection."""

    provenance: ClassVar[dict] = {"engine": "compiled"}

    def __init__(self, rise: float) -> None:
        self.rise = rise
        self.inputs: list[dict] = []

    def run(self, inputs, duration, noise_seed):
        self.inputs.append(inputs)
        stage = inputs["stage.values"]
        epochs = round(duration / EPOCH)
        hours = np.cumsum(stage[:epochs, STAGE.index("minutes")]) / 60
        injected = stage[:epochs, STAGE.index("injected")]
        t = np.arange(0, epochs * EPOCH, 0.05)
        place = np.minimum((t / EPOCH).astype(int), epochs - 1)
        given = np.flatnonzero(injected)
        since = hours - hours[given[0] - 1] if len(given) else np.full(epochs, -1.0)
        release = np.where((since > 0) & (since <= 2), self.rise, 1.0)[place] * 0.5
        flat = np.ones((1, len(t)))
        states = {
            "slow": {"t": t, "release_rate": release[None, :], "extrasynaptic": 2e-3 * flat},
            "dopamine": {"t": t, "level": np.ones((2 * FIELDS, len(t)))},
            "session": {"in_brain": np.zeros((1, epochs + 1))},
        }
        return Output({}, states, {}, duration)


def measured(group: str, test: str, rise: float) -> Recording:
    run = next(r for r in plan(EXPERIMENT) if (r.identity.group, r.identity.test) == (group, test))
    return simulated(run.identity, EXPERIMENT.group_named(group), test, rise)


def simulated(who: Identity, group: Group, test: str, rise: float) -> Recording:
    given = EXPERIMENT.test_named(test)
    animal = Animal(who, group, given.on_day(group), OWN, EXPERIMENT.acceleration, "code")
    return given.simulate(animal, PreparedCircuit(0.02, {"corticostriatal": Network(rise)}))  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("CORTICOSTRIATAL_CACHE", str(tmp_path))


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("test.cocaine.dose=15 mg", "dose"),
        ("test.cocaine.before=7 min", "no whole number of epochs"),
        ("test.cocaine.before=10 min", "three epochs"),
        ("test.cocaine.epoch=2 min", f"{EPOCHS} at most"),
        ("test.cocaine.until=2 h", "at"),
        ("test.cocaine.hours=8", "less than or equal to 7"),
        ('test.cocaine.window=["8 h", "6 h"]', "run forward"),
        ('test.cocaine.at=["45 min", "45 min"]', "stands there twice"),
        ("circuit.preset=corticoaccumbens", "needs the preset 'corticostriatal'"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(setting, said):
    settings = [setting, "circuit.state=anaesthetised"] if setting.startswith("circuit") else [setting]
    with pytest.raises(InputError) as problem:
        with_overrides(load("spine_dynamics"), settings)
    assert said in str(problem.value) and "\n" not in str(problem.value)


def test_an_injection_in_the_home_cage_brings_the_drug_and_nothing_else():
    test = EXPERIMENT.test_named("cocaine")
    session = test.schedule(EXPERIMENT.group_named("withdrawn"), Behaviour())
    stage = {name: session.schedule[:, place] for place, name in enumerate(STAGE)}
    assert session.lead == pytest.approx(test.before.si)
    assert stage["injected"].nonzero()[0].tolist() == [session.home]
    assert stage["injected"].sum() == pytest.approx(Behaviour().injected_share * 15)
    assert stage["minutes"].sum() == pytest.approx(60 * (1 + test.hours))
    assert not any(stage[name].any() for name in STAGE if name not in ("injected", "minutes", "silencing"))
    vehicle = EXPERIMENT.test_named("vehicle").schedule(EXPERIMENT.group[0], Behaviour())
    assert not vehicle.schedule[:, STAGE.index("injected")].any()


def test_injections_of_the_history_run_no_network():
    class NoNetwork:
        def run(self, *_):
            raise AssertionError("the network was run")

    layout = lay_out(wiring(), 0.02, 1)
    animal = training.Individual(NoNetwork(), layout, OWN, 1)  # type: ignore[arg-type]
    phase = Injections(phase="injections", drug="cocaine", days=2, dose="15 mg/kg")
    group = Group(name="injected", history=(phase,))
    state = training.State(training.Weights.naive(layout))
    lived = training._after_a_day(animal, state, group, phase, 0)
    assert lived.adapted.trace > 0.05
    assert all(np.all(values["rho"] == 1) for values in lived.weights.values.values())


def test_release_above_rest_swings_heads_and_receptors_up_and_then_down():
    found = measured("withdrawn", "cocaine", 1.6).measures
    assert found["core_release_percent"].value == pytest.approx(160, rel=0.01)
    assert found["spine_head_45_min"].value > 105 and found["surface_ampa_30_min"].value > 105
    assert found["spine_head_120_min"].value < 100
    assert found["surface_ampa_24_h"].value < 100
    assert found["ampa_nmda_late"].value < found["surface_ampa_at_rest"].value


def test_without_a_rise_of_release_nothing_moves_whatever_the_animal():
    for group, test, rise in (("withdrawn", "cocaine", 1.0), ("withdrawn", "vehicle", 1.6), ("naive", "cocaine", 1.0)):
        series = measured(group, test, rise).series
        assert series["spine_head"].values == pytest.approx(100)
        assert series["surface_ampa"].values == pytest.approx(100)


def test_heads_stand_still_where_actin_does_not_cycle_and_move_again_once_the_blocker_is_gone():
    def largest(group) -> float:
        run = plan(EXPERIMENT)[0].identity
        found = simulated(run, group, "cocaine", 1.6)
        return float(np.abs(found.series["spine_head"].values - 100).max())

    blocked = EXPERIMENT.group_named("withdrawn+latrunculin A")
    short = blocked.treatment[0].model_copy(update={"duration": EXPERIMENT.test_named("cocaine").before})
    free = largest(EXPERIMENT.group_named("withdrawn"))
    assert largest(blocked) < 0.15 * free  # a hundredth of the actin cycles on, and what it moves is not reversed
    gone = blocked.model_copy(update={"treatment": (short,)})  # from one hour before to the injection
    assert largest(gone) == pytest.approx(free, rel=0.05)


def test_withdrawal_leaves_larger_heads_with_more_filaments_and_receptors():
    withdrawn, naive = (measured(group, "vehicle", 1.0).measures for group in ("withdrawn", "naive"))
    for name in ("spine_head", "filamentous_actin", "psd95", "ags3", "surface_ampa"):
        assert withdrawn[f"{name}_at_rest"].value > naive[f"{name}_at_rest"].value == pytest.approx(1)
    for name in ("homer", "mglur5"):
        assert withdrawn[f"{name}_at_rest"].value < naive[f"{name}_at_rest"].value == pytest.approx(1)


def test_what_a_batch_keeps_of_a_run_is_enough_for_its_figure():
    figure = FIGURES["spines"]([light(measured("withdrawn", "cocaine", 1.6))])
    assert [len(axes.lines[0].get_xdata()) > 10 for axes in figure.axes] == [True] * 3


def test_a_stored_name_tells_the_moment():
    assert spines._word(EXPERIMENT.test_named("cocaine").at[1]) == "45_min"
    assert SimpleNamespace(**measured("naive", "vehicle", 1.0).measures).spine_head_45_min.unit == "% of baseline"
