"""Figures of the answers to questions: power, sensitivity, design, optimisation, inference, dose and response."""
