/** The layers as the server lists them, for the list and the panels; asked again when they change. */

import { ApiError, call } from "../ui/api.js";
import { currentLanguage, t } from "../ui/i18n.js";

/** @typedef {import("../types.js").MapLayer} MapLayer */

export class Catalogue {
  /** @param {import("../desk.js").Desk} desk */
  constructor(desk) {
    this.desk = desk;
    /** @type {MapLayer[]|null} */
    this.layers = null;
    /** @type {{code: string, title_zh: string, title_en: string}[]} the uppermost first */
    this.groups = [];
    this.failure = "";
    desk.picture.on("catalogue", () => void this.load());
  }

  async load() {
    try {
      const found = await call("/layers?untiled=true");
      this.layers = found.items;
      this.groups = found.groups;
      this.failure = "";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.failure = t("planner.failed", { why: error.sentence(currentLanguage()) });
    }
    this.desk.picture.changed("layers");
  }

  /** @param {string} code */
  of(code) {
    return this.layers?.find((layer) => layer.code === code);
  }
}
