/** The ground along a drawn line: its figures and its chart; the pointer on the chart shows the place. */

import { h } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";
import { chip, keyButton } from "../ui/parts.js";
import { ask, facts, frame, part } from "../planner/frame.js";
import { showFound } from "../planner/found.js";
import { lengthText } from "../planner/model.js";
import { plotProfile } from "./plot.js";

/** @typedef {import("./module.js").Geometry} Geometry */
/** @typedef {import("./plot.js").Ground} Ground */

export class ProfilePanel {
  /** @param {import("../desk.js").Desk} desk @param {Geometry|null} line @param {() => void} again */
  constructor(desk, line, again) {
    this.line = line;
    this.place = h("div");
    const row = h("div", { class: "work-row" }, keyButton("p", t("terrain.profile.again"), again));
    this.element = frame(desk, t("terrain.profile"), part("", row), this.place);
    /** @type {import("uplot")|null} */
    this.plot = null;
    this.redraw = () => this.#chart();
    document.addEventListener("theme", this.redraw);
    showFound(line);
    if (line) void ask(this.place, "/elevation/profile", (found) => this.#draw(found), { method: "POST", body: { line } });
  }

  update() {}

  leave() {
    this.plot?.destroy();
    document.removeEventListener("theme", this.redraw);
    showFound(null);
  }

  /** @param {any} found */
  #draw(found) {
    this.ground = /** @type {Ground} */ (found);
    this.chart = h("div", { class: "plot" });
    this.spot = h("p", { class: "tabular dim profile-spot", role: "status" }, t("terrain.profile.point"));
    const metres = (/** @type {number|null} */ m) => (m === null ? "" : `${m.toLocaleString()} m`);
    const about = facts([
      [t("measure.length"), lengthText(found.length_m)],
      [t("terrain.lowest"), metres(found.lowest_m)],
      [t("terrain.highest"), metres(found.highest_m)],
      [t("terrain.climb"), `${metres(found.climb_m)} / ${metres(found.descent_m)}`],
      [t("terrain.steepest"), `${found.steepest_percent.toLocaleString()} %`],
      [t("terrain.model"), `${name("title", found)} · ${t("planner.point.cell", { cell: found.cell_m, datum: found.datum })}`],
    ]);
    queueMicrotask(() => this.#chart());
    const known = found.lowest_m !== null;
    return [
      part("", ...(known ? [this.chart, this.spot] : [h("p", { class: "empty" }, t("planner.point.unknown"))])),
      part(t("terrain.figures"), about, found.simulated && chip("simulated", t("simulated"))),
    ];
  }

  #chart() {
    if (!this.ground || !this.chart?.isConnected) return;
    this.plot?.destroy();
    this.plot = plotProfile(this.chart, this.ground, (at) => this.#point(at));
  }

  /** @param {number|null} at which sample the pointer is on */
  #point(at) {
    const { ground, spot, line } = this;
    if (!ground || !spot || !line) return;
    if (at === null) {
      showFound(line);
      return;
    }
    const metres = ground.height_m[at];
    const height = metres === null ? t("planner.point.unknown") : `${metres.toLocaleString()} m`;
    spot.textContent = t("terrain.profile.at", { distance: lengthText(ground.distance_m[at]), height });
    const point = { type: "Point", coordinates: ground.places[at] };
    showFound(/** @type {any} */ ({ type: "GeometryCollection", geometries: [line, point] }));
  }
}
