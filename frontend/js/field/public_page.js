/** What the pages for citizens share: language, theme, the city. */

import { byId } from "../ui/dom.js";
import { toggleTheme } from "../ui/theme.js";
import { words } from "./public_words.js";
import { useZone } from "./times.js";
import { speak, teach } from "./words.js";

/** @returns {any} what the server wrote into the page */
export function openPublicPage() {
  const settings = JSON.parse(byId("settings").textContent ?? "{}");
  teach(words);
  speak(settings.language);
  useZone(settings.city.time_zone);
  byId("theme").onclick = toggleTheme;
  return settings;
}
