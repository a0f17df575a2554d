/** Who and what is inside an area, as far as the city's layers know. */

import { h } from "../ui/dom.js";
import { currentLanguage, listed, name, t } from "../ui/i18n.js";

const SHOWN = ["buildings", "hospitals", "schools", "metro_stations", "rail_stations"];
const NAMED = 6;

/** @param {import("../desk.js").Desk} _desk
 * @param {{people?: number, counts?: Record<string, number>, sites?: import("./model.js").Site[]}|null} inside */
export function insideBox(_desk, inside) {
  if (!inside || inside.people === undefined)
    return h("p", { class: "dim" }, t("warnings.inside.unknown"));
  const { people, counts = {}, sites = [] } = inside;
  const figure = new Intl.NumberFormat(currentLanguage() === "zh" ? "zh-CN" : "en-GB");
  const parts = SHOWN.filter((layer) => counts[layer]).map((layer) =>
    h(
      "span",
      {},
      `${t(`warnings.layer.${layer}`)} `,
      h("b", { class: "tabular" }, figure.format(counts[layer])),
    ),
  );
  const named = sites.slice(0, NAMED).map((site) => name("name", site));
  const more = sites.length > NAMED ? t("warnings.inside.more", { n: sites.length - NAMED }) : "";
  return h(
    "div",
    { class: "warning-inside" },
    h(
      "span",
      {},
      `${t("warnings.inside.people")} `,
      h("b", { class: "tabular" }, figure.format(people)),
    ),
    ...parts,
    named.length > 0 &&
      h("span", { class: "sites" }, listed(named), more),
    h("small", {}, t("warnings.inside.estimate")),
  );
}
