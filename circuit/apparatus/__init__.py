"""What stands around the animal: electrode, probe, operant box, and what it perceives of the box."""
