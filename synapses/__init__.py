"""One synapse and its surroundings: receptors, release, plasticity, glutamate homeostasis, tone, drugs, adaptation."""
