/** The CAP message of a warning: the stored bytes, or what would be issued, with what is wrong. */

import { ApiError, call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { currentLanguage, t } from "../ui/i18n.js";

export class CapView {
  /** @param {number} id */
  constructor(id) {
    this.id = id;
    this.read = "";
    this.body = h("div");
    const summary = h("summary", {}, t("warnings.cap"));
    const fold = h("details", { class: "cap" }, summary, this.body);
    this.fold = fold;
    this.state = "";
    fold.ontoggle = () => this.show(this.state);
    this.element = h("section", { class: "work-part" }, fold);
  }

  /** Show the message of this state of the warning, if anybody looks.
   * @param {string} state */
  show(state) {
    this.state = state;
    if (this.fold.open && this.read !== state) void this.#load();
  }

  async #load() {
    this.read = this.state;
    fill(this.body, h("div", { class: "wait", "aria-label": t("wait") }));
    try {
      const answer = await call(`/warnings/${this.id}/cap`);
      fill(this.body, ...verdict(answer), xml(answer.xml));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.read = "";
      fill(
        this.body,
        h("p", { class: "notice bad", role: "alert" }, error.sentence(currentLanguage())),
      );
    }
  }
}

/** @param {{stored: boolean, findings: any[], translated: any[]}} answer */
function verdict({ stored, findings, translated }) {
  if (findings.length) {
    const rows = findings.map((one) =>
      h("li", {}, currentLanguage() === "zh" ? one.zh : one.en, " ", h("code", {}, one.path)),
    );
    return [h("div", { class: "notice bad" }, t("warnings.cap.bad"), h("ul", {}, ...rows))];
  }
  const changed = translated.map((one) =>
    h("li", {}, h("code", {}, one.path), ` ${one.before} → ${one.after}`),
  );
  return [
    h("p", { class: "notice good" }, t(stored ? "warnings.cap.stored" : "warnings.cap.good")),
    changed.length > 0 &&
      h("div", { class: "notice" }, t("warnings.cap.translated"), h("ul", {}, ...changed)),
  ];
}

/** @param {string} text */
function xml(text) {
  return h("pre", { class: "cap-xml", tabindex: 0, lang: "en" }, text);
}
