/** All keys and commands on one sheet. */

import { byId, fill, h, icon } from "../ui/dom.js";
import { VERBS } from "../ui/grammar.js";
import { t } from "../ui/i18n.js";
import { CROSS } from "../ui/parts.js";

const GROUPS = /** @type {[string, [string, string][]][]} */ ([
  [
    "keys.group.queue",
    [
      ["↑ ↓", "keys.move"],
      ["→ ←", "keys.fold"],
      ["1 … 9 Enter", "keys.number"],
      ["Enter", "keys.open"],
      ["q b", "keys.lists"],
      ["Esc", "keys.leave"],
    ],
  ],
  [
    "keys.group.alert",
    [
      ["a", "keys.acknowledge"],
      ["m", "keys.mine"],
      ["c", "keys.comment"],
      ["x", "keys.resolve"],
      ["Ctrl Enter", "keys.send"],
    ],
  ],
  [
    "keys.group.map",
    [
      ["f", "keys.fit"],
      ["g", "keys.back"],
      ["v", "keys.lock"],
      ["l", "keys.layers"],
      ["l 1 … 6", "keys.layer"],
      ["l 0", "keys.fences"],
      ["l Alt ↑ ↓", "tree.keys.move"],
      [",", "past.open"],
      ["+ -", "keys.zoom"],
    ],
  ],
  [
    "keys.group.draw",
    [
      ["d", "keys.draw"],
      ["← ↑ ↓ →", "keys.crosshair"],
      ["Space", "keys.corner"],
      ["⌫", "keys.undo"],
      ["Enter", "keys.finish"],
      ["Esc", "keys.cancel"],
    ],
  ],
  [
    "keys.group.past",
    [
      ["[", "keys.earlier"],
      ["]", "keys.later"],
      [".", "replay.keys.play"],
      ["{ }", "replay.keys.speed"],
      [";", "replay.keys.clock"],
      ["\\", "keys.live"],
    ],
  ],
  [
    "keys.group.all",
    [
      ["/", "keys.command"],
      ["?", "keys.sheet"],
      ["t", "keys.theme"],
    ],
  ],
]);

/** @typedef {[string, [string, string][]]} KeyGroup the keys of two messages: title; caps and text */

/** @param {KeyGroup[]} more groups of the modules @param {import("./verbs.js").Verb[]} verbs */
export function mountKeySheet(more, verbs) {
  const sheet = /** @type {HTMLDialogElement} */ (byId("key-sheet"));
  const close = h(
    "button",
    { class: "tool", type: "button", "aria-label": t("close"), onclick: () => sheet.close() },
    icon(CROSS),
  );
  const commands = h(
    "section",
    {},
    h("h3", {}, t("keys.group.commands")),
    h(
      "dl",
      {},
      ...VERBS.flatMap((verb) => [
        h("dt", {}, h("kbd", {}, verb)),
        h("dd", {}, t(`command.usage.${verb}`)),
      ]),
      ...verbs.flatMap((verb) => [
        h("dt", {}, h("kbd", {}, verb.name)),
        h("dd", {}, t(verb.usage)),
      ]),
      h("dt", {}, h("kbd", {}, "?…")),
      h("dd", {}, t("command.usage.search")),
    ),
  );
  fill(
    sheet,
    h("header", {}, h("h2", { id: "key-sheet-title" }, t("keys.sheet")), close),
    h("div", { class: "sheet-columns" }, ...[...GROUPS, ...more].map(group), commands),
  );
  sheet.onclick = (event) => event.target === sheet && sheet.close();
  return { open: () => !sheet.open && sheet.showModal(), isOpen: () => sheet.open };
}

/** @param {[string, [string, string][]]} entry */
function group([title, keys]) {
  const rows = keys.flatMap(([caps, text]) => [
    h("dt", {}, ...caps.split(" ").map((cap) => (cap === "…" ? " … " : h("kbd", {}, cap)))),
    h("dd", {}, t(text)),
  ]);
  return h("section", {}, h("h3", {}, t(title)), h("dl", {}, ...rows));
}
