/** Search in everything that has a name or a code: a field over the map, behind a key. */

import { SearchBox } from "./box.js";
import { placesOf, targetOf } from "./model.js";
import { HitPanel, keepHit } from "./panel.js";

/** @typedef {import("../desk.js").Desk} Desk */

export const search = {
  topics: [],
  /** @param {Desk} desk */
  mount(desk) {
    if (!desk.may("layer.see")) return;
    let times = 0;
    const box = new SearchBox(desk, (hit) => {
      times += 1; // the same hit again: go there, not back
      keepHit(hit);
      box.close();
      desk.selection.choose(targetOf(hit));
      desk.map?.fit(`search/${times}`, placesOf(hit));
    });
    desk.panels.add("hit", (_, id) => new HitPanel(desk, String(id)));
    desk.openSearch = () => box.open();
    desk.keys.bind("s", desk.openSearch);
    desk.keys.bind(
      "Escape",
      () => box.close(),
      () => box.isOpen,
    );
    desk.sheet.push(["search.keys", [["s", "search.keys.open"]]]);
  },
};
