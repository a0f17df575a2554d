/** A link that restores what one looks at: the view, the layers, the open panel and its question. */

import { prefs, tab } from "../ui/store.js";
import { keepWanted, wantedOf } from "./wanted.js";

/** @typedef {import("../ui/selection.js").Selected} Selected */

const MARK = "#look=";
const PREFS = ["layers.off", "layers.moved", "layers.opacity", "layers.order", "layers.folded", "layers.looks"];
const TABS = ["layers.at", "layers.pair"]; // the day that is shown, and what is compared
const LAYERED = ["layer", "figures", "joined"];

/** @param {Selected} selected @param {unknown} view where the map looks
 * @param {string} page its address without a hash */
export function linkOf(selected, view, page) {
  const code = selected && LAYERED.includes(selected.kind) ? String(selected.id) : "";
  const look = {
    view,
    prefs: Object.fromEntries(PREFS.map((key) => [key, prefs.get(key, undefined)])),
    tab: Object.fromEntries(TABS.map((key) => [key, tab.get(key, undefined)])),
    selected,
    ...(code && { wanted: wantedOf(code), figures: tab.get(`figures.${code}`, undefined) }),
  };
  return `${page}${MARK}${packed(look)}`;
}

/** Put a link's look where the console finds it when it starts, and clean the address.
 * @param {Location} location @param {History} history */
export function takeLink(location, history) {
  if (!location.hash.startsWith(MARK)) return;
  const look = unpacked(location.hash.slice(MARK.length));
  history.replaceState(null, "", location.pathname + location.search);
  if (!look) return;
  if (isView(look.view)) tab.set("view", look.view);
  for (const key of PREFS) if (look.prefs?.[key] !== undefined) prefs.set(key, look.prefs[key]);
  for (const key of TABS) tab.set(key, look.tab?.[key]);
  const { selected } = look;
  if (typeof selected?.kind !== "string") return;
  tab.set("selected", { kind: selected.kind, id: selected.id });
  if (LAYERED.includes(selected.kind) && typeof look.wanted?.filter === "string")
    keepWanted(String(selected.id), look.wanted);
  if (selected.kind === "figures" && typeof look.figures === "object")
    tab.set(`figures.${selected.id}`, look.figures ?? undefined);
}

/** @param {any} view */
function isView(view) {
  return ["lat", "lng", "zoom"].every((key) => Number.isFinite(view?.[key]));
}

/** @param {unknown} look */
function packed(look) {
  const bytes = new TextEncoder().encode(JSON.stringify(look));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** A link that somebody cut short restores nothing, and breaks nothing.
 * @param {string} text @returns {any} */
function unpacked(text) {
  try {
    const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (one) => one.charCodeAt(0))));
  } catch {
    return null;
  }
}
