/** The map pane: base map, marks, view; speaks to the rest in ids and events only. */

import { serverNow } from "../ui/api.js";
import { byId } from "../ui/dom.js";
import { membersOf } from "../ui/folds.js";
import { currentLanguage } from "../ui/i18n.js";
import { isClosed } from "../ui/order.js";
import { Asker } from "./asking.js";
import { BaseMap } from "./base.js";
import { mountFences } from "./fencing.js";
import { Layers } from "./layers.js";
import { L } from "./leaflet.js";
import { MarkLayer } from "./mark_layer.js";
import { marksOf } from "./marks.js";
import { Overlays } from "./overlays.js";
import { bindPointer } from "./pointer.js";
import { mountStaleNote } from "./stale_note.js";
import { mountTools } from "./tools.js";
import { View } from "./view.js";

/** @typedef {import("../desk.js").Desk} Desk */

const BLINK_MS = 500; // half of 1 Hz
const BATCH_MS = 250; // values and positions are drawn together

/** @param {Desk} desk @param {{minZoom: number, maxZoom: number, scale: string}} settings
 * @param {(bbox: number[]) => void} looked told the view after each movement
 * @returns {import("../desk.js").MapControl & {look: () => number[]}} */
export function mountMap(desk, settings, looked) {
  const map = L.map("map", {
    zoomControl: false,
    attributionControl: false,
    keyboard: false,
    minZoom: settings.minZoom,
    maxZoom: settings.maxZoom,
    zoomSnap: 1,
    doubleClickZoom: false,
  });
  L.control.scale({ imperial: settings.scale !== "metric", metric: true, maxWidth: 120 }).addTo(map);
  const view = new View(map, homeOf(desk), () => tools.draw());
  const base = new BaseMap(map, currentLanguage());
  mountStaleNote(map, base);
  const marks = new MarkLayer(map);
  const fences = mountFences(desk, map, view);
  marks.taken = () => fences.layer.boxes();
  const overlays = new Overlays(desk, { map, view });
  const asker = new Asker(desk, map, view, () => fences.busy());
  const layers = new Layers(desk, base, fences.layer, overlays, () => refresh());
  const tools = mountTools(desk, { map, view, layers, fences });

  let timer = 0;
  function refresh() {
    const owned = (/** @type {import("../types.js").Thing} */ thing) => overlays.owns(thing);
    marks.marks = marksOf(desk, desk.picture.past?.at ?? serverNow(), owned);
    marks.soon();
  }

  const fitSelected = () => fit(desk, view, fences.layer, overlays);
  for (const part of /** @type {const} */ (["alerts", "things", "mode"]))
    desk.picture.on(part, refresh);
  desk.picture.on(
    "values",
    () => (timer ||= window.setTimeout(() => ((timer = 0), refresh()), BATCH_MS)),
  );
  desk.picture.on("alerts", () => followNew(desk, view));
  const choose = () => {
    marks.selected = keyOf(desk.selection.current);
    marks.soon();
  };
  desk.selection.onChange(choose);
  desk.selection.onHover(() => {
    marks.hovered = keyOf(desk.selection.hovered);
    marks.soon();
  });
  bindPointer(desk, map, { marks, view, fences, overlays, asker }, fitSelected);
  blink(marks);
  document.addEventListener("theme", () => {
    marks.sprites.clear();
    base.draw();
    refresh();
    desk.picture.changed("theme");
  });
  const look = () => boundsOf(map);
  map.on("moveend", () => looked(look()));
  new ResizeObserver(() => view.settle()).observe(byId("map"));
  desk.everySecond(() => Math.floor(Date.now() / 1000) % 5 === 0 && refresh());
  choose();
  refresh();
  return {
    fitSelected,
    fit: (key, places) => view.fit(key, places),
    ask: (shape, title) => asker.ask(shape, title),
    back: () => view.back(),
    resized: () => view.settle(),
    legends: () => overlays.all.filter((one) => overlays.on.has(one.code) && one.legend),
    shown: () => layers.shown,
    day: () => layers.past.at,
    dayOf: (layer) => layers.past.dayOf(layer),
    showDay: (/** @type {string} */ day) => void layers.past.open(day),
    here: () => ({ ...view.here, locked: view.locked }),
    look,
  };
}

/** Where most of what is watched stands: the outer tenth on each side may lie beyond.
 * @param {Desk} desk @returns {[number, number, number, number]} */
function homeOf(desk) {
  const places = [...desk.picture.things.values()]
    .map((thing) => desk.picture.where(thing))
    .filter((place) => place !== null);
  if (places.length < 10) return desk.city.bounds;
  const middle = (/** @type {number[]} */ values) => {
    values.sort((a, b) => a - b);
    const cut = Math.floor(values.length / 10);
    return [values[cut], values[values.length - 1 - cut]];
  };
  const [west, east] = middle(places.map((place) => place.lon));
  const [south, north] = middle(places.map((place) => place.lat));
  return [west, south, east, north];
}

/** @param {import("../ui/selection.js").Selected} selected */
function keyOf(selected) {
  return selected ? `${selected.kind}/${selected.id}` : "";
}

/** @param {L.Map} map @returns {number[]} */
function boundsOf(map) {
  const bounds = map.getBounds().pad(0.15);
  return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
}

/** @param {Desk} desk @param {View} view @param {import("./fences.js").FenceLayer} fences
 * @param {Overlays} overlays */
function fit(desk, view, fences, overlays) {
  const { current } = desk.selection;
  const own = current && overlays.places(current);
  if (own) {
    view.fit(keyOf(current), own);
    return;
  }
  if (!current || current.kind === "fold") {
    const all = [...desk.picture.alerts.values()];
    const shown = current
      ? membersOf(all, String(current.id), desk.picture.past?.at ?? serverNow())
      : all.filter((alert) => !isClosed(alert));
    view.fit(
      keyOf(current) || "open",
      shown.map((alert) => placeOf(desk, alert.thing_id, alert)).filter((place) => place !== null),
    );
    return;
  }
  const alert = current.kind === "alert" ? desk.picture.alerts.get(Number(current.id)) : undefined;
  const place = placeOf(desk, alert ? alert.thing_id : Number(current.id), alert);
  const fence = alert && fences.ofAlert(alert);
  const around = fence ? fences.cornersOf(fence) : [];
  if (place) around.push(place);
  view.fit(keyOf(current), around);
}

/** @param {Desk} desk @param {number|null} thingId @param {import("../types.js").Alert|undefined} alert */
function placeOf(desk, thingId, alert) {
  const thing = thingId === null ? undefined : desk.picture.things.get(thingId);
  const where = thing ? desk.picture.where(thing) : null;
  if (where) return where;
  return alert?.lon !== undefined && alert.lat !== undefined
    ? { lon: alert.lon, lat: alert.lat }
    : null;
}

/** @type {Set<number>|null} alerts that the map has been shown */
let seen = null;

/** @param {Desk} desk @param {View} view */
function followNew(desk, view) {
  if (desk.picture.past || !desk.picture.loaded) return;
  const open = [...desk.picture.live.values()].filter(
    (alert) => alert.state === "open" && !isClosed(alert),
  );
  const fresh = seen ? open.filter((alert) => !seen?.has(alert.id)) : [];
  seen = new Set(open.map((alert) => alert.id));
  view.follow(
    fresh.map((alert) => placeOf(desk, alert.thing_id, alert)).filter((place) => place !== null),
  );
}

/** What is red and waits blinks at 1 Hz, and stops when it is acknowledged.
 * @param {MarkLayer} marks */
function blink(marks) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  setInterval(() => {
    const waiting =
      !document.hidden && marks.marks.some((mark) => mark.waiting && mark.severity === 1);
    if (!waiting && !marks.dark) return;
    marks.dark = waiting && !marks.dark;
    marks.soon();
  }, BLINK_MS);
}
