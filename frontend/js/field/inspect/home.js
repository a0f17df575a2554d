/** The first screen: what was found, as big tiles; and what was begun and not finished. */

import { fill, h } from "../../ui/dom.js";
import { keyOf, kindTile } from "../kinds.js";
import { button, nothing, note } from "../parts.js";
import { named, say } from "../words.js";
import { draftsOf } from "./draft.js";

/** @typedef {import("../router.js").View} View */
/** @typedef {import("./desk.js").InspectDesk} Desk */

/** @param {Desk} desk @returns {View} */
export function homeView(desk) {
  const begun = h("div", {});
  const tiles = h("div", { class: "tiles" });
  const element = h("section", { class: "screen" }, h("h1", {}, say("home.title")), begun, tiles);

  function update() {
    if (!desk.kinds.length) {
      tiles.className = "";
      const wait = desk.phone.online && !desk.asked;
      const none = nothing(say("home.no_kinds"), say("home.no_kinds_why"));
      fill(tiles, wait ? h("div", { class: "wait" }) : none);
      return;
    }
    if (tiles.className && tiles.childElementCount === desk.kinds.length) return;
    tiles.className = "tiles";
    fill(tiles, ...desk.kinds.map((kind) => kindTile(kind, () => desk.go(`new/${keyOf(kind)}`))));
  }

  async function remind() {
    const drafts = await draftsOf(desk.phone);
    fill(begun, ...drafts.map((draft) => reminder(desk, draft.kind)));
  }

  update();
  void remind();
  return { element, update, tab: "report" };
}

/** @param {Desk} desk @param {string} key */
function reminder(desk, key) {
  const kind = desk.kindOf(key);
  if (!kind) return null;
  const go = button(say("home.continue"), () => desk.go(`new/${key}`), { kind: "slim" });
  return note("plain", h("span", {}, say("home.draft", { name: named("name", kind) })), go);
}
