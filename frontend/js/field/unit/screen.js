/** The crew's one screen: unit and status, the order, what is to be done, notes, the big buttons. */

import { fill, h } from "../../ui/dom.js";
import { button, glyph, nothing, note } from "../parts.js";
import { now, span, when } from "../times.js";
import { named, say, sentence } from "../words.js";
import { OrderCard } from "./order.js";

/** @typedef {import("./desk.js").UnitDesk} Desk */
/** @typedef {import("./desk.js").Status} Status */
/** @typedef {import("./desk.js").Task} Task */

export const LETTERS = /** @type {Record<Status, string>} */ ({
  available: "AV",
  dispatched: "DI",
  en_route: "EN",
  on_scene: "OS",
  committed: "CO",
  out_of_service: "--",
});

/** What usually comes after a status. @type {Record<Status, Status>} */
const NEXT = {
  dispatched: "en_route",
  en_route: "on_scene",
  on_scene: "available",
  committed: "available",
  out_of_service: "available",
  available: "out_of_service",
};
/** What a crew does itself; that a unit has not moved yet is the dispatcher's to watch. */
const CREW_TASKS = new Set(["roll_call", "plan", "manual"]);
const NEEDS_ORDER = new Set(["en_route", "on_scene", "committed"]);
const SAID = /** @type {Status[]} */ ([
  "en_route",
  "on_scene",
  "committed",
  "available",
  "out_of_service",
]);

export class Screen {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.order = new OrderCard(desk);
    this.head = h("div", {});
    this.owed = h("div", {});
    this.tasks = h("div", {});
    this.none = h("div", {});
    this.foot = h("footer", { class: "foot statuses" });
    this.body = h("div", { class: "unit-body" }, this.order.element, this.tasks);
    this.element = h("section", { class: "screen unit" }, this.head, this.owed, this.none, this.body, this.foot);
    /** @type {Map<HTMLElement, string>} */
    this.shown = new Map();
  }

  update() {
    const { desk } = this;
    const { unit, assignment } = desk.card;
    const tasks = desk.card.tasks.filter((task) => CREW_TASKS.has(task.kind));
    const { status, said, regret, fresh, at } = desk;
    const items = desk.phone.own.map((item) => [item.key, item.state, item.tries]);
    const minute = Math.floor(now() / 60_000);
    this.body.hidden = this.foot.hidden = !unit;
    this.order.update(assignment);
    this.#draw(this.none, [unit === null, at > 0, desk.phone.online], () => [unit ? null : missing(desk)]);
    this.#draw(this.head, [unit, status, said?.key, minute], () => [unit ? head(desk) : null]);
    this.#draw(this.owed, [items, fresh || at, desk.phone.online], () => owed(desk));
    this.#draw(this.tasks, [tasks, desk.owed("done").length, minute], () => [
      tasks.length > 0 && taskList(desk, tasks),
    ]);
    this.#draw(this.foot, [unit?.id, status, assignment?.id, regret?.key], () =>
      unit ? buttons(desk) : [],
    );
  }

  /** Draw a part anew only when what it shows has changed: a button must not go under a thumb.
   * @param {HTMLElement} part @param {unknown} shows @param {() => import("../../ui/dom.js").Child[]} make */
  #draw(part, shows, make) {
    const text = JSON.stringify(shows);
    if (this.shown.get(part) === text) return;
    this.shown.set(part, text);
    fill(part, ...make());
  }
}

/** @param {Desk} desk */
function missing(desk) {
  if (!desk.at && desk.phone.online && desk.phone.me) return h("div", { class: "wait" });
  if (!desk.at) return nothing(say("unit.never"), say("unit.never_why"));
  return nothing(say("unit.none"), say("unit.none_why"));
}

/** @param {Desk} desk */
function head({ card, status, said }) {
  const { unit } = card;
  const since = said ? said.made_at : (unit?.since ?? 0);
  return h(
    "header",
    { class: "unit-head" },
    h("span", { class: "unit-name" }, h("b", {}, named("name", unit)), h("small", {}, unit?.code)),
    h(
      "span",
      { class: `unit-status ${status}`, role: "status" },
      h("i", { class: "letters" }, LETTERS[status]),
      h("b", {}, say(`status.${status}`)),
      h(
        "small",
        { class: "tabular" },
        say("unit.since", { time: when(since) }),
        said && ` · ${say("unit.unsent")}`,
      ),
    ),
  );
}

/** @param {Desk} desk */
function owed(desk) {
  const { phone } = desk;
  const refused = phone.own.filter((item) => item.state === "refused");
  return [
    desk.at > 0 && !desk.fresh && note("warn", say("unit.old", { time: when(desk.at) })),
    phone.counts.owed > 0 &&
      (!phone.online || phone.own.some((item) => item.tries > 1)) &&
      note("plain", glyph("outbox"), h("span", {}, say("unit.owed", { n: phone.counts.owed }))),
    ...refused.map((item) =>
      note(
        "bad",
        h("span", {}, h("b", {}, refusedText(item)), " ", sentence(item.refusal)),
        button(say("close"), () => void phone.drop(item.key), { kind: "slim" }),
      ),
    ),
  ];
}

/** @param {import("../queue.js").Item} item */
function refusedText(item) {
  const text = item.kind === "status" ? say(`status.${item.fields.status}`) : named("title", item.title);
  return say("unit.refused", { status: text });
}

/** @param {Desk} desk @param {Task[]} tasks */
function taskList(desk, tasks) {
  const going = new Set(desk.owed("done").map((item) => item.title.title_zh));
  const rows = tasks.map((task) => {
    const over = Date.parse(task.due) - now();
    const late = over < 0;
    const due = late ? say("tasks.late", { span: span(over) }) : say("tasks.due", { time: when(task.due) });
    const sent = going.has(String(task.id));
    return h(
      "li",
      {},
      h(
        "span",
        { class: "row-main" },
        h("b", {}, task.words || named("title", task)),
        h("small", { class: late ? "over" : "" }, due),
      ),
      sent
        ? h("span", { class: "row-end" }, say("tasks.sent"))
        : button(say("tasks.done"), () => void desk.done(task), { kind: "slim", glyph: "check" }),
    );
  });
  return h("section", { class: "card" }, h("h2", {}, say("tasks.title")), h("ul", { class: "todo" }, ...rows));
}

/** The usual next status large, the others small below it.
 * @param {Desk} desk */
function buttons(desk) {
  const { status, regret } = desk;
  const next = NEXT[status];
  const usual = status === "out_of_service" ? "do.back" : `do.${next}`;
  const calm = status === "available";
  const large = button(say(usual), () => void desk.say(next), { kind: calm ? "quiet" : "primary" });
  const may = (/** @type {Status} */ one) => desk.card.assignment !== null || !NEEDS_ORDER.has(one);
  const others = SAID.filter((one) => one !== status && one !== next && may(one));
  return [
    regret &&
      button(
        say("unit.undo", { status: say(`status.${regret.fields.status}`) }),
        () => void desk.undo(regret),
        { kind: "slim undo", glyph: "back" },
      ),
    large,
    others.length > 0 &&
      h("div", { class: "pair", role: "group", "aria-label": say("unit.others") }, ...others.map((one) => small(desk, one))),
  ];
}

/** @param {Desk} desk @param {Status} status */
function small(desk, status) {
  const props = { class: `big small ${status}`, type: "button", onclick: () => void desk.say(status) };
  return h("button", props, h("i", { class: "letters" }, LETTERS[status]), h("span", {}, say(`status.${status}`)));
}
