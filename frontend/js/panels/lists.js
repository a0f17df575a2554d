/** The two left panes: each holds lists, one shown at a time, chosen by tab or by key. */

import { byId, fill, h, write } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { tab } from "../ui/store.js";

/** @typedef {import("../desk.js").Desk} Desk */
/**
 * @typedef {object} List
 * @property {"queue"|"board"} place
 * @property {string} name
 * @property {string} title
 * @property {HTMLElement} body
 * @property {() => number} [count] what its tab says beside its title
 * @property {() => boolean} [urgent] whether that is said in the limit's red
 * @property {(by: 1|-1) => void} [step] what the arrow keys do
 * @property {(digits: number) => import("../ui/selection.js").Selected} [numbered] the row of a number
 */

const CYCLE = /** @type {const} */ ({ queue: "q", board: "b" });

export class Lists {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    /** @type {List[]} */
    this.all = [];
    /** @type {Map<List, HTMLElement>} */
    this.tabs = new Map();
    /** @type {Record<string, string>} the list that each pane shows, by the pane's name */
    this.shown = tab.get("lists", {});
    this.last = "queue"; // the pane whose list the arrow keys move in
    for (const place of /** @type {const} */ (["queue", "board"])) {
      const touch = () => (this.last = place);
      byId(place).addEventListener("pointerdown", touch);
      byId(place).addEventListener("focusin", touch);
      desk.keys.bind(
        CYCLE[place],
        () => this.#next(place),
        () => this.#of(place).length > 1,
      );
    }
    desk.keys.bind("ArrowDown", () => this.current(this.last)?.step?.(1));
    desk.keys.bind("ArrowUp", () => this.current(this.last)?.step?.(-1));
    desk.everySecond(() => this.draw());
    desk.picture.on("any", () => this.draw());
  }

  /** @param {List} list */
  add(list) {
    this.all.push(list);
    const choose = () => this.show(list.name);
    const props = { class: "list-tab", type: "button", role: "tab", onclick: choose };
    const face = h("button", props, h("span", {}, list.title), h("b", { class: "tabular" }));
    this.tabs.set(list, face);
    byId(`${list.place}-tabs`).append(face);
    list.body.setAttribute("role", "tabpanel");
    list.body.setAttribute("aria-label", list.title);
    if (!list.body.isConnected) byId(list.place).append(list.body);
    this.draw();
  }

  /** The list that a pane shows.
   * @param {string} place */
  current(place) {
    const here = this.#of(place);
    return here.find((list) => list.name === this.shown[place]) ?? here[0];
  }

  /** Bring a list to the front of its pane.
   * @param {string} name */
  show(name) {
    const list = this.all.find((one) => one.name === name);
    if (!list) return;
    this.shown = { ...this.shown, [list.place]: name };
    this.last = list.place;
    tab.set("lists", this.shown);
    this.draw();
  }

  /** Whether a list is at the front of its pane.
   * @param {string} name */
  isShown(name) {
    return ["queue", "board"].some((place) => this.current(place)?.name === name);
  }

  /** What a typed number means: to the list in front first, then to the others.
   * @param {number} digits @returns {import("../ui/selection.js").Selected} */
  numbered(digits) {
    const front = [this.current("queue"), this.current("board")];
    for (const list of [...front, ...this.all]) {
      const found = list?.numbered?.(digits);
      if (found) return found;
    }
    return null;
  }

  draw() {
    for (const [list, face] of this.tabs) {
      const front = this.current(list.place) === list;
      face.setAttribute("aria-selected", String(front));
      face.title = front ? "" : `${list.title} (${CYCLE[list.place]})`;
      list.body.hidden = !front;
      const count = list.count?.() ?? 0;
      const figure = /** @type {HTMLElement} */ (face.lastElementChild);
      write(figure, count ? String(count) : "");
      figure.classList.toggle("urgent", count > 0 && (list.urgent?.() ?? false));
    }
  }

  /** @param {string} place */
  #of(place) {
    return this.all.filter((list) => list.place === place);
  }

  /** @param {string} place */
  #next(place) {
    const here = this.#of(place);
    const at = here.indexOf(/** @type {List} */ (this.current(place)));
    this.show(here[(at + 1) % here.length].name);
    this.desk.say(t("lists.now", { name: this.current(place)?.title ?? "" }));
    fill(byId(`${place}-note`));
    this.desk.show(place);
  }
}
