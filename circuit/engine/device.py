"""A Brian2 device that writes faster loops: Brian2's standalone device with templates and a code generator of our own.

Equations and their order stay Brian2's. What differs is how a step of the network is gone through, how cells that spike
are found, how events wait for their contacts, what is read and written at a contact (`circuit.engine.generator`), and
which functions and random numbers are called (`circuit.engine.functions`). In double precision, and where nothing is
drawn, results are the same to the last bit, but for the rounding that `circuit.rest` leaves out and that of what decays
alike in all cells (`circuit.engine.step`). What is written in our way is noted in `Device.loops`, so that a program can
say what is in it. Brian2 is asked for what this rests on; what it does not do as known is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, ClassVar

import brian2
from brian2.core import clocks
from brian2.core.variables import ArrayVariable, DynamicArrayVariable
from brian2.devices.cpp_standalone.codeobject import CPPStandaloneCodeObject
from brian2.devices.cpp_standalone.device import CPPStandaloneDevice
from brian2.devices.device import all_devices
from brian2.synapses.synapses import Synapses

from circuit.engine import step
from circuit.engine.functions import replace_functions
from circuit.engine.generator import Generator, Refused, UnknownForm
from circuit.engine.lifetimes import CONNECTING, MADE_BY_CONNECTING, Entry, with_lifetimes
from circuit.engine.step_generator import BLOCK, SPAN
from circuit.precision import Precision
from circuit.rest import Rest

DEVICE = "corticostriatal"
OWN_TEMPLATES = (
    "network", "threshold", "synapses", "synapses_classes", "stateupdate", "summed_variable", "makefile",
)  # fmt: skip
TOGETHER = {
    "starting": (*CONNECTING, "group_variable_set", "group_variable_set_conditional"),
    "moving": ("synapses_push_spikes", "spikemonitor", "statemonitor", "threshold"),
}  # fmt: skip
"""Translation units made of several of Brian2's files, by the templates of those: starting the compiler and reading
headers takes most of the time of each. Contacts and starting values are made once; spikes are noticed, queued and
written down. Where the arithmetic is, each file stays on its own, so that what the compiler makes of it does not hang
on its neighbours."""


def _templater() -> Any:
    stock = CPPStandaloneCodeObject.templater
    for name in OWN_TEMPLATES:
        try:
            getattr(stock, name)
        except (KeyError, AttributeError):
            raise UnknownForm(f"there is no template '{name}'") from None
    clock = "BaseClock" if hasattr(clocks, "BaseClock") else "Clock"
    return stock.derive("circuit.engine", env_globals={"clock_class": clock})


class CodeObject(CPPStandaloneCodeObject):
    """A piece of the network's code, from our templates where there are some."""

    templater = _templater()
    generator_class = Generator


replace_functions(CodeObject)


class Device(CPPStandaloneDevice):
    """Brian2's standalone device with faster loops; ``set_device("corticostriatal", build_on_run=False)``.

    One run of one network, without threads and without reports on progress. `rests`, `duration_variable` and
    `precision` are set before the network is run, `sparing` before contacts are made.

    Attributes
    ----------
    rests : dict of str to Rest
        By name of a pathway, such as ``"synapses_pre"``: when its events leave what alone.
    duration_variable : str
        Variable of the environment that holds the run's length in s, instead of the one given to ``run``.
    precision : str
        Of the functions and random numbers; variables have the type that the network gives them.
    sparing : bool
        Arrays over contacts are there while something touches them (`circuit.engine.lifetimes`), and in the end those
        that are written. Then `given` and `write_only` are asked for.
    given : set of ArrayVariable
        Arrays that a run sets.
    loops : dict of str to set of str
        What is written otherwise than by Brian2: thresholders that search ``blocks``, pathways that ask for memory
        ``ahead``, pathways that leave what is at ``rest`` alone; of the step of cells (`circuit.engine.step`), groups
        whose waiting cells are put ``aside``, variables that decay ``alike``, groups whose step is ``asked`` for
        spikes.
    """

    main_queue: list[Entry]
    _READ: ClassVar[str] = """
    bool _written = true;
    auto _write = [&](const char *name, const char *values, size_t bytes) {
        std::ofstream file(brian::results_dir + name, std::ios::binary | std::ios::out);
        file.write(values, bytes);
        file.close();
        if (!file) { std::cerr << "could not write " << brian::results_dir << name << std::endl; _written = false; }
    };
    """
    _ENDED: ClassVar[str] = """
    const std::string _fraction = "0 " + std::to_string(Network::_last_run_completed_fraction);
    _write("last_run_info.txt", _fraction.data(), _fraction.size());
    return _written ? 0 : 4;  // what Brian2 would write besides is not read
    """

    def __init__(self) -> None:
        super().__init__()
        self.rests: dict[str, Rest] = {}
        self.duration_variable = ""
        self.precision: Precision = "double"
        self.sparing = False
        self.given: set[ArrayVariable] = set()
        self.written: list[ArrayVariable] = []
        self.loops: dict[str, set[str]] = {
            each: set() for each in ("blocks", "ahead", "rest", "aside", "alike", "asked")
        }
        self.pathway, self.scattered = "", False
        self.may_wait: set[str] = set()
        self.asked_within: set[str] = set()
        self.alike: dict[ArrayVariable, str] = {}
        self.locals_of_steps: dict[str, set[str]] = {}
        self.spans: dict[str, int] = {}

    def seed(self, seed: int | None = None) -> None:
        """As Brian2's, for the engine's own random numbers as well; without a number, another seed each run."""
        super().seed(seed)
        number = "((uint64_t)_rd() << 32) | _rd()" if seed is None else f"{seed}ull"
        self.insert_code("main", f"corticostriatal::seed({number});")

    def note(self, what: str, name: str, done: bool) -> None:
        """Keep in mind that a loop is written in our way."""
        if done:
            self.loops[what].add(name)

    def code_object_class(self, codeobj_class: Any = None, fallback_pref: str | None = None) -> Any:
        """Our own class of code object where Brian2 would take its standalone one."""
        return CodeObject if codeobj_class is None else codeobj_class

    def code_object(
        self, owner: Any, name: str, abstract_code: Any, variables: Mapping[str, Any], template_name: str,
        variable_indices: Mapping[str, str], *arguments: Any, **keywords: Any,
    ) -> Any:  # fmt: skip
        """As Brian2's; refuses a subexpression of contacts, which compiled code reads as it was before an event."""
        if isinstance(owner, Synapses) and template_name in ("synapses", "stateupdate"):
            for each in sorted(variables.keys() & owner.equations.subexpr_names):
                raise Refused(
                    f"{owner.name}: '{each}' is a subexpression of Synapses, which compiled code reads as it was "
                    "before the event, and numpy as it is; write it out where it is used"
                )
        pathway = (keywords.get("template_kwds") or {}).get("pathway")
        self.pathway = name.partition("_codeobject")[0] if pathway is None else pathway.name
        self.scattered = pathway is not None and pathway.prepost == "post"
        with _made_later(owner) if self.sparing and template_name in CONNECTING else nullcontext():
            return super().code_object(
                owner, name, abstract_code, variables, template_name, variable_indices, *arguments, **keywords
            )

    def network_run(self, net: Any, duration: Any, report: Any = None, *arguments: Any, **keywords: Any) -> None:
        """As Brian2's, for one run without a report."""
        if self.networks or report is not None:
            raise Refused("the device 'corticostriatal' does one run, without a report")
        if brian2.prefs.devices.cpp_standalone.openmp_threads:
            raise Refused("the device 'corticostriatal' uses no threads")
        keywords["level"] = keywords.get("level", 0) + 1
        objects = net.sorted_objects
        self.may_wait, self.asked_within = step.may_wait(objects), step.asked_within(objects)
        self.alike = {each: name for each, name in step.decaying_alike(objects).items() if each.size >= BLOCK}
        super().network_run(net, duration, report, *arguments, **keywords)
        for each, name in self.alike.items():
            array = self.get_array_name(each, access_data=False)
            self.insert_code("main", f"corticostriatal::{name}.settle(brian::{array}, {each.size});")
        if unknown := self.rests.keys() - self.loops["rest"]:
            raise UnknownForm(f"nothing was put to rest in {', '.join(sorted(unknown))}")

    def ask(self, group: str, before: Sequence[str], kind: str, condition: str) -> None:
        """Let the step of a group's cells note in which spans of cells a condition holds."""
        name = f"{group}_stateupdater_codeobject"
        code = self.code_objects[name].code
        self.spans[group] = -(-int(self.code_objects[name].variables["N"].value) // SPAN)
        for place, lines in {
            "before": before,
            "begin": [f"{kind} _any = 0;"],
            "within": [f"_any |= ({kind})({condition});"],
            "end": [f"corticostriatal::asked_{group}[_block] = _any != 0;"],
        }.items():
            mark = f"// asked: {place}\n"
            if mark not in code.cpp_file:
                raise UnknownForm(f"the step of {group} has no place to ask for spikes")
            code.cpp_file = code.cpp_file.replace(mark, "\n".join([*lines, ""]))

    def write_only(self, variables: Iterable[ArrayVariable]) -> None:
        """Let the program write these arrays when it ends, and none of the others.

        Brian2 writes every array of the network to a file of its own: hundreds of files, and all variables of all
        contacts, which takes a short run longer than simulating.
        """
        lines = []
        self.written = list(dict.fromkeys(variables))
        for variable in self.written:
            name = f"brian::{self.get_array_name(variable, access_data=False)}"
            file = self.get_array_filename(variable)
            if not isinstance(variable, DynamicArrayVariable):
                lines.append(f'_write("{file}", (const char*){name}, sizeof(*{name})*{variable.size});')
            elif variable.ndim == 1:
                lines.append(f'_write("{file}", (const char*){name}.data(), sizeof({name}[0])*{name}.size());')
            else:
                lines.append(
                    f"{{ std::string all; for (size_t n=0; n<(size_t){name}.n; n++) if ({name}.m) "
                    f"all.append((const char*)&{name}(n, 0), sizeof({name}(0, 0))*{name}.m); "
                    f'_write("{file}", all.data(), all.size()); }}'
                )
        self.insert_code("before_end", self._READ + "\n    ".join(lines) + self._ENDED)

    def generate_main_source(self, writer: Any) -> None:
        """Write the main program."""
        if self.sparing:
            arrays, sizes = {}, {}
            for synapses in self.synapses:
                for variable in synapses._registered_variables:
                    arrays[variable] = self.get_array_name(variable, access_data=False)
                    sizes[variable] = f"{self.get_array_name(synapses.variables['N'])}[0]"
            self.main_queue = with_lifetimes(self.main_queue, arrays, sizes, self.given, self.written)
        super().generate_main_source(writer)

    def generate_network_source(self, writer: Any, compiler: str) -> None:
        """Write the loop over time steps."""
        network = self.code_object_class().templater.network(None, None, duration_variable=self.duration_variable)
        writer.write("network.*", network)
        functions = self.code_object_class().templater.functions(
            None, None, precision=self.precision, alike=sorted(self.alike.values()), spans=sorted(self.spans.items()),
            aside=sorted(self.loops["aside"]),
        )  # fmt: skip
        writer.write("functions.*", functions)

    def generate_makefile(
        self, writer: Any, compiler: str, compiler_flags: str, linker_flags: str, nb_threads: int, debug: bool
    ) -> None:
        """Join small files to a few; the largest file is compiled first: what comes last has one core to itself."""
        folder = Path(self.project_dir)
        sources = set(writer.source_files) - {"brianlib/spikequeue.cpp"}  # our queues are in synapses_classes.h
        for unit, templates in TOGETHER.items():
            members = sorted(self._members(unit, templates))
            writer.write(f"{unit}.cpp", _one_file([folder / member for member in members]))
            sources = sources - set(members) | {f"{unit}.cpp"}
        ordered = sorted(sorted(sources), key=lambda name: -(folder / name).stat().st_size)
        makefile = self.code_object_class().templater.makefile(
            None, None, source_files=" ".join(ordered), compiler_flags=compiler_flags, linker_flags=linker_flags
        )
        writer.write("makefile", makefile)

    def _members(self, unit: str, templates: Sequence[str]) -> Iterator[str]:
        """Files that go into one translation unit."""
        for each in self.code_objects.values():
            if each.template_name in templates:
                yield f"code_objects/{each.name}.cpp"
            if unit == "starting":
                yield from (f"code_objects/{block}_{each.name}.cpp" for block in each.before_after_blocks)


@contextmanager
def _made_later(synapses: Synapses) -> Iterator[None]:
    """While contacts are made, nothing is made for each of them but which cells they join."""
    known = synapses._registered_variables
    synapses._registered_variables = {each for each in known if each.name in MADE_BY_CONNECTING}
    try:
        yield
    finally:
        synapses._registered_variables = known


def _one_file(paths: Sequence[Path]) -> str:
    """Several source files as one: each in a namespace of its own, since their helpers have the same names."""
    includes: dict[str, None] = {}
    parts = []
    for number, path in enumerate(paths):
        text = path.read_text(encoding="utf-8")
        includes |= dict.fromkeys(re.findall(r"^#include.*$", text, re.MULTILINE))
        functions = re.findall(r"^void (_\w+)\(\)", text, re.MULTILINE)
        if not functions:
            raise UnknownForm(f"{path.name} holds no function")
        body = re.sub(r"^#include.*$", "", text, flags=re.MULTILINE)
        calls = "\n".join(f"void {name}() {{ part_{number}::{name}(); }}" for name in functions)
        parts.append(f"namespace part_{number} {{\n{body}\n}}\n{calls}\n")
    return "\n".join([*includes, *parts])


all_devices[DEVICE] = Device()
