/** Where a hazard model says that it is dangerous: the newest run of each incident, worst on top. */

import { call } from "../../ui/api.js";
import { t } from "../../ui/i18n.js";
import { L } from "../leaflet.js";

/** @typedef {import("../../types.js").Entity} Entity */
/** @typedef {{run: number, shapes: L.Polygon[], places: {lon: number, lat: number}[]}} Drawn */

/** @type {import("../overlays.js").Drawer} */
export function plumeOverlay(desk, { map }) {
  if (!desk.may("incident.see")) return null;
  map.createPane("plumes").style.zIndex = "345"; // above the city's layers, below all marks
  const renderer = L.svg({ padding: 0.3, pane: "plumes" });
  /** @type {Map<number, Drawn>} */
  const drawn = new Map();
  let on = true;

  function look() {
    const wanted = new Map();
    for (const incident of on ? desk.picture.of("incident").values() : []) {
      const runs = incident.hazards ?? [];
      if (runs.length) wanted.set(incident.id, runs[runs.length - 1]);
    }
    for (const [id, { run, shapes }] of drawn) {
      if (wanted.get(id) === run) continue;
      for (const shape of shapes) shape.remove();
      drawn.delete(id);
    }
    for (const [id, run] of wanted) if (!drawn.has(id)) void add(id, run);
    light();
  }

  /** @param {number} id @param {number} run */
  async function add(id, run) {
    const entry = /** @type {Drawn} */ ({ run, shapes: [], places: [] });
    drawn.set(id, entry);
    const answer = await call(`/incidents/${id}/hazards`).catch(() => null);
    const found = answer?.items.find((/** @type {any} */ one) => one.id === run);
    if (drawn.get(id) !== entry) return;
    if (!found) {
      drawn.delete(id); // the next change asks again
      return;
    }
    for (const zone of [...found.zones].reverse()) entry.shapes.push(shapeOf(zone, entry).addTo(map));
    light();
  }

  /** @param {any} zone @param {Drawn} entry */
  function shapeOf(zone, entry) {
    const rings = zone.geometry.coordinates.map((/** @type {number[][]} */ ring) =>
      ring.map(([lon, lat]) => {
        entry.places.push({ lon, lat });
        return L.latLng(lat, lon);
      }),
    );
    const guide = zone.severity === 2 || zone.severity === 4 ? "guide" : "";
    const className = `plume-zone sev${zone.severity} ${guide}`;
    return L.polygon(rings, { renderer, pane: "plumes", interactive: false, className });
  }

  function light() {
    for (const [id, { shapes }] of drawn)
      for (const shape of shapes)
        shape.getElement()?.classList.toggle("chosen", desk.selection.is("incident", id));
  }

  for (const part of ["incident", "mode"]) desk.picture.on(part, look);
  desk.selection.onChange(light);
  look();
  return {
    code: "plumes",
    title: t("incidents.plumes"),
    facts: () => t("incidents.plumes.facts", { n: drawn.size }),
    show: (shown) => ((on = shown), look()),
    places: (chosen) => {
      const found = chosen.kind === "incident" ? drawn.get(Number(chosen.id)) : undefined;
      return found?.places.length ? found.places : null;
    },
  };
}
