/** How the desk's panes share the window: bars between them are dragged, or moved by arrow keys. */

import { byId, h } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { prefs } from "../ui/store.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {"left"|"work"|"queue"} Side */
/** @typedef {{least: number, most: number, upright: boolean, from: (box: DOMRect, x: number, y: number) => number}} Bound */

/** Shares of the window in percent: least, most, and what a pointer at some place means.
 * @type {Record<Side, Bound>} */
export const BOUNDS = {
  left: { least: 18, most: 50, upright: true, from: (box, x) => ((x - box.left) / box.width) * 100 },
  work: { least: 20, most: 62, upright: true, from: (box, x) => ((box.right - x) / box.width) * 100 },
  queue: { least: 12, most: 88, upright: false, from: (box, _, y) => ((y - box.top) / box.height) * 100 },
};
const STEP = 2; // percent, for a press of an arrow
const WIDE = 44; // percent: room for a table

/** What an arrow does to a share; undefined for another key.
 * @param {Side} side @param {string} key @param {number} share */
export function stepped(side, key, share) {
  const { least, most } = BOUNDS[side];
  const more = { left: "ArrowRight", work: "ArrowLeft", queue: "ArrowDown" }[side];
  const less = { left: "ArrowLeft", work: "ArrowRight", queue: "ArrowUp" }[side];
  const by = { [more]: STEP, [less]: -STEP, Home: least - share, End: most - share }[key];
  return by === undefined ? undefined : within(side, share + by);
}

/** @param {Side} side @param {number} share */
export function within(side, share) {
  const { least, most } = BOUNDS[side];
  return Math.round(Math.min(most, Math.max(least, share)) * 10) / 10;
}

/** @param {Desk} desk @returns {(side: Side) => boolean} makes a pane wide, or as it was; tells whether it is wide now */
export function mountPanes(desk) {
  const place = byId("desk");
  /** @type {Partial<Record<Side, number>>} */
  const shares = prefs.get("panes", {});
  /** @type {Partial<Record<Side, HTMLElement>>} */
  const bars = {};

  /** @param {Side} side @param {number|undefined} share undefined: as the stylesheet has it */
  function set(side, share) {
    if (share === undefined) delete shares[side];
    else shares[side] = share;
    prefs.set("panes", Object.keys(shares).length ? shares : undefined);
    draw(side);
    desk.map?.resized();
  }

  /** @param {Side} side */
  function draw(side) {
    const share = shares[side];
    if (share === undefined) place.style.removeProperty(`--${side}`);
    else place.style.setProperty(`--${side}`, `${share}%`);
    bars[side]?.setAttribute("aria-valuenow", String(Math.round(share ?? now(side))));
  }

  /** @param {Side} side the share that it has on the screen */
  function now(side) {
    const [box, pane] = [place, byId(side === "left" ? "queue" : side)].map((one) => one.getBoundingClientRect());
    const part = side === "queue" ? pane.height / box.height : pane.width / box.width;
    return within(side, part * 100 || 0);
  }

  for (const side of /** @type {Side[]} */ (Object.keys(BOUNDS))) {
    bars[side] = barOf(side, (event) => {
      const drag = (/** @type {PointerEvent} */ moved) =>
        set(side, within(side, BOUNDS[side].from(place.getBoundingClientRect(), moved.clientX, moved.clientY)));
      follow(event, drag);
    });
    bars[side].onkeydown = (event) => {
      const share = event.key === "Enter" ? undefined : stepped(side, event.key, now(side));
      if (share === undefined && event.key !== "Enter") return;
      event.preventDefault();
      event.stopPropagation();
      set(side, share);
    };
    bars[side].ondblclick = () => set(side, undefined);
    place.append(bars[side]);
    draw(side);
  }
  return (side) => {
    const wide = (shares[side] ?? 0) >= WIDE;
    set(side, wide ? undefined : WIDE);
    return !wide;
  };
}

/** @param {Side} side @param {(event: PointerEvent) => void} press */
function barOf(side, press) {
  const { least, most, upright } = BOUNDS[side];
  const label = t(`panes.${side}`);
  return h("div", {
    class: `pane-bar pane-bar-${side}`,
    role: "separator",
    tabindex: 0,
    title: `${label} · ${t("panes.hint")}`,
    "aria-label": label,
    "aria-orientation": upright ? "vertical" : "horizontal",
    "aria-valuemin": least,
    "aria-valuemax": most,
    onpointerdown: press,
  });
}

/** Follow a pointer until it is lifted.
 * @param {PointerEvent} event @param {(moved: PointerEvent) => void} drag */
function follow(event, drag) {
  const bar = /** @type {HTMLElement} */ (event.currentTarget);
  bar.setPointerCapture(event.pointerId);
  bar.classList.add("dragged");
  bar.onpointermove = drag;
  bar.onlostpointercapture = () => {
    bar.onpointermove = null;
    bar.classList.remove("dragged");
  };
}
