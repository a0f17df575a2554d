/** Public warnings in the console: the list, writing one, a second person's approval, deliveries. */

import { keyButton } from "../ui/parts.js";
import { fill } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { Refusal } from "../panels/verbs.js";
import { ComposePanel } from "./compose.js";
import { awaiting, warningList, warningsOf } from "./list.js";
import { isSecond, sourceOf } from "./model.js";
import { WarningPanel } from "./panel.js";
import { RecipientsPanel } from "./recipients.js";

/** @typedef {import("../desk.js").Desk} Desk */

const KEYS = { y: "approve", b: "refuse", s: "submit", e: "edit", u: "update", x: "end" };

export const warnings = {
  topics: ["warning"],
  /** @param {Desk} desk */
  mount(desk) {
    if (!desk.may("warning.see")) return;
    const compose = () =>
      desk.selection.choose({ kind: "new-warning", id: sourceOf(desk.selection.current) || "new" });
    mountList(desk, compose);
    desk.panels.add("warning", (_, id) => (panel = new WarningPanel(desk, Number(id))));
    desk.panels.add("new-warning", (_, id) => new ComposePanel(desk, String(id)));
    desk.panels.add("recipients", () => new RecipientsPanel(desk));
    const chosen = () => desk.selection.current?.kind === "warning";
    for (const [key, part] of Object.entries(KEYS))
      desk.keys.bind(
        key,
        () => panel?.focus(part),
        () => chosen() && (panel?.offers(part) ?? false),
      );
    desk.keys.bind("w", compose, () => desk.may("warning.compose"));
    desk.verbs.add(verb(desk));
    mountCounter(desk);
    desk.sheet.push([
      "warnings.keys",
      [
        ["w", "warnings.keys.new"],
        ["s", "warnings.keys.submit"],
        ["y", "warnings.keys.approve"],
        ["b", "warnings.keys.refuse"],
        ["e", "warnings.keys.edit"],
        ["u", "warnings.keys.update"],
        ["x", "warnings.keys.end"],
      ],
    ]);
  },
};

/** @type {WarningPanel|null} the panel that the keys speak to */
let panel = null;

/** @param {Desk} desk @param {() => void} compose */
function mountList(desk, compose) {
  const list = warningList(desk, compose);
  const recipients = () => desk.selection.choose({ kind: "recipients", id: "all" });
  fill(
    list.head,
    desk.may("warning.compose") && keyButton("w", t("warnings.new"), compose),
    desk.may("channel.edit") && keyButton("→", t("warnings.recipients"), recipients),
  );
  const keys = list.head.querySelectorAll("kbd");
  if (desk.may("channel.edit")) keys[keys.length - 1].remove(); // reached by tab, no key of its own
  list.head.hidden = list.head.childElementCount === 0;
  desk.lists.add({
    place: "queue",
    name: "warnings",
    title: t("warnings.title"),
    body: list.body,
    count: () => warningsOf(desk).filter((row) => !row.closed).length,
    urgent: () => awaiting(desk).length > 0,
    step: (by) => list.step(by),
    numbered: (digits) =>
      desk.lists.isShown("warnings") && desk.picture.of("warning").has(String(digits))
        ? { kind: "warning", id: digits }
        : null,
  });
  desk.picture.on("warning", () => list.draw());
  desk.picture.on("mode", () => list.draw());
  desk.everySecond(() => desk.lists.isShown("warnings") && list.draw());
}

/** @param {Desk} desk */
function mountCounter(desk) {
  desk.counters.push({
    name: "warnings",
    topic: "warning",
    title: t("warnings.counter"),
    help: t("warnings.counter.help"),
    count: () => awaiting(desk).length,
    tone: "alarm",
    jump: () => {
      const rows = awaiting(desk);
      const own = rows.find((row) => isSecond(row, desk.me.id)) ?? rows[0];
      desk.lists.show("warnings");
      desk.show("queue");
      if (own) desk.selection.choose({ kind: "warning", id: own.id });
    },
  });
}

/** `/pw`: a new warning; `/pw 3`: that one; `/pw alert:5`, `/pw incident:17`: one about it.
 * @param {Desk} desk @returns {import("../panels/verbs.js").Verb} */
function verb(desk) {
  const rows = () => warningsOf(desk);
  return {
    name: "pw",
    usage: "warnings.usage",
    offers: () => rows().map((row) => ({ word: String(row.id), hint: row.headline_zh })),
    run: ([word = ""]) => {
      const known = rows().find((row) => String(row.id) === word);
      const about = /^(alert|incident):\d+$/.test(word);
      if (word && !known && !about) throw new Refusal(t("warnings.unknown_word", { word }));
      if (known) desk.selection.choose({ kind: "warning", id: known.id });
      else if (!desk.may("warning.compose")) throw new Refusal(t("warnings.not_yours"));
      else desk.selection.choose({ kind: "new-warning", id: word || "new" });
      desk.lists.show("warnings");
      desk.show("work");
    },
  };
}
