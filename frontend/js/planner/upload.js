/** Sending a file in pieces, so that its size and a bad line do not matter. */

import { ApiError, call, csrfToken } from "../ui/api.js";

const PIECE = 4 << 20; // bytes
const TRIES = 4;

/** Announce the file and send it; resolves to the import.
 * @param {File} file @param {Record<string, unknown>} told @param {(part: number) => void} sent 0 … 1
 * @returns {Promise<{id: string}>} */
export async function upload(file, told, sent) {
  const body = { ...told, file: file.name, size: file.size };
  const made = await call("/layers/imports/announced", { method: "POST", body });
  for (let offset = 0; offset < file.size; offset += PIECE) {
    sent(offset / file.size);
    await piece(made.id, offset, file.slice(offset, offset + PIECE));
  }
  sent(1);
  return made;
}

/** @param {string} id @param {number} offset @param {Blob} content */
async function piece(id, offset, content) {
  for (let nth = 1; ; nth += 1) {
    try {
      return await put(`/api/v1/layers/imports/${id}/content?offset=${offset}`, content);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 0 || nth === TRIES) throw error;
      await new Promise((again) => setTimeout(again, 500 * 2 ** nth));
    }
  }
}

/** @param {string} path @param {Blob} content */
async function put(path, content) {
  const headers = { "X-CSRFToken": csrfToken(), "Content-Type": "application/octet-stream" };
  let response;
  try {
    response = await fetch(path, { method: "PUT", headers, body: content });
  } catch {
    const words = { detail: "The server cannot be reached.", detail_zh: "无法连接服务器。" };
    throw new ApiError(0, words);
  }
  if (!response.ok) throw new ApiError(response.status, await response.json().catch(() => ({})));
}
