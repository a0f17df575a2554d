/** A small chart of one stream with the limits that its rules set; live values join on the right. */

import { ApiError, call, serverNow } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { unitText } from "../ui/format.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { prefs } from "../ui/store.js";
import { plotSeries, PLOT_HEIGHT } from "./plot.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./plot.js").Series} Series */

const SPANS_H = [1, 6, 24, 72];

/** @param {Desk} desk */
export function chartPanel(desk) {
  const plotPlace = h("div", { class: "plot" });
  const caption = h("h3");
  const spans = h("div", { class: "spans", role: "group", "aria-label": t("chart.span") });
  const element = h(
    "section",
    { class: "work-part chart", hidden: true },
    h("div", { class: "work-row" }, caption, spans),
    plotPlace,
  );
  let hours = prefs.get("chart.hours", 6);
  /** @type {number|null} */ let shown = null;
  /** @type {Series|null} */ let series = null;
  /** @type {import("uplot")|null} */ let plot = null;
  let last = "";
  let timer = 0;
  let missed = false;

  for (const span of SPANS_H) {
    spans.append(
      h(
        "button",
        {
          class: "button",
          type: "button",
          "data-hours": span,
          onclick: () => {
            hours = span;
            prefs.set("chart.hours", span);
            void load();
          },
        },
        t("chart.hours", { n: span }),
      ),
    );
  }

  async function load() {
    const wanted = shown;
    if (wanted === null) return;
    markSpan(spans, hours);
    const end = desk.picture.past?.at ?? serverNow();
    const query = new URLSearchParams({
      start: new Date(end - hours * 3600_000).toISOString(),
      end: new Date(end).toISOString(),
      points: "500",
    });
    try {
      const [answer, limits] = await Promise.all([
        call(`/datastreams/${wanted}/series?${query}`),
        call(`/datastreams/${wanted}/limits`),
      ]);
      if (wanted !== shown) return;
      series = { ...answer, limits: limits.items, start: end - hours * 3600_000, end };
      draw();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fill(plotPlace, h("p", { class: "notice bad" }, error.sentence(currentLanguage())));
    }
  }

  function draw() {
    plot?.destroy();
    plot = null;
    if (!series || series.times.length === 0) {
      fill(plotPlace, h("p", { class: "empty" }, t("chart.empty")));
      return;
    }
    fill(plotPlace);
    plot = plotSeries(plotPlace, series, PLOT_HEIGHT);
  }

  const resized = new ResizeObserver(() =>
    plot?.setSize({ width: plotPlace.clientWidth, height: PLOT_HEIGHT }),
  );
  resized.observe(plotPlace);
  document.addEventListener("theme", draw);

  /** @param {number|null} stream */
  function show(stream) {
    element.hidden = stream === null;
    if (stream === null) return;
    const known = desk.picture.streams.get(stream);
    const label = known
      ? `${name("name", known.stream)} (${unitText(known.stream.unit)})`
      : t("chart.title");
    if (caption.textContent !== label) caption.textContent = label;
    const at = `${known ? desk.picture.latest(known.stream)?.time : ""}|${desk.picture.past?.at ?? "now"}`;
    if (stream !== shown) {
      shown = stream;
      fill(plotPlace, h("div", { class: "wait" }));
    } else if (at === last) return;
    last = at;
    refresh();
  }

  /** Read again, at most every two seconds however fast values come, and never miss the last. */
  function refresh() {
    missed = timer !== 0;
    if (missed) return;
    timer = window.setTimeout(() => {
      timer = 0;
      if (missed) refresh();
    }, 2000);
    void load();
  }

  function leave() {
    plot?.destroy();
    plot = null;
    shown = null;
    clearTimeout(timer);
    resized.disconnect();
    document.removeEventListener("theme", draw);
  }
  return { element, show, leave };
}

/** @param {HTMLElement} spans @param {number} hours */
function markSpan(spans, hours) {
  for (const button of spans.children)
    button.setAttribute(
      "aria-pressed",
      String(/** @type {HTMLElement} */ (button).dataset.hours === String(hours)),
    );
}
