/** What the pointer does on the map: choose marks, open groups and fences, light what it rests on. */

/** @typedef {import("./mark_layer.js").MarkLayer} MarkLayer */
/** @typedef {import("./fencing.js").Fencing} Fencing */

/** Marks come before fences; while a fence is drawn, clicks are its own.
 * @param {import("../desk.js").Desk} desk @param {import("leaflet").Map} map
 * @param {{marks: MarkLayer, view: import("./view.js").View, fences: Fencing}} parts
 * @param {() => void} fit the chosen mark */
export function bindPointer(desk, map, { marks, view, fences }, fit) {
  map.on("click", (event) => {
    if (fences.busy()) return;
    const hit = marks.at(event.containerPoint);
    if (hit?.mark) desk.selection.choose(hit.mark.target);
    else if (hit?.members) view.fit(`group${hit.members[0].key}${hit.members.length}`, hit.members);
    else fences.open(fences.layer.at(event.containerPoint) ?? "");
  });
  map.on("dblclick", (event) => {
    if (fences.busy()) return;
    if (marks.at(event.containerPoint)?.mark) fit();
    else map.zoomIn();
  });
  map.on("mousemove", (event) => {
    if (fences.busy()) return rest(map.getContainer(), undefined, false);
    const hit = marks.at(event.containerPoint);
    rest(map.getContainer(), hit, !hit && fences.layer.at(event.containerPoint) !== undefined);
    desk.selection.hover(hit?.mark?.target ?? null);
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
