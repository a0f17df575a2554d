/** What stands round an app's screens: who and how connected, banners, tabs, settings. */

import { h, fill } from "../ui/dom.js";
import { toggleTheme } from "../ui/theme.js";
import { canOffer, isInstalled, offer } from "./install.js";
import { button, glyph, note, sheet, tool } from "./parts.js";
import { named, say, spoken } from "./words.js";

/** @typedef {import("./phone.js").Phone} Phone */
/** @typedef {{key: string, hash: string, glyph: string, count: () => number, urgent?: () => boolean}} Tab */

export class Frame {
  /** @param {HTMLElement} root @param {Phone} phone @param {{path: string, tabs: Tab[], version: string}} how */
  constructor(root, phone, { path, tabs, version }) {
    this.phone = phone;
    this.path = path;
    this.tabs = tabs;
    this.version = version;
    this.renewed = false;
    this.link = h("span", { class: "link", role: "status" });
    this.banners = h("div", { class: "banners" });
    this.main = h("main", { class: "main", id: "main" });
    this.nav = h("nav", { class: "tabs", "aria-label": say("app") });
    const menu = tool("menu", say("menu.title"), () => this.#menu());
    const bar = h("header", { class: "phone-bar" }, h("b", { class: "phone-name" }, say("app")), this.link, menu);
    fill(root, bar, this.banners, this.main, ...(tabs.length ? [this.nav] : []));
    this.root = root;
  }

  /** @param {import("./router.js").View} view */
  show(view) {
    this.view = view;
    fill(this.main, view.element);
    this.root.classList.toggle("bare", Boolean(view.bare));
    this.update();
  }

  update() {
    const { online } = this.phone;
    const state = online ? "online" : "offline";
    if (this.link.dataset.state !== state + spoken()) {
      this.link.dataset.state = state + spoken();
      this.link.className = `link ${state}`;
      fill(this.link, glyph(online ? "signal" : "cut"), say(state));
    }
    this.#drawBanners();
    fill(this.nav, ...this.tabs.map((tab) => this.#tab(tab)));
    this.view?.update?.();
  }

  /** A newer release has taken over; the page may be renewed when its user likes. */
  offerRenewal() {
    this.renewed = true;
    this.#drawBanners();
  }

  #drawBanners() {
    const { standing, me } = this.phone;
    const login = `/login/?next=${encodeURIComponent(this.path)}`;
    const enter = h("a", { class: "big slim primary", href: login }, say("banner.sign_in_do"));
    const renew = button(say("banner.renewed_do"), () => location.reload(), { kind: "slim" });
    const first = !me && standing === "unreachable";
    const wanted = `${standing}${this.renewed}${first}`;
    if (this.banners.dataset.says === wanted) return;
    this.banners.dataset.says = wanted;
    fill(
      this.banners,
      standing === "sign_in" && note("warn", h("span", {}, say("banner.sign_in")), enter),
      !isSecureContext && note("warn", say("banner.plain")),
      first && note("warn", say("banner.first")),
      this.renewed && note("good", h("span", {}, say("banner.renewed")), renew),
    );
  }

  /** @param {Tab} tab */
  #tab(tab) {
    const count = tab.count();
    const current = this.view?.tab === tab.key;
    const badge = count > 0 && h("b", { class: tab.urgent?.() ? "badge bad" : "badge" }, String(count));
    const props = { href: `#${tab.hash}`, class: "tab", "aria-current": current ? "page" : null };
    return h("a", props, h("span", { class: "tab-glyph" }, glyph(tab.glyph), badge), say(`tab.${tab.key}`));
  }

  #menu() {
    const { phone } = this;
    const close = (/** @type {() => void} */ run) => () => (dialog.close(), run());
    const who = phone.me ? named("name", phone.me) || phone.me.username : "–";
    const { owed } = phone.counts;
    const dialog = sheet(
      say("menu.title"),
      h("p", { class: "sheet-text" }, `${say("menu.who")}: `, h("b", {}, who)),
      h(
        "div",
        { class: "sheet-list" },
        button(say("theme"), toggleTheme),
        button(say("menu.language"), close(switchLanguage)),
        canOffer() && button(say("menu.install"), close(() => void offer()), { kind: "primary" }),
        button(say("menu.out"), close(signOut), { kind: "no" }),
      ),
      owed > 0 && note("warn", say("menu.out_owed", { n: owed })),
      h(
        "p",
        { class: "sheet-small" },
        say(isInstalled() ? "menu.offline_yes" : "menu.offline_no"),
        h("br"),
        say("menu.version", { version: this.version }),
      ),
    );
  }
}

/** The house's own cookie, so that every page of it speaks the same; the kept shell reads it too. */
function switchLanguage() {
  const other = spoken() === "zh" ? "en" : "zh-hans";
  document.cookie = `django_language=${other}; path=/; max-age=31536000; SameSite=Lax`;
  location.reload();
}

/** Signing out is a form that is sent, with the token against forged ones. */
function signOut() {
  const token = /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
  const field = h("input", { type: "hidden", name: "csrfmiddlewaretoken", value: token });
  const form = h("form", { method: "post", action: "/logout/", hidden: true }, field);
  document.body.append(form);
  form.submit();
}
