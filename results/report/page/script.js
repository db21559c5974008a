"use strict";
(() => {
  const root = document.documentElement;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const plots = read("plots");
  const palette = read("palette");
  const hidden = new Set();
  const drawn = new Set();
  const system = matchMedia("(prefers-color-scheme: dark)");
  const PRINTED = {wide: 670, narrow: 325};  // pixels: the width of a printed page, and half of it
  let chosen = null;  // a theme that the reader chose stays; else the system's counts
  let printing = false;

  const dark = () => !printing && (chosen ?? (system.matches ? "dark" : "light")) === "dark";

  // Colours of the light page, each replaced by its own on a dark ground.
  function coloured(value) {
    if (typeof value === "string") return dark() && palette[value] ? palette[value] : value;
    if (Array.isArray(value)) return value.map(coloured);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, coloured(one)]));
  }

  function dressed(id, element) {
    const {data, layout} = coloured(plots[id]);
    const ink = dark() ? "#c9cdd3" : "#333333";
    const grid = dark() ? "#2b3036" : "#ebebeb";
    const narrow = element.clientWidth < 420;
    for (const trace of data) {
      if (hidden.has(trace.legendgroup)) trace.visible = false;
    }
    for (const key of Object.keys(layout).filter((name) => /^[xy]axis/.test(name))) {
      layout[key] = {
        gridcolor: grid, linecolor: ink, tickcolor: ink, zeroline: false, ticks: "outside", ticklen: 4, showline: true,
        automargin: true, ...layout[key],
      };
      if (layout[key].showticklabels === false) Object.assign(layout[key], {showline: false, ticks: ""});
      layout[key].title = {font: {size: 12}, standoff: 8, ...layout[key].title};
      if (narrow && layout[key].title.text) layout[key].title.font = {size: 11};
    }
    return {
      data,
      layout: {
        ...layout,
        autosize: true,
        font: {family: "system-ui, Liberation Sans, sans-serif", size: narrow ? 11 : 12, color: ink},
        paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
        margin: {l: 52, r: 12, t: 12, b: 44, ...layout.margin},
        modebar: {bgcolor: "rgba(0,0,0,0)", color: ink, activecolor: ink},
        hoverlabel: {align: "left", namelength: -1},
        legend: {font: {size: 12, color: ink}, ...layout.legend},
        ...(printing
          ? {width: element.parentElement.classList.contains("wide") ? PRINTED.wide : PRINTED.narrow, height: parseFloat(element.style.height), autosize: false}
          : {}),
      },
      config: {
        responsive: true, displaylogo: false, plotlyServerURL: "", modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"],
        toImageButtonOptions: {format: "svg", filename: id},
      },
    };
  }

  function draw(element) {
    const {data, layout, config} = dressed(element.id, element);
    drawn.add(element.id);
    return Plotly.react(element, data, layout, config);
  }

  const visible = (element) => !element.closest("[hidden]");

  function drawAll(only = visible) {
    for (const element of document.querySelectorAll(".plot")) if (only(element)) draw(element);
  }

  function paint() {
    root.dataset.theme = dark() ? "dark" : "light";
    const button = document.getElementById("theme");
    button.textContent = dark() ? "Light" : "Dark";
    button.setAttribute("aria-pressed", String(dark()));
    drawAll((element) => drawn.has(element.id) && visible(element));
  }

  function toggle(group) {
    if (hidden.has(group)) hidden.delete(group);
    else hidden.add(group);
    show();
  }

  function show() {
    for (const button of document.querySelectorAll("button[data-group]")) {
      button.setAttribute("aria-pressed", String(!hidden.has(button.dataset.group)));
    }
    document.getElementById("show-all").hidden = hidden.size === 0;
    for (const element of document.querySelectorAll(".plot")) {
      if (!drawn.has(element.id) || !visible(element)) continue;
      const groups = element.data.map((trace) => trace.legendgroup);
      const own = groups.map((_, place) => place).filter((place) => groupNames.has(groups[place]));
      if (own.length) Plotly.restyle(element, {visible: own.map((place) => !hidden.has(groups[place]))}, own);
    }
  }

  const groupNames = new Set([...document.querySelectorAll("button[data-group]")].map((one) => one.dataset.group));

  // On paper plots that stand side by side are lower, so that three rows of them fit a page.
  function height(of) {
    for (const element of document.querySelectorAll(".panel:not(.wide) .plot")) {
      element.dataset.height ??= parseFloat(element.style.height);
      element.style.height = `${Math.round(of * element.dataset.height)}px`;
    }
  }

  function choose(figure, choice) {
    for (const panel of figure.querySelectorAll(".panel[data-choice]")) {
      panel.hidden = panel.dataset.choice !== choice;
      if (!panel.hidden && window.Plotly) draw(panel.querySelector(".plot"));
    }
  }

  async function unpacked(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }

  async function begin() {
    paint();
    document.getElementById("theme").addEventListener("click", () => {
      chosen = dark() ? "light" : "dark";
      paint();
    });
    document.getElementById("show-all").addEventListener("click", () => {
      hidden.clear();
      show();
    });
    document.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-group]");
      if (button) toggle(button.dataset.group);
    });
    for (const select of document.querySelectorAll("figure select")) {
      select.addEventListener("change", () => choose(select.closest("figure"), select.value));
    }
    system.addEventListener("change", paint);
    addEventListener("beforeprint", () => {
      printing = true;
      height(0.8);
      paint();
    });
    addEventListener("afterprint", () => {
      printing = false;
      height(1);
      paint();
    });
    const code = document.createElement("script");
    code.textContent = await unpacked(document.getElementById("library").textContent);
    document.head.append(code);
    drawAll();  // in one go: a capture of the whole page has every plot
    root.dataset.ready = "yes";
  }

  begin().catch((problem) => {
    const line = document.getElementById("undrawn");
    line.textContent = `The figures could not be drawn (${problem.message}); a browser of 2023 or later draws them. The numbers stand in the tables.`;
    line.hidden = false;
  });
})();
