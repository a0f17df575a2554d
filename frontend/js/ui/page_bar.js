/** The bar of the pages beside the console: theme, language, printing. */

import { byId } from "./dom.js";
import { toggleTheme } from "./theme.js";

export function mountPageBar() {
  byId("bar-theme").onclick = toggleTheme;
  byId("bar-print").onclick = () => window.print();
}
