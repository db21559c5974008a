"use strict";
(() => {
  const DATA = JSON.parse(document.getElementById("data").textContent);
  const model = bench(DATA), SPANS = DATA.spans, id = (name) => document.getElementById(name);
  const clone = (one) => JSON.parse(JSON.stringify(one));
  let addressing;
  const NOTHING = {drug: "none", dose: 100, before: 2.5, doses: 1};
  let setting = full(clone(DATA.starts[1].setting));

  function full(one) { while (one.given.length < 2) one.given.push({...NOTHING}); return one; }
  const show = (x, digits = 3) => Number.isFinite(x) ? String(+x.toPrecision(digits)) : "-";
  const element = (name, attributes = {}, text = "") => {
    const found = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) found.setAttribute(key, value);
    if (text) found.textContent = text;
    return found;
  };

  // ---- controls: a slider and a number for each value --------------------------------------------------------------
  const controls = [];
  function choose(place, label, options, get, set) {
    const field = element("div", {class: "field"}), name = `c${controls.length}`;
    const select = element("select", {id: name});
    options.forEach(([value, text]) => select.append(element("option", {value}, text)));
    select.addEventListener("change", () => { set(select.value); update(); });
    field.append(element("label", {for: name}, label), select);
    id(place).append(field);
    controls.push({field, refresh: () => { select.value = get(); }, when: () => true});
  }
  function number(place, label, span, get, set, when = () => true, log = false, whole = false) {
    const field = element("div", {class: "field"}), name = `c${controls.length}`;
    const slider = element("input", {type: "range", id: name, min: 0, max: 1000, step: 1});
    const exact = element("input", {type: "number", "aria-label": label, step: whole ? 1 : "any"});
    const ends = () => span();
    const value = (share) => { const [low, high] = ends(); return log ? low * (high / low) ** share : low + share * (high - low); };
    const share = (one) => { const [low, high] = ends(); return log ? Math.log(one / low) / Math.log(high / low) : (one - low) / (high - low); };
    const tidy = (one) => whole ? Math.round(one) : +one.toPrecision(3);
    slider.addEventListener("input", () => { const [low, high] = ends(); set(Math.min(high, Math.max(low, tidy(value(slider.value / 1000))))); update(slider); });
    exact.addEventListener("change", () => {
      const [low, high] = ends(), given = Number(exact.value);
      const fits = exact.value !== "" && Number.isFinite(given) ? given : get();
      set(Math.min(high, Math.max(low, whole ? Math.round(fits) : fits)));
      update();
    });
    field.append(element("label", {for: name}, label), slider, exact);
    id(place).append(field);
    controls.push({field, when, refresh: (held) => {
      const [low, high] = ends();
      if (get() > high) set(high);
      if (get() < low) set(low);
      if (held !== slider) slider.value = Math.round(1000 * share(get()));
      slider.setAttribute("aria-valuetext", show(get()));
      exact.min = low; exact.max = high; exact.value = show(get(), 6);
    }});
  }
  const taking = () => setting.taken !== "none";
  choose("history", "Drug that it takes", [["none", "none (yoked saline)"], ...Object.keys(DATA.takers).map((one) => [one, one])],
    () => setting.taken, (value) => {
      setting.taken = value;
      if (taking()) setting.infusion = DATA.takers[value].usual;
    });
  number("history", "Days of taking", () => SPANS.days, () => setting.days, (x) => { setting.days = x; }, undefined, false, true);
  number("history", "Hours a day", () => SPANS.hours, () => setting.hours, (x) => { setting.hours = x; }, taking);
  number("history", "Dose of an infusion (mg/kg)", () => taking() ? SPANS.infusion.map((x) => x * DATA.takers[setting.taken].usual) : [0.01, 10],
    () => setting.infusion, (x) => { setting.infusion = x; }, taking, true);
  number("history", "Days from the last session to the test", () => SPANS.withdrawal, () => setting.withdrawal, (x) => { setting.withdrawal = x; }, undefined, false, true);
  [0, 1].forEach((n) => {
    const place = `given-${n}`, own = () => setting.given[n], given = () => own().drug !== "none";
    choose(place, "Drug", [["none", "none"], ...Object.keys(DATA.treatments).map((one) => [one, one])], () => own().drug, (value) => {
      own().drug = value;
      if (given()) own().dose = Math.min(own().dose, DATA.treatments[value]);
    });
    number(place, "Dose (mg/kg)", () => given() ? [DATA.treatments[own().drug] / 1000, DATA.treatments[own().drug]] : [0, 1000], () => own().dose, (x) => { own().dose = x; }, given);
    number(place, "Hours from the last dose to the test", () => [SPANS.before[0], Math.min(SPANS.before[1], 24 * (setting.days + setting.withdrawal))],
      () => own().before, (x) => { own().before = x; }, given, true);
    number(place, "Doses, a day apart", () => [1, Math.max(1, Math.min(SPANS.doses[1], Math.floor(setting.days + setting.withdrawal - own().before / 24)))],
      () => own().doses, (x) => { own().doses = x; }, given, false, true);
  });
  DATA.starts.forEach(({name, setting: one}) => {
    const button = element("button", {type: "button"}, name);
    button.addEventListener("click", () => { setting = full(clone(one)); update(); });
    button.same = JSON.stringify(full(clone(one)));
    id("starts").append(button);
  });
  id("settings").addEventListener("submit", (event) => event.preventDefault());

  // ---- figures -----------------------------------------------------------------------------------------------------
  const SPACE = "http://www.w3.org/2000/svg", WIDTH = 460, HEIGHT = 200, LEFT = 44, BOTTOM = 36, TOP = 8, RIGHT = 10;
  function draw(parent, tag, attributes, text) {
    const found = document.createElementNS(SPACE, tag);
    for (const [key, value] of Object.entries(attributes)) found.setAttribute(key, value);
    if (text !== undefined) found.textContent = text;
    parent.append(found);
    return found;
  }
  function ticks(low, high, most) {
    const rough = (high - low) / most, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((n) => n * power).find((one) => one >= rough);
    const found = [];
    for (let x = Math.ceil(low / step - 1e-9) * step; x <= high + 1e-9 * step; x += step) found.push(+x.toPrecision(10));
    return found;
  }
  function lines(place, label, xlabel, series, rule) {
    const all = series.flatMap((one) => one.y).concat(rule === undefined ? [] : [rule]), xs = series[0].x;
    const low = 0, high = Math.max(...all) * 1.08 || 1, x0 = xs[0], x1 = xs[xs.length - 1] > x0 ? xs[xs.length - 1] : x0 + 1;
    const X = (x) => LEFT + (x - x0) / (x1 - x0) * (WIDTH - LEFT - RIGHT), Y = (y) => HEIGHT - BOTTOM - (y - low) / (high - low) * (HEIGHT - BOTTOM - TOP);
    const svg = document.createElementNS(SPACE, "svg");
    svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
    for (const y of ticks(low, high, 4)) {
      draw(svg, "line", {x1: LEFT, x2: WIDTH - RIGHT, y1: Y(y), y2: Y(y), stroke: "var(--grid)"});
      draw(svg, "text", {x: LEFT - 6, y: Y(y) + 4, "text-anchor": "end"}, show(y));
    }
    for (const x of ticks(x0, x1, 6)) draw(svg, "text", {x: X(x), y: HEIGHT - BOTTOM + 16, "text-anchor": "middle"}, show(x));
    draw(svg, "text", {x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 4, "text-anchor": "middle", class: "soft"}, xlabel);
    if (rule !== undefined) draw(svg, "line", {x1: LEFT, x2: WIDTH - RIGHT, y1: Y(rule), y2: Y(rule), stroke: "var(--soft)", "stroke-dasharray": "3 3"});
    for (const one of series) {
      const path = one.x.map((x, i) => `${i ? "L" : "M"}${X(x).toFixed(1)} ${Y(one.y[i]).toFixed(1)}`).join("");
      draw(svg, "path", {d: path, fill: "none", stroke: one.colour, "stroke-width": 1.8, "stroke-dasharray": one.dash || "none"});
    }
    id(place).replaceChildren(svg);
  }
  function bars(responses, untouched) {
    const all = [...responses, ...untouched].flatMap((one) => [one.mean - 2 * one.single, one.mean + 2 * one.single, 100]);
    const low = Math.min(...all) - 2, high = Math.max(...all) + 2, width = WIDTH, height = 210;
    const X = (x) => 96 + (x - low) / (high - low) * (width - 106);
    const svg = document.createElementNS(SPACE, "svg");
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", responses.map((one) => `${one.test} ${show(one.mean)} % of baseline`).join(", "));
    for (const x of ticks(low, high, 6)) {
      draw(svg, "line", {x1: X(x), x2: X(x), y1: 6, y2: height - 36, stroke: x === 100 ? "var(--soft)" : "var(--grid)"});
      draw(svg, "text", {x: X(x), y: height - 20, "text-anchor": "middle"}, show(x));
    }
    draw(svg, "text", {x: (96 + width) / 2, y: height - 4, "text-anchor": "middle", class: "soft"}, "field after the induction, % of baseline");
    const rows = responses.flatMap((one, n) => [[one, one.test, n ? "var(--b)" : "var(--a)"], [untouched[n], "naive", "var(--soft)"]]);
    rows.forEach(([one, name, colour], n) => {
      const y = 26 + n * 40 + (n % 2 ? -6 : 0), bar = (half, stroke, opacity) => draw(svg, "line", {
        x1: X(one.mean - half), x2: X(one.mean + half), y1: y, y2: y, stroke: colour, "stroke-width": stroke, opacity});
      bar(1.96 * one.single, n % 2 ? 3 : 9, 0.3);
      bar(1.96 * one.deviation, n % 2 ? 3 : 9, 0.9);
      draw(svg, "circle", {cx: X(one.mean), cy: y, r: n % 2 ? 3 : 5, fill: "var(--paper)", stroke: colour, "stroke-width": 2});
      draw(svg, "text", {x: 4, y: y + 4, class: n % 2 ? "soft" : ""}, n % 2 ? name : `${name === "HFS" ? "LTP" : "LTD"} (${name})`);
    });
    id("plot-plasticity").replaceChildren(svg);
  }
  const grid = (from, to, number) => Array.from({length: number + 1}, (_, n) => from + (to - from) * n / number);

  // ---- an answer ---------------------------------------------------------------------------------------------------
  const singles = (responses) => responses.map((one, n) => ({...one, single: Math.hypot(one.deviation, DATA.plasticity.responses[n].checked)}));
  const word = (one, up) => {
    const low = one.mean - 1.96 * one.deviation, high = one.mean + 1.96 * one.deviation;
    if (up ? low > 105 : high < 95) return "is there";
    return (up ? high < 105 : low > 95) ? "is lost" : "is weak or undecided";
  };
  const LEVELS = [["Glutamate outside synapses (µM)", "extrasynaptic"], ["Glutamate beside the synapse (µM)", "perisynaptic"],
    ["mGluR2/3 tone", "mglur23_tone"], ["mGluR5 tone", "mglur5_tone"], ["Release probability", "release_probability"]];
  function levels(answer) {
    const head = element("thead"), body = element("tbody"), row = element("tr");
    ["", "this animal", "naive", "% of naive"].forEach((name) => row.append(element("th", {scope: "col"}, name)));
    head.append(row);
    const rows = LEVELS.map(([name, key]) => [name, answer.at[key], model.naive[key]]);
    rows.push(["xCT (xc-), share of naive", answer.tissue.xct, 1], ["GLT-1, share of naive", answer.tissue.glt1, 1]);
    for (const [name, own, naive] of rows) {
      const line = element("tr");
      line.append(element("th", {scope: "row"}, name), ...[show(own), show(naive), show(100 * own / naive)].map((text) => element("td", {}, text)));
      body.append(line);
    }
    id("levels").replaceChildren(head, body);
  }
  function toml() {
    const one = (setting.taken === "none")
      ? `    {phase = "yoked_saline", days = ${setting.days}, hours = ${setting.hours}},`
      : `    {phase = "self_administration", drug = "${setting.taken}", days = ${setting.days}, hours = ${setting.hours}, dose = "${setting.infusion} mg/kg"},`;
    const two = setting.withdrawal ? `\n    {phase = "extinction", days = ${setting.withdrawal}, hours = ${setting.hours}},` : "";
    const given = setting.given.filter((each) => each.drug !== "none" && each.dose > 0).map((each) => each.doses === 1
      ? `    {drug = "${each.drug}", dose = "${each.dose} mg/kg", at = "-${each.before} h"},`
      : `    {drug = "${each.drug}", dose = "${each.dose} mg/kg", day = ${setting.days + setting.withdrawal - each.before / 24 - (each.doses - 1)}, every = "1 d", times = ${each.doses}},`);
    return `[experiment]\nname = "bench"\ntitle = "What was set on the bench"\n\n[circuit]\npreset = "corticoaccumbens"\nstate = "anaesthetised"\n\n`
      + `[animals]\nper_group = 8\nseed = 1\n\n[[group]]\nname = "bench"\nhistory = [\n${one}${two}\n]\n`
      + (given.length ? `treatment = [\n${given.join("\n")}\n]\n` : "") + `\n${DATA.tests}`;
  }
  function words() {
    const drugs = setting.given.filter((each) => each.drug !== "none").map((each) =>
      `${each.doses === 1 ? "" : `${each.doses} daily doses of `}${each.drug} ${show(each.dose)} mg/kg, the last ${show(each.before)} h before the test`);
    const past = setting.taken === "none" ? `${setting.days} days of yoked saline`
      : `${setting.days} days of ${setting.taken}, ${show(setting.hours)} h a day at ${show(setting.infusion)} mg/kg an infusion`;
    return `${past}; test ${setting.withdrawal} days later; ${drugs.length ? drugs.join("; ") : "no treatment"}.`;
  }
  function update(held) {
    controls.forEach((one) => { one.refresh(held); one.field.hidden = !one.when(); });
    const answer = model.answer(setting), test = answer.lived.test;
    const responses = singles(answer.responses), untouched = singles(model.untouched.responses);
    const [ltp, ltd] = responses;
    id("summary").textContent = words();
    id("said").textContent = `LTP ${word(ltp, true)} (${show(ltp.mean)} % of baseline), LTD ${word(ltd, false)} (${show(ltd.mean)} %). `
      + `Glutamate outside synapses is at ${show(100 * answer.at.extrasynaptic / model.naive.extrasynaptic)} % of a naive animal's, `
      + `mGluR2/3 tone at ${show(100 * answer.at.mglur23_tone / model.naive.mglur23_tone)} %, mGluR5 tone at ${show(100 * answer.at.mglur5_tone / model.naive.mglur5_tone)} %.`;
    const wide = responses.filter((one, n) => one.deviation > DATA.plasticity.responses[n].checked).map((one) => one.test);
    id("outside").hidden = !answer.outside.length && !wide.length;
    id("outside").textContent = "LTP and LTD are extrapolated here: "
      + (answer.outside.length ? `${answer.outside.join(", ").replaceAll("_", " ")} outside the range in which the emulator was trained.` : `no trained setting is near (${wide.join(", ")}).`);
    bars(responses, untouched);
    levels(answer);
    const hours = Math.max(6, ...setting.given.filter((one) => one.drug !== "none").map((one) => Math.min(48, one.before * 1.15)));
    const from = Math.max(0, test - hours / 24), days = model.course(setting, answer.lived, grid(0, test, Math.min(480, 12 * test)));
    const last = model.course(setting, answer.lived, grid(from, test, 160)), share = (rows, key) => rows.map((one) => 100 * one[key] / model.naive[key]);
    const x = days.map((one) => one.day), back = last.map((one) => 24 * (one.day - test));
    for (const [end, at, rows, name] of [["", x, days, "days"], ["-hours", back, last, "hours before the test"]]) {
      lines(`plot-glutamate${end}`, `Glutamate over ${name}`, end ? "hours from the test" : "day", [{x: at, y: rows.map((one) => one.extrasynaptic), colour: "var(--a)"}], model.naive.extrasynaptic);
      lines(`plot-tone${end}`, `Tones over ${name}`, end ? "hours from the test" : "day", [{x: at, y: share(rows, "mglur23_tone"), colour: "var(--a)"},
        {x: at, y: share(rows, "mglur5_tone"), colour: "var(--b)", dash: "6 3"}], 100);
    }
    id("toml").textContent = toml();
    const same = JSON.stringify(setting);
    [...id("starts").children].forEach((one) => one.setAttribute("aria-pressed", String(one.same === same)));
    clearTimeout(addressing);                        // a browser complains about an address that changes at every step
    addressing = setTimeout(() => history.replaceState(null, "", `#${encodeURIComponent(same)}`), 400);
  }
  id("legend").innerHTML = 'Dashed grey: a naive animal. Tones: <span class="a">mGluR2/3, line</span>; <span class="b">mGluR5, broken line</span>.';
  id("copy").addEventListener("click", () => {
    navigator.clipboard?.writeText(id("toml").textContent).then(() => { id("copied").textContent = "copied"; }, () => { id("copied").textContent = "select the text and copy it"; });
  });
  function fromAddress() {                           // what stands behind # in the address, where it is a setting
    let given;
    try { given = JSON.parse(decodeURIComponent(location.hash.slice(1))); } catch { return; }
    const numbers = (one, names) => names.every((name) => Number.isFinite(one?.[name]));
    const known = given && Array.isArray(given.given) && numbers(given, ["days", "hours", "infusion", "withdrawal"])
      && (given.taken === "none" || Object.hasOwn(DATA.takers, given.taken))
      && given.given.every((one) => numbers(one, ["dose", "before", "doses"]) && (one.drug === "none" || Object.hasOwn(DATA.treatments, one.drug)));
    if (!known) return;
    const {taken, days, hours, infusion, withdrawal} = given;
    setting = full({taken, days: Math.round(days), hours, infusion, withdrawal: Math.round(withdrawal),
      given: given.given.slice(0, 2).map(({drug, dose, before, doses}) => ({drug, dose, before, doses: Math.round(doses)}))});
  }
  fromAddress();
  update();
  window.benchModel = model;
  document.documentElement.dataset.ready = "yes";
})();
