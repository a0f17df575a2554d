/** Layers that others change: the feed tells of them, and the catalogue is read again. */

const SOON_MS = 300; // an import is several changes at once

/** Ask for the catalogue anew after each change, and after the feed was away for long.
 * @param {import("../live/picture.js").Picture} picture
 * @param {(run: () => void, ms: number) => unknown} [later] */
export function followLayers(picture, later = (run, ms) => setTimeout(run, ms)) {
  let waits = false;
  let begun = false;
  let first = false; // the first snapshot tells nothing that was not just read
  const soon = () => {
    if (waits || first || picture.past) return;
    waits = true;
    later(() => {
      waits = false;
      picture.changed("catalogue");
    }, SOON_MS);
  };
  picture.on("loaded", () => {
    if (begun) soon();
    else {
      begun = first = true;
      later(() => (first = false), 0);
    }
  });
  picture.on("layer", soon);
}
