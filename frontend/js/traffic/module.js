/** Traffic in the console: closures, routes, who is near; vehicles are an overlay of the map. */

import { fill } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { keyButton } from "../ui/parts.js";
import { ClosureForm } from "./form.js";
import { closureList, closuresOf, proposals } from "./list.js";
import { NearPanel } from "./near_panel.js";
import { ClosurePanel } from "./panel.js";
import { RoutePanel } from "./route_panel.js";
import { verbs } from "./verbs.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {{element: HTMLElement, update: () => void, focus: (part: string) => void, leave?: () => void}} Panel */

/** What each key asks of the panel that is open, by the kind of selection. */
const KEYS = /** @type {Record<string, Record<string, string>>} */ ({
  closure: { y: "confirm", e: "change", x: "end" },
  "new-closure": { s: "line", p: "area", i: "point", y: "send" },
  route: { s: "from", i: "to", o: "turn" },
  near: { s: "from" },
});

/** @type {Panel|null} the panel that the keys speak to */
let panel = null;

export const traffic = {
  topics: ["closure"],
  /** @param {Desk} desk */
  mount(desk) {
    if (!desk.may("closure.see")) return;
    const tool = (/** @type {string} */ kind) => () => {
      desk.selection.choose({ kind, id: kind === "new-closure" ? 0 : kind });
      desk.show("work");
      panel?.focus("begin");
    };
    const tools = { open: tool("new-closure"), near: tool("near"), way: tool("route") };
    mountList(desk, tools);
    mountPanels(desk);
    mountKeys(desk, tools);
    desk.verbs.add(...verbs(desk, tools));
    mountCounter(desk);
  },
};

/** @param {Desk} desk @param {{open: () => void, near: () => void, way: () => void}} tools */
function mountList(desk, tools) {
  const list = closureList(desk, tools.open);
  fill(
    list.head,
    desk.may("closure.edit") && keyButton("o", t("closures.new"), tools.open),
    desk.may("route.ask") && keyButton("r", t("route.title"), tools.way),
    desk.may("position.see") && keyButton("j", t("near.title"), tools.near),
  );
  list.head.hidden = list.head.childElementCount === 0;
  desk.lists.add({
    place: "board",
    name: "closures",
    title: t("closures.title"),
    body: list.body,
    count: () => closuresOf(desk).length,
    urgent: () => proposals(desk).length > 0,
    step: (by) => list.step(by),
    numbered: (digits) =>
      desk.lists.isShown("closures") && desk.picture.of("closure").has(String(digits))
        ? { kind: "closure", id: digits }
        : null,
  });
  for (const part of ["closure", "mode", "loaded"]) desk.picture.on(part, () => list.draw());
  desk.everySecond(() => desk.lists.isShown("closures") && list.draw());
  list.draw();
}

/** @param {Desk} desk */
function mountPanels(desk) {
  const keep = (/** @type {Panel} */ made) => (panel = made);
  desk.panels.add("closure", (_, id) => keep(new ClosurePanel(desk, Number(id))));
  desk.panels.add("new-closure", (_, id) => keep(new ClosureForm(desk, Number(id))));
  desk.panels.add("route", () => keep(new RoutePanel(desk)));
  desk.panels.add("near", () => keep(new NearPanel(desk)));
}

/** @param {Desk} desk @param {{open: () => void, near: () => void, way: () => void}} tools */
function mountKeys(desk, tools) {
  desk.keys.bind("o", tools.open, () => desk.may("closure.edit"));
  desk.keys.bind("r", tools.way, () => desk.may("route.ask"));
  desk.keys.bind("j", tools.near, () => desk.may("position.see"));
  for (const [kind, keys] of Object.entries(KEYS))
    for (const [key, part] of Object.entries(keys))
      desk.keys.bind(
        key,
        () => panel?.focus(part),
        () => desk.selection.current?.kind === kind,
      );
  desk.sheet.push([
    "traffic.keys",
    [
      ["o", "traffic.keys.close"],
      ["y", "traffic.keys.confirm"],
      ["x", "traffic.keys.end"],
      ["e", "traffic.keys.change"],
      ["r", "traffic.keys.route"],
      ["j", "traffic.keys.near"],
    ],
  ]);
}

/** @param {Desk} desk */
function mountCounter(desk) {
  desk.counters.push({
    name: "closures",
    topic: "closure",
    title: t("closures.counter"),
    help: t("closures.counter.help"),
    count: () => proposals(desk).length,
    tone: "alarm",
    jump: () => {
      const [first] = proposals(desk);
      desk.lists.show("closures");
      desk.show("board");
      if (first) desk.selection.choose({ kind: "closure", id: first.id });
    },
  });
}
