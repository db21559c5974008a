"""The circuit: cells, wiring, network, and the engine that compiles and runs it."""
