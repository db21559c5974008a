"""Two loops that Brian2 writes into every program, rewritten to cost less: the same operations in the same order.

Each step of the network Brian2 sorts its clocks into a set, asks the system for the processor's time, and looks at
cells one by one for spikes. A network of a thousand cells spends a tenth of its time so. Here clocks are compared in a
vector, and cells are searched for spikes in blocks that the compiler turns into vector instructions; only a block that
holds a spike is gone through one by one. What Brian2 writes in another form than the one known stays as it is.
"""

from __future__ import annotations

import re
from pathlib import Path

BLOCK = 64  # cells that are searched for a spike together
LOOP = re.compile(
    r"    for\(size_t _idx=0; _idx<N; _idx\+\+\)\n"
    r"    \{\n"
    r"        const size_t _vectorisation_idx = _idx;\n"
    r"(?P<condition>.*?)\n"
    r"        if\(_cond\) \{\n"
    r"(?P<spike>.*?)\n"
    r"        \}\n"
    r"    \}\n",
    re.DOTALL,
)
IN_BLOCKS = """    for(size_t _block=0; _block<N; _block+={block})
    {{
        const size_t _block_end = _block + {block} < N ? _block + {block} : N;
        int _any = 0;
        for(size_t _idx=_block; _idx<_block_end; _idx++)
        {{
            const size_t _vectorisation_idx = _idx;
{condition}
            _any |= _cond;
        }}
        if(!_any) continue;
        for(size_t _idx=_block; _idx<_block_end; _idx++)
        {{
            const size_t _vectorisation_idx = _idx;
{condition}
            if(_cond) {{
{spike}
            }}
        }}
    }}
"""
# A clock is due if its time is the earliest, as in Brian2's `Network::next_clocks`. The processor's time is taken at
# the end only; nothing is reported meanwhile.
RUN = """void Network::run(
    const double duration, void (*)(const double, const double, const double, const double), const double
)
{
    const std::clock_t start = std::clock();
    const double t_start = t;
    const double t_end = t + duration;
    compute_clocks();
    const std::vector<Clock*> all(clocks.begin(), clocks.end());
    for(Clock *each : all)
        each->set_interval(t, t_end);
    std::vector<size_t> own;
    for(const auto &object : objects)
        own.push_back(std::find(all.begin(), all.end(), object.first) - all.begin());
    std::vector<char> due(all.size());
    Clock *first = NULL;
    Network::_globally_running = true;
    Network::_globally_stopped = false;
    while(!all.empty())
    {
        first = all[0];
        for(Clock *each : all)
            if(each->t[0] < first->t[0])
                first = each;
        if(!first->running() || Network::_globally_stopped)
            break;
        t = first->t[0];
        for(size_t k=0; k<all.size(); k++)
            due[k] = all[k]->t[0] == t || fabs(all[k]->t[0] - t) <= Clock_epsilon;
        for(size_t i=0; i<objects.size(); i++)
            if(due[own[i]] && objects[i].second)
                objects[i].second();
        for(size_t k=0; k<all.size(); k++)
            if(due[k])
                all[k]->tick();
    }
    Network::_globally_running = false;
    t = Network::_globally_stopped && first ? first->t[0] : t_end;
    _last_run_time = (double)(std::clock() - start)/CLOCKS_PER_SEC;
    _last_run_completed_fraction = duration > 0 ? (t - t_start)/duration : 1.0;
}
"""


def quicken(folder: Path) -> None:
    """Rewrite the loops of a program that Brian2 generated in a folder, before it is compiled."""
    network = folder / "network.cpp"
    network.write_text(with_quick_run(network.read_text(encoding="utf-8")), encoding="utf-8")
    for path in (folder / "code_objects").glob("*_thresholder_codeobject.cpp"):
        path.write_text(with_quick_search(path.read_text(encoding="utf-8")), encoding="utf-8")


def with_quick_run(text: str) -> str:
    """``network.cpp`` with the loop over steps rewritten; unchanged if it is not the one known."""
    found = re.search(r"^void Network::run\(.*?^\}\n", text, re.DOTALL | re.MULTILINE)
    if found is None or "curclocks.find(obj_clock)" not in found[0] or "#define Clock_epsilon" not in text:
        return text
    return "#include<algorithm>\n#include<cmath>\n" + text.replace(found[0], RUN)


def with_quick_search(text: str) -> str:
    """A thresholder that searches blocks of cells; unchanged if there are few cells or its condition draws numbers."""
    number = re.search(r"^ *const int64_t N = (\d+);", text, re.MULTILINE)
    loop = LOOP.search(text)
    if number is None or loop is None or int(number[1]) < BLOCK or "rand" in loop["condition"]:
        return text
    inner = {name: _deeper(loop[name]) for name in ("condition", "spike")}
    return text.replace(loop[0], IN_BLOCKS.format(block=BLOCK, **inner))


def _deeper(code: str) -> str:
    return "\n".join(f"    {line}" if line.strip() else line for line in code.splitlines())
