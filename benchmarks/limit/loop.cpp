// The default circuit as one hand-written loop: the practical limit that the generated program is held against.
//
// The same model, law by law, as `circuit/` and `synapses/` at an electrode in PL->NAc core, in double precision: equations,
// steps and order within a step, wiring, events and what is recorded. It reads the engine's own inputs. What one region
// shares (its space, its drugs, parameters) is one number here and not one for each cell, an event that finds no vesicle
// draws nothing, and the generator of random numbers is a faster one than Brian2's: the limit may choose these.
//
//   loop INPUTS OUTPUTS SECONDS SEED [parts]
//
// prints counts of events as one line of JSON; with `parts` also where the time went, which costs a little itself.

#include <chrono>
#include <cstdio>

#include "contacts.h"

int main(int count, char **words) {
    if (count < 5) fail("loop INPUTS OUTPUTS SECONDS SEED [parts]");
    const Inputs in(words[1]);
    const string out = string(words[2]) + "/";
    const long steps = std::lround(std::atof(words[3]) / STEP);
    const bool timed = count > 5;
    Random random(std::strtoull(words[4], nullptr, 10));
    const Clock clock(in);
    Space space(in, clock);
    Simple<false> pyramidal(in, "pyramidal");
    Simple<true> inter(in, "cortical_interneuron"), fast(in, "fast_spiking");
    Spiny spiny(in, random);
    Background cortical(in, pyramidal), striatal(in, fast);
    Fixed fixed[] = {{in, pyramidal, fast}, {in, pyramidal, pyramidal}, {in, pyramidal, inter}, {in, inter, pyramidal},
                     {in, fast, spiny}, {in, spiny, spiny}};
    Plastic plastic(in, pyramidal, spiny, clock);
    const vector<double> rank = in.array("pyramidal.recruitment_rank"), pulse_times = in.array("pulse_times.values"),
                         strengths = in.array("pulse_strengths.values");
    size_t pulse = 0;

    double spent[5] = {0, 0, 0, 0, 0}, since = 0;  // background, cells, contacts, postsynaptic spikes, recording
    auto lap = [&](int part) {
        if (!timed) return;
        const double now = std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
        if (part >= 0) spent[part] += now - since;
        since = now;
    };
    lap(-1);
    for (long now = 0; now < steps; now++) {
        const double t = now * STEP;
        if (now % 10 == 0) { cortical.fluctuate(random); striatal.fluctuate(random); }
        if (now % 20 == 0) spiny.up_and_down(clock.rate_at(t), space.miniature_rate, random);
        if (now % 500 == 0) space.board(t);
        if (now % 50 == 0) space.read_out();
        lap(0);
        if (now % 5 == 0) spiny.note_field(space);
        lap(4);
        if (now % 10 == 0) { space.release_rate = spiny.mean_release(); space.update(t); }
        pyramidal.update(space); inter.update(space); spiny.update(space); fast.update(space);
        const bool excitable = space.sodium > 0.5, pulsed = t >= pulse_times[pulse] - 1e-5;
        pyramidal.notice(t, excitable); inter.notice(t, excitable); fast.notice(t, excitable);
        spiny.notice(t, spiny.excitable(space));
        if (now % 10 == 0) space.hand_on();
        lap(1);
        for (Fixed &each : fixed) each.step(now);
        if (pulsed && strengths[pulse] < 0 && space.sodium > 0.5)
            for (double &x : spiny.v) x += 0.2;
        if (clock.edge(t)) plastic.put_back_terminals(t);
        plastic.step(now, t, space, random);
        if (pulsed && space.sodium > 0.5)
            for (int i = 0; i < pyramidal.n; i++) pyramidal.v[i] += 0.2 * (rank[i] < strengths[pulse]);
        lap(2);
        plastic.back_propagate(t, space);
        pyramidal.put_back(); inter.put_back(); spiny.put_back(); fast.put_back();
        plastic.after_spikes(t);
        pulse += pulsed;
        lap(3);
        if (now % 5 == 0) spiny.note_cells(space);
        if (now % 500 == 0) space.note();
        if (now % 5000 == 0) plastic.note();
        lap(4);
    }
    for (const Cells *each : std::initializer_list<const Cells *>{&pyramidal, &inter, &spiny, &fast}) {
        write(out + each->name + ".t", each->when);
        write(out + each->name + ".i", each->who);
    }
    write(out + "field", spiny.field); write(out + "cells", spiny.traced); write(out + "slow", space.trace);
    write(out + "contacts", plastic.trace); write(out + "rho", plastic.rho);
    write(out + "potentiation", plastic.potentiation);
    std::printf("{\"spikes at contacts\": %llu, \"releases\": %llu, \"calcium events\": %llu, \"postsynaptic events\": %llu, "
                "\"parts\": {\"background\": %.4f, \"cells\": %.4f, \"contacts\": %.4f, \"postsynaptic spikes\": %.4f, "
                "\"recording\": %.4f}}\n",
                (unsigned long long)plastic.reached, (unsigned long long)plastic.releases,
                (unsigned long long)plastic.calcium_events, (unsigned long long)plastic.postsynaptic, spent[0], spent[1],
                spent[2], spent[3], spent[4]);
    return 0;
}
