/** The buttons under an alert, the comment box and the closing form; each shows how its sending went. */

import { keepDraft, draftSent } from "../ui/drafts.js";
import { fill, h, write } from "../ui/dom.js";
import { OUTCOMES } from "../ui/grammar.js";
import { currentLanguage, personName, t } from "../ui/i18n.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Alert} Alert */

/** @param {Desk} desk @param {number} id */
export function alertActions(desk, id) {
  const { may, actions, me } = desk;
  const button = (
    /** @type {string} */ key,
    /** @type {string} */ label,
    /** @type {() => void} */ run,
    kind = "button",
  ) => h("button", { class: kind, type: "button", onclick: run }, h("kbd", {}, key), t(label));
  const take = button("a", "action.acknowledge", () => void actions.acknowledge(id), "primary");
  const mine = button("m", "action.to_me", () => void actions.assign(id, me.id));
  const close = button("x", "action.resolve", () => openResolve());
  const whom = assignSelect(desk, id);
  const said = h("p", { class: "work-said", role: "status" });
  const resolve = resolveForm(desk, id);
  const note = noteForm(desk, id);
  const row = h(
    "div",
    { class: "work-actions" },
    may("alert.acknowledge") && take,
    may("alert.assign") && mine,
    may("alert.resolve") && close,
    may("alert.assign") && whom,
  );
  const element = h(
    "section",
    { class: "work-part actions", "aria-label": t("alert.actions") },
    row,
    resolve,
    said,
  );

  function openResolve() {
    if (close.disabled) return;
    resolve.hidden = !resolve.hidden;
    close.setAttribute("aria-expanded", String(!resolve.hidden));
    if (!resolve.hidden) /** @type {HTMLElement|null} */ (resolve.querySelector("input"))?.focus();
  }

  /** @param {Alert} alert */
  function update(alert) {
    const past = Boolean(desk.picture.past);
    take.disabled = past || alert.state !== "open";
    mine.disabled = past || alert.state === "resolved" || alert.assigned_to === me.id;
    close.disabled = past || alert.state === "resolved";
    whom.disabled = past || alert.state === "resolved";
    if (document.activeElement !== whom) whom.value = String(alert.assigned_to ?? "");
    if (alert.state === "resolved") resolve.hidden = true;
    note.hidden = past || !may("alert.comment");
    drawWork(desk, id, said);
  }

  /** @param {string} part */
  function focus(part) {
    if (part === "resolve") openResolve();
    if (part === "comment" && !note.hidden) note.querySelector("textarea")?.focus();
    if (part === "acknowledge" && !take.disabled) void actions.acknowledge(id);
    if (part === "mine" && !mine.disabled) void actions.assign(id, me.id);
  }
  return { element, note, update, focus };
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
    const retry = h("button", { class: "button", type: "button", onclick: work.again }, t("again"));
    fill(said, `${t("work.failed")}: ${work.error?.sentence(currentLanguage()) ?? ""} `, retry);
  }
}

/** @param {Desk} desk @param {number} id */
function resolveForm(desk, id) {
  const choices = OUTCOMES.map((outcome, at) =>
    h(
      "label",
      { class: "choice" },
      h("input", { type: "radio", name: "outcome", value: outcome, checked: at === 0 }),
      t(`outcome.${outcome}`),
    ),
  );
  const words = h("input", {
    placeholder: t("action.resolve_words"),
    "aria-label": t("action.resolve_words"),
    maxlength: 500,
  });
  keepDraft(words, `resolve/${id}`);
  const send = h("button", { class: "primary", type: "submit" }, t("action.resolve_send"));
  const form = h(
    "form",
    { class: "resolve stack", hidden: true },
    h("fieldset", {}, h("legend", {}, t("action.outcome")), ...choices),
    words,
    h("div", { class: "work-row" }, send, h("small", { class: "dim" }, "Ctrl+Enter")),
  );
  form.onsubmit = async (event) => {
    event.preventDefault();
    const outcome = String(new FormData(form).get("outcome"));
    const sent = words.value.trim();
    if (await desk.actions.resolve(id, outcome, sent)) draftSent(words, `resolve/${id}`, sent);
  };
  onSendKey(form);
  return form;
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

/** @param {HTMLFormElement} form */
function onSendKey(form) {
  form.onkeydown = (event) => {
    if (event.key === "Enter" && event.ctrlKey) {
      event.preventDefault();
      form.requestSubmit();
    }
  };
}
