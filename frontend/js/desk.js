/**
 * What the panels share: the picture, the selection, the people, and the means to act.
 *
 * @typedef {object} Desk
 * @property {import("./live/picture.js").Picture} picture
 * @property {import("./ui/selection.js").Selection} selection
 * @property {import("./live/actions.js").Actions} actions
 * @property {import("./ui/keys.js").Keys} keys
 * @property {import("./ui/sound.js").Sound} sound
 * @property {import("./types.js").Me} me
 * @property {Map<number, import("./types.js").Person>} people
 * @property {import("./types.js").City} city
 * @property {MapControl|null} map
 * @property {(() => void)|null} openSearch the field over the map, for those who may search
 * @property {(verb: string) => boolean} may
 * @property {string[]} topics of the feed that this desk hears
 * @property {(fn: () => void) => void} everySecond
 * @property {import("./panels/lists.js").Lists} lists of the two left panes
 * @property {import("./panels/work.js").Panels} panels of the work panel, by kind of selection
 * @property {import("./panels/verbs.js").Verbs} verbs of the command bar
 * @property {import("./panels/header.js").Counter[]} counters of the bar on top
 * @property {import("./panels/key_sheet.js").KeyGroup[]} sheet the modules' keys
 * @property {(tab: string) => void} show on a phone: bring this view to the front
 * @property {(side: "left"|"work"|"queue") => boolean} widen make a pane wide, or as it was; whether it is wide now
 * @property {(text: string, urgent?: boolean) => void} say to screen readers
 *
 * @typedef {object} MapControl what the others may ask of the map
 * @property {() => void} fitSelected
 * @property {(key: string, places: {lon: number, lat: number}[]) => void} fit
 * @property {(shape: import("./map/sketch.js").Shape, title: string) => Promise<import("./types.js").GeoJsonPoint|null>} ask
 *   the reader for a place, a line or an area; null when they think better of it
 * @property {() => import("./map/overlays.js").Overlay[]} legends of the overlays that are shown
 * @property {() => number[]} look west, south, east, north of what is in view, and a little more
 * @property {() => import("./types.js").MapLayer[]} shown layers of the catalogue, the uppermost first
 * @property {() => string} day that the layers are shown of; empty: now
 * @property {(layer: import("./types.js").MapLayer) => string} dayOf the change that a layer is shown as of; empty: it is as now
 * @property {(day: string) => void} showDay show the layers as they were on a day
 * @property {() => {lat: number, lng: number, zoom: number, locked: boolean}} here where it looks
 * @property {() => void} back
 * @property {() => void} resized
 */

export {};
