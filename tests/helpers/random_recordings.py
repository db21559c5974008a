"""Recordings of any content, for tests of what is stored and compared."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from results.recording import Curve, Identity, Measure, Recording, Series, Spikes, SynapseSample, Trace

finite = st.floats(-1e12, 1e12, allow_nan=False)
names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=12).filter(
    lambda name: name not in (".", "..")
)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
vectors = hnp.arrays(np.float64, st.integers(0, 6), elements=finite)


@st.composite
def recordings(draw: st.DrawFn) -> Recording:
    data = draw(hnp.arrays(np.float64, st.tuples(st.integers(0, 3), st.integers(1, 4)), elements=finite))
    values, size = draw(vectors), draw(st.integers(1, 9))
    times = draw(hnp.arrays(np.float64, st.integers(0, 6), elements=st.floats(0, 1e4)))
    ids = draw(hnp.arrays(np.uint64, times.shape, elements=st.integers(0, size - 1)))
    seed = st.integers(0, 2**62)
    return Recording(
        Identity(draw(texts), draw(texts), draw(texts), draw(st.integers(0, 99)), draw(seed), draw(seed)),
        traces={draw(names): Trace(data, draw(finite), 1e-4, draw(texts), np.arange(len(data)) * 30.0, draw(texts))},
        series={draw(names): Series(values, values * 2, draw(texts), draw(texts))},
        spikes={draw(names): Spikes(times, ids, size, draw(texts))},
        synapses={draw(names): SynapseSample(draw(vectors), draw(texts))},
        measures=draw(st.dictionaries(names, st.builds(Measure, finite, texts), max_size=3)),
        provenance={"parameters": {"tau": [1, 2.5]}, "command": draw(texts)},
        curves={draw(names): Curve(values, values - 1, draw(texts), draw(texts), draw(texts), draw(texts))},
    )
