/** The drawn marks: made once per look, then copied; every mark has a dark or light halo. */

import { KIND_SHAPES, kindShape, UNIT_CLASSES } from "../ui/kinds.js";
import { LETTERS, SHAPES } from "../ui/severity.js";
import { token } from "../ui/theme.js";

/** @typedef {CanvasRenderingContext2D} Context */

const FIELD = 16; // all outlines are drawn on a field of 16 px

export class Sprites {
  constructor() {
    /** @type {Map<string, HTMLCanvasElement>} */
    this.made = new Map();
  }

  /** Forget all (after a change of theme). */
  clear() {
    this.made.clear();
  }

  /** A quiet station: its kind's shape; hatched when late, hollow when silent.
   * @param {string} kind @param {"fresh"|"late"|"silent"} trust */
  station(kind, trust) {
    return this.#once(`s/${kind}/${trust}`, 18, (context) => {
      const path = new Path2D(kindShape(kind) ?? KIND_SHAPES.road);
      halo(context, path);
      if (trust === "fresh") paint(context, path, token("mark"));
      else hollow(context, path, token("mark"), trust === "late");
    });
  }

  /** An alert: severity's shape and letters, the station's kind small beside it.
   * @param {number} severity @param {boolean} waiting not yet acknowledged: larger and filled
   * @param {boolean} minor its cause is gone, or it is a mere silence: small */
  alert(severity, waiting, minor) {
    const size = minor ? 19 : waiting ? 34 : 26;
    return this.#once(`a/${severity}/${waiting}/${minor}`, size, (context) => {
      const path = new Path2D(SHAPES[severity]);
      halo(context, path);
      const colour = token(`sev${severity}`);
      if (waiting) paint(context, path, colour);
      else hollow(context, path, colour, false);
      context.font = "700 6.4px system-ui";
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillStyle = waiting ? token(`sev${severity}-ink`) : token(`sev${severity}-text`);
      context.fillText(LETTERS[severity], 8, severity === 3 ? 10.4 : 8.4);
    });
  }

  /** A unit: shape, colour and letters of its class; the arrow of one that is en route turns.
   * @param {string} unit a key of UNIT_CLASSES @param {number} course degrees @param {"fresh"|"late"|"silent"} trust
   * @param {boolean} near large enough for its letters */
  unit(unit, course, trust, near) {
    const look = UNIT_CLASSES[unit];
    const turn = look.turns ? Math.round(course / 22.5) * 22.5 : 0;
    return this.#once(`u/${unit}/${turn}/${trust}/${near}`, near ? 27 : 14, (context) => {
      context.save();
      context.translate(8, 8);
      context.rotate((turn * Math.PI) / 180);
      context.translate(-8, -8);
      const path = new Path2D(look.path);
      halo(context, path);
      const solid = trust === "fresh" && !look.hollow;
      if (solid) paint(context, path, token(look.token));
      else hollow(context, path, token(look.token), trust === "late");
      context.restore();
      if (near) letters(context, look.letters, solid ? "#000" : token("t1"));
    });
  }

  /** @param {string} key @param {number} size CSS pixels @param {(context: Context) => void} draw */
  #once(key, size, draw) {
    const known = this.made.get(key);
    if (known) return known;
    const canvas = document.createElement("canvas");
    const ratio = window.devicePixelRatio || 1;
    const room = 1.35; // for the halo and for shapes that reach past the field
    canvas.width = canvas.height = Math.ceil(size * room * ratio);
    const context = /** @type {Context} */ (canvas.getContext("2d"));
    context.scale((size * ratio) / FIELD, (size * ratio) / FIELD);
    context.translate((FIELD * (room - 1)) / 2, (FIELD * (room - 1)) / 2);
    draw(context);
    this.made.set(key, canvas);
    return canvas;
  }
}

/** @param {Context} context @param {string} text @param {string} colour */
function letters(context, text, colour) {
  context.font = "700 6px system-ui";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = colour;
  context.fillText(text, 8, 8.5);
}

/** @param {Context} context @param {Path2D} path */
function halo(context, path) {
  context.lineJoin = "round";
  context.strokeStyle = token("map-halo");
  context.lineWidth = 3.4;
  context.stroke(path);
}

/** @param {Context} context @param {Path2D} path @param {string} colour */
function paint(context, path, colour) {
  context.fillStyle = colour;
  context.fill(path, "evenodd");
  context.strokeStyle = "rgb(0 0 0 / 0.35)";
  context.lineWidth = 0.8;
  context.stroke(path);
}

/** @param {Context} context @param {Path2D} path @param {string} colour @param {boolean} hatched */
function hollow(context, path, colour, hatched) {
  context.fillStyle = token("map-halo");
  context.fill(path);
  context.save();
  context.clip(path);
  context.strokeStyle = colour;
  context.lineWidth = 1.3;
  for (let x = -16; hatched && x < 16; x += 3.4) {
    context.beginPath();
    context.moveTo(x, 16);
    context.lineTo(x + 16, 0);
    context.stroke();
  }
  context.restore();
  context.strokeStyle = colour;
  context.lineWidth = 1.8;
  context.stroke(path);
}
