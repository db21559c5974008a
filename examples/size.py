"""What all examples take from the command line: how large they are, and where they put their figure.

python examples/1_metaplasticity.py                               as it stands: minutes
python examples/1_metaplasticity.py --scale 0.05 --animals 1      a sketch of the same
"""

import argparse
import sys
from pathlib import Path

from results.figures import save


class Given(argparse.Namespace):
    """What was asked for."""

    animals: int
    scale: float
    out: Path
    slurm: bool

    @property
    def settings(self):
        """The size, as ``--set`` of the command line would take it."""
        return {"animals.per_group": self.animals, "circuit.scale": self.scale}

    @property
    def changes(self):
        """The same as ``cs.run`` takes it."""
        return [f"{path}={value}" for path, value in self.settings.items()]

    def show(self, figure):
        """Save the figure and say where it is."""
        for file in save(figure, self.out, "figure"):
            print(file)


def given(animals, scale):
    """Read the command line; the two numbers are what an example takes when nothing is said."""
    name = Path(sys.argv[0]).stem
    reader = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    reader.add_argument("--animals", type=int, default=animals, help=f"animals in each group ({animals})")
    reader.add_argument("--scale", type=float, default=scale, help=f"factor on cell numbers ({scale})")
    reader.add_argument("--out", type=Path, default=Path("runs") / name, help=f"runs and figure go here (runs/{name})")
    reader.add_argument("--slurm", action="store_true", help="on a cluster, where an example has a study")
    return reader.parse_args(namespace=Given())
