/** The planner's tools: the catalogue, importing, attributes, what is inside, what is here. */

import { name, t } from "../ui/i18n.js";
import { tab } from "../ui/store.js";
import { Refusal } from "../panels/verbs.js";
import { mountTerrain } from "../terrain/module.js";
import { AreaPanel, look, PlacePanel } from "./answers.js";
import { Catalogue } from "./catalogue.js";
import { FiguresPanel } from "./figures.js";
import { followLayers } from "./following.js";
import { ImportForm } from "./import_form.js";
import { ImportPanel } from "./import_panel.js";
import { JoinedPanel } from "./joined_panel.js";
import { LayerForm } from "./layer_form.js";
import { LayerPanel } from "./layer_panel.js";
import { layerList } from "./list.js";
import { SharePanel } from "./share_panel.js";
import { MeasurePanel } from "./measure.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {{type: string, coordinates: any}} Geometry */

export const planner = {
  topics: ["layer"],
  /** @param {Desk} desk */
  mount(desk) {
    if (!desk.may("layer.see")) return;
    const catalogue = new Catalogue(desk);
    const tools = toolsOf(desk, catalogue);
    const list = layerList(desk, catalogue, { ...tools, ...mountTerrain(desk, catalogue) });
    const draw = () => {
      list.failure = catalogue.layers ? "" : catalogue.failure;
      list.draw();
    };
    desk.picture.on("layers", draw);
    desk.lists.add({
      place: "board",
      name: "layers",
      title: t("planner.title"),
      body: list.body,
      count: () => catalogue.layers?.length ?? 0,
      step: (by) => list.step(by),
    });
    // layers are what a planner comes for; whoever turned to another list finds that one again
    if (desk.me.role === "planner" && !tab.get("lists", null)) desk.lists.show("layers");
    desk.panels.add("layer", (_, id) => new LayerPanel(desk, catalogue, String(id)));
    desk.panels.add("figures", (_, id) => new FiguresPanel(desk, catalogue, String(id)));
    desk.panels.add("joined", (_, id) => new JoinedPanel(desk, catalogue, String(id)));
    desk.panels.add("new-layer", () => new LayerForm(desk, ""));
    desk.panels.add("edit-layer", (_, id) => new LayerForm(desk, String(id)));
    desk.panels.add("import", (_, id) => new ImportPanel(desk, String(id)));
    desk.panels.add("new-import", () => new ImportForm(desk, catalogue));
    mountKeys(desk, tools);
    desk.verbs.add(...verbs(desk, catalogue, tools));
    draw();
    followLayers(desk.picture);
    void catalogue.load();
  },
};

/** @typedef {{start: () => void, inside: () => void, place: () => void, measure: (kind: "line"|"area") => void, share: () => void}} Tools */

/** @param {Desk} desk @param {Catalogue} catalogue @returns {Tools} */
function toolsOf(desk, catalogue) {
  /** @type {{asked: number, shape: Geometry|null}} what was drawn last: kept over a reload */
  let { asked, shape } = tab.get("planner.drawn", { asked: 0, shape: null });
  /** @type {import("../ui/selection.js").Selected} what was open when the sharing was */
  let looked = null;
  const drawn = async (/** @type {"area"|"point"|"line"} */ kind, /** @type {string} */ title, /** @type {string} */ panel) => {
    const given = await desk.map?.ask(kind, title);
    if (!given) return;
    shape = /** @type {Geometry} */ (/** @type {unknown} */ (given));
    asked += 1;
    tab.set("planner.drawn", { asked, shape });
    desk.selection.choose({ kind: panel, id: asked });
    look(desk, shape);
    desk.show("work");
  };
  const tools = {
    start: () => {
      desk.selection.choose({ kind: "new-import", id: "new" });
      desk.show("work");
    },
    inside: () => void drawn("area", t("planner.area.ask"), "inside"),
    place: () => void drawn("point", t("planner.point.ask"), "place"),
    share: () => {
      looked = desk.selection.current;
      desk.selection.choose({ kind: "share", id: "view" });
      desk.show("work");
    },
    measure: (/** @type {"line"|"area"} */ kind) => void drawn(kind, t(`measure.ask.${kind}`), "measure"),
  };
  const kept = (/** @type {unknown} */ id) => (id === asked ? shape : null);
  desk.panels.add("inside", (_, id) => new AreaPanel(desk, catalogue, kept(id), tools.inside));
  desk.panels.add("place", (_, id) => new PlacePanel(desk, catalogue, kept(id), tools.place));
  desk.panels.add("share", () => new SharePanel(desk, looked));
  desk.panels.add("measure", (_, id) => new MeasurePanel(desk, kept(id), tools.measure));
  return tools;
}

/** @param {Desk} desk @param {Tools} tools */
function mountKeys(desk, tools) {
  const front = () => desk.lists.isShown("layers");
  if (desk.may("layer.edit")) desk.keys.bind("u", tools.start, front);
  desk.keys.bind("i", tools.inside, front);
  desk.keys.bind("o", tools.place, front);
  desk.keys.bind("y", tools.share, front);
  desk.keys.bind("m", () => tools.measure("line"), front);
  desk.keys.bind("e", () => tools.measure("area"), front);
  desk.sheet.push([
    "planner.keys",
    [
      ["u", "planner.keys.import"],
      ["i", "planner.keys.inside"],
      ["o", "planner.keys.place"],
      ["m", "planner.keys.measure"],
      ["y", "planner.keys.share"],
      ["e", "planner.keys.measure_area"],
    ],
  ]);
}

/** @param {Desk} desk @param {Catalogue} catalogue @param {Tools} tools
 * @returns {import("../panels/verbs.js").Verb[]} */
function verbs(desk, catalogue, tools) {
  const layers = () => catalogue.layers ?? [];
  return [
    {
      name: "ly",
      usage: "planner.usage.layer",
      offers: () => layers().map((layer) => ({ word: layer.code, hint: name("title", layer) })),
      run: ([word = ""]) => {
        const found = layers().find((layer) => layer.code === word || layer.title_zh === word);
        if (!found) throw new Refusal(t("planner.unknown_layer", { word }));
        desk.selection.choose({ kind: "layer", id: found.code });
        desk.show("work");
      },
    },
    {
      name: "imp",
      usage: "planner.usage.import",
      run: () => {
        if (!desk.may("layer.edit")) throw new Refusal(t("planner.not_yours"));
        tools.start();
      },
    },
    { name: "in", usage: "planner.usage.inside", run: () => tools.inside() },
    { name: "sh", usage: "share.usage", run: () => tools.share() },
    { name: "me", usage: "measure.usage", run: () => tools.measure("line") },
    { name: "at", usage: "planner.usage.place", run: () => tools.place() },
  ];
}
