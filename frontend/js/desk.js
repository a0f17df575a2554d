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
 * @property {(verb: string) => boolean} may
 * @property {(fn: () => void) => void} everySecond
 * @property {(tab: string) => void} show on a phone: bring this view to the front
 * @property {(text: string, urgent?: boolean) => void} say to screen readers
 *
 * @typedef {object} MapControl what the others may ask of the map
 * @property {() => void} fitSelected
 * @property {() => void} back
 * @property {() => void} resized
 */

export {};
