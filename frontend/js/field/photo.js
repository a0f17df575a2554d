/** A photo as it is sent: at most 1600 px, JPEG, without what the camera wrote into the file. */

import { now } from "./times.js";

/** @typedef {import("./queue.js").Photo} Photo */

const LONGEST = 1600;
const THUMB = 240;
const QUALITY = 0.82;

/** The size that a picture is drawn at; never larger than it is.
 * @param {number} width @param {number} height @param {number} longest px
 * @returns {[number, number]} */
export function fitted(width, height, longest) {
  const scale = Math.min(1, longest / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

/** Shrink what the camera gave; null when it is no picture that this browser can read.
 * @param {File} file @returns {Promise<Photo|null>} */
export async function photoOf(file) {
  const picture = await decoded(file);
  if (!picture) return null;
  const [blob, thumb] = [await drawn(picture, LONGEST), await drawn(picture, THUMB)];
  picture.close();
  const taken = Math.min(now(), (file.lastModified || Date.now()) + now() - Date.now());
  return blob && thumb ? { blob, thumb, taken_at: new Date(taken).toISOString() } : null;
}

/** @param {File} file @returns {Promise<ImageBitmap|null>} */
async function decoded(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
}

/** @param {ImageBitmap} picture @param {number} longest @returns {Promise<Blob|null>} */
function drawn(picture, longest) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = fitted(picture.width, picture.height, longest);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}
