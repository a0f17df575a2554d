/** Drawing, redrawing and renaming a fence: first the outline, then its words, then the server. */

import { ApiError } from "../ui/api.js";
import { fill } from "../ui/dom.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { tab } from "../ui/store.js";
import { draftOf, emptyDraft, send } from "./fence_draft.js";
import { prefixOf, scopeChoices } from "./fence_facts.js";
import { FenceForm } from "./fence_form.js";
import { DrawingPanel, NamingPanel } from "./fence_panels.js";
import { placesUnder } from "./fence_places.js";
import { cornersOf, Sketch } from "./sketch.js";

/** @typedef {import("../types.js").Fence} Fence */
/** @typedef {import("./fence_draft.js").Draft} Draft */

const DRAFT = "fence.draft";

export class FenceEditor {
  /** @param {import("../desk.js").Desk} desk @param {import("./pencil.js").Pencil} pencil
   * @param {import("./fences.js").FenceLayer} layer @param {HTMLElement} place
   * @param {() => void} told that drawing began, went on or ended */
  constructor(desk, pencil, layer, place, told) {
    this.desk = desk;
    this.pencil = pencil;
    this.layer = layer;
    this.place = place;
    /** @type {Draft|null} */
    this.draft = null;
    /** @type {DrawingPanel|NamingPanel|null} */
    this.panel = null;
    this.told = told;
    pencil.changed = () => this.#changed();
    this.#resume(tab.get(DRAFT, /** @type {Draft|null} */ (null)));
  }

  /** Whether something is being drawn or named. */
  get active() {
    return this.draft !== null;
  }

  /** Whether clicks on the map set corners. */
  get drawing() {
    return this.pencil.drawing;
  }

  /** Whether a drawing has begun and no corner is set yet. */
  get idle() {
    return this.drawing && this.pencil.sketch?.corners.length === 0;
  }

  /** Begin a new fence. */
  draw() {
    this.#begin(emptyDraft());
  }

  /** Change the outline of a fence; one of many parts is drawn anew.
   * @param {Fence} fence */
  redraw(fence) {
    const corners = cornersOf(fence.geometry);
    this.#begin({ ...draftOf(fence), corners: corners ?? [], closed: corners !== null });
  }

  /** Change the words of a fence.
   * @param {Fence} fence */
  rename(fence) {
    this.#begin(draftOf(fence));
  }

  /** One step back: out of a field, from the words to the outline, out of the drawing. */
  escape() {
    const field = /** @type {HTMLElement|null} */ (document.activeElement);
    if (this.place.contains(field) && field?.matches("input, select")) field.blur();
    else if (this.pencil.sketch?.closed) this.pencil.undo();
    else this.leave();
  }

  /** Let go of the drawing and of its words. */
  leave() {
    tab.set(DRAFT, undefined);
    this.draft = null;
    this.panel = null;
    this.pencil.take(null);
    this.layer.editing = "";
    this.layer.draw();
    this.place.hidden = true;
    this.place.classList.remove("wide");
  }

  /** @param {Draft|null} kept */
  #resume(kept) {
    if (!kept) return;
    this.#begin(kept);
    /** @type {HTMLElement|null} */ (document.activeElement)?.blur(); // keys are for the desk first
  }

  /** @param {Draft} draft */
  #begin(draft) {
    this.draft = draft;
    this.panel = null;
    this.layer.editing = draft.corners ? (draft.code ?? "") : "";
    this.pencil.take(draft.corners && new Sketch(draft.corners, draft.closed));
    this.layer.draw();
    this.#changed();
  }

  /** Keep what there is, and show the panel that belongs to it. */
  #changed() {
    const { draft, pencil } = this;
    this.told();
    if (!draft) return;
    draft.closed = pencil.sketch?.closed ?? false;
    this.#keep();
    const wanted = pencil.drawing ? DrawingPanel : NamingPanel;
    if (!(this.panel instanceof wanted))
      this.panel = pencil.drawing ? this.#drawingPanel() : this.#namingPanel(draft);
    this.panel.update(pencil);
  }

  #keep() {
    tab.set(DRAFT, this.draft ?? undefined);
  }

  /** @param {Draft} draft */
  #title({ code, corners }) {
    if (code === null) return t("fence.new");
    const known = name("name", this.desk.picture.drawn.get(code)) || code;
    return t(corners ? "fence.redraw_of" : "fence.rename_of", { name: known });
  }

  #drawingPanel() {
    const panel = new DrawingPanel(this.#title(/** @type {Draft} */ (this.draft)), {
      undo: () => this.pencil.undo(),
      finish: () => this.pencil.finish(),
      cancel: () => this.leave(),
    });
    this.#show(panel.element);
    return panel;
  }

  /** @param {Draft} draft */
  #namingPanel(draft) {
    const form = new FenceForm(draft.words, {
      fresh: draft.code === null,
      taken: () => this.desk.picture.drawn.keys(),
      keep: () => this.#keep(),
    });
    const panel = new NamingPanel(this.#title(draft), form, draft.corners !== null, {
      save: () => void this.#save(draft, panel),
      reopen: () => this.pencil.undo(),
      discard: () => this.leave(),
    });
    this.#show(panel.element);
    void this.#offer(draft, form);
    panel.focus();
    return panel;
  }

  /** @param {HTMLElement} element */
  #show(element) {
    fill(this.place, element);
    this.place.classList.add("wide");
    this.place.hidden = false;
  }

  /** Offer the divisions for the scope: at once one's own, then those under the area.
   * @param {Draft} draft @param {FenceForm} form */
  async #offer(draft, form) {
    const { me, city } = this.desk;
    const own = city.code ? [{ ...city, scope: prefixOf(city.code) }] : [];
    const kept = draft.code !== null || draft.words.chosen;
    const offer = (/** @type {import("./fence_facts.js").Place[]} */ under) =>
      form.offer(scopeChoices(me, under, own, kept ? draft.words.scope : null), !kept);
    offer([]);
    if (draft.corners) offer(await placesUnder(draft.corners));
  }

  /** @param {Draft} draft @param {NamingPanel} panel */
  async #save(draft, panel) {
    if (panel.button.disabled) return; // under way already, or the panel says which edges cross
    panel.sending(true);
    try {
      const { sketch } = this.pencil;
      const known = this.desk.picture.drawn.get(draft.code ?? "");
      const fence = await send(draft, sketch ? sketch.geometry : known?.geometry);
      this.desk.picture.mergeFence(fence);
      this.desk.say(t("fence.saved", { name: name("name", fence) }));
      this.leave();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      panel.sending(false);
      panel.refuse(error, currentLanguage());
    }
  }
}
