"use strict";
// The model behind the bench, in the accumbens core: days (synapses/adaptation.py, chronic.py), drugs on board
// (pharmacology.py), glutamate at rest (homeostasis.py), tones (tone.py), release (release.py). DATA comes from Python:
// parameters, drugs, and the emulator of LTP and LTD. A test holds every number against Python's.
const bench = (DATA) => {
  const {homeostasis: H, tone: T, release: R, adaptation: A} = DATA.parameters, P = DATA.plasticity;
  const DAY = 86400, LN2 = Math.log(2);
  const TISSUE = ["xct", "glt1", "ags3", "homer", "mglur5", "mglur23", "ampa", "drive"];
  const CHANGES = TISSUE.map((name) => A[(name === "drive" ? "pl_drive" : name) + "_change"]);
  const TIMES = TISSUE.map((name) => A[(name === "drive" ? "pl_drive" : name) + "_time"]);
  const NAIVE = {xct: 1, glt1: 1, ags3: 1, homer: 1, mglur5: 1, mglur23: 1, ampa: 1, drive: 1};

  // ---- drugs on board ----------------------------------------------------------------------------------------------
  function concentration(given, time) {              // uM; `given`: drug, start (s), dose (mg/kg)
    const drug = DATA.drugs[given.drug], since = Math.max(time - given.start, 0);
    const out = LN2 / drug.half_life;
    let into = LN2 / drug.absorption;
    if (Math.abs(into - out) < 1e-6 * out) into *= 1 + 1e-6;
    return given.dose * drug.level * into / (into - out) * (Math.exp(-out * since) - Math.exp(-into * since));
  }
  function exposure(dosings, time) {
    const found = {...DATA.without};
    for (const given of dosings) {
      const level = concentration(given, time);
      for (const act of DATA.drugs[given.drug].actions) {
        const ratio = level / act.potency;
        if (act.maximum) found[act.entry] += act.maximum * ratio / (1 + ratio);
        else if (act.substrate) found[act.entry] += ratio / H.cystine;
        else if (act.entry.endsWith("_available")) found[act.entry] /= 1 + ratio;
        else found[act.entry] += ratio;
      }
    }
    return found;
  }
  function onBoard(given, begin, finish) {           // days; after 24 half-lives a ten-millionth is left
    const drug = DATA.drugs[given.drug], gone = 24 * Math.max(drug.half_life, drug.absorption);
    return given.start < finish * DAY && given.start + gone > begin * DAY;
  }

  // ---- glutamate and tones at rest ---------------------------------------------------------------------------------
  function rest(tissue, on, near) {
    const rate = H.resting_rate * Math.pow(tissue.drive, H.rate_exponent) * on.sodium_available;
    const efficacy = tissue.mglur23 / (1 + T.ags3_inhibition * (tissue.ags3 - 1));
    const blocked = 1 + on.uptake_inhibitor, k = H.coupling / H.volume_ratio;
    const maximum = H.glt1_maximum * tissue.glt1, michaelis = H.glt1_michaelis * blocked;
    const at = {};
    const balance = (e) => {
      const bound = Math.pow((e / T.mglur23_half + on.mglur23_agonist) / (1 + on.mglur23_antagonist), T.mglur23_exponent);
      const tone = efficacy * bound / (1 + bound), camp = 1 - T.camp_inhibition * tone;
      const drive = Math.pow(camp / R.half, 4);
      const probability = R.maximum * (R.floor_share + (1 - R.floor_share) * (1 - 1 / (1 + drive)));
      const flux = rate * probability / (1 + rate * probability * R.recovery * 1e-3);
      const supply = k * e + H.spillover * flux, b = k * michaelis + maximum - supply;
      const s = (-b + Math.sqrt(b * b + 4 * k * supply * michaelis)) / (2 * k);
      const active = tissue.xct * (1 - H.xc_restraint * tone), lost = H.donor_clearance;
      const donated = H.donor_gain * on.cystine_donated * (1 + lost) / (active / (1 + on.xc_inhibitor) + lost);
      const cystine = H.cystine * (on.cystine_factor + donated);
      const exchange = H.xc_maximum * active * cystine / (H.xc_michaelis * (1 + on.xc_inhibitor) + cystine);
      at.extrasynaptic = e; at.perisynaptic = s; at.mglur23_tone = tone; at.release_probability = probability;
      return exchange + H.leak + H.other_afferents * on.sodium_available + H.escape * flux
        - H.uptake_maximum * e / (H.uptake_michaelis * blocked + e)
        - H.glt1_extrasynaptic * tissue.glt1 * e / (H.glt1_michaelis * blocked + e)
        - H.clearance * e - H.coupling * (e - s);
    };
    let low = 0, high = 1e4, flow, fhigh;
    if (near && (flow = balance(0.97 * near)) > 0 && (fhigh = balance(1.03 * near)) < 0) { low = 0.97 * near; high = 1.03 * near; }
    else if (near && (flow = balance(0.7 * near)) > 0 && (fhigh = balance(1.4 * near)) < 0) { low = 0.7 * near; high = 1.4 * near; }
    else {
      flow = balance(low);                           // the balance falls with e and has one root: a bracket, then Illinois
      high = 1; while (balance(high) > 0 && high < 1e4) { low = high; high *= 2; }
      flow = balance(low); fhigh = balance(high);
    }
    let side = 0, e = low;
    for (let n = 0; n < 100 && high - low > 1e-11 * (1 + high); n += 1) {
      const next = (low * fhigh - high * flow) / (fhigh - flow), f = balance(next), still = Math.abs(next - e) < 1e-12 * (1 + next);
      e = next;
      if (f === 0 || still) break;
      if (f > 0) { low = next; flow = f; if (side === 1) fhigh /= 2; side = 1; }
      else { high = next; fhigh = f; if (side === -1) flow /= 2; side = -1; }
    }
    balance(e);
    const felt = T.mglur5_perisynaptic * at.perisynaptic + (1 - T.mglur5_perisynaptic) * e;
    const bound5 = Math.pow(felt / T.mglur5_half, T.mglur5_exponent);
    const modulated = (1 + on.mglur5_modulator) / (1 + on.mglur5_antagonist);
    at.mglur5_tone = Math.min(tissue.mglur5 * tissue.homer * bound5 / (1 + bound5) * modulated, 1);
    at.cleft = at.perisynaptic * H.cleft_exchange / (H.cleft_exchange + H.cleft_uptake);
    return at;
  }
  const naive = rest(NAIVE, DATA.without);

  // ---- days --------------------------------------------------------------------------------------------------------
  const tissueOf = (y) => Object.fromEntries(TISSUE.map((name, i) => [name, y[i + 2]]));
  function slope(day, y, stretch) {
    const on = stretch.dosings.length ? exposure(stretch.dosings, day * DAY) : DATA.without;
    const at = rest(tissueOf(y), on, stretch.near);
    stretch.near = at.extrasynaptic;
    const x = y[0], induced = on.expression_inducer / (1 + on.expression_inducer);
    const built = stretch.intake ? stretch.intake / A.saturating_intake
      * Math.pow(at.release_probability / naive.release_probability, A.drive_exponent) : 0;
    const ratio = Math.pow(at.mglur23_tone / naive.mglur23_tone / A.recovery_half, A.recovery_exponent);
    const recovered = 1 / A.trace_decay + ratio / (1 + ratio) / A.recovery;
    const found = [built * (1 - x) - recovered * x, (induced - y[1]) / A.induction_time];
    for (let i = 0; i < TISSUE.length; i += 1) {
      let target = 1 + CHANGES[i] * x;
      if (i < 2) target += y[1] * (1 + A.induction_rise - target);
      found.push((Math.max(target, 0) - y[i + 2]) / TIMES[i]);
    }
    return found;
  }
  // Dormand and Prince 1980 doi:10.1016/0771-050X(80)90013-3, as scipy's RK45 that the days are solved with in Python.
  const C = [1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];
  const B = [[1 / 5], [3 / 40, 9 / 40], [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656], [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84]];
  const E = [-71 / 57600, 0, 71 / 16695, -71 / 1920, 17253 / 339200, -22 / 525, 1 / 40];
  const TOLERANCE = 1e-6;
  function solve(begin, finish, y, stretch, steps) {
    let t = begin, h = Math.min(1e-3, finish - begin), first = slope(t, y, stretch);
    while (finish - t > 1e-12 * Math.max(1, finish)) {
      h = Math.min(h, finish - t);
      const ks = [first];
      let end = y;
      for (let i = 0; i < 6; i += 1) {
        end = y.map((value, j) => value + h * B[i].reduce((sum, b, l) => sum + b * ks[l][j], 0));
        ks.push(slope(t + C[i] * h, end, stretch));
      }
      let sum = 0;
      for (let j = 0; j < y.length; j += 1) {
        const wrong = h * E.reduce((total, c, l) => total + c * ks[l][j], 0);
        sum += (wrong / (TOLERANCE / 10 + TOLERANCE * Math.max(Math.abs(y[j]), Math.abs(end[j])))) ** 2;
      }
      const error = Math.sqrt(sum / y.length);
      if (error <= 1) {
        steps.push({t, h, y, end, from: first, to: ks[6]});
        t += h; y = end; first = ks[6];
      }
      h *= error === 0 ? 10 : Math.min(10, Math.max(0.2, 0.9 * error ** -0.2));
    }
    return y;
  }
  function between({t, h, y, end, from, to}, day) {  // the cubic through both ends of a step and their slopes
    const u = (day - t) / h, a = u * u * (3 - 2 * u), b = u * (1 - u) * (1 - u), c = u * u * (u - 1);
    return y.map((value, j) => value + a * (end[j] - value) + h * (b * from[j] + c * to[j]));
  }

  // ---- what is set, as doses and days ------------------------------------------------------------------------------
  function doses(setting, dated) {                   // s on the clock of the history; single doses act in the test alone
    const test = setting.days + setting.withdrawal;
    return setting.given.filter((one) => one.drug !== "none" && one.dose > 0).flatMap((one) => {
      if (one.doses === 1) return dated ? [] : [{drug: one.drug, dose: one.dose, start: test * DAY - one.before * 3600}];
      const start = test - one.before / 24 - (one.doses - 1);
      return Array.from({length: one.doses}, (_, n) => ({drug: one.drug, dose: one.dose, start: (start + n) * DAY}));
    });
  }
  function live(setting) {
    const test = setting.days + setting.withdrawal, given = doses(setting, true), intakes = [];
    if (setting.taken !== "none") {
      const drug = DATA.drugs[setting.taken];
      const rate = 24 * drug.intake * Math.pow(setting.infusion / drug.intake_dose, drug.intake_exponent);
      for (let n = 0; n < setting.days; n += 1) intakes.push({start: n, end: n + setting.hours / 24, rate: rate * drug.adaptation});
    }
    const times = [0, test, ...intakes.flatMap((one) => [one.start, one.end]),
      ...given.flatMap((one) => [one.start / DAY, one.start / DAY + 1 / 24])];
    const borders = [...new Set(times)].filter((t) => t >= 0 && t <= test).sort((a, b) => a - b);
    let y = [0, 0, 1, 1, 1, 1, 1, 1, 1, 1], near;
    const steps = [];
    for (let i = 0; i + 1 < borders.length; i += 1) {
      const begin = borders[i], finish = borders[i + 1];
      if (finish - begin < 1e-9) continue;
      const middle = (begin + finish) / 2;
      const stretch = {
        near, intake: intakes.filter((one) => one.start <= middle && middle < one.end).reduce((sum, one) => sum + one.rate, 0),
        dosings: given.filter((one) => onBoard(one, begin, finish)),
      };
      y = solve(begin, finish, y, stretch, steps);
      near = stretch.near;
    }
    return {y, steps, test};
  }
  function course(setting, lived, times) {           // levels at some days; what is on board acts, single doses too
    const all = doses(setting, false), found = [];
    let place = 0, near;
    for (const day of times) {
      while (place + 1 < lived.steps.length && lived.steps[place].t + lived.steps[place].h < day) place += 1;
      const y = lived.steps.length ? between(lived.steps[place], Math.min(day, lived.test)) : lived.y;
      const at = rest(tissueOf(y), exposure(all.filter((one) => onBoard(one, day, day)), day * DAY), near);
      near = at.extrasynaptic;
      found.push({day, trace: y[0], glt1: y[3], xct: y[2], ...at});
    }
    return found;
  }

  // ---- LTP and LTD: a Gaussian process over what the synapse is like at the test -----------------------------------
  for (const response of P.responses) {
    const bytes = Uint8Array.from(atob(response.modes), (c) => c.charCodeAt(0)), view = new DataView(bytes.buffer);
    response.numbers = Float64Array.from({length: bytes.length / 4}, (_, n) => view.getFloat32(4 * n, true));
  }
  function emulated(response, share) {
    const kernel = (a, b) => {
      let dot = 0, apart = 0;
      for (let i = 0; i < a.length; i += 1) { dot += a[i] * b[i]; apart += ((a[i] - b[i]) / response.lengths[i]) ** 2; }
      return response.linear * (response.offset ** 2 + dot) + response.bump * Math.exp(-apart / 2);
    };
    const k = P.points.map((point) => kernel(share, point));
    const mean = k.reduce((sum, one, i) => sum + one * response.weights[i], 0);
    let taken = 0;
    for (let row = 0; row < response.numbers.length; row += k.length) {
      let sum = 0;
      for (let j = 0; j < k.length; j += 1) sum += response.numbers[row + j] * k[j];
      taken += sum * sum;
    }
    const deviation = response.spread * Math.sqrt(Math.max(kernel(share, share) - taken, 0));
    return {test: response.test, mean: response.centre + response.spread * mean, deviation: Math.hypot(deviation, response.level)};
  }
  function plasticity(at, tissue) {
    const values = {...at, ...tissue}, outside = [];
    const share = P.features.map((name, i) => {
      const span = (values[name] - P.low[i]) / (P.high[i] - P.low[i]);
      if (span < 0 || span > 1) outside.push(name);
      return span;
    });
    return {responses: P.responses.map((response) => emulated(response, share)), outside};
  }

  function answer(setting) {
    const lived = live(setting), tissue = tissueOf(lived.y);
    const at = rest(tissue, exposure(doses(setting, false), lived.test * DAY));
    return {setting, lived, tissue, trace: lived.y[0], at, ...plasticity(at, tissue)};
  }
  return {answer, course, naive, untouched: {at: naive, ...plasticity(naive, NAIVE)}};
};
