/** Where the warning holds: drawn, whole divisions, or around what it is about; with who is inside. */

import { ApiError, call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { showArea } from "./drawn.js";
import { insideBox } from "./inside.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./form.js").Form} Form */

export class AreaField {
  /** @param {Desk} desk @param {Form} form @param {any[]} divisions @param {() => void} changed */
  constructor(desk, form, divisions, changed) {
    this.desk = desk;
    this.form = form;
    this.changed = changed;
    /** @type {any} what the server found: names, people, outline */
    this.found = null;
    this.turn = 0;
    this.box = h("div");
    this.draw = h(
      "button",
      { class: "button", type: "button", onclick: () => void this.#draw() },
      t("warnings.area.draw"),
    );
    this.pick = this.#divisions(divisions);
    this.around = this.#around();
    this.zone = this.#zone();
    const legend = h("legend", {}, t("warnings.area"));
    const ways = h("div", { class: "warning-pair" }, this.draw, this.pick, this.around, this.zone);
    this.element = h(
      "fieldset",
      { name: "area", tabindex: -1, class: "stack" },
      legend,
      ways,
      this.box,
    );
  }

  get geometry() {
    return this.found?.geometry ?? null;
  }

  /** Ask who is inside; a later answer than the last question's is not shown. */
  async count() {
    const { area } = this.form;
    const turn = (this.turn += 1);
    if (!area) {
      this.found = null;
      fill(this.box, h("p", { class: "dim" }, t("warnings.area.none")));
      return;
    }
    fill(this.box, h("div", { class: "wait", "aria-label": t("wait") }));
    try {
      const found = await call("/warnings/count", { method: "POST", body: { area } });
      if (turn !== this.turn) return;
      this.found = found;
      const size = h(
        "p",
        {},
        h("b", {}, name("area", found) || t("warnings.area.drawn")),
        ` · ${found.square_km} km²`,
      );
      fill(this.box, size, insideBox(this.desk, found));
      this.#named();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (turn !== this.turn) return;
      this.found = null;
      fill(
        this.box,
        h("p", { class: "notice bad", role: "alert" }, error.sentence(currentLanguage())),
      );
    }
  }

  /** The area's name is in the texts: they are asked for again once it is known. */
  #named() {
    showArea({ geometry: this.geometry, colour: this.form.colour });
    this.element.dispatchEvent(new CustomEvent("named", { bubbles: true }));
  }

  /** @param {any} area */
  #set(area) {
    this.form.area = area;
    const radius = this.around?.querySelector("input");
    if (radius && !area?.around) radius.value = "";
    if (!area?.divisions)
      for (const box of this.pick.querySelectorAll("input")) box.checked = false;
    this.#say();
    this.changed();
  }

  async #draw() {
    const shape = await this.desk.map?.ask("area", t("warnings.area.ask"));
    this.desk.show("work");
    if (shape) this.#set(shape);
    this.draw.focus();
  }

  /** @param {any[]} divisions */
  #divisions(divisions) {
    this.label = h("summary", { class: "button" });
    const boxes = divisions.map((one) => {
      const chosen = (this.form.area?.divisions ?? []).includes(one.code);
      const box = h("input", { type: "checkbox", value: one.code, checked: chosen });
      return h("label", { class: "choice" }, box, name("name", one));
    });
    const fold = h(
      "details",
      { class: "division-pick" },
      this.label,
      h("div", { class: "division-list" }, ...boxes),
    );
    fold.onchange = () => {
      const codes = [...fold.querySelectorAll("input")]
        .filter((box) => box.checked)
        .map((box) => box.value);
      this.#set(codes.length ? { divisions: codes } : null);
    };
    queueMicrotask(() => this.#say());
    return fold;
  }

  /** How many divisions are chosen. */
  #say() {
    const n = this.form.area?.divisions?.length ?? 0;
    if (this.label)
      fill(this.label, n ? t("warnings.area.divisions_n", { n }) : t("warnings.area.divisions"));
  }

  /** So many metres around what the warning is about. */
  #around() {
    const { start } = this.form;
    const where = this.form.area?.around ?? start?.around;
    if (!where) return null;
    const radius = h("input", {
      type: "number",
      min: 50,
      max: 50000,
      step: 50,
      value: this.form.area?.around?.radius_m ?? "",
      placeholder: "1000",
    });
    radius.onchange = () => {
      const metres = Number(radius.value);
      if (metres > 0) this.#set({ around: { lon: where.lon, lat: where.lat, radius_m: metres } });
    };
    return h("label", { class: "field" }, h("span", {}, t("warnings.area.around")), radius);
  }

  /** The outline that what the warning is about has of its own. */
  #zone() {
    const { start } = this.form;
    if (!start || start.around) return null;
    const use = () => this.#set(start);
    return h("button", { class: "button", type: "button", onclick: use }, t("warnings.area.zone"));
  }
}
