"""Rival hypotheses: the data are whole, the naive animal is shared, and each does what its claim says at rest."""

from __future__ import annotations

import pytest

from circuit.parameters import ModelParameters
from protocols.errors import InputError
from protocols.experiments.experiment import Model, experiment_from, load
from protocols.experiments.model import parameters, with_hypotheses
from protocols.experiments.overrides import with_overrides
from protocols.simulation.digest import experiment_hash
from protocols.validation.matching import at_rest, matched, withdrawn
from synapses.adaptation import Tissue
from synapses.hypotheses import default, hypotheses, values
from synapses.pharmacology import Exposure

RIVALS = [(part, name) for part, forms in hypotheses().items() for name in forms if name != default(part)]
BOTH_LOST = Tissue(xct=0.5, glt1=0.6)


def model(part, name):
    return with_hypotheses({part: name})


def experiment(*settings):
    return with_overrides(load("tone"), settings)


@pytest.mark.parametrize(("part", "name"), RIVALS)
def test_every_rival_says_what_it_claims_and_changes_known_parameters_within_their_ranges(part, name):
    rival = hypotheses()[part][name]
    assert rival.title and rival.claim.endswith(".") and rival.source and rival.obtained
    changed = parameters(experiment(f"model.{part}={name}"))
    assert changed == model(part, name) != ModelParameters.shipped()
    for path, value in rival.values.items():
        group, _, field = path.partition(".")
        assert getattr(getattr(changed, group), field) == value


def test_an_experiment_has_a_key_for_each_part_and_no_other():
    assert list(Model.model_fields) == list(hypotheses())
    enums = {part: field["enum"] for part, field in Model.model_json_schema()["properties"].items()}
    assert enums == {part: list(forms) for part, forms in hypotheses().items()}


def test_rivals_of_different_parts_change_different_parameters():
    together = {
        part: [form for form in forms.values() if not form.excludes] for part, forms in hypotheses().items()
    }  # perisynaptic receptors and one pool exclude each other, and both move what mGluR5 feels
    paths = {part: {path for form in forms for path in form.values} for part, forms in together.items()}
    assert not paths["expression"] & (paths["tone"] | paths["pools"])
    assert not paths["tone"] & paths["pools"]


def test_the_default_changes_nothing():
    assert values(Model().model_dump()) == {}
    assert parameters(load("moussawi2009")) == ModelParameters.shipped()


def test_what_an_experiment_sets_itself_comes_after_its_hypotheses():
    changed = parameters(experiment("model.expression=postsynaptic", "parameters.plasticity.ampa_gain=0.3"))
    assert changed.plasticity.ampa_gain == 0.3
    assert changed.release.potentiation_gain == 0


def test_the_hash_follows_the_values_of_the_hypotheses_and_not_their_names():
    assert experiment_hash(experiment("model.tone=extrasynaptic")) == experiment_hash(load("tone"))
    assert experiment_hash(experiment("model.tone=no_ags3")) != experiment_hash(load("tone"))


@pytest.mark.parametrize(("part", "name"), list(matched()))
def test_values_that_follow_from_the_defaults_do(part, name):
    """When this fails, a default has changed: ``python -m protocols.validation.matching`` prints the new values."""
    given = hypotheses()[part][name].values
    assert {path: given[path] for path in matched()[part, name]} == pytest.approx(matched()[part, name], rel=1e-3)


def test_perisynaptic_receptors_give_the_naive_animal_the_same_tones():
    naive, rival = at_rest(ModelParameters.shipped()), at_rest(model("tone", "perisynaptic"))
    assert rival.mglur23_tone == pytest.approx(naive.mglur23_tone, rel=1e-3)
    assert rival.mglur5_tone == pytest.approx(naive.mglur5_tone, rel=1e-3)
    assert rival.perisynaptic < 1 < naive.extrasynaptic


@pytest.mark.parametrize(("part", "name"), RIVALS)
def test_every_rival_has_the_naive_animal_of_the_default(part, name):
    naive, rival = at_rest(ModelParameters.shipped()), at_rest(model(part, name))
    assert rival.extrasynaptic == pytest.approx(naive.extrasynaptic, rel=1e-3)
    assert rival.camp == pytest.approx(naive.camp, rel=1e-3)


def test_with_one_pool_glutamate_rises_when_half_of_exchange_and_two_fifths_of_glt1_are_lost():
    three, one = ModelParameters.shipped(), model("pools", "one")
    assert at_rest(one, BOTH_LOST).extrasynaptic > 1.03 * at_rest(one).extrasynaptic
    assert at_rest(three, BOTH_LOST).extrasynaptic < 0.75 * at_rest(three).extrasynaptic


def test_one_pool_is_well_mixed():
    steady = at_rest(model("pools", "one"))
    assert steady.perisynaptic == pytest.approx(steady.extrasynaptic) == steady.cleft


def test_bound_receptors_hardly_feel_a_halving_of_glutamate():
    xct = withdrawn(ModelParameters.shipped()).xct  # the same loss for both: what days leave hangs on the tone itself
    for name, least, most in (("binding_affinity", 0.85, 0.95), ("extrasynaptic", 0.3, 0.6)):
        rival = model("tone", name)
        fallen = at_rest(rival, Tissue(xct=xct))
        assert least < fallen.mglur23_tone / at_rest(rival).mglur23_tone < most


def test_efficacy_alone_gives_the_same_cocaine_and_lets_no_cystine_restore_it():
    usual, rival = ModelParameters.shipped(), model("tone", "efficacy_only")
    state, cystine = withdrawn(usual), Exposure(cystine_factor=2.44)
    lost = at_rest(usual, state).camp
    assert at_rest(rival, state).camp == pytest.approx(lost, rel=1e-3)
    gained = [lost - at_rest(m, state, cystine).camp for m in (usual, rival)]
    assert gained[1] < 0.25 * gained[0]


def test_postsynaptic_expression_leaves_release_alone():
    rival = model("expression", "postsynaptic")
    assert rival.release.potentiation_gain == 0 < rival.plasticity.ampa_gain


BAD = [
    ({"tone": "perisynaptc"}, "model.tone: 'perisynaptc' is not known; did you mean 'perisynaptic'?"),
    ({"pool": "one"}, "model.pool: unknown key; did you mean 'pools'?"),
    ({"pools": 1}, "model.pools: 1 is not allowed"),
    ({"pools": "one", "tone": "perisynaptic"}, "model.tone: 'perisynaptic' cannot stand with pools = 'one'"),
]


@pytest.mark.parametrize(("chosen", "line"), BAD)
def test_an_unknown_hypothesis_is_refused_in_one_line(chosen, line):
    document = load("tone").model_dump(mode="json", exclude_unset=True) | {"model": chosen}
    with pytest.raises(InputError) as refused:
        experiment_from(document)
    assert str(refused.value).startswith(line) and "\n" not in str(refused.value)
