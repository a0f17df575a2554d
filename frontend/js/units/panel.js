/** One unit in the work panel: what it does, its six keys, its order, its tasks, its statuses. */

import { ApiError, call, serverNow } from "../ui/api.js";
import { fill, h, write } from "../ui/dom.js";
import { dayAndClock } from "../ui/format.js";
import { currentLanguage, listed, name, personName, t } from "../ui/i18n.js";
import { chip, closeButton, factRows } from "../ui/parts.js";
import { taskRows } from "../incidents/timers.js";
import { regrettable, setStatus, takeBack } from "./actions.js";
import { inStatus, positionText } from "./list.js";
import { STATUSES } from "./model.js";
import { statusChip } from "./parts.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Entity} Entity */

export class UnitPanel {
  /** @param {Desk} desk @param {number} id */
  constructor(desk, id) {
    this.desk = desk;
    this.id = id;
    this.title = h("div", { class: "work-title" });
    this.status = h("div", { class: "unit-keys", role: "group", "aria-label": t("units.status") });
    this.said = h("p", { class: "work-said", role: "status" });
    this.back = h("button", { class: "button", type: "button", onclick: () => void this.undo() });
    fill(this.back, h("kbd", {}, "z"), t("units.take_back"));
    this.order = h("section", { class: "work-part" });
    this.tasks = h("section", { class: "work-part" });
    this.facts = h("dl", { class: "facts" });
    this.steps = h("section", { class: "work-part" });
    const keys = h("section", { class: "work-part" }, this.status, this.said, this.back);
    const scroll = h("div", { class: "work-scroll" }, keys, this.order, this.tasks, this.steps);
    scroll.append(this.facts);
    this.element = h("div", { class: "work-frame" }, this.title, scroll);
    this.read = 0; // the version whose statuses are shown
  }

  /** @returns {Entity|undefined} */
  get unit() {
    return this.desk.picture.of("unit").get(String(this.id));
  }

  update() {
    const { unit } = this;
    this.back.hidden = !regrettable() || this.desk.picture.past !== null;
    if (!unit) {
      const close = closeButton(() => this.desk.selection.choose(null));
      fill(this.title, h("div", { class: "work-line" }, h("h2", {}, t("units.gone")), close));
      return;
    }
    const stamp = `${unit.version}/${currentLanguage()}/${this.desk.picture.past !== null}`;
    if (this.title.dataset.shown !== stamp) {
      this.title.dataset.shown = stamp;
      this.#draw(unit);
    }
    this.#drawFacts(unit);
    taskRows(this.desk, this.tasks, (task) => task.unit === this.id);
    if (this.read !== unit.version) void this.#read(unit);
  }

  /** @param {Entity} unit */
  #draw(unit) {
    const close = closeButton(() => this.desk.selection.choose(null));
    const line = h(
      "div",
      { class: "work-line" },
      statusChip(unit.status),
      h("b", { class: "tabular" }, unit.code),
      h("span", { class: "dim" }, name("kind", unit)),
      unit.simulated && chip("simulated", t("simulated")),
      close,
    );
    fill(this.title, line, h("h2", {}, name("name", unit)));
    const may = this.desk.may("unit.status") && this.desk.picture.past === null;
    fill(this.status, ...STATUSES.map(({ status }, at) => this.#key(unit, status, at + 1, may)));
    this.#drawOrder(unit);
  }

  /** @param {Entity} unit @param {string} status @param {number} digit @param {boolean} may */
  #key(unit, status, digit, may) {
    const onclick = () => void this.say(status);
    const needsOrder = (status === "en_route" || status === "on_scene") && !unit.incident;
    const off = !may || status === "dispatched" || needsOrder;
    const pressed = String(unit.status === status);
    const props = { class: "unit-key", type: "button", "aria-pressed": pressed, disabled: off };
    const label = h("span", {}, t(`units.status.${status}`));
    return h("button", { ...props, onclick }, h("kbd", {}, digit), statusChip(status), label);
  }

  /** @param {Entity} unit */
  #drawOrder(unit) {
    this.order.hidden = !unit.incident;
    const incident = this.desk.picture.of("incident").get(String(unit.incident));
    const choose = () => this.desk.selection.choose({ kind: "incident", id: unit.incident });
    const words = incident ? `${name("type", incident)} ${incident.address}` : "";
    const link = h("button", { class: "related", type: "button", onclick: choose });
    fill(link, h("b", { class: "tabular" }, `#${unit.incident}`), h("span", {}, words));
    fill(this.order, h("h3", {}, t("units.order")), link);
  }

  /** @param {Entity} unit */
  #drawFacts(unit) {
    const crew = (unit.crew ?? []).map((/** @type {number} */ id) =>
      personName(this.desk.people.get(id)),
    );
    const text = [inStatus(unit, serverNow()), positionText(this.desk, unit), ...crew].join("/");
    if (this.facts.dataset.shown === text) return;
    this.facts.dataset.shown = text;
    const rows = factRows([
      [t("units.since"), [inStatus(unit, this.desk.picture.past?.at ?? serverNow())]],
      [t("units.position"), [positionText(this.desk, unit)]],
      [t("units.crew"), [listed(crew)]],
      [t("units.home"), [name("place", unit)]],
    ]);
    fill(this.facts, ...rows);
  }

  /** What it did before, from the server.
   * @param {Entity} unit */
  async #read(unit) {
    this.read = Number(unit.version);
    try {
      const { stamps } = await call(`/units/${this.id}`);
      const rows = stamps.slice(0, 12).map((/** @type {any} */ one) => this.#step(one));
      const none = h("p", { class: "dim" }, t("units.no_steps"));
      const list = rows.length ? h("ol", { class: "unit-steps" }, ...rows) : none;
      fill(this.steps, h("h3", {}, t("units.steps")), list);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fill(this.steps, h("p", { class: "notice bad" }, error.sentence(currentLanguage())));
    }
  }

  /** @param {any} stamp */
  #step(stamp) {
    const who = personName(this.desk.people.get(stamp.by));
    const withdrawn = stamp.withdrawn_at && h("span", { class: "dim" }, t("units.withdrawn"));
    const incident = stamp.incident ? `#${stamp.incident}` : "";
    const at = h("time", { class: "tabular", datetime: stamp.at }, dayAndClock(stamp.at, serverNow()));
    const props = { class: stamp.withdrawn_at ? "withdrawn" : "" };
    return h("li", props, at, statusChip(stamp.status), incident, h("span", { class: "dim" }, who),
      withdrawn);
  }

  /** @param {string} status */
  async say(status) {
    const { unit } = this;
    if (unit) await this.#tell(() => setStatus(this.desk, [unit], status));
  }

  async undo() {
    await this.#tell(() => takeBack(this.desk));
  }

  /** @param {() => Promise<string>} send */
  async #tell(send) {
    this.said.className = "work-said sending";
    write(this.said, t("sending.now"));
    try {
      write(this.said, await send());
      this.said.className = "work-said sent";
    } catch (error) {
      this.said.className = "work-said failed";
      write(this.said, error instanceof Error ? error.message : String(error));
    }
    this.update();
  }
}
