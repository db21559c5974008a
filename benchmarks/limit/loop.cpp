// The default circuit as one hand-written loop: the practical limit that the generated program is held against.
//
// Same equations, step, delays, number of contacts and recording of spikes and field as `circuit/`, in double
// precision; parameters come from the same inputs, by population and projection, in SI units. What is left out costs
// nothing measurable: pools of glutamate and tones are one cell and stay at their steady state, and so do the drugs on
// board. The generator of random numbers is a faster one than Brian2's, since the limit may choose.
//
//   loop PARAMETERS SECONDS SEED      prints rates, times of the parts and the mean weights as one line of JSON

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

using std::exp;
using std::vector;

static const double STEP = 1e-4;
static std::map<std::string, double> given;

static double value(const std::string &name) {
    auto found = given.find(name);
    if (found == given.end()) { std::cerr << "no parameter " << name << std::endl; std::exit(2); }
    return found->second;
}

struct Random {  // xoshiro256+ (Blackman & Vigna 2018)
    uint64_t s[4];
    double kept = 0;
    bool has_kept = false;
    explicit Random(uint64_t seed) {
        for (auto &word : s) {
            uint64_t z = (seed += 0x9e3779b97f4a7c15ULL);
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
            z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
            word = z ^ (z >> 31);
        }
    }
    double uniform() {
        const uint64_t result = s[0] + s[3], t = s[1] << 17;
        s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t;
        s[3] = (s[3] << 45) | (s[3] >> 19);
        return (result >> 11) * (1.0 / 9007199254740992.0);
    }
    double normal() {
        if (has_kept) { has_kept = false; return kept; }
        double a, b, r;
        do { a = 2 * uniform() - 1; b = 2 * uniform() - 1; r = a * a + b * b; } while (r >= 1 || r == 0);
        const double f = std::sqrt(-2 * std::log(r) / r);
        kept = a * f; has_kept = true;
        return b * f;
    }
};

struct Cells {
    int n;
    vector<double> v, u, ampa, nmda, gaba, drive, unblocked;
    vector<int> fired;
    uint64_t spikes = 0;
    vector<double> times;
    vector<int> who;
    double C, rest, threshold, peak, reset, k, a, b, d, bend, tau_ampa, tau_nmda, tau_gaba, e_glu, e_gaba, magnesium,
        outside = 0;  // NMDA conductance that spilled glutamate holds open
    Cells(const std::string &name, bool bends)
        : n((int)value("cells." + name)), v(n), u(n), ampa(n), nmda(n), gaba(n), drive(n), unblocked(n) {
        auto p = [&](const char *what) { return value(name + "." + what); };
        C = p("capacitance"); rest = p("rest"); threshold = p("threshold"); peak = p("peak"); reset = p("reset");
        k = p("k"); a = p("a"); b = p("b"); d = p("d"); bend = bends ? p("bend") : 0;
        tau_ampa = p("ampa_decay"); tau_nmda = p("nmda_decay"); tau_gaba = p("gaba_decay");
        e_glu = p("glutamate_reversal"); e_gaba = p("gaba_reversal"); magnesium = p("magnesium") / 3.57;
        std::fill(v.begin(), v.end(), rest);
    }
    template <bool Bends> void update() {
        const double la = 1 - STEP / tau_ampa, ln = 1 - STEP / tau_nmda, lg = 1 - STEP / tau_gaba, per = STEP / C;
        double *__restrict v_ = v.data(), *__restrict u_ = u.data(), *__restrict ga = ampa.data(),
               *__restrict gn = nmda.data(), *__restrict gg = gaba.data();
        const double *__restrict gd = drive.data();
        const double rest = this->rest, threshold = this->threshold, k = this->k, a = this->a, b = this->b,
                     bend = this->bend, e_glu = this->e_glu, e_gaba = this->e_gaba, magnesium = this->magnesium,
                     out = outside;
        for (int i = 0; i < n; i++) {
            const double x = v_[i], w = u_[i], open = 1 / (1 + magnesium * exp(-62.0 * x));
            const double current = (ga[i] + (gn[i] + out) * open + gd[i]) * (e_glu - x) + gg[i] * (e_gaba - x);
            v_[i] = x + per * (k * (x - rest) * (x - threshold) - w + current);
            const double cubed = (x - bend) * (x - bend) * (x - bend) * 1e6;
            u_[i] = w + STEP * a * ((Bends ? (x > bend ? b * cubed : 0) : b * (x - rest)) - w);
            ga[i] *= la; gn[i] *= ln; gg[i] *= lg;
        }
    }
    void notice(double t) {
        fired.clear();
        for (int i = 0; i < n; i++) if (v[i] > peak) fired.push_back(i);
        spikes += fired.size();
        for (int i : fired) { times.push_back(t); who.push_back(i); }
    }
    void put_back() { for (int i : fired) { v[i] = reset; u[i] += d; } }
};

// A cell of the hemisphere of cell i: the left one has the first half of each population.
static int drawn(int i, int from, int to, Random &random) {
    return (i >= from / 2) * (to / 2) + (int)(random.uniform() * (to / 2));
}

struct Projection {  // one delay; every source draws as many targets
    const Cells *source;
    int degree, delay;
    double conductance, ratio;
    bool glutamate;
    Cells *target;
    vector<int> targets;
    vector<vector<int>> waiting;
    Projection(const std::string &name, Cells &from, Cells &to, bool glu, Random &random)
        : source(&from), glutamate(glu), target(&to) {
        degree = (int)value("degree." + name);
        delay = (int)std::lround(value("delay." + name) / STEP);
        conductance = value(name + ".conductance"); ratio = value(name + ".nmda_ratio");
        waiting.resize(delay + 1);
        for (int i = 0; i < from.n; i++)
            for (int c = 0; c < degree; c++) targets.push_back(drawn(i, from.n, to.n, random));
    }
    void step(long now) {
        vector<int> &arriving = waiting[now % (delay + 1)];
        waiting[(now + delay) % (delay + 1)] = source->fired;
        for (int i : arriving) {
            const int *to = &targets[(size_t)i * degree];
            for (int c = 0; c < degree; c++) {
                if (glutamate) { target->ampa[to[c]] += conductance; target->nmda[to[c]] += ratio * conductance; }
                else target->gaba[to[c]] += conductance;
            }
        }
        arriving.clear();
        if (delay == 0) std::abort();
    }
};

struct Clock {
    double now() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    }
};

int main(int count, char **words) {
    if (count != 4) { std::cerr << "loop PARAMETERS SECONDS SEED" << std::endl; return 2; }
    std::ifstream file(words[1]);
    std::string name;
    double number;
    while (file >> name >> number) given[name] = number;
    const long steps = std::lround(std::atof(words[2]) / STEP);
    Random random(std::strtoull(words[3], nullptr, 10));
    Cells pyramidal("PL_pyramidal", false), inter("PL_interneuron", true), spiny("core_medium_spiny", false),
        fast("core_fast_spiking", true);
    spiny.outside = value("core_medium_spiny.g_extrasynaptic");
    vector<Projection> projections;
    projections.reserve(6);
    projections.emplace_back("PL_pyramidal_to_core_fast_spiking", pyramidal, fast, true, random);
    projections.emplace_back("PL_pyramidal_to_PL_pyramidal", pyramidal, pyramidal, true, random);
    projections.emplace_back("PL_pyramidal_to_PL_interneuron", pyramidal, inter, true, random);
    projections.emplace_back("PL_interneuron_to_PL_pyramidal", inter, pyramidal, false, random);
    projections.emplace_back("core_fast_spiking_to_core_medium_spiny", fast, spiny, false, random);
    projections.emplace_back("core_medium_spiny_to_core_medium_spiny", spiny, spiny, false, random);

    // The plastic projection.
    const std::string plastic = "PL_pyramidal_to_core_medium_spiny";
    auto q = [&](const char *what) { return value(plastic + "." + what); };
    const int degree = (int)value("degree." + plastic);
    const size_t contacts = (size_t)pyramidal.n * degree;
    vector<double> rho(contacts, q("efficacy")), calcium(contacts), bound(contacts), t_calcium(contacts),
        docked_at(contacts), potentiation(contacts), residual(pyramidal.n), t_residual(pyramidal.n);
    vector<int> post(contacts), latency(contacts), incoming(contacts), first(spiny.n + 1);
    const double delay = value("delay." + plastic), spread = value("delay_deviation." + plastic);
    for (size_t s = 0; s < contacts; s++) {
        post[s] = drawn((int)(s / degree), pyramidal.n, spiny.n, random);
        latency[s] = (int)(std::min(std::max(delay + spread * random.normal(), delay / 2), delay * 2) / STEP + 0.5);
        first[post[s] + 1]++;
    }
    for (int i = 0; i < pyramidal.n; i++)  // so that neighbours in memory are reached together
        std::sort(latency.begin() + (size_t)i * degree, latency.begin() + (size_t)(i + 1) * degree);
    for (int i = 0; i < spiny.n; i++) first[i + 1] += first[i];
    {
        vector<int> place(first.begin(), first.end() - 1);
        for (size_t s = 0; s < contacts; s++) incoming[place[post[s]]++] = (int)s;
    }
    const int later = (int)std::lround(q("calcium_delay") / STEP);
    const int slots = (int)(2 * delay / STEP) + later + 2;
    vector<vector<int>> arriving(slots), entering(slots);
    const double camp = value("camp"), gate = value("gate"), gain = q("potentiation_gain"), half = q("half"),
                 maximum = q("maximum"), floor_share = q("floor_share"), recovery = q("recovery"),
                 residual_decay = value("PL_pyramidal.residual_decay"), quantum = q("ampa_quantum"),
                 ratio = q("nmda_ratio"), surface = value("core_medium_spiny.ampa_surface"),
                 ampa_gain = q("ampa_gain"), per_contact = value("core_medium_spiny.afferents"),
                 calcium_decay = q("calcium_decay"),
                 lowest = std::min(q("depression_threshold"), q("potentiation_threshold")),
                 log_d = std::log(q("depression_threshold")), log_p = std::log(q("potentiation_threshold")),
                 depression = q("depression_rate"), floor_ = q("depression_floor"), writing = q("potentiation_rate"),
                 residual_half = q("residual_half"), share = q("residual_share"), entry = q("release_calcium"),
                 spike_calcium = q("spike_calcium"), nmda_decay = value("core_medium_spiny.nmda_decay"),
                 window = value("core_medium_spiny.release_window"), magnesium = spiny.magnesium;
    const double ecb_decay = value("core_medium_spiny.endocannabinoid_decay"),
                 ecb_half = value("core_medium_spiny.endocannabinoid_half"),
                 miniature_rate = value("miniature_rate"),
                 miniature = value("core_medium_spiny.miniature_conductance");
    vector<double> releases(spiny.n, value("core_medium_spiny.releases")), ecb(spiny.n), cooperation(spiny.n),
        up(spiny.n), field;
    // The biological clock at full rate, looked up as the circuit does.
    vector<double> offset(65536, 0.0), rate(65536, 1.0);
    auto biological = [&](double t) { const int bin = (int)(t / 0.05 + 1e-9); return offset[bin] + rate[bin] * t; };
    auto advance = [&](size_t s, double t) {
        const int cell = post[s];
        const double since = t_calcium[s], elapsed = t - since;
        if (calcium[s] > lowest) {  // below both thresholds only calcium and bound receptors decay
            const double start = biological(since), level = std::log(std::min(calcium[s], 1e9));
            const double t_d = since + std::min(std::max(calcium_decay * (level - log_d), 0.0), elapsed);
            const double t_p = since + std::min(std::max(calcium_decay * (level - log_p), 0.0), elapsed);
            const double depressing = biological(t_d) - start, potentiating = biological(t_p) - start;
            double driven = residual[s / degree] / residual_half;
            driven *= driven;
            driven = 1 - share + share * driven * driven / (1 + driven * driven);
            rho[s] = floor_ + (rho[s] - floor_) * exp(-depression * gate * cooperation[cell] * depressing);
            ecb[cell] += depressing / (per_contact * ecb_decay);
            potentiation[s] = 1 - (1 - potentiation[s]) * exp(-writing * driven * potentiating);
        }
        calcium[s] *= exp(-elapsed / calcium_decay);
        bound[s] *= exp(-elapsed / nmda_decay);
        t_calcium[s] = t;
    };
    const double pl_drive = value("PL_pyramidal.background_drive"),
                 pl_kept = exp(-1e-3 / value("PL_pyramidal.drive_decay")),
                 pl_noise = value("PL_pyramidal.background_deviation") * std::sqrt(1 - pl_kept * pl_kept),
                 up_fraction = value("core_medium_spiny.up_fraction"),
                 up_duration = value("core_medium_spiny.up_duration"),
                 up_drive = value("core_medium_spiny.up_drive"), down_drive = value("core_medium_spiny.down_drive"),
                 kept = exp(-2e-3 / value("core_medium_spiny.drive_decay")),
                 noise = value("core_medium_spiny.drive_deviation") * std::sqrt(1 - kept * kept);
    for (double &g : pyramidal.drive) g = pl_drive;
    for (int i = 0; i < spiny.n; i++) {
        up[i] = random.uniform() < up_fraction;
        spiny.drive[i] = down_drive + up[i] * (up_drive - down_drive);
    }
    double spent[5] = {0, 0, 0, 0, 0}, mean_release = 0;  // drive, cells, contacts, postsynaptic, recording
    uint64_t arrivals = 0, backs = 0;
    const Clock clock;
    const double begin = clock.now();
    for (long now = 0; now < steps; now++) {
        const double t = now * STEP;
        double a = clock.now();
        if (now % 10 == 0)
            for (double &g : pyramidal.drive)
                g = std::min(std::max(pl_drive + (g - pl_drive) * pl_kept + pl_noise * random.normal(), 0.0), 1e-6);
        if (now % 20 == 0)
            for (int i = 0; i < spiny.n; i++) {
                const double chance = random.uniform();
                const bool leaves = chance < 2e-3 / up_duration,
                           enters = chance < 2e-3 * up_fraction / (std::max(1 - up_fraction, 1e-9) * up_duration);
                up[i] = up[i] * (1 - leaves) + (1 - up[i]) * enters;
                const double mean = down_drive + up[i] * (up_drive - down_drive);
                double &g = spiny.drive[i];
                g = std::min(std::max(mean + (g - mean) * kept + noise * random.normal(), 0.0), 1e-6);
                spiny.ampa[i] += miniature * (random.uniform() < 2e-3 * miniature_rate);
                ecb[i] *= exp(-2e-3 / ecb_decay);
                const double gathered = ecb[i] / ecb_half * (ecb[i] / ecb_half);
                cooperation[i] = gathered / (1 + gathered);
            }
        double b = clock.now();
        spent[0] += b - a;
        pyramidal.update<false>();
        spiny.update<false>();
        inter.update<true>();
        fast.update<true>();
        const double release_kept = 1 - STEP / window;
        for (double &r : releases) r *= release_kept;
        pyramidal.notice(t); inter.notice(t); spiny.notice(t); fast.notice(t);
        a = clock.now();
        spent[1] += a - b;
        for (auto &p : projections) p.step(now);
        const int slot = (int)(now % slots);
        for (int s : arriving[slot]) {
            const int cell = post[s];
            double drive = camp * (1 + gain * potentiation[s]) / half;
            drive *= drive;
            const double p = maximum * (floor_share + (1 - floor_share) * (1 - 1 / (1 + drive * drive)));
            if (t < docked_at[s]) continue;
            const double chance = random.uniform();
            if (chance >= p) continue;
            docked_at[s] = t - recovery * std::log(chance / p);
            spiny.ampa[cell] += quantum * surface * rho[s] * (1 + ampa_gain * potentiation[s]);
            spiny.nmda[cell] += quantum * ratio;
            releases[cell] += 1 / (per_contact * window);
            entering[(slot + later) % slots].push_back(s);
        }
        arrivals += arriving[slot].size();
        arriving[slot].clear();
        for (int s : entering[slot]) {
            advance(s, t);
            calcium[s] += entry / (1 + magnesium * exp(-62.0 * spiny.v[post[s]]));
            bound[s] += 1 - bound[s];
        }
        entering[slot].clear();
        for (int i : pyramidal.fired) {
            residual[i] = residual[i] * exp(-(t - t_residual[i]) / residual_decay) + 1;
            t_residual[i] = t;
            for (size_t s = (size_t)i * degree; s < (size_t)(i + 1) * degree; s++)
                arriving[(slot + latency[s]) % slots].push_back((int)s);
        }
        b = clock.now();
        spent[2] += b - a;
        for (int i : spiny.fired)
            for (int c = first[i]; c < first[i + 1]; c++) {
                const int s = incoming[c];
                advance(s, t);
                calcium[s] += spike_calcium * bound[s];
                backs++;
            }
        pyramidal.put_back(); inter.put_back(); spiny.put_back(); fast.put_back();
        a = clock.now();
        spent[3] += a - b;
        if (now % 5 == 0) {
            double sum = 0;
            for (int i = 0; i < spiny.n; i++) {
                const double x = spiny.v[i], open = 1 / (1 + magnesium * exp(-62.0 * x));
                sum += (spiny.ampa[i] + spiny.nmda[i] * open) * (spiny.e_glu - x);
            }
            field.push_back(-sum / spiny.n);
        }
        if (now % 10 == 0) {
            double sum = 0;
            for (double r : releases) sum += r;
            mean_release = sum / spiny.n;
        }
        spent[4] += clock.now() - a;
    }
    const double seconds = clock.now() - begin, length = steps * STEP;
    double mean_rho = 0, mean_p = 0, mean_field = 0;
    for (double x : rho) mean_rho += x / contacts;
    for (double x : potentiation) mean_p += x / contacts;
    for (double x : field) mean_field += x / field.size();
    std::printf(
        "{\"seconds\": %.6f, \"PL_pyramidal\": %.4f, \"PL_interneuron\": %.4f, \"core_medium_spiny\": %.4f, "
        "\"core_fast_spiking\": %.4f, \"rho\": %.6f, \"potentiation\": %.6f, \"field\": %.4e, \"release_rate\": %.4f, "
        "\"arrivals\": %llu, \"postsynaptic\": %llu, \"parts\": {\"drive\": %.4f, \"cells\": %.4f, \"contacts\": %.4f, "
        "\"postsynaptic spikes\": %.4f, \"recording\": %.4f}}\n",
        seconds, pyramidal.spikes / (pyramidal.n * length), inter.spikes / (inter.n * length),
        spiny.spikes / (spiny.n * length), fast.spikes / (fast.n * length), mean_rho, mean_p, mean_field, mean_release,
        (unsigned long long)arrivals, (unsigned long long)backs, spent[0], spent[1], spent[2], spent[3], spent[4]);
    return 0;
}
