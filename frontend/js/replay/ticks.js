/** Marks above the slider: what began when. Shape tells incidents, warnings and alerts apart. */

import { ApiError } from "../ui/api.js";
import { h } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { token } from "../ui/theme.js";
import { marks } from "./source.js";
import { everyOf } from "./span.js";

/** @typedef {{at: string, alert: number, incident: number, warning: number, worst: number|null}} Mark */

const THUMB = 16; // px: the slider's ends lie half a thumb inside
const WIDE = 600; // px, as long as the strip has not been measured
const MOST = 8; // alerts in one interval that fill the height

export class Ticks {
  constructor() {
    this.canvas = h("canvas", {
      class: "replay-ticks",
      role: "img",
      title: t("replay.marks"),
      "aria-label": t("replay.marks"),
    });
    /** @type {Mark[]} */
    this.marks = [];
    this.ends = { start: 0, end: 1 };
    this.asked = 0;
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  /** Count anew; an answer to an older question is of no use.
   * @param {import("./span.js").Ends} ends @param {string} clock */
  async read(ends, clock) {
    const asked = ++this.asked;
    const every = everyOf(ends, this.canvas.clientWidth || WIDE);
    let title = t("replay.marks");
    try {
      const { items } = await marks(ends, every, clock);
      if (asked !== this.asked) return;
      this.marks = items;
      this.ends = ends;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      title = t("replay.marks.failed");
    }
    this.canvas.title = title;
    this.draw();
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const scale = devicePixelRatio || 1;
    const context = this.canvas.getContext("2d");
    if (!context || width === 0) return;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    context.scale(scale, scale);
    for (const mark of this.marks) paint(context, mark, this.#place(mark, width), height);
  }

  /** @param {Mark} mark @param {number} width */
  #place(mark, width) {
    const { start, end } = this.ends;
    const share = (Date.parse(mark.at) - start) / (end - start);
    return THUMB / 2 + Math.max(0, Math.min(1, share)) * (width - THUMB);
  }
}

/** @param {CanvasRenderingContext2D} context @param {Mark} mark @param {number} x @param {number} height */
function paint(context, mark, x, height) {
  if (mark.alert) {
    const tall = 4 + (Math.min(mark.alert, MOST) / MOST) * (height - 10);
    context.fillStyle = token(`sev${mark.worst ?? 4}`);
    context.fillRect(x - 1, height - tall, 2, tall);
  }
  context.fillStyle = token("t1");
  if (mark.warning) shape(context, x, height - 9, [0, -4, 3.5, 0, 0, 4, -3.5, 0]);
  if (mark.incident) shape(context, x, 4, [0, -4, 4, 3.5, -4, 3.5]);
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y
 * @param {number[]} corners x, y in turn */
function shape(context, x, y, corners) {
  context.beginPath();
  for (let at = 0; at < corners.length; at += 2) context.lineTo(x + corners[at], y + corners[at + 1]);
  context.closePath();
  context.strokeStyle = token("s1");
  context.lineWidth = 2;
  context.stroke();
  context.fill();
}
