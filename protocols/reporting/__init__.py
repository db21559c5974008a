"""What is made of stored runs for others: figures, overlays, reports, exported files."""
