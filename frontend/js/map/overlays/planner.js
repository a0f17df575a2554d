/** What the planner's tools point at: the drawn area, the place asked about, a row of the table. */

import { found, onFound } from "../../planner/found.js";
import { t } from "../../ui/i18n.js";
import { token } from "../../ui/theme.js";
import { L } from "../leaflet.js";

/** @type {import("../overlays.js").Drawer} */
export function plannerFound(desk, { map }) {
  if (!desk.may("layer.see")) return null;
  map.createPane("planner").style.zIndex = "345";
  let on = true;
  /** @type {L.GeoJSON|null} */
  let drawn = null;

  function draw() {
    drawn?.remove();
    drawn = null;
    const geometry = on ? found() : null;
    if (!geometry) return;
    const colour = token("accent");
    drawn = L.geoJSON(/** @type {any} */ (geometry), {
      pane: "planner",
      interactive: false,
      style: { color: colour, weight: 2.5, fillOpacity: 0.12, dashArray: "6 4" },
      pointToLayer: (_, at) =>
        L.circleMarker(at, { pane: "planner", radius: 8, color: colour, weight: 3, fillOpacity: 0.2 }),
    }).addTo(map);
  }

  onFound(draw);
  desk.picture.on("theme", draw);
  return {
    code: "planner",
    title: t("planner.overlay"),
    facts: () => "",
    show: (shown) => {
      on = shown;
      draw();
    },
  };
}
