/** Cases of urban management: list, panels, verbs, keys, and the counter of what waits. */

import { t, name } from "../ui/i18n.js";
import { serverNow } from "../ui/api.js";
import { Refusal } from "../panels/verbs.js";
import { CaseList } from "./list.js";
import { answersTo, light, shortNumber, STEPS, waitsFor } from "./model.js";
import { FiguresPanel } from "./figures.js";
import { NewCasePanel } from "./new_case.js";
import { CasePanel } from "./panel.js";
import { offers, press } from "./steps.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./model.js").Case} Case */

const KEYS = ["n", "i", "j", "y", "a…z"];

export const cases = {
  topics: ["case"],
  /** @param {Desk} desk */
  mount(desk) {
    if (!desk.may("case.see")) return;
    const list = new CaseList(desk);
    const waiting = () => list.all().filter((one) => waitsFor(one, desk.me));
    const late = () => waiting().some((one) => light(one, serverNow()) === "red");
    desk.lists.add({
      place: "queue",
      name: "cases",
      title: t("cases.title"),
      body: list.body,
      count: () => waiting().length,
      urgent: late,
      step: (by) => list.step(by),
      numbered: (digits) => found(list, digits),
    });
    for (const part of ["case", "mode", "loaded"]) desk.picture.on(part, () => list.draw());
    desk.everySecond(() => desk.lists.isShown("cases") && list.draw());
    desk.panels.add("case", (_, id) => new CasePanel(desk, Number(id)));
    desk.panels.add("new-case", () => new NewCasePanel(desk));
    desk.panels.add("case-figures", () => new FiguresPanel(desk));
    // last of all: the keys of what is chosen go before those that always stand (the map's, others')
    queueMicrotask(() => bindKeys(desk, list));
    addVerbs(desk, list);
    desk.counters.push({
      name: "cases",
      topic: "case",
      title: t("cases.counter"),
      help: t("cases.counter.help"),
      count: () => waiting().length,
      tone: "late",
      jump: () => {
        desk.lists.show("cases");
        desk.show("queue");
        list.step(1);
      },
    });
    const rows = KEYS.map((key, at) => /** @type {[string, string]} */ ([key, `cases.keys.${at}`]));
    desk.sheet.push(["cases.keys", rows]);
    list.draw();
  },
};

/** @param {CaseList} list @param {number} digits @returns {import("../ui/selection.js").Selected} */
function found(list, digits) {
  const one = list.all().find((row) => Number(shortNumber(row)) === digits);
  return one ? { kind: "case", id: one.id } : null;
}

/** @param {Desk} desk @param {CaseList} list */
function bindKeys(desk, list) {
  const here = () => desk.lists.isShown("cases");
  const open = () => desk.selection.choose({ kind: "new-case", id: 0 });
  desk.keys.bind("n", open, () => here() && desk.may("case.report"));
  desk.keys.bind("i", () => desk.selection.choose({ kind: "case-figures", id: 0 }), here);
  desk.keys.bind("j", () => list.turn(), here);
  desk.keys.bind("y", () => list.search(), here);
  const pick = () => /** @type {HTMLElement|null} */ (document.querySelector(".case-pick"))?.click();
  desk.keys.bind("p", pick, () => desk.selection.current?.kind === "new-case");
  for (const key of new Set(Object.values(STEPS).map((step) => step.key)))
    desk.keys.bind(key, () => press(key), () => desk.selection.current?.kind === "case" && offers(key));
}

/** @param {Desk} desk @param {CaseList} list */
function addVerbs(desk, list) {
  desk.verbs.add({
    name: "case",
    usage: t("cases.usage"),
    offers: () =>
      list.all().map((one) => ({
        word: shortNumber(one),
        hint: `${name("name", one)} · ${name("place", one)} · ${name("state", one)}`,
      })),
    run: ([digits = ""]) => {
      if (digits === "") {
        desk.selection.choose({ kind: "new-case", id: 0 });
        return;
      }
      const one = found(list, Number(digits));
      if (!one) throw new Refusal(t("cases.unknown", { number: digits }));
      desk.lists.show("cases");
      desk.selection.choose(one);
    },
  });
  desk.verbs.addSearch((word) =>
    list
      .all()
      .filter((one) => answersTo(one, word))
      .slice(0, 4)
      .map((one) => ({
        line: `case ${shortNumber(one)} `,
        hint: `${name("name", one)} · ${name("place", one)}`,
      })),
  );
}
