// The extracellular space of the striatal region: drugs on board, pools of glutamate, tones, what the cells are handed.
// One region, so each of its variables is one number, and its cells read the same number.
#pragma once
#include "clock.h"
#include "files.h"

struct Space {
    // State, and what cells read. Names are those of `synapses.homeostasis`, `synapses.tone` and `synapses.spillover`.
    double extrasynaptic, perisynaptic, mglur23_tone, mglur5_tone, bound, release_rate;
    double camp, gate, miniature_rate = 0, outside, sodium = 1, nmda = 1, ampa = 1;  // as cells were last handed them
    vector<double> trace;

    Space(const Inputs &in, const Clock &clock) : clock(clock) {
        auto p = [&](const char *name) { return in.number(string("extracellular.") + name); };
        auto here = [&](const char *name) { return in.array(string("extracellular.") + name).at(0); };
        extrasynaptic = here("extrasynaptic"); perisynaptic = here("perisynaptic"); release_rate = here("release_rate");
        mglur23_tone = here("mglur23_tone"); mglur5_tone = here("mglur5_tone"); bound = here("extrasynaptic_bound");
        camp = in.array("medium_spiny.camp").at(0); gate = in.array("medium_spiny.depression_gate").at(0);
        outside = in.array("medium_spiny.g_extrasynaptic").at(0);
        xct = here("xct"); glt1 = here("glt1"); contacts = here("contacts");
        efficacy23 = here("mglur23_efficacy"); efficacy5 = here("mglur5_efficacy");
        cystine = p("cystine"); donor_gain = p("donor_gain"); donor_clearance = p("donor_clearance");
        xc_michaelis = p("xc_michaelis"); xc_maximum = p("xc_maximum"); xc_restraint = p("xc_restraint");
        leak = p("leak"); other_afferents = p("other_afferents"); escape = p("escape");
        uptake_maximum = p("uptake_maximum"); uptake_michaelis = p("uptake_michaelis"); clearance = p("clearance");
        coupling = p("coupling"); volume_ratio = p("volume_ratio"); spillover = p("spillover");
        glt1_maximum = p("glt1_maximum"); glt1_michaelis = p("glt1_michaelis");
        glt1_extrasynaptic = p("glt1_extrasynaptic");
        half23 = p("mglur23_half"); exponent23 = p("mglur23_exponent"); half5 = p("mglur5_half");
        exponent5 = p("mglur5_exponent"); share5 = p("mglur5_perisynaptic"); at_rim = p("perisynaptic_site");
        free23 = 1 - p("mglur23_clamped"); free5 = 1 - p("mglur5_clamped"); settling = p("settling");
        inhibition = p("camp_inhibition"); gate_exponent = p("gate_exponent");
        gate_half = pow(p("gate_half"), gate_exponent);
        maximum = p("maximum"); half = p("half"); floor_share = p("floor_share"); spontaneous = p("spontaneous");
        conductance = p("nmda_conductance"); nmda_half = p("nmda_half"); nmda_exponent = p("nmda_exponent");
        nmda_settling = p("nmda_settling");
        for (size_t k = 0; k < sizeof(channels) / sizeof(*channels); k++)
            on_board.push_back(in.array(string("exposure.") + channels[k]));
        exposure_bin = in.number("exposure_bin");
    }
    void board(double t) {  // drugs on board, every 50 ms
        const double bin = clock.biological(t) / exposure_bin + 1e-9;
        const size_t at = std::min((size_t)std::max(bin, 0.0), on_board[0].size() - 1);
        for (size_t k = 0; k < on_board.size(); k++) drug[k] = on_board[k][at];
    }
    void read_out() {  // every 5 ms
        new_camp = 1 - inhibition * mglur23_tone;
        const double tone = pow(mglur5_tone, gate_exponent);
        new_gate = tone / (tone + gate_half);
        double drive = new_camp / half;
        drive *= drive;
        new_miniatures = contacts * spontaneous * maximum * (floor_share + (1 - floor_share) * (1 - 1 / (1 + drive * drive)));
    }
    void update(double t) {  // an Euler step of 1 ms
        const double rate = clock.rate_at(t), exchanging = xct * (1 - xc_restraint * mglur23_tone),
                     free_xc = 1 + drug[XC_INHIBITOR], blocked = 1 + drug[UPTAKE_INHIBITOR],
                     substrate = cystine * (drug[CYSTINE] + donor_gain * drug[DONATED] * (1 + donor_clearance) /
                                                                (exchanging / free_xc + donor_clearance)),
                     xc = xc_maximum * exchanging * substrate / (xc_michaelis * free_xc + substrate),
                     felt = at_rim * perisynaptic + (1 - at_rim) * extrasynaptic,
                     ratio23 = pow((felt / half23 + drug[AGONIST23]) / (1 + drug[ANTAGONIST23]), exponent23),
                     ratio5 = pow((share5 * perisynaptic + (1 - share5) * felt) / half5, exponent5),
                     signalling = efficacy5 * ratio5 / (1 + ratio5) * (1 + drug[MODULATOR5]) / (1 + drug[ANTAGONIST5]),
                     e = extrasynaptic, s = perisynaptic;
        extrasynaptic += SLOW * rate *
            (xc + leak + other_afferents * drug[SODIUM] + escape * release_rate -
             uptake_maximum * e / (uptake_michaelis * blocked + e) -
             glt1_extrasynaptic * glt1 * e / (glt1_michaelis * blocked + e) - clearance * e - coupling * (e - s) +
             drug[PROBE] * (drug[PERFUSED] * 1e-3 - e));
        perisynaptic += SLOW * (coupling / volume_ratio * (e - s) + spillover * release_rate -
                                glt1_maximum * glt1 * s / (glt1_michaelis * blocked + s));
        mglur23_tone += SLOW * free23 * rate * (efficacy23 * ratio23 / (1 + ratio23) - mglur23_tone) / settling;
        mglur5_tone += SLOW * free5 * rate * (std::min(std::max(signalling, 0.0), 1.0) - mglur5_tone) / settling;
        bound += SLOW * (1 - 1 / (1 + pow(s / nmda_half, nmda_exponent)) - bound) / nmda_settling;
    }
    void hand_on() {  // to cells, every ms
        camp = new_camp; gate = new_gate; miniature_rate = new_miniatures; outside = conductance * bound;
        sodium = drug[SODIUM]; nmda = drug[NMDA]; ampa = drug[AMPA];
    }
    void note() {  // every 50 ms
        for (double x : {extrasynaptic, perisynaptic, mglur23_tone, mglur5_tone, new_camp, new_gate, release_rate})
            trace.push_back(x);
    }

private:
    static constexpr double SLOW = 1e-3;
    static constexpr const char *channels[] = {
        "xc_inhibitor", "uptake_inhibitor", "cystine_factor", "cystine_donated", "mglur23_agonist", "mglur23_antagonist",
        "mglur5_modulator", "mglur5_antagonist", "probe_exchange", "perfused_glutamate", "sodium_available",
        "nmda_available", "ampa_available"};
    enum { XC_INHIBITOR, UPTAKE_INHIBITOR, CYSTINE, DONATED, AGONIST23, ANTAGONIST23, MODULATOR5, ANTAGONIST5, PROBE,
           PERFUSED, SODIUM, NMDA, AMPA, CHANNELS };
    const Clock &clock;
    vector<vector<double>> on_board;
    double drug[CHANNELS] = {}, new_camp = 0, new_gate = 0, new_miniatures = 0;
    double xct, glt1, contacts, efficacy23, efficacy5, cystine, donor_gain, donor_clearance, xc_michaelis, xc_maximum,
        xc_restraint, leak, other_afferents, escape, uptake_maximum, uptake_michaelis, clearance, coupling, volume_ratio,
        spillover, glt1_maximum, glt1_michaelis, glt1_extrasynaptic, half23, exponent23, half5, exponent5, share5, at_rim,
        free23, free5, settling, inhibition, gate_exponent, gate_half, maximum, half, floor_share, spontaneous,
        conductance, nmda_half, nmda_exponent, nmda_settling, exposure_bin;
};
constexpr const char *Space::channels[];
