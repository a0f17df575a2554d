/** The steps a case took, newest first: when, what, who, what they wrote; late ones are marked. */

import { h } from "../ui/dom.js";
import { dayAndClock } from "../ui/format.js";
import { has, name, t } from "../ui/i18n.js";

/** @typedef {import("./facts.js").Step} Step */

/** @param {Step[]} steps oldest first @param {number} now */
export function stepList(steps, now) {
  return h("ol", { class: "steps" }, ...[...steps].reverse().map((step) => row(step, now)));
}

/** @param {Step} step @param {number} now */
function row(step, now) {
  const moment = { class: "tabular", datetime: step.at, title: step.at };
  return h(
    "li",
    { class: `step ${step.step}` },
    h("time", moment, dayAndClock(step.at, now)),
    h(
      "span",
      { class: "step-what" },
      t(`cases.did.${step.step}`),
      step.outcome && ` · ${t(`cases.outcome.${step.outcome}`)}`,
      step.late && h("b", { class: "case-late" }, t("cases.late")),
      step.photos.length > 0 && ` · ${t("cases.n_photos", { n: step.photos.length })}`,
    ),
    h("span", { class: "dim step-who" }, name("actor", step) || actorText(step.actor)),
    step.words && h("p", { class: "step-words" }, step.words),
  );
}

/** "source:sensor" as the sensor; the rest as the system.
 * @param {string} actor */
function actorText(actor) {
  const [kind, what] = actor.split(":");
  const key = `cases.source.${what}`;
  return kind === "source" && has(key) ? t(key) : t("actor.system");
}
