/** The row of a fold: many silent devices in the columns of one alert. */

import { ageText, secondsSince } from "../ui/age.js";
import { fill, h, write } from "../ui/dom.js";
import { commonOwner, foldKind, kindCounts } from "../ui/folds.js";
import { name, personName, t, word } from "../ui/i18n.js";
import { emptyRow, paintFrame, paintLevel, urgency } from "./queue_row.js";

/** @typedef {import("../types.js").Alert} Alert */
/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../ui/folds.js").Fold} Fold */

const FAILED_SHOWN_MS = 30_000;

/** @param {Desk} desk @param {Fold} fold @param {(id: string, open: boolean) => void} toggle */
export function makeFoldRow(desk, { id }, toggle) {
  const row = emptyRow();
  row.classList.add("fold");
  row.onclick = () => desk.selection.choose({ kind: "fold", id });
  row.ondblclick = () => desk.map?.fitSelected();
  const turn = h("button", { class: "plain turn", type: "button", tabindex: "-1" }, "▸");
  turn.onclick = (event) => {
    event.stopPropagation();
    toggle(id, turn.getAttribute("aria-expanded") === "true");
  };
  turn.ondblclick = (event) => event.stopPropagation();
  const what = /** @type {HTMLElement} */ (row.children[2]);
  what.classList.add("what");
  fill(what, h("div", {}, turn, h("b"), h("span"), h("i", { class: "visually-hidden" })));
  return row;
}

/** @param {Desk} desk @param {HTMLElement} row @param {Fold} fold @param {boolean} open
 * @param {number} now ms */
export function updateFoldRow(desk, row, fold, open, now) {
  const cells = /** @type {HTMLElement[]} */ ([...row.children]);
  const { members, section } = fold;
  const [oldest] = members;
  const back = members.filter((one) => one.condition === "cleared").length;
  const cleared = back === members.length && "cleared";
  const classes = ["fold", section, cleared, ...urgency(oldest, now)];
  paintFrame(desk, row, classes, desk.selection.is("fold", fold.id));
  paintLevel(cells[0], oldest);
  write(cells[1], `×${members.length}`);
  paintWhat(cells[2], members, open);
  write(cells[3], back ? `✓ ${back}` : "–");
  cells[3].title = back ? t("fold.back", { n: back }) : "";
  paintWho(desk, cells[4], fold);
  write(cells[5], ageText(secondsSince(oldest.opened_at, now)));
}

/** How many of which kinds, in words.
 * @param {Alert[]} members */
export function kindsText(members) {
  return kindCounts(members)
    .map(([kind, n]) => `${word("kind", kind)} ${n}`)
    .join(t("fold.and"));
}

/** @param {HTMLElement} cell @param {Alert[]} members @param {boolean} open */
function paintWhat(cell, members, open) {
  const [turn, title, kinds, spoken] = /** @type {HTMLElement[]} */ ([
    .../** @type {Element} */ (cell.firstElementChild).children,
  ]);
  const count = t("fold.count", { n: members.length });
  write(title, name("title", members[0]));
  write(kinds, kindsText(members));
  write(spoken, count);
  cell.title = `${title.textContent} · ${count} · ${kinds.textContent}`;
  turn.setAttribute("aria-expanded", String(open));
  turn.setAttribute("aria-label", t(open ? "fold.close" : "fold.open"));
}

/** How far a step for all has come, else whose it is.
 * @param {Desk} desk @param {HTMLElement} cell @param {Fold} fold */
function paintWho(desk, cell, { members, section }) {
  const batch = desk.actions.batches.get(foldKind(members[0]) ?? "");
  const failed =
    batch &&
    !batch.running &&
    Date.now() - batch.endedAt < FAILED_SHOWN_MS &&
    members.some((one) => batch.left.has(one.id));
  cell.classList.toggle("sending", Boolean(batch?.running));
  cell.classList.toggle("failed", Boolean(failed));
  const owner = personName(desk.people.get(commonOwner(members) ?? 0));
  const over = section === "active" && members.every((one) => one.state === "resolved");
  const standing = over ? t("queue.above") : owner;
  cell.title = owner;
  if (batch?.running) write(cell, `${batch.done}/${batch.total}`);
  else if (failed) write(cell, t("work.failed"));
  else write(cell, (section === "active" && standing) || "–");
}
