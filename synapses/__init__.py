"""What happens at and around one synapse: receptors, release, plasticity, glutamate homeostasis, tone, drugs, days."""
