/** The note on the map that its ground is not of now. */

import { h } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { L } from "./leaflet.js";

/** @typedef {import("./base.js").BaseMap} BaseMap */

/** @param {L.Map} map @param {BaseMap} base */
export function mountStaleNote(map, base) {
  const note = h("div", { class: "map-stale", role: "status", hidden: true });
  const control = new L.Control({ position: "bottomleft" });
  control.onAdd = () => note;
  control.addTo(map);
  base.freshness.changed = (back) => {
    const { since } = base.freshness;
    note.hidden = since === 0;
    note.textContent = since ? t("map.stale", { time: clockOf(since) }) : "";
    if (back) base.renew();
  };
}

/** @param {number} moment milliseconds */
function clockOf(moment) {
  const at = new Date(moment);
  return [at.getHours(), at.getMinutes()].map((n) => String(n).padStart(2, "0")).join(":");
}
