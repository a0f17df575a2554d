/** Terrain: a profile along a drawn line, and analyses that become layers. */

import { t } from "../ui/i18n.js";
import { tab } from "../ui/store.js";
import { AnalysisPanel } from "./analysis.js";
import { TerrainForm } from "./form.js";
import { ProfilePanel } from "./profile.js";

/** @typedef {{type: string, coordinates: any}} Geometry */

/** Add the panels, keys and verbs; returns what starts them.
 * @param {import("../desk.js").Desk} desk @param {import("../planner/catalogue.js").Catalogue} catalogue */
export function mountTerrain(desk, catalogue) {
  /** @type {{asked: number, line: Geometry|null}} what was drawn last: kept over a reload */
  let { asked, line } = tab.get("terrain.drawn", { asked: 0, line: null });
  const profile = async () => {
    const given = await desk.map?.ask("line", t("terrain.profile.ask"));
    if (!given) return;
    line = /** @type {Geometry} */ (/** @type {unknown} */ (given));
    asked += 1;
    tab.set("terrain.drawn", { asked, line });
    desk.selection.choose({ kind: "profile", id: asked });
    desk.show("work");
  };
  const analyse = () => {
    desk.selection.choose({ kind: "terrain", id: "new" });
    desk.show("work");
  };
  const kept = (/** @type {unknown} */ id) => (id === asked ? line : null);
  desk.panels.add("profile", (_, id) => new ProfilePanel(desk, kept(id), () => void profile()));
  desk.panels.add("terrain", () => new TerrainForm(desk));
  desk.panels.add("analysis", (_, id) => new AnalysisPanel(desk, catalogue, String(id)));
  const front = () => desk.lists.isShown("layers");
  desk.keys.bind("p", () => void profile(), front);
  desk.verbs.add({ name: "pf", usage: "terrain.usage.profile", run: () => void profile() });
  /** @type {[string, string][]} */
  const keys = [["p", "terrain.keys.profile"]];
  if (desk.may("layer.edit")) {
    desk.keys.bind("h", analyse, front);
    desk.verbs.add({ name: "te", usage: "terrain.usage.analyse", run: analyse });
    keys.push(["h", "terrain.keys.analyse"]);
  }
  desk.sheet.push(["terrain.keys", keys]);
  return { profile: () => void profile(), analyse };
}
