/** Dark or light: kept in a cookie, so that the server draws the first frame right. */

const COOKIE = "zhihui_theme";

/** @returns {"dark"|"light"} */
export function currentTheme() {
  return document.documentElement.dataset.theme === "light" ? "light" : "dark";
}

/** @param {"dark"|"light"} theme */
export function useTheme(theme) {
  document.documentElement.dataset.theme = theme;
  read.clear();
  document.cookie = `${COOKIE}=${theme}; path=/; max-age=31536000; SameSite=Lax`;
  document.dispatchEvent(new CustomEvent("theme", { detail: theme }));
}

export function toggleTheme() {
  useTheme(currentTheme() === "dark" ? "light" : "dark");
}

/** @type {Map<string, string>} tokens read since the theme last changed */
const read = new Map();

/** A token of tokens.css as it is now; canvases cannot read var().
 * @param {string} name without the two dashes */
export function token(name) {
  let value = read.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    read.set(name, value);
  }
  return value;
}
