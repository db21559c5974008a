"""The functions of ``import corticostriatal`` that list what the model has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def parameters() -> pd.DataFrame:
    """Every parameter of the model: ``parameter, value, unit, symbol, low, high, source, description``."""
    import pandas as pd

    from circuit.parameters import all_parameters

    return pd.DataFrame(
        {"parameter": f"{one.group}.{one.name}", "value": one.value, "unit": one.unit, "symbol": one.symbol}
        | {"low": one.low, "high": one.high, "source": one.source, "description": one.description}
        for one in all_parameters()
    )


def drugs() -> pd.DataFrame:
    """Every drug, those of one's own files included: name, targets, half-life."""
    import pandas as pd

    from protocols.public.lists import drugs as rows

    return pd.DataFrame(rows())


def experiments() -> pd.DataFrame:
    """Every shipped experiment: name, title, paper, size, and an estimate of its cost."""
    import pandas as pd

    from protocols.public.lists import experiments as rows

    return pd.DataFrame(rows())
