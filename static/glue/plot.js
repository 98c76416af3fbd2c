// Plots for app/page/views/weekly.py and themes.py, drawn by uPlot, which is loaded when the first one is drawn.
//
// What is drawn comes from Python: days as text, numbers, and a sentence for each point. Colours are the page's own and
// follow it between light and dark; nothing is animated.

let library;
const uPlot = () =>
  (library ??= Promise.all([import("../vendor/uplot/uPlot.esm.js"), stylesheet()]).then(([module]) => module.default)
    .catch((error) => { library = undefined; throw error; }));

const stylesheet = () =>
  new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL("../vendor/uplot/uPlot.min.css", import.meta.url).href;
    link.onload = resolve;
    link.onerror = () => reject(new Error("the stylesheet of the plots could not be loaded"));
    document.head.append(link);
  });

const colour = (name) => () => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

// The start of a day here, in seconds.
const seconds = (day) => {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(year, month - 1, date).getTime() / 1000;
};
const drawn = new WeakMap(); // place -> what to undo before it is drawn again
const wanted = new WeakMap(); // place -> what it was to show last, for the time until the library is there

const amount = new Intl.NumberFormat();
const plainly = (value, unit) => (value === null ? "" : amount.format(Math.abs(value)) + unit);
const padded = (low, high) => [low < 0 ? low * 1.08 : 0, high > 0 ? high * 1.08 : 1];

// `days`: on which weeks or months begin, ascending; `step`: days from one to the next. `series`: [{colour, values}], a number for each,
// below zero for what is drawn downwards; `unit`: what stands after a number («%», say).
// `said(place)` is called with the place of the bar under the pointer, -1 where there is none.
export const bars = async (place, text, said) => {
  const { days, step, series, unit = "" } = JSON.parse(text);
  const half = (step * 86400) / 2;
  wanted.set(place, text);
  const Plot = await uPlot();
  if (wanted.get(place) !== text) return;
  clear(place);
  const x = days.map(seconds);
  const axis = { stroke: colour("soft"), font: "12px system-ui, sans-serif", ticks: { show: false } };
  // One series upwards and one downwards share their bar's place.
  const upright = Plot.paths.bars({ size: [0.72, 28], radius: 0.15 });
  const options = {
    width: place.clientWidth || 320,
    height: place.clientHeight || 200,
    padding: [8, 4, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: { x: { range: (_, low, high) => [low - half, high + half] }, y: { range: (_, low, high) => padded(low, high) } },
    axes: [
      { ...axis, grid: { show: false }, space: 72, size: 40 },
      { ...axis, grid: { stroke: colour("line"), width: 1 }, space: 44, size: 52, incrs: [1, 2, 5].flatMap((n) => [0, 1, 2, 3, 4, 5].map((z) => n * 10 ** z)).sort((a, b) => a - b),
        values: (_, marks) => marks.map((mark) => plainly(mark, unit)) },
    ],
    series: [{}, ...series.map((row) => ({ paths: upright, fill: colour(row.colour), width: 0, points: { show: false } }))],
    hooks: { setCursor: [(plot) => said(plot.cursor.idx ?? -1)] },
  };
  const plot = new Plot(options, [x, ...series.map((row) => row.values)], place);
  // What is drawn is named by its place; its pieces say nothing.
  plot.root.setAttribute("aria-hidden", "true");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const recolour = () => plot.redraw(false, true);
  dark.addEventListener("change", recolour);
  const resized = new ResizeObserver(() => place.clientWidth && plot.setSize({ width: place.clientWidth, height: place.clientHeight }));
  resized.observe(place);
  drawn.set(place, () => {
    dark.removeEventListener("change", recolour);
    resized.disconnect();
    plot.destroy();
  });
};

export const clear = (place) => {
  drawn.get(place)?.();
  drawn.delete(place);
};
