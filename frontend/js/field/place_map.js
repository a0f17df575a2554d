/** The small map of a place; its program comes after the page, over a line that may break. */

import { h } from "../ui/dom.js";
import { say, spoken } from "./words.js";

/** @typedef {{bounds: number[]|null, layers: () => import("../types.js").MapLayer[]}} Ground */
/** @typedef {import("../map/place_map.js").PlaceMap} PlaceMap */

const AGAIN_MS = 5000;

/** A map in the element, as soon as its program is here; until then the element says that it is not.
 * @param {HTMLElement} element @param {{place: {lon: number, lat: number}, zoom: number, moving: boolean, ground: Ground}} wish
 * @returns {Promise<PlaceMap>} */
export async function openMap(element, { place, zoom, moving, ground }) {
  const { PlaceMap } = await program(element);
  const { bounds } = ground;
  const layers = ground.layers();
  return new PlaceMap(element, { centre: place, zoom, bounds, layers, language: spoken(), moving });
}

/** The map's program comes after the page, and a poor line may break between the two.
 * @param {HTMLElement} element @returns {Promise<typeof import("../map/place_map.js")>} */
async function program(element) {
  const sorry = h("p", { class: "no-map" }, say("place.no_map"));
  for (;;) {
    try {
      const it = await import("../map/place_map.js");
      sorry.remove();
      return it;
    } catch {
      element.append(sorry);
      await worthAnotherTry();
    }
  }
}

/** @returns {Promise<void>} */
function worthAnotherTry() {
  return new Promise((resolve) => {
    const go = () => (window.clearTimeout(timer), removeEventListener("online", go), resolve());
    const timer = window.setTimeout(go, AGAIN_MS);
    addEventListener("online", go);
  });
}
