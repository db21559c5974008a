"""What an event leaves alone is put behind a condition, or refused."""

import pytest

from circuit.rest import Rest, RestError, Step, with_rest


def read(name: str, index: str = "_idx", changes: bool = False) -> Step:
    kind = "double" if changes else "const double"
    return Step(f"{kind} {name} = _{name}[{index}];", "read", name, frozenset({index} - {"_idx"}))


def compute(name: str, text: str, *uses: str) -> Step:
    return Step(text, "compute", name, frozenset(uses))


def store(name: str) -> Step:
    return Step(f"_{name}[_idx] = {name};", "store", name, frozenset({name}))


LOOP = [
    read("calcium", changes=True),
    read("gate", "_post"),
    read("rho", changes=True),
    compute("elapsed", "const double elapsed = t - last;", "t", "last"),
    compute("falls", "const double falls = exp(gate * calcium * elapsed);", "gate", "calcium", "elapsed"),
    compute("rho", "rho *= falls;", "rho", "falls"),
    compute("calcium", "calcium *= exp(- elapsed);", "calcium", "elapsed"),
    compute("calcium", "calcium += released * 2.0;", "calcium", "released"),
    store("calcium"),
    store("rho"),
]
REST = Rest(("calcium <= 1",), ("rho",), ("released == 0",))


def test_what_only_serves_kept_variables_stands_behind_the_condition():
    assert with_rest(LOOP, REST) == [
        "double calcium = _calcium[_idx];",
        "if (released == 0 && calcium <= 1) continue;",
        "const double elapsed = t - last;",
        "if (!(calcium <= 1)) {",
        "    const double gate = _gate[_post];",
        "    double rho = _rho[_idx];",
        "    const double falls = exp(gate * calcium * elapsed);",
        "    rho *= falls;",
        "    _rho[_idx] = rho;",
        "}",
        "calcium *= exp(- elapsed);",
        "calcium += released * 2.0;",
        "_calcium[_idx] = calcium;",
    ]


def test_statements_that_change_something_else_may_stand_between():
    between = compute("spikes", "spikes += 1;", "spikes")
    loop = [read("spikes", changes=True), *LOOP[:5], between, *LOOP[5:], store("spikes")]
    lines = with_rest(loop, REST)
    assert lines.index("spikes += 1;") < lines.index("if (!(calcium <= 1)) {") < lines.index("    rho *= falls;")


@pytest.mark.parametrize(
    "loop, rest, why",
    [
        (LOOP, Rest(("calcium <= 1",), ("rho", "weight")), "does not change weight"),
        ([*LOOP[:5], LOOP[6], LOOP[5], *LOOP[7:]], REST, "calcium changes between"),
        ([*LOOP[:3], LOOP[6], *LOOP[3:6], *LOOP[7:]], REST, "calcium would have to be known"),
        ([step for step in LOOP if step.does != "compute"], REST, "no statement serves"),
    ],
    ids=["nothing kept", "changed in between", "changed before", "nothing computed"],
)
def test_a_loop_that_cannot_be_rewritten_safely_is_refused(loop, rest, why):
    with pytest.raises(RestError, match=why):
        with_rest(loop, rest)
