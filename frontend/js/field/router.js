/** Which screen is shown, by the address's fragment, so that the phone's back button works. */

/** @typedef {object} View
 * @property {HTMLElement} element
 * @property {() => void} [update] called when something that is shown may have changed
 * @property {() => void} [leave]
 * @property {string} [tab] which tab it belongs to
 * @property {boolean} [bare] whether it fills the page and hides the tabs
 */

export class Router {
  /** @param {(parts: string[]) => View} open @param {(view: View) => void} shown */
  constructor(open, shown) {
    this.open = open;
    this.shown = shown;
    /** @type {View|null} */
    this.view = null;
    addEventListener("hashchange", () => this.show());
  }

  show() {
    this.view?.leave?.();
    this.view = this.open(location.hash.slice(1).split("/"));
    this.shown(this.view);
    scrollTo(0, 0);
  }

  /** @param {string} where @param {boolean} [instead] without a way back to here */
  go(where, instead = false) {
    if (location.hash.slice(1) === where) this.show();
    else if (instead) {
      history.replaceState(null, "", `#${where}`);
      this.show();
    } else location.hash = where;
  }
}
