"""What a laboratory's own data say about parameters: simulated animals, a posterior, and whether it can be trusted."""
