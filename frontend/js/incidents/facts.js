/** What is known of an incident: times and levels, and the form that corrects them. */

import { call, serverNow } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { dayAndClock } from "../ui/format.js";
import { currentLanguage, name, personName, t } from "../ui/i18n.js";
import { factRows } from "../ui/parts.js";
import { onSendKey } from "../panels/resolve_form.js";
import { saidLine, sending } from "../ui/sending.js";
import { natures } from "./natures.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Entity} Entity */

const STAMPS = ["reported_at", "taken_at", "dispatched_at", "en_route_at", "on_scene_at",
  "under_control_at", "closed_at"];
const COUNTS = ["deaths", "serious_injuries", "missing", "loss_10k_yuan"];
const ROMAN = ["", "I", "II", "III", "IV"];

/** @param {Desk} desk @param {HTMLElement} place @param {Entity} incident */
export function drawFacts(desk, place, incident) {
  const stamp = `${incident.version}/${currentLanguage()}`;
  if (place.dataset.shown === stamp) return;
  place.dataset.shown = stamp;
  const when = (/** @type {string} */ field) =>
    incident[field] ? dayAndClock(incident[field], serverNow()) : "";
  const holder = personName(desk.people.get(incident.taken_by));
  const level = incident.response_level ? ROMAN[incident.response_level] : "";
  const colour = incident.warning_colour ? t(`severity.${incident.warning_colour}`) : "";
  const rows = factRows([
    [t("incidents.place"), [[incident.address, name("place", incident)].filter(Boolean).join(" · ")]],
    [t("incidents.source"), [t(`incidents.source.${incident.source}`)]],
    [t("incidents.category"), [t(`incidents.category.${incident.category}`)]],
    [t("incidents.response_level"), [level]],
    [t("incidents.warning_colour"), [colour]],
    [t("incidents.taken_by"), [holder]],
    ...COUNTS.map((field) => counted(incident, field)),
    ...STAMPS.map((field) => /** @type {[string, string[]]} */ ([t(`incidents.stamp.${field}`), [when(field)]])),
    [t("incidents.links"), links(desk, incident)],
  ]);
  fill(place, ...rows);
}

/** @param {Entity} incident @param {string} field @returns {[string, string[]]} */
function counted(incident, field) {
  return [t(`incidents.${field}`), [incident[field] === null ? "" : String(incident[field])]];
}

/** @param {Desk} desk @param {Entity} incident */
function links(desk, incident) {
  return Object.entries(incident.links ?? {}).flatMap(([kind, ids]) =>
    ids.map((/** @type {number} */ id) => {
      const one = kind.slice(0, -1);
      const choose = () => desk.selection.choose({ kind: one, id });
      const text = `${t(`incidents.link.${one}`)} ${id}`;
      return h("button", { class: "link", type: "button", onclick: choose }, text);
    }),
  );
}

/** The form that corrects: closed until it is asked for.
 * @param {Desk} desk @param {() => Entity|undefined} incident */
export function correctForm(desk, incident) {
  const said = saidLine();
  const fields = h("div", { class: "correct-fields" });
  const save = h("button", { class: "primary", type: "submit" }, t("incidents.correct.save"));
  const form = h("form", { class: "stack", hidden: true }, fields, h("div", { class: "work-row" }, save), said);
  onSendKey(form);
  form.onsubmit = async (event) => {
    event.preventDefault();
    const now = incident();
    if (!now) return;
    const body = { ...changed(form, now), version: now.version };
    const send = () => call(`/incidents/${now.id}`, { method: "PATCH", body });
    const answer = await sending(form, said, send, (error) => {
      if (error.problem.current) desk.picture.mergeEntity("incident", error.problem.current);
    });
    if (answer) desk.picture.mergeEntity("incident", answer);
    if (answer) form.hidden = true;
  };
  return { form, open: () => void open(form, fields, incident()) };
}

/** @param {HTMLFormElement} form @param {HTMLElement} fields @param {Entity|undefined} now */
async function open(form, fields, now) {
  form.hidden = !form.hidden;
  if (form.hidden || !now) return;
  const kinds = (await natures()).map((one) => [one.code, name("title", one)]);
  const grades = [1, 2, 3, 4].map((n) => [String(n), t(`severity.${n}`)]);
  const levels = [1, 2, 3, 4].map((n) => [String(n), ROMAN[n]]);
  const none = ["", "–"];
  fill(
    fields,
    choice("nature", t("incidents.type"), kinds, now.nature),
    choice("severity", t("incidents.severity"), grades, now.severity),
    choice("response_level", t("incidents.response_level"), [none, ...levels], now.response_level),
    choice("warning_colour", t("incidents.warning_colour"), [none, ...grades], now.warning_colour),
    text("address", t("incidents.address"), now.address, "text"),
    ...COUNTS.map((field) => text(field, t(`incidents.${field}`), now[field], "number")),
    now.under_control_at ? null : tick("under_control", t("incidents.correct.control")),
  );
  fields.querySelector("select")?.focus();
}

/** @param {string} field @param {string} label @param {string[][]} options @param {unknown} value */
function choice(field, label, options, value) {
  const select = h("select", { name: field });
  for (const [code, words] of options) select.append(h("option", { value: code }, words));
  select.value = String(value ?? "");
  return h("label", { class: "field" }, h("span", {}, label), select);
}

/** @param {string} field @param {string} label @param {unknown} value @param {string} type */
function text(field, label, value, type) {
  const how = type === "number" ? { min: 0, step: "any", inputmode: "decimal" } : { maxlength: 200 };
  const input = h("input", { name: field, type, ...how });
  input.value = value === null || value === undefined ? "" : String(value);
  return h("label", { class: "field" }, h("span", {}, label), input);
}

/** @param {string} field @param {string} label */
function tick(field, label) {
  return h("label", { class: "choice" }, h("input", { type: "checkbox", name: field }), label);
}

/** Only what differs is sent: what another desk corrected meanwhile stays.
 * @param {HTMLFormElement} form @param {Entity} now */
function changed(form, now) {
  /** @type {Record<string, unknown>} */
  const found = {};
  for (const [field, given] of new FormData(form)) {
    if (field === "under_control") found[field] = true;
    else if (String(given) !== String(now[field] ?? "")) {
      const plain = field === "nature" || field === "address";
      found[field] = plain ? given : given === "" ? null : Number(given);
    }
  }
  return found;
}
