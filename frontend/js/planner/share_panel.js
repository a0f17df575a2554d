/** Sharing what one looks at: a link that restores it, or a sheet of paper. */

import { h } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";
import { field } from "../ui/sending.js";
import { showCells } from "./cells.js";
import { frame, part } from "./frame.js";
import { layOut } from "./paper.js";
import { linkOf } from "./sharing.js";

export class SharePanel {
  /** @param {import("../desk.js").Desk} desk @param {import("../ui/selection.js").Selected} looked what was open */
  constructor(desk, looked) {
    const page = `${location.origin}${location.pathname}`;
    const link = h("input", { type: "text", readonly: true, value: linkOf(looked, desk.map?.here(), page), onfocus: () => link.select() });
    const said = h("p", { class: "work-said", role: "status" });
    const copy = async () => {
      link.select();
      // without a secure origin the browser has no clipboard for us: the link stands there, selected
      const done = await navigator.clipboard?.writeText(link.value).then(() => true, () => false);
      said.textContent = t(done ? "share.copied" : "share.by_hand");
    };
    const button = h("button", { class: "primary", type: "button", onclick: () => void copy() }, t("share.copy"));
    const print = h("button", { class: "button", type: "button", onclick: () => layOut(desk, name("name", /** @type {any} */ (desk.city)) || t("paper.name")) }, t("paper.open"));
    this.element = frame(
      desk,
      t("share.title"),
      part(t("share.link"), field(t("share.what"), link), h("div", { class: "work-row" }, button), said),
      part(t("share.paper"), h("p", { class: "dim" }, t("share.paper.what")), h("div", { class: "work-row" }, print)),
    );
  }

  update() {}

  leave() {
    showCells(null);
  }
}
