/** The bar on top: what waits, whether one would hear it, what time it is, whether the feed lives. */

import { ageText, thingTrust } from "../ui/age.js";
import { call, serverNow } from "../ui/api.js";
import { byId, fill, h, icon, write } from "../ui/dom.js";
import { clock, longDay } from "../ui/format.js";
import { currentLanguage, name, personName, t } from "../ui/i18n.js";
import { counts } from "../ui/order.js";
import { capButton } from "../ui/parts.js";
import { currentTheme, toggleTheme } from "../ui/theme.js";

/** @typedef {import("../desk.js").Desk} Desk */

const SUN =
  "M8 4.6a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8ZM8 .8v1.6M8 13.6v1.6M.8 8h1.6M13.6 8h1.6M2.9 2.9 4 4M12 12l1.1 1.1M13.1 2.9 12 4M4 12l-1.1 1.1";
const MOON = "M13.4 9.8A5.8 5.8 0 0 1 6.2 2.6a5.8 5.8 0 1 0 7.2 7.2Z";
const LEAVE = "M6.5 2.5H3v11h3.5M6.5 8h7M10.8 5.2 13.6 8l-2.8 2.8";
const REVIEW = "M3 2.5h10v11H3zM5.5 6h5M5.5 8.5h5M5.5 11h3";
const RULES =
  "M2.5 4h7M12.5 4h1M2.5 8h2M7.5 8h6M2.5 12h6M11.5 12h2M11 2.7v2.6M6 6.7v2.6M10 10.7v2.6";

/** @param {Desk} desk @param {{sheet: () => void, jump: (what: string) => void}} may */
export function mountHeader(desk, may) {
  write(byId("city"), name("name", desk.city));
  const counters = makeCounters(desk, may.jump);
  fill(byId("tools"), ...tools(desk, may.sheet));
  const gap = byId("link");
  const time = byId("clock");
  const day = h("small");
  const digits = h("span");
  fill(time, day, digits);

  function second() {
    const now = serverNow();
    write(day, longDay(now));
    write(digits, clock(now));
    drawLink(desk, gap);
    drawCounters(desk, counters, now);
  }
  desk.everySecond(second);
  desk.picture.on("link", second);
  desk.picture.on("alerts", second);
  for (const { topic } of desk.counters) desk.picture.on(topic, second);
  second();
}

/** @typedef {object} Counter a module's figure in the bar on top
 * @property {string} name
 * @property {string} topic whose changes change it
 * @property {string} title
 * @property {string} help
 * @property {() => number} count
 * @property {"alarm"|"late"|""} tone how it looks when it is not zero
 * @property {() => void} jump to the first of what it counts */

/** @param {Desk} desk @param {(what: string) => void} jump @returns {Record<string, HTMLElement>} */
function makeCounters(desk, jump) {
  const made = /** @type {Record<string, HTMLElement>} */ ({});
  for (const what of ["pending", "active", "overdue", "silent"])
    made[what] = face(t(`counter.${what}`), t(`counter.${what}.help`), () => jump(what));
  for (const { name: what, title, help, jump: lead } of desk.counters)
    made[what] = face(title, help, lead);
  fill(byId("counters"), ...Object.values(made));
  return made;
}

/** @param {string} title @param {string} help @param {() => void} run */
function face(title, help, run) {
  const props = { class: "counter zero", type: "button", title: help, onclick: run };
  return h("button", props, h("span", {}, title), h("b", {}, "0"));
}

/** @param {Desk} desk @param {Record<string, HTMLElement>} counters @param {number} now */
function drawCounters(desk, counters, now) {
  const found = counts(desk.picture.live.values(), now);
  const silent = [...desk.picture.things.values()].filter(
    (thing) => thingTrust(thing, now) === "silent",
  ).length;
  for (const [what, n] of Object.entries({ ...found, silent })) {
    const counter = counters[what];
    if (!counter) continue;
    write(/** @type {HTMLElement} */ (counter.lastElementChild), String(n));
    counter.classList.toggle("zero", n === 0);
    counter.classList.toggle("alarm", n > 0 && (what === "pending" || what === "overdue"));
    counter.classList.toggle("late", n > 0 && what === "silent");
  }
  for (const { name: what, count, tone } of desk.counters) {
    const n = count();
    write(/** @type {HTMLElement} */ (counters[what].lastElementChild), String(n));
    counters[what].className = `counter ${n === 0 ? "zero" : tone}`;
  }
}

/** @param {Desk} desk @param {HTMLElement} place */
function drawLink(desk, place) {
  const { state, heard } = desk.picture.link;
  const gap = heard ? ageText((Date.now() - heard) / 1000) : "";
  const lost = state === "lost" || state === "refused";
  place.className = `link-state ${lost ? "lost" : state === "live" ? "live" : "waiting"}`;
  write(place, lost ? t(`link.${state}`, { gap }) : t(`link.${state}`));
  document.body.classList.toggle("offline", lost);
}

/** Keep the choice with the person, then load the page anew; if keeping fails the cookie still counts. */
async function switchLanguage() {
  const language = currentLanguage() === "zh" ? "en" : "zh-hans";
  await call("/me", { method: "PATCH", body: { language } }).catch((error) =>
    console.warn("language not kept:", error.message),
  );
  formOf("language-form").submit();
}

/** @param {Desk} desk @param {() => void} sheet */
function tools(desk, sheet) {
  const theme = tool(t("tool.theme"), themeIcon(), () => {
    toggleTheme();
    fill(theme, themeIcon());
  });
  const other = currentLanguage() === "zh" ? "EN" : "中";
  const language = tool(t("tool.language"), other, () => void switchLanguage());
  language.setAttribute("aria-label", `${other} ${t("tool.language")}`);
  const who = `${t("tool.sign_out")} (${personName(desk.me)} · ${t(`role.${desk.me.role}`)})`;
  const leave = tool(who, icon(LEAVE), () => formOf("sign-out").submit());
  const label = t("tool.rules");
  const link = { class: "tool", href: "/rules/", "aria-label": label, title: label };
  const rules = desk.may("rule.edit") && h("a", link, icon(RULES));
  const look = t("review.title");
  const back = { class: "tool", href: "/review/", "aria-label": look, title: look };
  const review = desk.may("review.see") && h("a", back, icon(REVIEW));
  return [capButton("?", t("keys.sheet"), sheet), review, rules, theme, language, leave];
}

/** @param {string} title @param {string|Node} face @param {() => void} run */
function tool(title, face, run) {
  const props = { class: "tool", type: "button", "aria-label": title, title, onclick: run };
  return h("button", props, face);
}

function themeIcon() {
  return icon(currentTheme() === "dark" ? SUN : MOON);
}

/** @param {string} id */
function formOf(id) {
  return /** @type {HTMLFormElement} */ (byId(id));
}
