"""Questions about one experiment: effects, links that carry them, numbers of animals, sensitivity to parameters."""
