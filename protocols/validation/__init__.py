"""The model beside published findings, by hypothesis and over the ensemble of parameter sets."""
