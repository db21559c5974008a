// Kinds of cells. States are held cell by cell, as in the model; a parameter that all cells of a kind share is one number.
#pragma once
#include <algorithm>

#include "extracellular.h"
#include "files.h"

using std::exp;

struct Cells {
    const string name;
    const int n;
    vector<double> v, u, ampa, nmda, gaba, drive;
    vector<int> fired, who;  // in this step; in all
    vector<double> when;
    double capacitance, rest, threshold, peak, reset, k, a, b, d, ampa_decay, nmda_decay, gaba_decay, glutamate, chloride,
        magnesium;

    Cells(const Inputs &in, const string &name)
        : name(name), n((int)in.number("cells." + name)), v(n), u(n), ampa(n), nmda(n), gaba(n), drive(n) {
        auto p = [&](const char *what) { return in.number(name + "." + what); };
        capacitance = p("capacitance"); rest = p("rest"); threshold = p("threshold"); peak = p("peak");
        reset = p("reset"); k = p("k"); a = p("a"); b = p("b"); d = p("d"); ampa_decay = p("ampa_decay");
        nmda_decay = p("nmda_decay"); gaba_decay = p("gaba_decay"); glutamate = p("glutamate_reversal");
        chloride = p("gaba_reversal"); magnesium = p("magnesium") / 3.57;
        std::fill(v.begin(), v.end(), rest);
    }
    double unblocked(double x) const { return 1 / (1 + magnesium * exp(-62.0 * x)); }
    void notice(double t, bool excitable) {
        fired.clear();
        const double *__restrict x = v.data();
        int any = 0;
        for (int i = 0; i < n; i++) any |= x[i] > peak;
        if (!any || !excitable) return;
        for (int i = 0; i < n; i++)
            if (x[i] > peak) { fired.push_back(i); who.push_back(i); when.push_back(t); }
    }
    void put_back() { for (int i : fired) { v[i] = reset; u[i] += d; } }
};

// Cells with one point, in cortex and fast-spiking ones: `Bends` for recovery that starts at a potential.
template <bool Bends> struct Simple : Cells {
    double bend = 0;
    Simple(const Inputs &in, const string &name) : Cells(in, name) { if (Bends) bend = in.number(name + ".bend"); }
    void update(const Space &space) {
        const double la = 1 - STEP / ampa_decay, ln = 1 - STEP / nmda_decay, lg = 1 - STEP / gaba_decay,
                     per = STEP / capacitance, pace = STEP * a, passive = space.sodium < 0.5,
                     slope = 1 - passive, offset = passive * rest - threshold, available = space.nmda;
        const double rest = this->rest, k = this->k, b = this->b, bend = this->bend, magnesium = this->magnesium,
                     glutamate = this->glutamate, chloride = this->chloride;
        double *__restrict v_ = v.data(), *__restrict u_ = u.data(), *__restrict ga = ampa.data(),
               *__restrict gn = nmda.data(), *__restrict gg = gaba.data();
        const double *__restrict gd = drive.data();
        for (int i = 0; i < n; i++) {
            const double x = v_[i], w = u_[i], open = 1 / (1 + magnesium * exp(-62.0 * x));
            const double current =
                (ga[i] + gn[i] * open * available + gd[i]) * (glutamate - x) + gg[i] * (chloride - x);
            v_[i] = x + per * (k * (x - rest) * (slope * x + offset) - w + current);
            const double cubed = (x - bend) * (x - bend) * (x - bend) * 1e6;
            u_[i] = w + pace * ((Bends ? (x > bend ? b * cubed : 0) : b * (x - rest)) - w);
            ga[i] *= la; gn[i] *= ln; gg[i] *= lg;
        }
    }
};

// The background of cells whose afferents are not modelled, every ms.
struct Background {
    Cells &cells;
    vector<double> mean, deviation;
    double kept;
    Background(const Inputs &in, Cells &cells)
        : cells(cells), mean(in.array(cells.name + ".background_drive")),
          deviation(in.array(cells.name + ".background_deviation")),
          kept(exp(-1e-3 / in.number(cells.name + ".drive_decay"))) {
        cells.drive = mean;
        for (double &x : deviation) x *= std::sqrt(1 - kept * kept);
    }
    void fluctuate(Random &random) {
        for (int i = 0; i < cells.n; i++) {
            double &g = cells.drive[i];
            g = std::min(std::max(mean[i] + (g - mean[i]) * kept + deviation[i] * random.normal(), 0.0), 1e-6);
        }
    }
};

struct Spiny : Cells {
    vector<double> releases, endocannabinoid, cooperation, up;
    vector<double> rest_now, slope, ampa_gain, nmda_gain;  // what dopamine does, by D1 and D2 receptors of each cell
    vector<double> field, traced;
    const double afferents, surface, release_window;

    Spiny(const Inputs &in, Random &random)
        : Cells(in, "medium_spiny"), releases(in.array("medium_spiny.releases")), endocannabinoid(n), cooperation(n), up(n),
          rest_now(n), slope(n), ampa_gain(n), nmda_gain(n), afferents(in.array("medium_spiny.afferents").at(0)),
          surface(in.array("medium_spiny.ampa_surface").at(0)), release_window(in.number("medium_spiny.release_window")) {
        auto p = [&](const char *what) { return in.number(string("medium_spiny.") + what); };
        const vector<double> is_d1 = in.array("medium_spiny.is_d1");
        free = 1 - p("clamped");
        up_fraction = p("up_fraction"); up_duration = p("up_duration"); up_drive = p("up_drive");
        down_drive = p("down_drive"); kept = exp(-2e-3 / p("drive_decay"));
        noise = p("drive_deviation") * std::sqrt(1 - kept * kept); miniature = p("miniature_conductance");
        decay = p("endocannabinoid_decay"); half = p("endocannabinoid_half");
        for (int i = 0; i < n; i++) {
            const double d1 = is_d1[i], d2 = 1 - d1;
            rest_now[i] = rest * (1 + p("d1_rest") * p("phi1") * d1);
            slope[i] = k * (1 - p("d2_slope") * p("phi2") * d2);
            ampa_gain[i] = 1 - p("d2_ampa") * p("phi2") * d2;
            nmda_gain[i] = 1 + p("d1_nmda") * p("phi1") * d1;
            v[i] = rest + p("clamped") * (p("holding") - rest);
            up[i] = random.uniform() < up_fraction;
            drive[i] = down_drive + up[i] * (up_drive - down_drive);
        }
    }
    void up_and_down(double rate, double miniature_rate, Random &random) {  // every 2 ms
        const double leaving = 2e-3 / up_duration,
                     entering = 2e-3 * up_fraction / (std::min(std::max(1 - up_fraction, 1e-9), 1.0) * up_duration),
                     fading = exp(-rate * 2e-3 / decay);
        for (int i = 0; i < n; i++) {
            const double chance = random.uniform();
            up[i] = up[i] * (1 - (chance < leaving)) + (1 - up[i]) * (chance < entering);
            const double mean = down_drive + up[i] * (up_drive - down_drive);
            drive[i] = std::min(std::max(mean + (drive[i] - mean) * kept + noise * random.normal(), 0.0), 1e-6);
            ampa[i] += miniature * (random.uniform() < 2e-3 * miniature_rate);
            endocannabinoid[i] *= fading;
            const double gathered = endocannabinoid[i] / half * (endocannabinoid[i] / half);
            cooperation[i] = gathered / (1 + gathered);
        }
    }
    double afferent(int i, const Space &space) const {
        return (ampa_gain[i] * ampa[i] * space.ampa + nmda_gain[i] * nmda[i] * unblocked(v[i]) * space.nmda) *
               (glutamate - v[i]);
    }
    void note_field(const Space &space) {  // every 0.5 ms
        double sum = 0;
        for (int i = 0; i < n; i++) sum += afferent(i, space);
        field.push_back(-sum / n);
    }
    void note_cells(const Space &space) {  // every 0.5 ms
        for (int i = 0; i < 4; i++) { traced.push_back(v[i]); traced.push_back(afferent(i, space)); }
    }
    double mean_release() const {
        double sum = 0;
        for (double x : releases) sum += x;
        return sum / n;
    }
    void update(const Space &space) {
        const double la = 1 - STEP / ampa_decay, ln = 1 - STEP / nmda_decay, lg = 1 - STEP / gaba_decay,
                     lr = 1 - STEP / release_window, per = free * STEP / capacitance, pace = STEP * a,
                     passive = space.sodium < 0.5, straight = 1 - passive, offset = passive * rest - threshold,
                     ampa_available = space.ampa, nmda_available = space.nmda, outside = space.outside;
        const double b = this->b, magnesium = this->magnesium, glutamate = this->glutamate, chloride = this->chloride;
        double *__restrict v_ = v.data(), *__restrict u_ = u.data(), *__restrict ga = ampa.data(),
               *__restrict gn = nmda.data(), *__restrict gg = gaba.data(), *__restrict r = releases.data();
        const double *__restrict gd = drive.data(), *__restrict vr = rest_now.data(), *__restrict k_ = slope.data(),
                     *__restrict ma = ampa_gain.data(), *__restrict mn = nmda_gain.data();
        for (int i = 0; i < n; i++) {
            const double x = v_[i], w = u_[i], open = 1 / (1 + magnesium * exp(-62.0 * x)) * nmda_available;
            const double current =
                (ma[i] * ga[i] * ampa_available + (mn[i] * gn[i] + outside) * open + gd[i]) * (glutamate - x) +
                gg[i] * (chloride - x);
            v_[i] = x + per * (k_[i] * (x - vr[i]) * (straight * x + offset) - w + current);
            u_[i] = w + pace * (b * (x - vr[i]) - w);
            ga[i] *= la; gn[i] *= ln; gg[i] *= lg; r[i] *= lr;
        }
    }
    bool excitable(const Space &space) const { return space.sodium > 0.5 && free > 0.5; }

private:
    double free, up_fraction, up_duration, up_drive, down_drive, kept, noise, miniature, decay, half;
};
