/** Rings, groups and labels around the marks. */

import { token } from "../ui/theme.js";

/** @typedef {import("./mark_layer.js").Placed} Placed */
/** @typedef {import("./cluster.js").Places} Places */

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} r @param {boolean} chosen */
export function ring(context, x, y, r, chosen) {
  context.beginPath();
  context.arc(x, y, r, 0, 2 * Math.PI);
  context.strokeStyle = token("map-halo");
  context.lineWidth = 5;
  context.stroke();
  context.strokeStyle = token(chosen ? "focus" : "t3");
  context.lineWidth = 2.2;
  context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} count */
export function drawGroup(context, x, y, count) {
  const r = count > 99 ? 15 : count > 9 ? 13 : 11;
  context.beginPath();
  context.arc(x, y, r, 0, 2 * Math.PI);
  context.fillStyle = token("s3");
  context.strokeStyle = token("mark");
  context.lineWidth = 1.6;
  context.fill();
  context.stroke();
  context.fillStyle = token("t1");
  context.font = "600 11px system-ui";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(String(count), x, y + 0.5);
}

/** @param {CanvasRenderingContext2D} context @param {Places} places @param {Placed} mark @param {string[]} lines @param {boolean} near */
export function drawLabel(context, places, mark, lines, near) {
  const gap = (mark.severity ? 17 : 12) + (near ? 6 : 0);
  context.textBaseline = "middle";
  context.textAlign = "left";
  const fonts = lines.map(
    (_, i) =>
      `${i === 0 && mark.severity ? 600 : 500} 12px system-ui, "Noto Sans CJK SC", sans-serif`,
  );
  const widths = lines.map(
    (line, i) => ((context.font = fonts[i]), context.measureText(line).width),
  );
  const width = Math.max(...widths);
  const height = lines.length * 15;
  const sides = [
    [gap, -height / 2],
    [-gap - width, -height / 2],
    [-width / 2, gap - 2],
    [-width / 2, -gap - height + 2],
  ];
  // the one that somebody looks at stands where nothing covers it, if there is such a place
  const shown = (/** @type {number[]} */ [dx]) => Number(places.shows(mark.x + dx, width));
  if (near) sides.sort((a, b) => shown(b) - shown(a));
  const side =
    sides.find(([dx, dy]) => places.take(mark.x + dx, mark.y + dy, width, height)) ??
    // names on top of names are read by nobody: only what is worst is named at any price
    (near || (mark.waiting && mark.severity === 1) ? sides[0] : null);
  if (!side) return;
  context.strokeStyle = token("map-halo");
  context.lineWidth = 3.5;
  context.lineJoin = "round";
  lines.forEach((line, i) => {
    context.font = fonts[i];
    const [x, y] = [mark.x + side[0], mark.y + side[1] + 8 + i * 15];
    context.strokeText(line, x, y);
    context.fillStyle =
      i === 0 && mark.severity ? token(`sev${mark.severity}-text`) : token(i === 0 ? "t1" : "t2");
    context.fillText(line, x, y);
  });
}
