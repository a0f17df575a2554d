/** The rules page: the list on the left, one rule with its form and versions on the right. */

import { Editor } from "./rules/editor.js";
import { ruleHead, ruleTable, versionTable } from "./rules/views.js";
import { vocabularyOf } from "./rules/vocabulary.js";
import { ApiError, call } from "./ui/api.js";
import { byId, fill, h } from "./ui/dom.js";
import { useTimeZone } from "./ui/format.js";
import { currentLanguage, t, useLanguage } from "./ui/i18n.js";
import { mountPageBar } from "./ui/page_bar.js";
import { tab } from "./ui/store.js";

/** @typedef {import("./rules/model.js").Rule} Rule */

const NEW = ""; // the key of a rule that is not made yet

useLanguage(JSON.parse(byId("settings").textContent ?? "{}").language);
mountPageBar();

/** @type {Rule[]} */
let rules = [];
/** @type {import("./rules/vocabulary.js").Vocabulary} */
let vocabulary = { properties: [], kinds: [], fences: [], standards: {} };
/** @type {string|null} */
let chosen = tab.get("rule", null);

async function load() {
  try {
    const [city, listed, things, fences] = await Promise.all(
      ["/city", "/rules", "/things", "/fences"].map((path) => call(path)),
    );
    useTimeZone(city.time_zone);
    rules = listed.items;
    vocabulary = vocabularyOf(things.items, fences.features, rules);
    draw();
  } catch (error) {
    failed(byId("rule-list"), error, load);
  }
}

/** @param {HTMLElement} place @param {unknown} error @param {() => void} again */
function failed(place, error, again) {
  if (!(error instanceof ApiError)) throw error;
  const button = h("button", { class: "button", type: "button", onclick: again }, t("again"));
  const sentence = h("b", {}, error.sentence(currentLanguage()));
  fill(place, h("div", { class: "empty", role: "alert" }, sentence, button));
}

/** @param {string} key */
function choose(key) {
  chosen = key;
  tab.set("rule", key);
  draw();
}

function draw() {
  fill(byId("rule-list"), ruleTable(rules, chosen, choose));
  void drawRule();
}

async function drawRule() {
  const place = byId("rule");
  if (chosen === null) {
    const words = h("div", { class: "empty" }, h("b", {}, t("rules.pick")), t("rules.pick.help"));
    fill(place, words);
  } else if (chosen === NEW) {
    const editor = new Editor(null, vocabulary, (saved) => void after(saved));
    fill(place, h("h2", {}, t("rules.new")), editor.element);
  } else await drawKnown(place, chosen);
}

/** @param {HTMLElement} place @param {string} key */
async function drawKnown(place, key) {
  try {
    const rule = /** @type {Rule} */ (await call(`/rules/${encodeURIComponent(key)}`));
    if (key !== chosen) return;
    const editor = new Editor(rule, vocabulary, (saved) => void after(saved));
    const help = h("p", { class: "dim" }, t(`rules.kind.${rule.kind}.help`));
    const head = ruleHead(rule, () => void toggle(rule));
    fill(place, head, help, editor.element, versionTable(rule.versions ?? []));
  } catch (error) {
    failed(place, error, () => void drawRule());
  }
}

/** @param {Rule} rule */
async function toggle(rule) {
  const verb = rule.enabled ? "disable" : "enable";
  try {
    await after(await call(`/rules/${rule.key}/${verb}`, { method: "POST" }));
  } catch (error) {
    failed(byId("rule"), error, () => void drawRule());
  }
}

/** @param {Rule} saved */
async function after(saved) {
  rules = (await call("/rules")).items;
  byId("said").textContent = t("rules.saved", { key: saved.key, n: saved.version });
  choose(saved.key);
}

byId("new-rule").onclick = () => choose(NEW);
void load();
