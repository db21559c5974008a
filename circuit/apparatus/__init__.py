"""The apparatus: electrode, microdialysis probe, operant box, and what the animal perceives of the box."""
