/** The buttons under an alert, the comment box and the closing form; each shows how its sending went. */

import { keepDraft, draftSent } from "../ui/drafts.js";
import { fill, h, write } from "../ui/dom.js";
import { againButton } from "../ui/failure.js";
import { currentLanguage, personName, t } from "../ui/i18n.js";
import { keyButton } from "../ui/parts.js";
import { offer, onSendKey, resolveForm, toggleForm } from "./resolve_form.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Alert} Alert */

export class AlertActions {
  /** @param {Desk} desk @param {number} id */
  constructor(desk, id) {
    const { actions, me } = desk;
    const acknowledge = () => void actions.acknowledge(id);
    this.desk = desk;
    this.id = id;
    this.take = keyButton("a", t("action.acknowledge"), acknowledge, "primary");
    this.mine = keyButton("m", t("action.to_me"), () => void actions.assign(id, me.id));
    this.close = keyButton("x", t("action.resolve"), () => toggleForm(this.resolve, this.close));
    this.whom = assignSelect(desk, id);
    this.said = h("p", { class: "work-said", role: "status" });
    this.resolve = resolveForm(`resolve/${id}`, (outcome, words) =>
      actions.resolve(id, outcome, words),
    );
    this.note = noteForm(desk, id);
    const row = h("div", { class: "work-actions" }, this.take, this.mine, this.close, this.whom);
    const props = { class: "work-part actions acts", "aria-label": t("alert.actions") };
    this.element = h("section", props, row, this.resolve, this.said);
  }

  /** Offer what may be done in this state; what one may never do is not shown at all.
   * @param {Alert} alert */
  update(alert) {
    const { me, picture } = this.desk;
    const over = Boolean(picture.past) || alert.state === "resolved";
    offer(this.desk, this.take, "alert.acknowledge", !over && alert.state === "open");
    offer(this.desk, this.mine, "alert.assign", !over && alert.assigned_to !== me.id);
    offer(this.desk, this.whom, "alert.assign", !over);
    offer(this.desk, this.close, "alert.resolve", !over);
    if (document.activeElement !== this.whom) this.whom.value = String(alert.assigned_to ?? "");
    if (over) this.resolve.hidden = true;
    this.note.hidden = Boolean(picture.past) || !this.desk.may("alert.comment");
    drawWork(this.desk, this.id, this.said);
  }

  /** Do what a key stands for, if its button could be pressed.
   * @param {string} part */
  focus(part) {
    const button = { acknowledge: this.take, mine: this.mine, resolve: this.close }[part];
    if (button && !button.hidden) button.click();
    if (part === "comment" && !this.note.hidden) this.note.querySelector("textarea")?.focus();
  }
}

/** @param {Desk} desk @param {number} id */
function assignSelect(desk, id) {
  const people = [...desk.people.values()].filter((person) =>
    ["dispatcher", "supervisor", "inspector", "admin"].includes(person.role),
  );
  const select = h(
    "select",
    { "aria-label": t("action.assign") },
    h("option", { value: "" }, t("action.assign")),
  );
  for (const person of people)
    select.append(
      h("option", { value: person.id }, `${personName(person)} · ${t(`role.${person.role}`)}`),
    );
  select.onchange = () => select.value && void desk.actions.assign(id, Number(select.value));
  return select;
}

/** @param {Desk} desk @param {number} id @param {HTMLElement} said */
function drawWork(desk, id, said) {
  const work = desk.actions.work.get(id);
  const key = work ? `${work.verb}${work.state}${work.at}` : "";
  if (said.dataset.shown === key) return;
  said.dataset.shown = key;
  said.className = `work-said ${work?.state ?? ""}`;
  if (!work) fill(said);
  else if (work.state !== "failed") fill(said, t(`work.${work.state}.${work.verb}`));
  else {
    const why = work.error?.sentence(currentLanguage()) ?? "";
    fill(said, `${t("work.failed")}: ${why} `, againButton(work.again));
  }
}

/** @param {Desk} desk @param {number} id */
function noteForm(desk, id) {
  const words = h("textarea", {
    rows: 2,
    maxlength: 2000,
    placeholder: t("action.comment_words"),
    "aria-label": t("action.comment"),
  });
  keepDraft(words, `comment/${id}`);
  const send = h("button", { class: "button", type: "submit" }, t("action.comment_send"));
  const count = h("small", { class: "dim" });
  const form = h(
    "form",
    { class: "work-part note stack" },
    h("h3", {}, h("kbd", {}, "c"), t("action.comment")),
    words,
    h("div", { class: "work-row" }, send, h("small", { class: "dim" }, "Ctrl+Enter"), count),
  );
  form.onsubmit = async (event) => {
    event.preventDefault();
    const sent = words.value.trim();
    if (!sent) return;
    send.disabled = true;
    write(count, t("work.sending"));
    const taken = await desk.actions.comment(id, sent);
    send.disabled = false;
    write(count, taken ? "" : t("work.kept"));
    if (taken) draftSent(words, `comment/${id}`, sent);
  };
  onSendKey(form);
  return form;
}
