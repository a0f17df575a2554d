/** The form of one step: exactly the fields that it takes; words survive, Ctrl+Enter sends. */

import { draftSent, keepDraft } from "../ui/drafts.js";
import { h } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";
import { field } from "../ui/sending.js";
import { onSendKey } from "../panels/resolve_form.js";
import { loadDepartments, loadKinds } from "./catalogue.js";
import { photoField } from "./photo_field.js";
import { shortNumber, STEPS, zoned } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./facts.js").CaseFile} CaseFile */

/** @param {Desk} desk @param {CaseFile} file @param {string} step
 * @param {(body: Record<string, unknown>|FormData) => Promise<boolean>} send */
export function stepForm(desk, file, step, send) {
  const ask = STEPS[step];
  const words = ask.words && wordsField(file.id, step, ask.words === "required" && !ask.photos);
  const photos = ask.photos && photoField();
  const button = h("button", { class: "primary", type: "submit" }, t(`cases.do.${step}`));
  const form = h(
    "form",
    { class: "resolve stack", "aria-label": t(`cases.do.${step}`) },
    ask.verdict && verdict(ask.verdict),
    ask.department && departmentField(file),
    ask.condition && conditionField(file),
    ask.until && untilField(),
    ask.into && intoField(file),
    words && field(t(`cases.words.${step}`), words),
    photos && photos.element,
    h("div", { class: "work-row" }, button, h("small", { class: "dim" }, "Ctrl+Enter")),
  );
  form.onsubmit = async (event) => {
    event.preventDefault();
    const sent = words ? words.value.trim() : "";
    const body = bodyOf(desk, form, photos ? photos.files() : []);
    if ((await send(body)) && words) draftSent(words, `case/${file.id}/${step}`, sent);
  };
  onSendKey(form);
  return form;
}

/** What is sent: JSON, or a form when photos come along.
 * @param {Desk} desk @param {HTMLFormElement} form @param {File[]} photos */
function bodyOf(desk, form, photos) {
  const given = new FormData(form);
  given.delete("photo");
  const until = given.get("until");
  if (until) given.set("until", zoned(String(until), desk.city.time_zone));
  if (photos.length) {
    for (const photo of photos) given.append("photo", photo);
    return given;
  }
  /** @type {Record<string, unknown>} */
  const body = {};
  for (const [key, value] of given)
    if (value !== "") body[key] = value === "true" ? true : value === "false" ? false : value;
  return body;
}

/** @param {number} id @param {string} step @param {boolean} required */
function wordsField(id, step, required) {
  const props = { name: "words", rows: 3, maxlength: 2000, required };
  const words = h("textarea", props);
  keepDraft(words, `case/${id}/${step}`);
  return words;
}

/** @param {"found"|"passed"} what */
function verdict(what) {
  const choice = (/** @type {boolean} */ yes) =>
    h(
      "label",
      { class: "choice" },
      h("input", { type: "radio", name: what, value: String(yes), required: true }),
      t(`cases.${what}.${yes ? "yes" : "no"}`),
    );
  return h("fieldset", {}, h("legend", {}, t(`cases.${what}`)), choice(true), choice(false));
}

/** @param {CaseFile} file */
function departmentField(file) {
  const select = h("select", { name: "department" }, h("option", { value: "" }, t("wait")));
  void Promise.all([loadDepartments(), loadKinds()]).then(([departments, kinds]) => {
    const own = kinds.find((one) => one.kind === file.kind && one.code === file.code);
    const wanted = file.department ?? own?.department;
    select.replaceChildren(
      ...departments.map((one) =>
        h("option", { value: one.code, selected: one.code === wanted }, name("name", one)),
      ),
    );
  });
  return field(t("cases.department"), select);
}

/** @param {CaseFile} file */
function conditionField(file) {
  const select = h("select", { name: "condition" }, h("option", { value: "" }, t("wait")));
  void loadKinds().then((kinds) => {
    const own = kinds.find((one) => one.kind === file.kind && one.code === file.code);
    const rows = own?.conditions ?? [];
    select.replaceChildren(
      ...rows.map((one) => {
        const limit = t(`cases.unit.${one.limit.unit}`, { n: one.limit.amount });
        const selected = one.key === file.condition;
        return h("option", { value: one.key, selected }, `${name("", { _zh: one.zh, _en: one.en })} · ${limit}`);
      }),
    );
  });
  return field(t("cases.condition"), select);
}

function untilField() {
  return field(t("cases.until"), h("input", { name: "until", type: "datetime-local", required: true }));
}

/** The case to join: one of those that may be the same, or any number.
 * @param {CaseFile} file */
function intoField(file) {
  const choices = file.duplicates.map((other, at) =>
    h(
      "label",
      { class: "choice" },
      h("input", { type: "radio", name: "into", value: other.id, checked: at === 0, required: true }),
      `#${shortNumber(other)} · ${t(`cases.state.${other.state}`)} · ${t("cases.metres", { n: Math.round(other.distance_m) })}`,
    ),
  );
  if (choices.length === 0) return h("p", { class: "dim" }, t("cases.no_alike"));
  return h("fieldset", {}, h("legend", {}, t("cases.into")), ...choices);
}

