/** The drawn vehicles: an arrow in sixteen directions, or a dot; made once per look, then copied. */

import { token } from "../ui/theme.js";

/** @typedef {"fresh"|"late"|"silent"} Trust */

const ARROW = "M8 1 13 14.2 8 11.4 3 14.2Z";
const DOT = "M8 4.4a3.6 3.6 0 1 0 0 7.2A3.6 3.6 0 0 0 8 4.4Z";
const TURNS = 16;
const FIELD = 16;

export class VehicleSprites {
  constructor() {
    /** @type {Map<number, HTMLCanvasElement>} */
    this.made = new Map();
  }

  /** Forget all (after a change of theme). */
  clear() {
    this.made.clear();
  }

  /** @param {boolean} moves @param {number} course degrees @param {Trust} trust @param {boolean} small
   * @returns {HTMLCanvasElement} */
  of(moves, course, trust, small) {
    const turn = moves ? 1 + (Math.round((course / 360) * TURNS) % TURNS) : 0;
    const faith = trust === "fresh" ? 0 : trust === "late" ? 1 : 2;
    const key = turn * 8 + faith * 2 + Number(small);
    let sprite = this.made.get(key);
    if (!sprite) this.made.set(key, (sprite = make(turn, trust, small ? 11 : 17)));
    return sprite;
  }
}

/** @param {number} turn 0: a dot @param {Trust} trust @param {number} size CSS pixels */
function make(turn, trust, size) {
  const canvas = document.createElement("canvas");
  const scale = ((window.devicePixelRatio || 1) * size) / FIELD;
  canvas.width = canvas.height = Math.ceil(20 * scale);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(scale, scale);
  context.translate(10, 10);
  if (turn) context.rotate(((turn - 1) * 2 * Math.PI) / TURNS);
  context.translate(-8, -8);
  const path = new Path2D(turn ? ARROW : DOT);
  context.lineJoin = "round";
  context.strokeStyle = token("map-halo");
  context.lineWidth = 3.2;
  context.stroke(path);
  const colour = token(trust === "fresh" ? "vehicle" : "mark");
  context.fillStyle = trust === "fresh" ? colour : token("map-halo");
  context.fill(path);
  context.strokeStyle = trust === "fresh" ? "rgb(0 0 0 / 0.4)" : colour;
  context.lineWidth = trust === "fresh" ? 0.8 : 1.5;
  if (trust === "late") context.setLineDash([2.5, 1.6]);
  context.stroke(path);
  return canvas;
}
