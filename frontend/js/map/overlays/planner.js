/** What the planner's tools point at: the drawn area, a row of the table; the squares of figures. */

import { cells, cellsLegend, colourOfCell, onCells } from "../../planner/cells.js";
import { found, onFound } from "../../planner/found.js";
import { t } from "../../ui/i18n.js";
import { token } from "../../ui/theme.js";
import { L } from "../leaflet.js";

/** @type {import("../overlays.js").Drawer} */
export function plannerFound(desk, { map }) {
  if (!desk.may("layer.see")) return null;
  map.createPane("planner").style.zIndex = "345";
  map.createPane("cells").style.zIndex = "340"; // below what is pointed at
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

  const renderer = L.canvas({ pane: "cells" }); // two thousand squares are one picture
  /** @type {L.LayerGroup|null} */
  let squares = null;
  function drawCells() {
    squares?.remove();
    squares = null;
    const drawn = on ? cells() : null;
    if (!drawn) return;
    const look = { renderer, pane: "cells", interactive: false, weight: 0.5, fillOpacity: 0.6 };
    const shapes = drawn.zones.filter(colourOfCell).map((zone) => {
      const ring = zone.geometry.coordinates[0].map((/** @type {[number, number]} */ [lon, lat]) => [lat, lon]);
      const colour = colourOfCell(zone);
      return L.polygon(ring, { ...look, color: colour, fillColor: colour });
    });
    squares = L.layerGroup(shapes).addTo(map);
  }

  onFound(draw);
  onCells(drawCells);
  desk.picture.on("theme", () => {
    draw();
    drawCells();
  });
  return {
    code: "planner",
    title: t("planner.overlay"),
    facts: () => "",
    show: (shown) => {
      on = shown;
      draw();
      drawCells();
    },
    legend: cellsLegend,
  };
}
