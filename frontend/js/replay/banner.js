/** The bar that says that this is not now, which moment it is instead, and what now brings. */

import { byId, fill, h, write } from "../ui/dom.js";
import { dayAndClock } from "../ui/format.js";
import { name, t } from "../ui/i18n.js";
import { keyButton } from "../ui/parts.js";
import { LETTERS } from "../ui/severity.js";
import { Reds } from "./reds.js";

/** @typedef {import("../desk.js").Desk} Desk */

export class Banner {
  /** @param {Desk} desk @param {() => void} back */
  constructor(desk, back) {
    this.desk = desk;
    this.reds = new Reds();
    this.told = 0; // the newest alert that was told
    this.shown = false;
    this.moment = h("b", { class: "tabular banner-moment", "aria-hidden": "true" });
    this.means = h("span", { class: "banner-means" });
    this.sentence = h("span", { class: "banner-sentence" });
    this.now = h("button", { class: "banner-now", type: "button", onclick: back, hidden: true });
    const title = h("strong", {}, t("replay.banner"));
    const home = keyButton("\\", t("replay.return"), back);
    fill(byId("replay-banner"), title, this.moment, this.means, this.sentence, this.now, home);
    desk.picture.on("alerts", () => this.shown && this.#tell());
  }

  /** @param {number|null} at ms; null: live @param {string} clock @param {number} now ms */
  draw(at, clock, now) {
    const shown = at !== null;
    if (shown && !this.shown) this.reds.begin(this.desk.picture.live.values());
    if (shown !== this.shown) this.now.hidden = true;
    this.shown = shown;
    byId("replay-banner").hidden = !shown;
    if (at === null) return;
    write(this.moment, dayAndClock(at, now));
    write(this.means, `${t("replay.not_now")} · ${t(`replay.${clock}`)}`);
    write(this.sentence, t(`replay.${clock}.means`));
  }

  /** A red alert of the present does not wait until one has seen enough of the past. */
  #tell() {
    const fresh = this.reds.fresh(this.desk.picture.live.values());
    this.now.hidden = fresh.length === 0;
    if (fresh.length === 0) return;
    const [alert] = fresh;
    const what = `${LETTERS[1]} ${name("title", alert)} · ${name("thing", alert)}`;
    const key = fresh.length > 1 ? "replay.now.more" : "replay.now";
    const text = t(key, { what, n: fresh.length });
    fill(this.now, h("kbd", {}, "\\"), h("span", {}, text));
    if (alert.id > this.told) this.desk.say(text, true);
    this.told = Math.max(this.told, alert.id);
  }
}
