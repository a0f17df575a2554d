/** Which of an import's questions make sense for a file, by its name. */

/** @typedef {"several"|"table"|"vector"|"raster"} Question */

const OF_ENDING = /** @type {Record<string, Question[]>} */ ({
  csv: ["table", "vector"],
  tsv: ["table", "vector"],
  geojson: ["vector"],
  json: ["vector"],
  gpkg: ["several", "vector"],
  kml: ["several", "vector"],
  kmz: ["several", "vector"],
  gml: ["several", "vector"],
  gpx: ["several", "vector"],
  dxf: ["several", "vector"],
  zip: ["several", "vector", "raster"],
  tif: ["raster"],
  tiff: ["raster"],
  hgt: ["raster"],
});

/** Several data sets in one, columns of coordinates, features, pictures and heights.
 * @param {string} file its name @returns {Question[]} */
export function questionsOf(file) {
  return OF_ENDING[file.split(".").at(-1)?.toLowerCase() ?? ""] ?? [];
}

/** What a layer would be called after its file.
 * @param {string} file its name */
export function stemOf(file) {
  return file.replace(/\.[^.]+$/, "").replaceAll("_", " ").trim();
}
