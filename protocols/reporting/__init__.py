"""Output made from stored runs: figures, overlays, reports, exported files."""
