"""What an experimenter does: quantities, histories, stimulation, timelines, experiments, and the command line."""
