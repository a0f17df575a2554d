/** Where warnings hold: areas hatched in their colour, with its letter; the one being written too. */

import { h } from "../../ui/dom.js";
import { name, t } from "../../ui/i18n.js";
import { LETTERS } from "../../ui/severity.js";
import { drawnArea, onArea } from "../../warnings/drawn.js";
import { isEnd, ringsOf } from "../../warnings/model.js";
import { areaOf, distanceTo, topOf } from "../geometry.js";
import { L } from "../leaflet.js";

/** @typedef {import("../../warnings/model.js").Warning} Warning */
/** @typedef {{stamp: string, rings: [number, number][][], area: L.Polygon, label: L.Marker}} Shape */

const REACH = 7; // px from the outline at which it is meant
const SPACE = "http://www.w3.org/2000/svg";

/** @type {import("../overlays.js").Drawer} */
export function warningAreas(desk, { map }) {
  if (!desk.may("warning.see")) return null;
  document.body.append(hatches());
  map.createPane("warning-areas").style.zIndex = "340"; // above the city's layers, below all marks
  map.createPane("warning-names").style.zIndex = "410"; // above the marks: it must be read
  const renderer = L.svg({ padding: 0.3, pane: "warning-areas" });
  /** @type {Map<string, Shape>} */
  const shapes = new Map();
  let on = true;

  /** An area that holds or may soon; a draft only while it is looked at.
   * @param {Warning} row */
  function shown(row) {
    const mine = row.state !== "draft" || desk.selection.is("warning", row.id);
    return row.geometry && mine && !row.closed && !isEnd(row);
  }

  function wanted() {
    const rows = /** @type {Warning[]} */ (
      /** @type {any} */ ([...desk.picture.of("warning").values()])
    );
    const found = new Map(
      rows.filter((row) => on && shown(row)).map((row) => [String(row.id), row]),
    );
    const { geometry, colour } = drawnArea();
    if (geometry)
      found.set("draft", /** @type {any} */ ({ id: 0, colour, geometry, state: "draft" }));
    return found;
  }

  function draw() {
    const rows = wanted();
    for (const [key, shape] of shapes) {
      const row = rows.get(key);
      if (row && stampOf(row) === shape.stamp) continue;
      shape.area.remove();
      shape.label.remove();
      shapes.delete(key);
    }
    for (const [key, row] of rows) {
      if (!shapes.has(key)) shapes.set(key, make(row));
      const chosen = desk.selection.is("warning", row.id);
      shapes.get(key)?.area.getElement()?.classList.toggle("chosen", chosen);
    }
  }

  /** @param {Warning} row */
  function stampOf(row) {
    return `${row.state}/${row.colour}/${row.status}/${JSON.stringify(row.geometry).length}/${row.version}`;
  }

  /** @param {Warning} row @returns {Shape} */
  function make(row) {
    const rings = ringsOf(row.geometry);
    const corners = rings.map((ring) => [ring.map(([lon, lat]) => L.latLng(lat, lon))]);
    const className = `warning-area sev${row.colour} ${row.state}`;
    const how = {
      renderer,
      interactive: false,
      smoothFactor: 0.6,
      className,
      pane: "warning-areas",
    };
    const area = L.polygon(corners, how).addTo(map);
    const largest = rings.reduce((a, b) => (areaOf(b) > areaOf(a) ? b : a));
    const [lon, lat] = topOf(largest);
    const icon = L.divIcon({
      className: "warning-anchor",
      html: labelOf(row),
      iconSize: undefined,
    });
    const props = { icon, pane: "warning-names", interactive: false, keyboard: false };
    const label = L.marker([lat, lon], props).addTo(map);
    return { stamp: stampOf(row), rings, area, label };
  }

  /** @param {Warning} row */
  function labelOf(row) {
    const kind = row.id ? name("event", row) : t("warnings.drawing");
    const words = [
      LETTERS[row.colour],
      kind,
      row.state === "awaiting" && t("warnings.state.awaiting"),
    ];
    const text = words.filter(Boolean).join(" ");
    const props = { class: `warning-name sev${row.colour} ${row.state}`, type: "button" };
    const open = (/** @type {Event} */ event) => {
      event.stopPropagation();
      if (row.id) desk.selection.choose({ kind: "warning", id: row.id });
    };
    return h("button", { ...props, onclick: open }, text);
  }

  for (const part of ["warning", "mode"]) desk.picture.on(part, draw);
  desk.selection.onChange(draw);
  onArea(draw);
  draw();

  return {
    code: "warnings",
    title: t("warnings.layer"),
    facts: () =>
      t("warnings.layer.facts", { n: [...shapes.keys()].filter((key) => key !== "draft").length }),
    show: (shown) => ((on = shown), draw()),
    at: (point) => {
      const hit = [...shapes].find(
        ([key, { rings }]) => key !== "draft" && rings.some((ring) => near(map, point, ring)),
      );
      return hit ? { kind: "warning", id: Number(hit[0]) } : null;
    },
    places: (chosen) => {
      const key = chosen.kind === "new-warning" ? "draft" : String(chosen.id);
      if (chosen.kind !== "warning" && chosen.kind !== "new-warning") return null;
      return (
        shapes
          .get(key)
          ?.rings.flat()
          .map(([lon, lat]) => ({ lon, lat })) ?? null
      );
    },
    legend: () => [1, 2, 3, 4].map((colour) => legendRow(colour)),
  };
}

/** @param {L.Map} map @param {{x: number, y: number}} point @param {[number, number][]} ring */
function near(map, point, ring) {
  const outline = ring.map(([lon, lat]) => map.latLngToContainerPoint([lat, lon]));
  return distanceTo(point, outline) <= REACH;
}

/** @param {number} colour */
function legendRow(colour) {
  const swatch = h("i", { class: `warning-swatch sev${colour}` });
  return h("div", { class: "legend-row" }, swatch, `${LETTERS[colour]} ${t(`severity.${colour}`)}`);
}

/** The four hatchings: the worse the colour, the closer the lines. */
function hatches() {
  const svg = document.createElementNS(SPACE, "svg");
  for (const [name, value] of [
    ["class", "defs"],
    ["width", "0"],
    ["height", "0"],
    ["aria-hidden", "true"],
  ])
    svg.setAttribute(name, value);
  for (const colour of [1, 2, 3, 4]) {
    const size = 5 + 2 * colour;
    const pattern = document.createElementNS(SPACE, "pattern");
    const how = {
      id: `warning-hatch-${colour}`,
      width: size,
      height: size,
      patternUnits: "userSpaceOnUse",
      patternTransform: "rotate(45)",
    };
    for (const [name, value] of Object.entries(how)) pattern.setAttribute(name, String(value));
    const line = document.createElementNS(SPACE, "rect");
    line.setAttribute("class", `warning-hatch sev${colour}`);
    line.setAttribute("width", "1.6");
    line.setAttribute("height", String(size));
    pattern.append(line);
    svg.append(pattern);
  }
  return svg;
}
