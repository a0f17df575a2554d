/** The parts of a warning's panel that only show: its facts, its history, its words. */

import { serverNow } from "../ui/api.js";
import { h } from "../ui/dom.js";
import { dayAndClock } from "../ui/format.js";
import { currentLanguage, listed, name, personName, t, word } from "../ui/i18n.js";
import { factRows } from "../ui/parts.js";
import { parseSource } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./model.js").Warning} Warning */

/** @param {string} said a word of CAP */
function capWord(said) {
  return word("warnings.cap_word", said);
}

/** Who, when, why: the rows below its words.
 * @param {Desk} desk @param {Warning} row @param {any} file null until it is read */
export function factsOf(desk, row, file) {
  const who = (/** @type {number|null} */ id) => {
    const kept = id && file?.people?.[id];
    if (kept) return name("actor", kept);
    return id ? personName(desk.people.get(id)) || `#${id}` : "";
  };
  const at = (/** @type {string|null} */ moment) =>
    moment ? dayAndClock(moment, serverNow()) : "";
  const link = (
    /** @type {string} */ kind,
    /** @type {number} */ id,
    /** @type {string} */ text,
  ) => {
    const open = () => desk.selection.choose({ kind, id });
    return h("button", { class: "link", type: "button", onclick: open }, text);
  };
  const source = parseSource(row.source);
  return factRows([
    [t("warnings.area"), [name("area", row)]],
    [t("warnings.expires"), [at(row.expires)]],
    [t("warnings.grades"), [[row.urgency, row.severity, row.certainty].map(capWord).join(" · ")]],
    [
      t("warnings.responses"),
      [listed(row.responses.map(capWord))],
    ],
    [
      t("warnings.source"),
      [
        source &&
          link(source.kind, source.id, t(`warnings.source.${source.kind}`, { id: source.id })),
      ],
    ],
    [t("warnings.follows"), [row.follows && link("warning", row.follows, `#${row.follows}`)]],
    [t("warnings.composed_by"), [row.origin === "received" ? "" : who(row.composed_by)]],
    [t("warnings.approved_by"), [who(row.approved_by)]],
    [t("warnings.sender"), [name("sender", row)]],
    [t("warnings.identifier"), [row.identifier && h("span", { class: "tabular" }, row.identifier)]],
  ]);
}

/** What was done by whom, the latest first.
 * @param {any} file null until it is read */
export function historyOf(file) {
  const steps = [...(file?.history ?? [])].reverse();
  const rows = steps.map((step) =>
    h(
      "li",
      { class: "step" },
      h("time", { class: "tabular", datetime: step.at }, dayAndClock(step.at, serverNow())),
      h("span", { class: "step-what" }, t(`warnings.did.${step.kind}`)),
      h("span", { class: "dim step-who" }, name("actor", step) || t("actor.system")),
      step.words && h("p", { class: "step-words" }, step.words),
    ),
  );
  return h("ol", { class: "steps" }, ...rows);
}

/** What people read, in one language.
 * @param {Warning} row @param {"zh"|"en"} language @param {string} title */
export function textOf(row, language, title) {
  const words = /** @type {Record<string, string>} */ (/** @type {unknown} */ (row));
  return h(
    "div",
    { class: "warning-text", lang: language === "zh" ? "zh-CN" : "en" },
    h(
      "h4",
      {},
      h("span", { class: "dim" }, `${title} `),
      language !== currentLanguage() && words[`headline_${language}`], // the title says it already
    ),
    h("p", {}, words[`description_${language}`]),
    h("p", {}, words[`instruction_${language}`]),
  );
}
