"""The bench in the browser: one page that answers what a history, a drug, a dose and a time do to a synapse."""
