/** The list of rules, and the head and versions of one. */

import { serverNow } from "../ui/api.js";
import { h } from "../ui/dom.js";
import { dayAndClock } from "../ui/format.js";
import { name, t } from "../ui/i18n.js";
import { chip } from "../ui/parts.js";
import { gist } from "./gist.js";

/** @typedef {import("./model.js").Rule} Rule */

/** @param {string[]} columns */
function heads(columns) {
  const cells = columns.map((one) => h("th", { scope: "col" }, t(`rules.column.${one}`)));
  return h("thead", {}, h("tr", {}, ...cells));
}

/** @param {Rule[]} rules @param {string|null} chosen @param {(key: string) => void} choose */
export function ruleTable(rules, chosen, choose) {
  if (rules.length === 0) return h("p", { class: "empty" }, h("b", {}, t("rules.none")));
  const rows = rules.map((rule) => ruleRow(rule, rule.key === chosen, choose));
  const columns = heads(["enabled", "title", "kind", "gist", "version"]);
  return h("table", { class: "rows rule-rows" }, columns, h("tbody", {}, ...rows));
}

/** @param {Rule} rule @param {boolean} chosen @param {(key: string) => void} choose */
function ruleRow(rule, chosen, choose) {
  const row = h(
    "tr",
    { class: "row", tabindex: "0", "aria-selected": String(chosen) },
    h("td", {}, stateMark(rule)),
    h("td", {}, h("b", {}, name("title", rule)), h("small", { class: "dim" }, ` ${rule.key}`)),
    h("td", {}, t(`rules.kind.${rule.kind}`)),
    h("td", { class: "tabular" }, gist(rule)),
    h("td", { class: "tabular" }, rule.version),
  );
  row.onclick = () => choose(rule.key);
  row.onkeydown = (event) => event.key === "Enter" && choose(rule.key);
  return row;
}

/** @param {Rule} rule */
function stateMark({ enabled }) {
  const state = enabled ? "on" : "off";
  return h("span", { class: `switch ${state}` }, t(`rules.${state}`));
}

/** @param {Rule} rule @param {() => void} toggle */
export function ruleHead(rule, toggle) {
  const flip = h("button", { class: "button", type: "button", onclick: toggle });
  flip.append(t(rule.enabled ? "rules.disable" : "rules.enable"));
  const version = t("alert.version", { n: rule.version });
  return h(
    "header",
    { class: "rule-head" },
    h("h2", {}, name("title", rule)),
    chip("", t(`rules.origin.${rule.origin}`)),
    h("span", { class: "dim tabular" }, version),
    flip,
  );
}

/** @param {Rule[]} versions newest first */
export function versionTable(versions) {
  const rows = versions.map((one) =>
    h(
      "tr",
      {},
      h("td", { class: "tabular" }, one.version),
      h("td", { class: "tabular" }, dayAndClock(one.made_at, serverNow())),
      h("td", {}, one.author ?? t("actor.system")),
      h("td", {}, stateMark(one)),
      h("td", { class: "tabular" }, gist(one)),
    ),
  );
  const columns = heads(["version", "made", "author", "enabled", "gist"]);
  const table = h("table", { class: "rows" }, columns, h("tbody", {}, ...rows));
  return h("section", { class: "rule-versions" }, h("h3", {}, t("rules.versions")), table);
}
