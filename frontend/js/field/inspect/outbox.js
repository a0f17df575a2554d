/** What was made on this phone: what waits, what is on its way, what the server has, what it refused. */

import { fill, h } from "../../ui/dom.js";
import { drawingOf } from "../glyphs.js";
import { button, glyph, nothing, note, picture, sheet } from "../parts.js";
import { isOwed } from "../queue.js";
import { when } from "../times.js";
import { named, say, sentence } from "../words.js";

/** @typedef {import("../router.js").View} View */
/** @typedef {import("../queue.js").Item} Item */
/** @typedef {import("./desk.js").InspectDesk} Desk */

const GLYPHS = { waiting: "clock", sending: "up", received: "check", refused: "warn" };

/** @param {Desk} desk @returns {View} */
export function outboxView(desk) {
  const list = h("div", {});
  const title = h("h1", {}, say("tab.outbox"));
  const element = h("section", { class: "screen" }, title, list);
  let shown = "";

  function update() {
    const items = desk.phone.own;
    const now = JSON.stringify([desk.phone.online, desk.phone.others, items.map(stamp)]);
    if (now === shown) return; // images are not made again without need
    shown = now;
    const { others } = desk.phone;
    const theirs = others ? note("warn", say("outbox.others", { n: others })) : null;
    if (!items.length) fill(list, theirs, nothing(say("outbox.none"), say("outbox.none_why")));
    else fill(list, theirs, sendNow(desk), ...items.map((item) => entry(desk, item)), weeks(items));
  }

  update();
  return { element, update, tab: "outbox" };
}

/** @param {Item} item */
function stamp(item) {
  return [item.key, item.state, item.tries];
}

/** @param {Item[]} items */
function weeks(items) {
  const some = items.some((item) => item.state === "received");
  return some ? h("p", { class: "as-of" }, say("outbox.kept_week")) : null;
}

/** @param {Desk} desk */
function sendNow({ phone }) {
  if (!phone.online || !phone.own.some((item) => item.state === "waiting" && item.tries > 0))
    return null;
  return button(say("outbox.now"), () => void phone.send(true), { kind: "slim", glyph: "up" });
}

/** @param {Desk} desk @param {Item} item */
function entry(desk, item) {
  const kind = item.kind === "answer" ? `${say(`outbox.${item.title.question}`)} · ` : "";
  const drawn = glyph(drawingOf({ name_zh: item.title.title_zh }));
  return h(
    "article",
    { class: `row sent ${item.state}`, "data-key": item.key },
    item.thumb ? picture(item.thumb, "", "row-thumb") : h("span", { class: "row-thumb" }, drawn),
    h(
      "span",
      { class: "row-main" },
      h("b", {}, kind + named("title", item.title)),
      h("span", { class: `state ${item.state}` }, glyph(GLYPHS[item.state]), stateText(item)),
      ...facts(item),
      item.state === "refused" && refusal(desk, item),
    ),
  );
}

/** @param {Item} item */
function stateText(item) {
  const tried = item.state === "waiting" && item.tries > 0;
  return say(tried ? "outbox.tried" : `outbox.${item.state}`, { n: item.tries });
}

/** Number and time as the server gave them, or when it was made.
 * @param {Item} item */
function facts(item) {
  const receipt = item.receipt?.receipt ?? item.receipt?.case ?? item.receipt;
  if (!receipt || isOwed(item)) return [h("small", {}, say("outbox.made", { time: when(item.made_at) }))];
  const number = receipt.number ?? item.title.number;
  const at = receipt.received_at ?? item.settled_at;
  return [
    number && h("small", { class: "tabular" }, say("outbox.receipt", { number })),
    h("small", {}, say("outbox.at", { time: when(at) })),
  ];
}

/** @param {Desk} desk @param {Item} item */
function refusal(desk, item) {
  const edit =
    item.kind === "report" &&
    button(say("outbox.edit"), () => desk.go(`edit/${item.key}`), { kind: "primary slim" });
  const drop = button(say("outbox.drop"), () => askDrop(desk, item), { kind: "slim" });
  return h(
    "div",
    { class: "refusal", role: "alert" },
    h("p", {}, sentence(item.refusal)),
    h("div", { class: "pair" }, drop, edit),
  );
}

/** @param {Desk} desk @param {Item} item */
function askDrop(desk, item) {
  const drop = () => (dialog.close(), void desk.phone.drop(item.key));
  const dialog = sheet(
    say("outbox.drop"),
    h("p", { class: "sheet-text" }, say("outbox.drop_ask")),
    h(
      "footer",
      { class: "sheet-foot" },
      button(say("outbox.drop_yes"), drop, { kind: "no" }),
      button(say("cancel"), () => dialog.close(), { kind: "primary" }),
    ),
  );
}
