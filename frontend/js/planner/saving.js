/** Handing a file to the reader: made here, or fetched with a question too long for an address. */

import { ApiError, csrfToken } from "../ui/api.js";

/** @param {string} name @param {BlobPart} content @param {string} type */
export function save(name, content, type) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // the browser reads it in its own time
}

/** Ask the server for a file and hand it out under the name that it gives.
 * @param {string} path below /api/v1 @param {unknown} body */
export async function fetchFile(path, body) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
  let answer;
  try {
    answer = await fetch(`/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  } catch {
    throw new ApiError(0, { detail: "The server cannot be reached.", detail_zh: "无法连接服务器。" });
  }
  if (!answer.ok) throw new ApiError(answer.status, await answer.json().catch(() => ({})));
  const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1];
  save(name ?? "export", await answer.blob(), answer.headers.get("Content-Type") ?? "");
}
