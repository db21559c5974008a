"""What is kept and shown: recordings, measures, statistics, published evidence, comparison, figures, tables."""
