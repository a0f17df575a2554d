/** A route from A to B on today's roads: time, length, streets, and which closures it goes round. */

import { ApiError, call } from "../ui/api.js";
import { fill, h, write } from "../ui/dom.js";
import { currentLanguage, t, word } from "../ui/i18n.js";
import { closeButton, keyButton } from "../ui/parts.js";
import { showRoute } from "./drawn.js";
import { lengthText, streetNames, timeText } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./drawn.js").Place} Place */

const SETTLED_MS = 800; // after a closure has changed, every process has taken it in

/** @type {{from: Place|null, to: Place|null}} kept while the panel is closed */
const ends = { from: null, to: null };

/** @param {Place} from @param {Place} to */
export function setEnds(from, to) {
  Object.assign(ends, { from, to });
}

export class RoutePanel {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.stamp = "";
    this.timer = 0;
    this.asked = 0;
    const close = closeButton(() => desk.selection.choose(null));
    const head = h("div", { class: "work-line" }, h("span", { class: "dim" }, t("traffic.tools")), close);
    this.title = h("h2", {}, t("route.title"));
    this.marks = { from: h("span", { class: "tabular" }), to: h("span", { class: "tabular" }) };
    const row = (/** @type {string} */ key, /** @type {"from"|"to"} */ end) =>
      h("div", { class: "route-row" }, h("b", { class: `route-letter ${end}` }, end === "from" ? "A" : "B"), this.marks[end],
        keyButton(key, t(`route.${end}`), () => void this.#pick(end)));
    const turn = keyButton("o", t("route.turn"), () => this.#turn());
    const choose = h("section", { class: "work-part" }, row("s", "from"), row("i", "to"), h("div", { class: "work-actions" }, turn));
    this.answer = h("div", { role: "status" });
    const scroll = h("div", { class: "work-scroll" }, choose, this.answer);
    this.element = h("div", { class: "work-frame" }, h("div", { class: "work-title" }, head, this.title), scroll);
    this.#drawEnds();
    void this.#find();
  }

  /** Ask again when a closure has changed. */
  update() {
    const rows = [...this.desk.picture.of("closure").values()];
    const stamp = rows.map((one) => `${one.id}.${one.version}`).join();
    if (stamp !== this.stamp && this.stamp) {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.#find(), SETTLED_MS);
    }
    this.stamp = stamp || "none";
  }

  /** @param {string} part */
  focus(part) {
    if (part === "from" || part === "to") void this.#pick(part);
    if (part === "turn") this.#turn();
    if (part === "begin" && !ends.from) void this.#pick("from");
  }

  /** Take the route from the map. */
  leave() {
    clearTimeout(this.timer);
    showRoute(null);
  }

  /** @param {"from"|"to"} end */
  async #pick(end) {
    const drawn = await this.desk.map?.ask("point", t(`route.${end}`));
    this.desk.show("work");
    if (!drawn) return;
    const [lon, lat] = drawn.coordinates;
    ends[end] = { lon, lat };
    this.#drawEnds();
    if (end === "from" && !ends.to) await this.#pick("to");
    else await this.#find();
  }

  #turn() {
    [ends.from, ends.to] = [ends.to, ends.from];
    this.#drawEnds();
    void this.#find();
  }

  #drawEnds() {
    for (const end of /** @type {const} */ (["from", "to"])) {
      const place = ends[end];
      write(this.marks[end], place ? `${place.lat.toFixed(5)}, ${place.lon.toFixed(5)}` : t("route.unset"));
      this.marks[end].classList.toggle("dim", !place);
    }
    if (!ends.from || !ends.to) fill(this.answer, h("p", { class: "empty" }, t("route.help")));
    showRoute({ ...ends, line: null, label: "", near: [] });
  }

  async #find() {
    const { from, to } = ends;
    if (!from || !to) return;
    this.asked += 1;
    const { asked } = this;
    if (!this.answer.childElementCount || this.answer.querySelector(".empty"))
      fill(this.answer, h("div", { class: "wait", "aria-label": t("wait") }));
    const place = (/** @type {Place} */ one) => `${one.lon.toFixed(6)},${one.lat.toFixed(6)}`;
    try {
      const found = await call(`/route?from=${place(from)}&to=${place(to)}`);
      if (asked === this.asked && this.element.isConnected) this.#show(found);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (asked !== this.asked) return;
      const again = h("button", { class: "button", type: "button", onclick: () => void this.#find() }, t("again"));
      fill(this.answer, h("p", { class: "notice bad", role: "alert" }, error.sentence(currentLanguage()), " ", again));
      showRoute({ ...ends, line: null, label: "", near: [] });
    }
  }

  /** @param {any} found */
  #show(found) {
    const language = currentLanguage();
    const names = language === "en" ? found.streets_en : found.streets;
    const figures = h(
      "div",
      { class: "measure" },
      h("div", {}, h("small", {}, t("route.time")), h("b", { class: "tabular" }, timeText(found.seconds, currentLanguage()))),
      h("div", {}, h("small", {}, t("route.length")), h("b", { class: "tabular" }, lengthText(found.metres))),
    );
    const by = h("section", { class: "work-part" }, h("h3", {}, t("route.by")), h("p", {}, names.join(" → ") || t("route.nameless")));
    const avoided = found.avoided.map((/** @type {any} */ one) => this.#avoided(one));
    const none = h("p", { class: "dim" }, t("route.avoids_none"));
    const round = h("section", { class: "work-part" }, h("h3", {}, t("route.avoids")), ...(avoided.length ? avoided : [none]));
    fill(this.answer, figures, by, round);
    showRoute({ ...ends, line: found.geometry, label: `${timeText(found.seconds, currentLanguage())} · ${lengthText(found.metres)}`, near: [] });
    this.desk.say(t("route.said", { time: timeText(found.seconds, currentLanguage()), length: lengthText(found.metres) }));
  }

  /** @param {import("./model.js").Closure} closure */
  #avoided(closure) {
    const choose = () => this.desk.selection.choose({ kind: "closure", id: closure.id });
    const text = [word("closures.reason", closure.reason), streetNames(closure, currentLanguage())].filter(Boolean).join(" · ");
    return h("button", { class: "related", type: "button", onclick: choose },
      h("i", { class: `closure-key ${closure.severity}` }), h("span", {}, `#${closure.id} ${text}`));
  }
}
