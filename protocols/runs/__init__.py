"""The runs of an experiment: which there are, who does them, and the folder that keeps them."""
