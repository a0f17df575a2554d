/** The route that was asked for, from A to B with its time; and who is near a place, numbered. */

import { h } from "../../ui/dom.js";
import { t } from "../../ui/i18n.js";
import { onDrawn, shownRoute } from "../../traffic/drawn.js";
import { placesOf } from "../../traffic/model.js";
import { L } from "../leaflet.js";

/** @type {import("../overlays.js").Drawer} */
export function route(desk, { map }) {
  if (!desk.may("route.ask")) return null;
  map.createPane("route").style.zIndex = "398"; // above closures, below marks
  map.createPane("route-ends").style.zIndex = "570";
  const renderer = L.svg({ pane: "route", padding: 0.4 });
  const drawn = L.layerGroup().addTo(map);
  let on = true;

  function draw() {
    drawn.clearLayers();
    const shown = shownRoute();
    if (!shown || !on) return;
    const corners = placesOf(shown.line).map(({ lon, lat }) => L.latLng(lat, lon));
    for (const className of corners.length ? ["route-halo", "route-line"] : [])
      L.polyline(corners, { renderer, pane: "route", interactive: false, className }).addTo(drawn);
    for (const { lon, lat, rank } of shown.near) put(lon, lat, String(rank), "near");
    if (shown.from) put(shown.from.lon, shown.from.lat, "A", "from");
    if (shown.to) put(shown.to.lon, shown.to.lat, shown.near.length ? "◎" : "B", "to");
    const middle = corners[Math.floor(corners.length / 2)];
    if (middle && shown.label) put(middle.lng, middle.lat, shown.label, "label");
  }

  /** @param {number} lon @param {number} lat @param {string} text @param {string} kind */
  function put(lon, lat, text, kind) {
    const html = h("span", { class: `route-end ${kind}` }, text);
    const icon = L.divIcon({ className: "closure-anchor", html, iconSize: undefined });
    const how = { icon, pane: "route-ends", interactive: false, keyboard: false };
    L.marker([lat, lon], how).addTo(drawn);
  }

  onDrawn(draw);
  return {
    code: "route",
    title: t("route.layer"),
    show: (shown) => ((on = shown), draw()),
    places: ({ kind }) => {
      const shown = kind === "route" || kind === "near" ? shownRoute() : null;
      if (!shown) return null;
      const ends = [shown.from, shown.to, ...shown.near].filter((place) => place !== null);
      return [...placesOf(shown.line), ...ends];
    },
  };
}
