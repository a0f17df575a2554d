/** The rules page: the list on the left, one rule with its form and versions on the right. */

import { editor, vocabularyOf } from "./rules/editor.js";
import { gist } from "./rules/model.js";
import { ApiError, call, serverNow } from "./ui/api.js";
import { byId, fill, h } from "./ui/dom.js";
import { dayAndClock, useTimeZone } from "./ui/format.js";
import { currentLanguage, has, name, t, useLanguage } from "./ui/i18n.js";
import { tab } from "./ui/store.js";
import { mountPageBar } from "./ui/page_bar.js";

/** @typedef {import("./rules/model.js").Rule} Rule */

useLanguage(JSON.parse(byId("settings").textContent ?? "{}").language);
mountPageBar();

/** @type {Rule[]} */ let rules = [];
/** @type {import("./rules/editor.js").Vocabulary} */ let vocabulary = {
  properties: [],
  kinds: [],
  fences: [],
  standards: {},
};
/** @type {string|null} "" is a new rule */ let chosen = tab.get("rule", null);

async function load() {
  try {
    const [city, listed, things, fences] = await Promise.all(
      ["/city", "/rules", "/things", "/fences"].map((path) => call(path)),
    );
    useTimeZone(city.time_zone);
    rules = listed.items;
    vocabulary = vocabularyOf(things.items, fences.features, rules);
    drawList();
    void drawRule();
  } catch (error) {
    failed(byId("rule-list"), error, load);
  }
}

/** @param {HTMLElement} place @param {unknown} error @param {() => void} again */
function failed(place, error, again) {
  if (!(error instanceof ApiError)) throw error;
  fill(
    place,
    h(
      "div",
      { class: "empty", role: "alert" },
      h("b", {}, error.sentence(currentLanguage())),
      h("button", { class: "button", type: "button", onclick: again }, t("again")),
    ),
  );
}

/** @param {string|null} key */
function choose(key) {
  chosen = key;
  tab.set("rule", key ?? undefined);
  drawList();
  void drawRule();
}

function drawList() {
  const rows = rules.map((rule) =>
    h(
      "tr",
      {
        class: "row",
        tabindex: "0",
        "aria-selected": String(rule.key === chosen),
        onclick: () => choose(rule.key),
        onkeydown: (/** @type {KeyboardEvent} */ event) =>
          event.key === "Enter" && choose(rule.key),
      },
      h(
        "td",
        {},
        h(
          "span",
          { class: `switch ${rule.enabled ? "on" : "off"}` },
          t(rule.enabled ? "rules.on" : "rules.off"),
        ),
      ),
      h("td", {}, h("b", {}, name("title", rule)), h("small", { class: "dim" }, ` ${rule.key}`)),
      h("td", {}, t(`rules.kind.${rule.kind}`)),
      h("td", { class: "tabular" }, gist(rule)),
      h("td", { class: "num tabular" }, rule.version),
    ),
  );
  const heads = ["enabled", "title", "kind", "gist", "version"].map((column) =>
    h(
      "th",
      { scope: "col", class: column === "version" ? "num" : "" },
      t(`rules.column.${column}`),
    ),
  );
  const table = h(
    "table",
    { class: "rows rule-rows" },
    h("thead", {}, h("tr", {}, ...heads)),
    h("tbody", {}, ...rows),
  );
  fill(
    byId("rule-list"),
    rules.length ? table : h("p", { class: "empty" }, h("b", {}, t("rules.none"))),
  );
}

async function drawRule() {
  const place = byId("rule");
  if (chosen === null) {
    fill(place, h("div", { class: "empty" }, h("b", {}, t("rules.pick")), t("rules.pick.help")));
    return;
  }
  if (chosen === "") {
    fill(
      place,
      h("h2", {}, t("rules.new")),
      editor(null, vocabulary, (saved) => void after(saved)),
    );
    return;
  }
  const key = chosen;
  try {
    const rule = /** @type {Rule} */ (await call(`/rules/${encodeURIComponent(key)}`));
    if (key === chosen) fill(place, ...ruleParts(rule));
  } catch (error) {
    failed(place, error, () => void drawRule());
  }
}

/** @param {Rule} rule */
function ruleParts(rule) {
  const flip = h(
    "button",
    {
      class: "button",
      type: "button",
      "aria-pressed": String(rule.enabled),
      onclick: () => void toggle(rule),
    },
    t(rule.enabled ? "rules.disable" : "rules.enable"),
  );
  const origin = h("span", { class: "chip" }, t(`rules.origin.${rule.origin}`));
  const versions = (rule.versions ?? []).map((one) =>
    h(
      "tr",
      {},
      h("td", { class: "num tabular" }, one.version),
      h("td", { class: "tabular" }, dayAndClock(one.made_at, serverNow())),
      h("td", {}, one.author ?? t("actor.system")),
      h("td", {}, t(one.enabled ? "rules.on" : "rules.off")),
      h("td", { class: "tabular" }, gist(one)),
    ),
  );
  return [
    h(
      "header",
      { class: "rule-head" },
      h("h2", {}, name("title", rule)),
      origin,
      h("span", { class: "dim tabular" }, t("alert.version", { n: rule.version })),
      flip,
    ),
    h(
      "p",
      { class: "dim" },
      has(`rules.kind.${rule.kind}.help`) ? t(`rules.kind.${rule.kind}.help`) : "",
    ),
    editor(rule, vocabulary, (saved) => void after(saved)),
    h(
      "section",
      { class: "rule-versions" },
      h("h3", {}, t("rules.versions")),
      h(
        "table",
        { class: "rows" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ...["version", "made", "author", "enabled", "gist"].map((column) =>
              h("th", { scope: "col" }, t(`rules.column.${column}`)),
            ),
          ),
        ),
        h("tbody", {}, ...versions),
      ),
    ),
  ];
}

/** @param {Rule} rule */
async function toggle(rule) {
  try {
    await after(
      await call(`/rules/${rule.key}/${rule.enabled ? "disable" : "enable"}`, { method: "POST" }),
    );
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

byId("new-rule").onclick = () => choose("");
void load();
