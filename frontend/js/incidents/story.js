/** What was said and done: the note form, and the steps newest first as the log tells them. */

import { call, serverNow } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { draftSent, keepDraft } from "../ui/drafts.js";
import { dayAndClock } from "../ui/format.js";
import { has, name, t } from "../ui/i18n.js";
import { onSendKey } from "../panels/resolve_form.js";
import { saidLine, sending } from "../ui/sending.js";
import { freshKey } from "../ui/fresh_key.js";

/** @typedef {import("../desk.js").Desk} Desk */

/** @param {Desk} desk @param {number} id */
export function noteForm(desk, id) {
  const words = h("textarea", {
    name: "words",
    rows: 2,
    maxlength: 4000,
    placeholder: t("incidents.note.words"),
    "aria-label": t("incidents.note"),
  });
  const subject = `incident-note/${id}`;
  keepDraft(words, subject);
  const said = saidLine();
  const send = h("button", { class: "button", type: "submit" }, t("incidents.note.send"));
  const row = h("div", { class: "work-row" }, send, h("small", { class: "dim" }, "Ctrl+Enter"));
  const title = h("h3", {}, h("kbd", {}, "c"), t("incidents.note"));
  const form = h("form", { class: "work-part note stack" }, title, words, row, said);
  let key = freshKey(); // the same until it was taken: a note sent twice is kept once
  onSendKey(form);
  form.onsubmit = async (event) => {
    event.preventDefault();
    const sent = words.value.trim();
    if (!sent) return;
    const post = () => call(`/incidents/${id}/notes`, { method: "POST", body: { words: sent, key } });
    const answer = await sending(form, said, post);
    if (!answer) return;
    key = freshKey();
    draftSent(words, subject, sent);
    desk.picture.mergeEntity("incident", answer);
  };
  return { form, focus: () => words.focus() };
}

/** @param {HTMLElement} place @param {any[]} history oldest first */
export function drawStory(place, history) {
  const steps = [...history].reverse().map(step);
  fill(place, h("h3", {}, t("incidents.story")), h("ol", { class: "steps" }, ...steps));
}

/** @param {any} entry */
function step(entry) {
  const late = (Date.parse(entry.known_at) - Date.parse(entry.at)) / 1000;
  const title = late > 2 ? t("step.known_later", { seconds: Math.round(late) }) : entry.at;
  const at = h("time", { class: "tabular", datetime: entry.at, title }, dayAndClock(entry.at, serverNow()));
  const who = name("actor", entry) || actor(entry.actor);
  const words = entry.remark && (entry.remark.words ?? t("step.erased"));
  return h(
    "li",
    { class: `step of-${entry.topic} ${entry.kind}` },
    at,
    h("span", { class: "step-what" }, name("line", entry)),
    h("span", { class: "dim step-who" }, who),
    words && h("p", { class: "step-words" }, words),
  );
}

/** @param {string} who */
function actor(who) {
  const kind = who.split(":")[0];
  if (kind === "clock") return t("incidents.actor.clock");
  return has(`actor.${kind}`) ? t(`actor.${kind}`) : t("actor.system");
}
