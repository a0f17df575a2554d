/** The map on paper: title, scale bar, north arrow, legend, date and sources, to be printed or kept as PDF. */

import { byId, h } from "../ui/dom.js";
import { drawLegend } from "../map/legend.js";
import { fieldTime } from "../ui/format.js";
import { listed, name, t } from "../ui/i18n.js";
import { serverNow } from "../ui/api.js";
import { tab } from "../ui/store.js";
import { currentTheme, useTheme } from "../ui/theme.js";
import { creditOf } from "../map/days.js";
import { cellsLegend } from "./cells.js";
import { legendOf } from "./legend.js";
import { dayOf } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").MapLayer} MapLayer */

const SHEETS = ["a4-landscape", "a4-portrait", "a3-landscape", "a3-portrait"];

/** @param {Desk} desk @param {string} title as proposed */
export function layOut(desk, title) {
  const map = byId("map");
  const home = /** @type {HTMLElement} */ (map.parentElement);
  const next = map.nextSibling;
  const theme = currentTheme();
  if (theme !== "light") useTheme("light"); // paper is white
  title = tab.get("paper.title", title);
  const heading = h("h1", {}, title);
  const place = h("div", { class: "paper-map" }, northArrow());
  const keys = side(desk);
  const paper = h("div", { class: "paper" }, heading, h("div", { class: "paper-body" }, place, keys), foot(desk));
  const second = h("div", { class: "paper paper-keys", hidden: true });
  const input = h("input", { type: "text", value: title, maxlength: 60, "aria-label": t("paper.title") });
  input.oninput = () => {
    heading.textContent = input.value;
    tab.set("paper.title", input.value || undefined);
  };
  const pages = new CSSStyleSheet();
  const take = (/** @type {string} */ one) => {
    paper.dataset.sheet = second.dataset.sheet = one;
    pages.replaceSync(`@page { size: ${one.replace("-", " ")}; margin: 10mm; }`);
  };
  take(tab.get("paper.sheet", SHEETS[0]));
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, pages];
  const sheet = h("select", { "aria-label": t("paper.sheet") }, ...SHEETS.map((one) => h("option", { value: one }, t(`paper.${one}`))));
  sheet.value = paper.dataset.sheet ?? "";
  sheet.onchange = () => {
    take(sheet.value);
    tab.set("paper.sheet", sheet.value);
    fit();
  };
  const live = h("input", { type: "checkbox" });
  live.checked = tab.get("paper.live", false);
  live.onchange = () => {
    tab.set("paper.live", live.checked || undefined);
    withLive(paper, keys, desk, live.checked);
    fit();
  };
  withLive(paper, keys, desk, live.checked);
  const fit = () => {
    fitKeys(paper, second, keys);
    desk.map?.resized();
  };
  const dialog = h("dialog", { class: "paper-dialog", "aria-label": t("paper.name") });
  const close = () => dialog.close();
  const bar = h(
    "div",
    { class: "paper-bar" },
    h("label", {}, h("span", {}, t("paper.title")), input),
    h("label", {}, h("span", {}, t("paper.sheet")), sheet),
    h("label", {}, live, h("span", {}, t("paper.live"))),
    h("button", { class: "primary", type: "button", onclick: () => window.print() }, t("paper.print")),
    h("button", { class: "button", type: "button", onclick: close }, t("close")),
  );
  dialog.append(bar, paper, second);
  dialog.onclose = () => {
    home.insertBefore(map, next);
    dialog.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== pages);
    document.body.classList.remove("on-paper");
    if (theme !== "light") useTheme(theme);
    desk.map?.resized();
  };
  document.body.append(dialog);
  document.body.classList.add("on-paper");
  place.prepend(map);
  dialog.showModal();
  fit();
}

/** A legend that is longer than its place gets a sheet of its own, and the map the whole first one.
 * @param {HTMLElement} paper @param {HTMLElement} second @param {HTMLElement} keys */
function fitKeys(paper, second, keys) {
  paper.querySelector(".paper-body")?.append(keys);
  const apart = keys.scrollHeight > keys.clientHeight + 1 || keys.scrollWidth > keys.clientWidth + 1;
  if (apart) second.append(keys);
  second.hidden = !apart;
  paper.classList.toggle("keys-apart", apart);
}

/** What is live stands on paper only if it is wanted, and is then explained like the rest.
 * @param {HTMLElement} paper @param {HTMLElement} keys @param {Desk} desk @param {boolean} wanted */
function withLive(paper, keys, desk, wanted) {
  paper.classList.toggle("without-live", !wanted);
  keys.querySelector(".paper-live")?.remove();
  if (!wanted) return;
  const live = h("div", { class: "paper-live" });
  drawLegend(live, liveKeys(desk));
  keys.append(live);
}

/** @param {Desk} desk */
function liveKeys(desk) {
  const told = (desk.map?.legends() ?? []).filter((one) => one.code !== "planner");
  return told.map((one) => {
    const rows = one.legend?.() ?? [];
    const title = !rows.some((row) => row.nodeName === "H3") && h("h3", {}, one.title);
    return h("section", {}, title, rows.every((row) => row.nodeName === "LI") ? h("ul", {}, ...rows) : rows);
  });
}

/** The legend of what is on the map.
 * @param {Desk} desk */
function side(desk) {
  const keys = drawn(desk).map((layer) => keyOf(layer)).filter(Boolean);
  return h("aside", { class: "paper-side" }, h("h2", {}, t("planner.legend")), cellsKey(), ...keys);
}

/** What the squares of figures on the map mean, if there are any. */
function cellsKey() {
  const legend = cellsLegend();
  return legend.length > 0 && h("div", { class: "paper-key" }, ...legend);
}

/** The layers that hold something and are drawn at this zoom.
 * @param {Desk} desk */
function drawn(desk) {
  const zoom = desk.map?.here().zoom ?? 0;
  return (desk.map?.shown() ?? []).filter((layer) => layer.count !== 0 && layer.minzoom <= zoom);
}

/** @param {MapLayer} layer */
function keyOf(layer) {
  const legend = legendOf(layer, "day");
  if (!legend) return null;
  const classes = layer.style.filter((paint) => paint.draw !== "label").length;
  return h("div", { class: "paper-key" }, (classes > 1 || layer.ramp) && h("h3", {}, name("title", layer)), legend);
}

/** Whose a layer is, and of which day: of a past one what was drawn of it then, or that it is as now.
 * @param {Desk} desk @param {MapLayer} layer */
function sourceText(desk, layer) {
  const day = desk.map?.day() ?? "";
  const made = layer.simulated ? t("simulated") : creditOf(layer, day).attribution;
  const then = desk.map?.dayOf(layer) ?? "";
  const undated = day && !then ? t("paper.as_now") : "";
  return `${name("title", layer)} ${[made, then || dayOf(layer), undated].filter(Boolean).join(" ")}`;
}

/** @param {Desk} desk */
function foot(desk) {
  const sources = `${t("paper.sources")}${listed(drawn(desk).map((layer) => sourceText(desk, layer)))}`;
  const of = desk.map?.day() ?? "";
  const at = fieldTime(serverNow()).replace("T", " ");
  return h("footer", { class: "paper-foot" }, h("p", {}, sources), of && h("b", { class: "tabular" }, t("paper.day", { day: of })), h("span", {}, t("paper.frame"), h("span", { class: "paper-over" }, t("paper.over"))), h("span", { class: "tabular" }, t("paper.printed", { at })));
}

function northArrow() {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 36");
  svg.setAttribute("class", "paper-north");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", t("paper.north"));
  const arrow = document.createElementNS(space, "path");
  arrow.setAttribute("d", "M12 1 20 24 12 19 4 24Z");
  const letter = document.createElementNS(space, "text");
  letter.setAttribute("x", "12");
  letter.setAttribute("y", "35");
  letter.setAttribute("text-anchor", "middle");
  letter.textContent = t("paper.n");
  svg.append(arrow, letter);
  return svg;
}
