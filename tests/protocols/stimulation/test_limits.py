"""What a run could not hold, or an axon not follow, is refused when a file is read: before anything runs."""

import numpy as np
import pytest
from typer.testing import CliRunner

from circuit.clock import PULSES
from circuit.network.electrode_inputs import electrode_inputs
from circuit.network.inputs import InputsError
from circuit.parameters import ModelParameters
from circuit.parts import STEP
from circuit.states import states
from circuit.wiring.layout import lay_out
from circuit.wiring.plan import plan
from protocols.animals.history import Group
from protocols.animals.rest import at_rest
from protocols.assays.base import misfit
from protocols.cli.main import app
from protocols.errors import InputError
from protocols.experiments.experiment import Acceleration, load
from protocols.experiments.overrides import chosen, with_overrides
from protocols.experiments.shipped import shipped
from protocols.stimulation.axons import REFRACTORY
from protocols.stimulation.pulses import train
from protocols.stimulation.timeline import compile_timeline
from protocols.studies.study import Study

THETA = 'test.HFS.induction={kind="theta_burst", frequency="100 Hz", pulses=4, bursts=10, burst_frequency="5 Hz"}'
LIGHT = 'group.sham.stimulation=[{nucleus="PL", frequency="20 Hz"}]'
REPLACED = 'group.sham.inactivation=[{nucleus="PL", agent="muscimol", replaced="20 Hz"}]'
FAST = {
    "a tetanus": ("moussawi2009", "", 'test.HFS.induction.frequency="20 kHz"'),
    "a typo in its unit": ("moussawi2009", "", 'test.HFS.induction.frequency="50 kHz"'),
    "a burst": ("moussawi2009", THETA, 'test.HFS.induction.frequency="501 Hz"'),
    "bursts": ("moussawi2009", THETA, 'test.HFS.induction.burst_frequency="501 Hz"'),
    "an induction after the first": ("moussawi2009", "", 'test.HFS.further=[{frequency="1 kHz", pulses=9}]'),
    "light": ("inactivation", LIGHT, LIGHT.replace("20 Hz", "1 kHz")),
    "a silenced nucleus's axons": ("inactivation", REPLACED, REPLACED.replace("20 Hz", "1 kHz")),
}


@pytest.mark.parametrize("case", FAST)
def test_pulses_that_axons_cannot_follow_are_refused(case):
    name, given, fast = FAST[case]
    experiment = load(name)
    settings = [line.replace("group.sham", f'group."{experiment.group[0].name}"') for line in (given, fast) if line]
    with_overrides(experiment, settings[:-1])
    with pytest.raises(InputError, match=r"faster than axons follow: .* 500 Hz is the most"):
        with_overrides(experiment, settings)


def test_pairs_of_pulses_and_test_pulses_are_kept_apart():
    for setting in ('test."paired pulses".intervals=["1 ms"]', 'test."paired pulses".pulse_every="1 ms"'):
        with pytest.raises(InputError, match=r"too short|15 ms at least"):
            with_overrides(load("release_and_ratio"), [setting.replace("paired pulses", _named("paired_pulse"))])


def _named(kind):
    return next(test.name for test in load("release_and_ratio").test if test.kind == kind)


def test_the_fastest_pulses_fall_into_steps_of_their_own():
    assert STEP < REFRACTORY / 2
    own = ModelParameters.shipped()
    pathway = plan("corticoaccumbens")
    layout, body = lay_out(pathway.table, 0.01, 1), at_rest(Group(name="naive"), 0.0, own).body(own)

    def given(frequency: float) -> None:
        timeline = compile_timeline(train(frequency, 100), Acceleration()).timeline
        electrode_inputs(pathway, layout, own, body, timeline, states()["anaesthetised"])

    given(1 / REFRACTORY)
    with pytest.raises(InputsError, match="one step"):
        given(20_000)


TOO_MUCH = [
    ('test.HFS.pulse_every="0.05 s"', "test.HFS.pulse_every: 0.05 s is too short; responses need 0.5 s at least"),
    ('test.HFS.baseline="9 h"', "test.HFS: lasts 9.35 h"),
    ('test.HFS.induction={frequency="400 Hz", pulses=2, trains=9000, interval="1 s"}', "test.HFS: makes 18060 pulses"),
    ('test.HFS.induction={frequency="400 Hz", pulses=100000, trains=100, interval="251 s"}', "test.HFS: makes"),
    ("test.HFS.induction.trains=10000", "test.HFS: lasts"),
    ("acceleration.maximum=1e9", "acceleration.maximum: 1000000000.0 is not allowed"),
    ('acceleration.window_after="1000 h"', "acceleration.window_after: 1000 h is too long"),
    ("acceleration.pulse_group=1000000", "acceleration.pulse_group: 1000000 is not allowed"),
    (
        'group.cocaine.inactivation=[{nucleus="PL", agent="lesion"}]',
        "group.cocaine.inactivation: has no effect in test 'HFS'",
    ),
    ("parameters.release.maximum=9", "parameters.release.maximum: "),
    ('group."cocaine+NAC".treatment.NAC.dose="1e300 mg/kg"', "is beyond 100 g/kg, the largest allowed"),
]


@pytest.mark.parametrize(("setting", "told"), TOO_MUCH, ids=[told for _, told in TOO_MUCH])
def test_run_and_sweep_refuse_before_anything_runs_what_a_run_cannot_hold(tmp_path, monkeypatch, setting, told):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.toml").write_text('[study]\nname = "s"\nexperiment = "moussawi2009"\n', encoding="utf-8")
    for command in (["run", "moussawi2009"], ["sweep", "s.toml", "--dry-run"]):
        result = CliRunner().invoke(app, [*command, "--set", setting])
        assert result.exit_code == 2 and told in result.stderr and result.stderr.count("\n") == 1, result.output
    assert [file.name for file in tmp_path.iterdir()] == ["s.toml"]


def test_a_study_s_dry_run_holds_every_condition_against_what_a_run_can_hold():
    pulses = {"test.HFS.induction.trains": [1, 3, 90], "test.HFS.induction.interval": ["20 s", "200 s"]}
    content = {"study": {"name": "s", "experiment": "moussawi2009"}, "axes": pulses}
    with pytest.raises(InputError, match=r"trains = 90: .*interval = '20 s': test.HFS: makes 9060 pulses"):
        Study.of(content).checked()


@pytest.mark.parametrize(
    ("name", "kind", "setting", "told"),
    [
        ("tone", "tone", 'duration="1 ms"', "1 s at least"),
        ("tone", "tone", 'duration="9 h"', "lasts"),
        ("tone", "tone", 'duration="2 s"', "the test of 2 s takes 0.067 s of network time"),
        ("basal_glutamate", "microdialysis", 'sample="5 min"', "a sample of 300 s takes 1.5 s of network time"),
        ("release_and_ratio", "miniature", 'duration="1 ms"', "1 s at least"),
        ("release_and_ratio", "miniature", 'duration="60 min"', "shorten the test"),
        ("basal_glutamate", "microdialysis", 'baseline="9 h"', "lasts"),
        ("input_output", "input_output", "repeats=1000", "lasts"),
        ("reinstatement", "seeking", "hours=9.0", "lasts|too coarse"),
        ("spine_dynamics", "spines", 'until="9999 d"', "30 d at most"),
        ("drug_classes", "reward", 'duration="9999 d"', "2 d at most"),
    ],
)
def test_every_kind_of_test_has_its_limits(name, kind, setting, told):
    test = next(one.name for one in load(name).test if one.kind == kind)
    with pytest.raises(InputError, match=told):
        with_overrides(load(name), [f'test."{test}".{setting}'])


def test_what_is_shipped_fits():
    for name in shipped():
        experiment = chosen(name)
        assert not any(misfit(test, experiment.acceleration) for test in experiment.test)


def test_a_test_that_just_fits_runs_and_one_pulse_more_does_not():
    single = ["test.HFS.induction.pulses=1", 'test.HFS.induction.interval="1 s"']
    experiment = with_overrides(load("moussawi2009"), [*single, "test.HFS.induction.trains=1"])
    work = experiment.test_named("HFS").passes(ModelParameters.shipped())[0]
    room = PULSES + 1 - len(work.laid_out(experiment.acceleration).timeline.pulses)
    with_overrides(experiment, [*single, f"test.HFS.induction.trains={room}"])
    with pytest.raises(InputError, match=f"makes {PULSES + 1} pulses"):
        with_overrides(experiment, [*single, f"test.HFS.induction.trains={room + 1}"])


def test_a_train_repeated_many_times_is_laid_out_at_once():
    many = train(100.0, 3).repeat(50_000, 0.5)
    few = train(100.0, 3).repeat(3, 0.5)
    assert np.array_equal(many.times[:9], few.times) and len(many.times) == 150_000


@pytest.mark.parametrize("delay", ["30 ms", "50 ms", "200 ms"])
@pytest.mark.parametrize("window", ["1 ms", "100 ms"])
def test_a_recording_holds_every_response_to_its_end(delay, window):
    settings = [f'test.ratio.nmda_delay="{delay}"', f'acceleration.window_after="{window}"', "test.ratio.pulses=2"]
    experiment = with_overrides(load("release_and_ratio"), settings)
    for every in ("0.5 s", "10 s"):
        test = with_overrides(experiment, [f'test.ratio.pulse_every="{every}"']).test_named("ratio")
        for work in test.passes(ModelParameters.shipped()):
            timeline = work.laid_out(experiment.acceleration).timeline
            assert timeline.duration - timeline.pulses[-1] > test.nmda_delay.si + 0.05 - 1e-9
            assert np.all(np.diff(timeline.pulses) > test.nmda_delay.si + 0.05)
