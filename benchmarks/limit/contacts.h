// Contacts: those with a fixed conductance, and the plastic ones with release, receptors and the calcium rule.
#pragma once
#include "cells.h"

struct Wiring {  // contacts lie source by source
    const string name;
    const Cells &source;
    const vector<int> first, target;
    vector<int> delay;  // steps
    int longest;
    Wiring(const Inputs &in, const string &suffix, const Cells &from, const Cells &to)
        : name(from.name + "_to_" + to.name + suffix), source(from), first(in.whole("first_" + name + ".values")),
          target(in.whole("targets_" + name + ".values")) {
        for (double latency : in.array(name + ".latency")) delay.push_back((int)(latency / STEP + 0.5));
        longest = delay.empty() ? 1 : *std::max_element(delay.begin(), delay.end());
        if (!delay.empty() && *std::min_element(delay.begin(), delay.end()) < 1) fail(name + ": a delay of no step");
    }
};

struct Fixed {  // contacts of a projection have one delay and one transmitter, so spikes of whole cells wait
    const Wiring wiring;
    Cells &target;
    const bool glutamate;
    const vector<double> opened;
    const double ratio;
    vector<vector<int>> waiting;
    static bool excites(const Inputs &in, const string &name) {
        if (!in.has(name + ".excitation")) return false;
        const vector<double> opens = in.array(name + ".excitation");
        return *std::max_element(opens.begin(), opens.end()) > 0;
    }
    Fixed(const Inputs &in, const Cells &from, Cells &to)
        : wiring(in, "", from, to), target(to), glutamate(excites(in, wiring.name)),
          opened(in.array(wiring.name + (glutamate ? ".excitation" : ".inhibition"))),
          ratio(glutamate ? in.number(wiring.name + ".nmda_ratio") : 0), waiting(wiring.longest + 1) {
        for (int steps : wiring.delay)
            if (steps != wiring.longest) fail(wiring.name + ": contacts of different delay");
    }
    void step(long now) {
        waiting[(now + wiring.longest) % waiting.size()] = wiring.source.fired;
        for (int i : waiting[now % waiting.size()])
            for (int c = wiring.first[i]; c < wiring.first[i + 1]; c++) {
                const int to = wiring.target[c];
                if (glutamate) { target.ampa[to] += opened[c]; target.nmda[to] += ratio * opened[c]; }
                else target.gaba[to] += opened[c];
            }
    }
};

class Plastic {
    const Wiring wiring;
    const Cells &axons;
    Spiny &cells;
    const Clock &clock;
    vector<double> calcium, bound, t_calcium, docked_at, docked_in, residual, t_residual;
    vector<int> incoming, first_in;  // contacts target by target
    vector<char> released;                   // by the last spike
    vector<vector<int>> arriving, entering;  // contacts by step: spikes on their way, and the calcium that follows them
    const int later;
    double gain, half, maximum, floor_share, recovery, quantum, ratio, ampa_gain, calcium_decay, log_d, log_p, lowest,
        depression, lower, writing, residual_half, residual_share, residual_decay, entry, spike_calcium;

    // From the last calcium event to now. Below both thresholds only calcium and bound receptors decay.
    void advance(int s, double t, const Space &space) {
        const int cell = wiring.target[s];
        const double since = t_calcium[s], elapsed = t - since;
        if (calcium[s] > lowest) {
            const double start = clock.biological(since), level = std::log(std::min(calcium[s], 1e9));
            const double t_d = since + std::min(std::max(calcium_decay * (level - log_d), 0.0), elapsed);
            const double t_p = since + std::min(std::max(calcium_decay * (level - log_p), 0.0), elapsed);
            const double depressing = clock.biological(t_d) - start, potentiating = clock.biological(t_p) - start;
            double driven = residual[source[s]] / residual_half;
            driven *= driven;
            driven = 1 - residual_share + residual_share * driven * driven / (1 + driven * driven);
            rho[s] = lower + (rho[s] - lower) * exp(-depression * space.gate * cells.cooperation[cell] * depressing);
            cells.endocannabinoid[cell] += depressing / (cells.afferents * decay_of_endocannabinoid);
            potentiation[s] = 1 - (1 - potentiation[s]) * exp(-writing * driven * potentiating);
        }
        calcium[s] *= exp(-elapsed / calcium_decay);
        bound[s] *= exp(-elapsed / cells.nmda_decay);
        t_calcium[s] = t;
    }

public:
    vector<double> rho, potentiation, trace;
    vector<int> source, sample;
    uint64_t reached = 0, releases = 0, calcium_events = 0, postsynaptic = 0;
    const double decay_of_endocannabinoid;

    Plastic(const Inputs &in, const Cells &from, Spiny &to, const Clock &clock)
        : wiring(in, "_plastic", from, to), axons(from), cells(to), clock(clock), residual(from.n), t_residual(from.n),
          later((int)std::lround(in.number(wiring.name + ".calcium_delay") / STEP)), rho(in.array(wiring.name + ".rho")),
          potentiation(in.array(wiring.name + ".potentiation")), sample(in.whole("sample")),
          decay_of_endocannabinoid(in.number("medium_spiny.endocannabinoid_decay")) {
        auto p = [&](const char *what) { return in.number(wiring.name + "." + what); };
        gain = p("potentiation_gain"); half = p("half"); maximum = p("maximum"); floor_share = p("floor_share");
        recovery = p("recovery"); quantum = p("ampa_quantum"); ratio = p("nmda_ratio"); ampa_gain = p("ampa_gain");
        calcium_decay = p("calcium_decay"); log_d = std::log(p("depression_threshold"));
        log_p = std::log(p("potentiation_threshold")); depression = p("depression_rate");
        lowest = std::min(p("depression_threshold"), p("potentiation_threshold")); lower = p("depression_floor");
        writing = p("potentiation_rate"); residual_half = p("residual_half"); residual_share = p("residual_share");
        residual_decay = in.number("pyramidal.residual_decay"); entry = p("release_calcium");
        spike_calcium = p("spike_calcium");
        if (later < 1) fail("calcium without a delay");
        const size_t contacts = wiring.target.size();
        for (auto *each : {&calcium, &bound, &t_calcium, &docked_at, &docked_in}) each->assign(contacts, 0);
        released.assign(contacts, 0);
        source.resize(contacts);
        incoming.resize(contacts);
        first_in.assign(to.n + 1, 0);
        for (int i = 0; i < from.n; i++)
            for (int s = wiring.first[i]; s < wiring.first[i + 1]; s++) { source[s] = i; first_in[wiring.target[s] + 1]++; }
        for (int i = 0; i < to.n; i++) first_in[i + 1] += first_in[i];
        vector<int> place(first_in.begin(), first_in.end() - 1);
        for (size_t s = 0; s < contacts; s++) incoming[place[wiring.target[s]]++] = (int)s;
        arriving.resize(std::max(wiring.longest, later) + 1);
        entering.resize(arriving.size());
    }
    void put_back_terminals(double t) {
        const bool opens = clock.within(t);
        for (size_t s = 0; s < docked_at.size(); s++) {
            if (opens) docked_in[s] = docked_at[s] - t;
            docked_at[s] = t + docked_in[s];
        }
    }
    void step(long now, double t, const Space &space, Random &random) {
        const size_t slots = arriving.size(), slot = now % slots;
        for (int i : axons.fired)
            for (int s = wiring.first[i]; s < wiring.first[i + 1]; s++)
                arriving[(slot + wiring.delay[s]) % slots].push_back(s);
        for (int s : entering[slot]) {  // a spike brings weights up to now where calcium is high, released or not
            if (!released[s] && calcium[s] <= lowest) continue;
            advance(s, t, space);
            if (!released[s]) continue;
            calcium[s] += entry * space.nmda * cells.unblocked(cells.v[wiring.target[s]]);
            bound[s] = 1;
            calcium_events++;
        }
        entering[slot].clear();
        vector<int> &entering_then = entering[(slot + later) % slots];
        entering_then.insert(entering_then.end(), arriving[slot].begin(), arriving[slot].end());
        for (int s : arriving[slot]) {
            released[s] = 0;
            if (t < docked_at[s]) continue;
            const int cell = wiring.target[s];
            double drive = space.camp * (1 + gain * potentiation[s]) / half;
            drive *= drive;
            const double p = std::min(
                std::max(maximum * (floor_share + (1 - floor_share) * (1 - 1 / (1 + drive * drive))), 1e-9), 1.0);
            const double chance = random.uniform();
            if (chance >= p) continue;
            docked_at[s] = t - recovery * std::log(std::max(chance / p, 1e-12));
            cells.ampa[cell] += quantum * cells.surface * rho[s] * (1 + ampa_gain * potentiation[s]);
            cells.nmda[cell] += quantum * ratio;
            cells.releases[cell] += 1 / (cells.afferents * cells.release_window);
            released[s] = 1;
            releases++;
        }
        reached += arriving[slot].size();
        arriving[slot].clear();
    }
    void back_propagate(double t, const Space &space) {
        for (int i : cells.fired)
            for (int c = first_in[i]; c < first_in[i + 1]; c++) {
                const int s = incoming[c];
                advance(s, t, space);
                calcium[s] += spike_calcium * bound[s] * space.nmda;
                postsynaptic++;
            }
    }
    void after_spikes(double t) {  // residual calcium of axons
        for (int i : axons.fired) {
            residual[i] = residual[i] * exp(-(t - t_residual[i]) / residual_decay) + 1;
            t_residual[i] = t;
        }
    }
    void note() {  // every 500 ms
        for (int s : sample) { trace.push_back(rho[s]); trace.push_back(potentiation[s]); }
    }
};
