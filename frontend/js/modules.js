import { cases } from "./cases/module.js";
import { environment } from "./environment/module.js";
import { incidents } from "./incidents/module.js";
import { planner } from "./planner/module.js";
import { search } from "./search/module.js";
import { traffic } from "./traffic/module.js";
import { units } from "./units/module.js";
import { warnings } from "./warnings/module.js";

/**
 * The console's modules, in the order in which their lists stand (docs/console-modules.md).
 *
 * @typedef {object} Module
 * @property {string[]} topics of the feed, that it needs
 * @property {(desk: import("./desk.js").Desk) => void} mount adds its lists, panels, verbs, keys
 */

/** @type {Module[]} */
export const MODULES = [
  search, // first: where a module has its key for something of its own, that wins
  incidents,
  units,
  cases,
  warnings,
  traffic,
  environment,
  planner,
];
