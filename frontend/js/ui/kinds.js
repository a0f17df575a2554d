/** What stations and units look like: one shape per kind, one class per status. */

const CIRCLE = "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Z";
const SQUARE = "M2.8 2.8h10.4v10.4H2.8Z";
const DIAMOND = "M8 1.2 14.8 8 8 14.8 1.2 8Z";

/** Outlines on a 16 px field. */
export const KIND_SHAPES = /** @type {Record<string, string>} */ ({
  air: CIRCLE,
  rain: "M8 1.2C10.8 5 13 7.4 13 10a5 5 0 0 1-10 0c0-2.6 2.2-5 5-8.8Z",
  water: "M1.4 3h13.2L8 14.6Z",
  road: SQUARE,
  noise: "M8 1.4 13.8 4.7v6.6L8 14.6 2.2 11.3V4.7Z",
  weather: "M8 1.4 14.7 6.3 12.1 14.2H3.9L1.3 6.3Z",
  flow: "M1.6 5.2h7.2V2l6 6-6 6v-3.2H1.6Z",
  camera: "M1.6 4h8.8v2.6L14.4 4v8l-4-2.6V12H1.6Z",
});

const ALIASES = /** @type {Record<string, string>} */ ({
  waterlevel: "water",
  roadwater: "road",
});

/** A table's entry; a word such as "constructor" from outside must not find what every object has.
 * @template T @param {Record<string, T>} table @param {string} key @returns {T|undefined} */
function own(table, key) {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** @param {string} kind */
export function kindShape(kind) {
  return own(KIND_SHAPES, own(ALIASES, kind) ?? kind) ?? SQUARE;
}

const MAIN = /** @type {Record<string, string>} */ ({
  air: "pm25",
  rain: "rain",
  waterlevel: "water_level",
  roadwater: "water_depth",
});

/** The stream that a station is there for; the others are beside it.
 * @param {import("../types.js").Thing} thing @returns {import("../types.js").Stream|undefined} */
export function mainStream(thing) {
  return (
    thing.datastreams.find((stream) => stream.property === MAIN[thing.kind]) ?? thing.datastreams[0]
  );
}

const MOVING = new Set([
  "vehicle",
  "unit",
  "phone",
  "ambulance",
  "engine",
  "patrol",
  "truck",
  "person",
]);

/** @param {string} kind */
export function isUnit(kind) {
  return MOVING.has(kind);
}

/** Six classes of a unit: token of its colour, letters, shape. */
export const UNIT_CLASSES =
  /** @type {Record<string, {token: string, letters: string, path: string, hollow?: boolean, turns?: boolean}>} */ ({
    AV: { token: "unit-av", letters: "AV", path: CIRCLE },
    DI: {
      token: "unit-di",
      letters: "DI",
      path: `${CIRCLE}M8 -.2a8.2 8.2 0 1 0 0 16.4A8.2 8.2 0 0 0 8-.2Zm0 1.2a7 7 0 1 1 0 14A7 7 0 0 1 8 1Z`,
    },
    EN: { token: "unit-en", letters: "EN", path: "M8 .6 14 14.6 8 11.4 2 14.6Z", turns: true },
    OS: { token: "unit-os", letters: "OS", path: SQUARE },
    CO: { token: "unit-co", letters: "CO", path: DIAMOND },
    OOS: { token: "unit-out", letters: "--", path: CIRCLE, hollow: true },
  });

const STATUS_WORDS = /** @type {Record<string, string>} */ ({
  available: "AV",
  dispatched: "DI",
  en_route: "EN",
  enroute: "EN",
  on_scene: "OS",
  committed: "CO",
  out_of_service: "OOS",
  off: "OOS",
});

/** The class of a unit from its own word for it; a unit that says nothing counts as available.
 * @param {{properties: Record<string, unknown>}} thing */
export function unitClass(thing) {
  const said = String(thing.properties.status ?? "AV");
  return Object.hasOwn(UNIT_CLASSES, said) ? said : (own(STATUS_WORDS, said.toLowerCase()) ?? "AV");
}
