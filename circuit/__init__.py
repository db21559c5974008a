"""Who is connected to whom: cells, wiring, network, and the engine that compiles and runs it."""
