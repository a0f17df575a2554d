/** What the pointer does on the map: choose marks, open groups and fences, light what it rests on. */

/** @typedef {import("./mark_layer.js").MarkLayer} MarkLayer */
/** @typedef {import("./fencing.js").Fencing} Fencing */

/** Marks come before fences; while a fence is drawn, clicks are its own.
 * @param {import("../desk.js").Desk} desk @param {import("leaflet").Map} map
 * @param {{marks: MarkLayer, view: import("./view.js").View, fences: Fencing, overlays: import("./overlays.js").Overlays, asker: import("./asking.js").Asker}} parts
 * @param {() => void} fit the chosen mark */
export function bindPointer(desk, map, { marks, view, fences, overlays, asker }, fit) {
  const busy = () => fences.busy() || asker.busy;
  let taken = false; // the click that ends an asking is the asking's too
  map.on("preclick", () => (taken = busy()));
  map.on("click", (event) => {
    if (taken || busy()) return;
    const hit = marks.at(event.containerPoint);
    if (hit?.mark) desk.selection.choose(hit.mark.target);
    else if (hit?.members) view.fit(`group${hit.members[0].key}${hit.members.length}`, hit.members);
    else {
      const found = overlays.at(event.containerPoint);
      if (found) desk.selection.choose(found);
      else fences.open(fences.layer.at(event.containerPoint) ?? "");
    }
  });
  map.on("dblclick", (event) => {
    if (busy()) return;
    if (marks.at(event.containerPoint)?.mark || overlays.at(event.containerPoint)) fit();
    else map.zoomIn();
  });
  map.on("mousemove", (event) => {
    if (busy()) return rest(map.getContainer(), undefined, false);
    const hit = marks.at(event.containerPoint);
    const found = hit ? null : overlays.at(event.containerPoint);
    const other = !hit && (found || fences.layer.at(event.containerPoint) !== undefined);
    rest(map.getContainer(), hit, Boolean(other));
    desk.selection.hover(hit?.mark?.target ?? found);
  });
  map.on("mouseout", () => desk.selection.hover(null));
}

/** @param {HTMLElement} place @param {import("./mark_layer.js").Hit|undefined} hit
 * @param {boolean} fence */
function rest(place, hit, fence) {
  place.style.cursor = hit || fence ? "pointer" : "";
  const names = hit?.members?.map((mark) => mark.title).slice(0, 12);
  place.title = names?.join("\n") ?? "";
}
