/** Leaflet, and the one global that protomaps-leaflet looks for at run time. */

import * as L from "leaflet";

/** @type {any} */ (globalThis).L = L;

export { L };
