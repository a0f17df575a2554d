/** Making and changing elements without a framework; text is always text, never markup. */

/** @typedef {string|number|Node|null|undefined|false} Child */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [props] class, dataset, on…, attributes; null and false leave one out
 * @param {...(Child|Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(element, name, value);
  element.append(...nodes(children));
  return element;
}

/** @param {HTMLElement} element @param {string} name @param {any} value */
function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "class") element.className = value;
  else if (name === "dataset") Object.assign(element.dataset, value);
  else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "value") /** @type {any} */ (element).value = value;
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** @param {(Child|Child[])[]} children @returns {(string|Node)[]} */
function nodes(children) {
  return children
    .flat()
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) =>
      typeof child === "number" ? String(child) : /** @type {string|Node} */ (child),
    );
}

/** @param {Element} element @param {...(Child|Child[])} children */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
}

/** Draw a part of the page anew and leave the focus on the control that had it: known by `data-key`,
 * `data-stop` or its label.
 * @param {HTMLElement} root @param {() => void} draw */
export function keepFocus(root, draw) {
  const had = /** @type {HTMLElement|null} */ (document.activeElement);
  const key = had && root.contains(had) ? keyOf(had) : "";
  draw();
  if (!key || root.contains(document.activeElement)) return;
  const found = [...root.querySelectorAll("button, input, select")].find((one) => keyOf(/** @type {HTMLElement} */ (one)) === key);
  /** @type {HTMLElement|undefined} */ (found)?.focus({ preventScroll: true });
}

/** @param {HTMLElement} control */
function keyOf(control) {
  return control.dataset.key ?? control.dataset.stop ?? control.getAttribute("aria-label") ?? "";
}

/** Write text only when it differs, so that a clock does not wake the layout.
 * @param {Element} element @param {string} text */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** The element of this id; a page without it is broken, which shows at once.
 * @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/** One of our own icons: one path on a 16 px field.
 * @param {string} path @param {string} [kind] */
export function icon(path, kind = "") {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `icon ${kind}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(space, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}
