/** The form of one recipient: a new one, or one that is changed. */

import { call } from "../ui/api.js";
import { h } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";
import { field, saidLine, sending } from "../ui/sending.js";

const TOPICS = ["warning", "alert"];

/** @param {any[]} channels @param {any|null} one null: a new one
 * @param {(answer: any) => Promise<void>} done @param {() => void} cancel */
export function recipientForm(channels, one, done, cancel) {
  const said = saidLine();
  const channel = h("select", { name: "channel" });
  for (const kind of channels)
    channel.append(
      h("option", { value: kind.name, selected: kind.name === one?.channel }, name("title", kind)),
    );
  const least = h("select", { name: "least" });
  for (const colour of [4, 3, 2, 1])
    least.append(
      h(
        "option",
        { value: colour, selected: colour === (one?.least ?? 4) },
        t("warnings.recipient.from", { colour: t(`severity.${colour}`) }),
      ),
    );
  const topics = TOPICS.map((topic) =>
    h(
      "label",
      { class: "choice" },
      h("input", {
        type: "checkbox",
        name: "topics",
        value: topic,
        checked: (one?.topics ?? ["warning"]).includes(topic),
      }),
      t(`warnings.topic.${topic}`),
    ),
  );
  const address = h("input", {
    name: "address",
    required: !one,
    maxlength: 500,
    placeholder: one?.address ?? t("warnings.recipient.address.hint"),
  });
  const form = h(
    "form",
    { class: "warning-form" },
    h(
      "h3",
      {},
      one ? t("warnings.recipient.change", { name: one.name }) : t("warnings.recipient.new"),
    ),
    field(
      t("warnings.recipient.name"),
      h("input", { name: "name", required: true, maxlength: 80, value: one?.name ?? "" }),
    ),
    h(
      "div",
      { class: "warning-pair" },
      field(t("warnings.recipient.channel"), channel),
      field(t("warnings.recipient.least"), least),
    ),
    field(t("warnings.recipient.address"), address, one ? t("warnings.recipient.keep") : ""),
    field(
      t("warnings.recipient.scope"),
      h("input", {
        name: "scope",
        maxlength: 12,
        value: one?.scope ?? "",
        pattern: "[0-9]*",
        placeholder: t("warnings.recipient.everywhere"),
      }),
    ),
    h(
      "fieldset",
      { class: "work-actions" },
      ...topics,
      box("internal", one?.internal ?? false),
      box("active", one?.active ?? true),
    ),
    h(
      "div",
      { class: "work-row" },
      h("button", { class: "primary", type: "submit" }, t("warnings.recipient.save")),
      one &&
        h("button", { class: "button", type: "button", onclick: cancel }, t("warnings.cancel")),
    ),
    said,
  );
  form.onsubmit = async (event) => {
    event.preventDefault();
    const body = contentOf(form, one);
    const path = one ? `/channels/${one.id}` : "/channels";
    const answer = await sending(form, said, () =>
      call(path, { method: one ? "PUT" : "POST", body }),
    );
    if (answer) await done(answer);
  };
  return form;
}

/** @param {string} what @param {boolean} on */
function box(what, on) {
  return h(
    "label",
    { class: "choice" },
    h("input", { type: "checkbox", name: what, checked: on }),
    t(`warnings.recipient.${what}`),
  );
}

/** @param {HTMLFormElement} form @param {any|null} one */
function contentOf(form, one) {
  const given = new FormData(form);
  const text = (/** @type {string} */ key) => String(given.get(key) ?? "").trim();
  return {
    name: text("name"),
    channel: text("channel"),
    address: text("address"),
    scope: text("scope"),
    least: Number(text("least")),
    topics: given.getAll("topics"),
    internal: given.has("internal"),
    active: given.has("active"),
    ...(one ? { version: one.version } : {}),
  };
}
