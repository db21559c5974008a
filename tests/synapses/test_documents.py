"""A user's TOML and JSON: what the rest of the program could not take is refused in one short line."""

import pytest

from protocols.errors import InputError
from protocols.experiments.experiment import experiment_from, load
from protocols.experiments.overrides import with_overrides
from protocols.experiments.shipped import source
from protocols.studies.study_file import read
from protocols.validation.own_evidence import all_evidence
from synapses.documents import LINE, Unreadable, json_document, line, nearest, read_text, shortened, toml

BEYOND = {
    "400 tables deep": ("[" + "a." * 400 + "a]\nb = 1", "nested deeper"),
    "3,000 brackets": ("a = " + "[" * 3000 + "]" * 3000, "nested deeper"),
    "100 lists": ("a = " + "[" * 100 + "]" * 100, "nested deeper"),
    "an integer of 5,000 digits": ("a = " + "9" * 5000, "is not TOML"),
    "0xff... of 400 digits": ("a = 0x" + "f" * 400, "beyond 64 bits"),
    "an integer of 65 bits": (f"a = {2**64}", "beyond 64 bits"),
    "no TOML": ("a = ", "is not TOML"),
}


@pytest.mark.parametrize("case", BEYOND)
@pytest.mark.parametrize("reader", [load, read, lambda file: all_evidence([file])], ids=["run", "sweep", "validate"])
def test_a_file_that_arithmetic_or_the_stack_could_not_take_is_refused_by_its_name(tmp_path, case, reader):
    text, told = BEYOND[case]
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        reader(file)
    assert str(refused.value).startswith(f"{file}: ") and told in str(refused.value)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 400


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("x=" + "[" * 3000, "nested deeper"),
        ("animals.seed=" + "9" * 5000, "is not TOML"),
        ("animals.seed=0x" + "f" * 400, "beyond 64 bits"),
        (".".join(["a"] * 3000) + "=1", "more parts than"),
        ("test." + "9" * 5000 + ".day=1", "has no entry"),
        ("experiment.name.x.*.y=1", "is a single value"),
        ("circuit.*.scale=1", "is no list"),
        ("#=1", "unknown key"),
        ("experiment.title.x=" + "y" * 100_000, "is a single value"),
        ("animals.pairing=" + "y" * 100_000, "is not known"),
        ("y" * 100_000 + "=1", "unknown key"),
    ],
    ids=lambda text: text[:24],
)
def test_a_setting_is_refused_in_one_short_line(setting, told):
    with pytest.raises(InputError) as refused:
        with_overrides(load("moussawi2009"), [setting])
    assert told in str(refused.value) and len(str(refused.value)) < 700


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "latin.toml").write_bytes(b"a = '\xe9'")
    for name, told in {
        "latin.toml": "UTF-8",
        "gone.toml": "No such file",
        ".": "directory",
        "a\0b": "name of a file",
    }.items():
        with pytest.raises(Unreadable, match=told):
            read_text(tmp_path / name)


def test_a_mark_before_the_text_is_no_part_of_it(tmp_path):
    (tmp_path / "marked.toml").write_bytes(b"\xef\xbb\xbfa = 1")
    assert toml(read_text(tmp_path / "marked.toml")) == {"a": 1}


def test_a_key_of_very_many_parts_is_refused_at_once():
    many = ".".join("a" * 20_000)
    for text in (f"{many} = 1", f"[{many}]", f"a = {{{many} = 1}}"):
        with pytest.raises(Unreadable, match="a key of more than"):
            toml(text)
    lines = "\n".join(f"{n}.5," for n in range(2_000))
    assert len(toml(f'a = [\n{lines}\n]\nb = "{"dot. " * 900}"')["a"]) == 2_000


def test_json_is_held_to_the_same_limits():
    for text in ("[" * 5000, "[1, ", '{"a": ' + "9" * 5000 + "}", '"\\ud800"', "[" * 100 + "]" * 100):
        with pytest.raises(Unreadable):
            json_document(text)
    assert json_document('{"a": [1, "\\u00e9"]}') == {"a": [1, "é"]}
    assert toml("a = [9223372036854775807]") == {"a": [2**63 - 1]}


@pytest.mark.parametrize(
    "value", ["x" * 100_000, ["x" * 100_000], 10**6000, {"a": "x" * 100_000}], ids=["word", "list", "number", "table"]
)
def test_a_long_value_is_shown_short(value):
    assert len(shortened(value)) <= 70
    document = load("moussawi2009").model_dump(mode="json")
    for change in (
        {"animals": {"seed": value}},
        {"circuit": {"preset": value}},
        {"parameters": {"release.maximum": value}},
    ):
        with pytest.raises(InputError) as refused:
            experiment_from(document | change)
        assert len(str(refused.value)) < 500


def test_what_is_allowed_is_told_in_part_where_it_is_long():
    said = nearest("group 12x", [f"group {n}" for n in range(100_000)])
    assert "did you mean 'group 12" in said and "more" in said and len(said) < 1200
    assert len(line("x" * 100_000)) < LINE + 10


def test_all_that_is_wrong_is_told_or_counted():
    text = source("moussawi2009").replace("per_group = 8", "per_group = -1").replace("seed = 1", "seed = 1.5")
    text = text.replace('frequency = "50 Hz"', 'frequncy = "50 Hz"').replace('frequency = "5 Hz"', 'frequency = "5 mV"')
    with pytest.raises(InputError) as refused:
        experiment_from(toml(text))
    said = str(refused.value)
    assert "HFS.induction.frequncy: unknown key; did you mean 'frequency'?" in said
    assert "; also animals.per_group: -1 is not allowed" in said and "; also animals.seed: 1.5" in said
    assert said.endswith("(and 1 more)") and "frequency: is required" not in said


def test_a_guess_never_has_the_opposite_sign():
    allowed = ["mGluR5 positive modulator", "mGluR5 antagonist"]
    assert "did you mean 'mGluR5 positive modulator'" in nearest("mGluR5 positive modulators", allowed)
    assert "positive modulator'?" not in nearest("mGluR5 negative modulator", allowed)
    assert "did you mean" not in nearest("mGluR5 agonist", ["mGluR5 antagonist"])
