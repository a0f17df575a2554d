/** The map's legend: severities, stations, age of data, classes of units. */

import { fill, h } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { kindShape, UNIT_CLASSES } from "../ui/kinds.js";
import { severityMark } from "../ui/parts.js";
import { drawn } from "../ui/severity.js";

const KINDS = ["air", "rain", "waterlevel", "road", "weather", "noise"];
const TRUSTS = ["fresh", "late", "silent"];

/** @param {HTMLElement} place @param {Node[]} more of what the modules draw */
export function drawLegend(place, more = []) {
  const item = (/** @type {Node} */ mark, text = "") => h("li", {}, mark, text);
  const severities = [1, 2, 3, 4].map((n) => item(severityMark(n)));
  const kinds = KINDS.map((kind) => item(drawn(kindShape(kind), "shape"), t(`kind.${kind}`)));
  const trusts = TRUSTS.map((trust) =>
    item(drawn(kindShape("air"), `shape ${trust}`), t(`trust.${trust}`)),
  );
  const units = Object.entries(UNIT_CLASSES).map(([code, look]) => {
    const mark = drawn(look.path, `shape ${look.hollow ? "silent" : ""}`);
    mark.style.color = `var(--${look.token})`;
    return item(mark, `${look.letters} ${t(`unit.${code}`)}`);
  });
  const parts = { severity: severities, stations: kinds, trust: trusts, units };
  const sections = Object.entries(parts).map(([title, rows]) =>
    h("section", {}, h("h3", {}, t(`legend.${title}`)), h("ul", {}, ...rows)),
  );
  fill(place, ...sections, ...more);
}
