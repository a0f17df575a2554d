/** One report upward as it was sent: a sheet to print, sign and file. */

import { ApiError, call, serverNow } from "./ui/api.js";
import { byId, fill, h } from "./ui/dom.js";
import { dayAndClock, useTimeZone } from "./ui/format.js";
import { currentLanguage, name, personName, t, useLanguage } from "./ui/i18n.js";
import { mountPageBar } from "./ui/page_bar.js";

const settings = JSON.parse(byId("settings").textContent ?? "{}");
const page = byId("file");
useLanguage(settings.language);
mountPageBar();

async function load() {
  try {
    const own = `/incidents/${settings.incident}`;
    const [city, people, incident, reports] = await Promise.all(
      ["/city", "/people", own, `${own}/reports`].map((path) => call(path)),
    );
    useTimeZone(city.time_zone);
    const found = reports.items.find((/** @type {any} */ one) => one.number === settings.report);
    if (!found) return failed(t("incidents.page.unknown"));
    const author = people.items.find((/** @type {any} */ one) => one.id === found.by);
    draw(city, incident, found, personName(author));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    failed(error.sentence(currentLanguage()));
  }
}

/** @param {string} words */
function failed(words) {
  const back = h("a", { class: "button", href: "/" }, t("incidents.page.back"));
  fill(page, h("div", { class: "empty", role: "alert" }, h("b", {}, words), back));
}

/** @param {any} city @param {any} incident @param {any} report @param {string} author */
function draw(city, incident, report, author) {
  const subject = [name("type", incident), incident.address].filter(Boolean).join(" · ");
  document.title = `#${incident.number} ${name("title", report)}`;
  const made = [dayAndClock(report.made_at, serverNow()), author].filter(Boolean).join(" · ");
  fill(
    page,
    h(
      "header",
      { class: "file-head" },
      h("p", { class: "work-line" }, h("span", {}, name("name", city)), h("span", { class: "tabular" }, `#${incident.number}`)),
      h("h1", {}, `${name("title", report)}　${subject}`),
      h("p", { class: "quiet-lead" }, made),
    ),
    h("dl", { class: "report-parts" }, ...report.parts.flatMap(part)),
    h("p", { class: "dim report-foot" }, t("incidents.page.sealed")),
  );
}

/** @param {any} part */
function part(part) {
  const lines = String(name("text", part)).split("\n");
  return [h("dt", {}, name("name", part)), h("dd", {}, ...lines.map((line) => h("p", {}, line)))];
}

void load();
