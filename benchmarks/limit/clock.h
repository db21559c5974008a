// The biological clock of a run, U = offset + rate*t bin by bin, and the windows round pulses.
#pragma once
#include "files.h"

static const double STEP = 1e-4;  // of cells and contacts, s

struct Clock {
    vector<double> offset, rate, window;
    double per_second;
    explicit Clock(const Inputs &in)
        : offset(in.array("biological_offset.values")), rate(in.array("biological_rate.values")),
          window(in.array("pulse_window.values")), per_second(1 / in.number("clock_bin")) {}
    size_t bin(double t) const {
        const long at = (long)(t * per_second + 1e-6);
        return std::min((size_t)std::max(at, 0L), rate.size() - 1);
    }
    double biological(double t) const { const size_t at = bin(t); return offset[at] + rate[at] * t; }
    double rate_at(double t) const { return rate[bin(t)]; }
    bool edge(double t) const { return window[bin(t)] != window[bin(t - STEP)]; }
    bool within(double t) const { return window[bin(t)] > 0; }
};
