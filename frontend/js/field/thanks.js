/** What a citizen gets for a report: its number, and the link that shows what becomes of it. */

import { h } from "../ui/dom.js";
import { button, glyph, toast } from "./parts.js";
import { say } from "./words.js";

/** @param {Record<string, any>} answer the server's receipt */
export function thanks({ number, follow }) {
  const link = new URL(follow, location.href).href;
  const copy = () =>
    void navigator.clipboard.writeText(link).then(() => toast(say("sent.copied"), "good"));
  return [
    h("div", { class: "thanks", role: "status" }, glyph("check"), h("h1", {}, say("sent.title"))),
    h("p", { class: "number" }, h("span", {}, say("sent.number")), h("b", {}, number)),
    h("p", {}, say("sent.link")),
    h("p", { class: "token" }, link),
    navigator.clipboard && button(say("sent.copy"), copy, { glyph: "link" }),
    h("a", { class: "big primary", href: follow }, say("sent.open")),
    button(say("sent.more"), () => location.reload()),
  ];
}
