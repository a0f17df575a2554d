/** How it ended: an outcome and words; refused with the units that are still out there. */

import { call } from "../ui/api.js";
import { h } from "../ui/dom.js";
import { draftSent, keepDraft } from "../ui/drafts.js";
import { t } from "../ui/i18n.js";
import { onSendKey } from "../panels/resolve_form.js";
import { saidLine, sending } from "../ui/sending.js";
import { OUTCOMES } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Entity} Entity */

/** @param {Desk} desk @param {number} id @param {() => Entity|undefined} incident
 * @param {(closed: any) => void} done */
export function closeForm(desk, id, incident, done) {
  const choices = OUTCOMES.map((outcome, at) =>
    h(
      "label",
      { class: "choice" },
      h("input", { type: "radio", name: "outcome", value: outcome, checked: at === 0 }),
      t(`incidents.outcome.${outcome}`),
    ),
  );
  const label = t("incidents.close.words");
  const words = h("input", { placeholder: label, "aria-label": label, maxlength: 500 });
  const subject = `incident-close/${id}`;
  keepDraft(words, subject);
  const said = saidLine();
  const button = h("button", { class: "primary", type: "submit" }, t("incidents.close.send"));
  const form = h(
    "form",
    { class: "resolve stack work-part", hidden: true },
    h("fieldset", {}, h("legend", {}, t("incidents.outcome")), ...choices),
    words,
    h("div", { class: "work-row" }, button, h("small", { class: "dim" }, "Ctrl+Enter")),
    said,
  );
  onSendKey(form);
  form.onsubmit = async (event) => {
    event.preventDefault();
    const sent = words.value.trim();
    const body = {
      outcome: new FormData(form).get("outcome"),
      words: sent,
      version: incident()?.version,
    };
    const post = () => call(`/incidents/${id}/close`, { method: "POST", body });
    const answer = await sending(form, said, post, (error) => {
      if (error.problem.current) desk.picture.mergeEntity("incident", error.problem.current);
    });
    if (!answer) return;
    draftSent(words, subject, sent);
    form.hidden = true;
    done(answer);
  };
  const open = () => {
    form.hidden = !form.hidden;
    if (!form.hidden) form.querySelector("input")?.focus();
  };
  return { form, open };
}
