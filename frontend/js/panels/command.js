/** The command bar: one line, completed with Tab, run with Enter; a wrong word changes nothing. */

import { byId, fill, h } from "../ui/dom.js";
import { clock } from "../ui/format.js";
import { complete, parse } from "../ui/grammar.js";
import { currentLanguage, has, name, personName, t } from "../ui/i18n.js";
import { isClosed } from "../ui/order.js";
import { tab } from "../ui/store.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../ui/grammar.js").Lexicon} Lexicon */
/** @typedef {import("../ui/grammar.js").Command} Command */

/** @param {Desk} desk */
export function mountCommand(desk) {
  const input = h("input", {
    id: "command-input",
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": "offers",
    "aria-autocomplete": "list",
    "aria-label": t("command.label"),
    placeholder: t("command.placeholder"),
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
  });
  const offers = h("ul", {
    class: "offers",
    id: "offers",
    role: "listbox",
    "aria-label": t("command.offers"),
    hidden: true,
  });
  const said = h("span", { class: "command-said", role: "status" });
  const line = h("form", { class: "command-line" }, h("kbd", {}, "/"), input);
  fill(byId("command"), line, said, offers);
  input.value = tab.get("command", "");
  let at = -1;
  let searched = false;

  const keep = () => tab.set("command", input.value || undefined);
  const list = () =>
    input.value.trim().startsWith("?")
      ? searchOffers(desk, input.value)
      : complete(input.value, lexicon(desk));

  function show() {
    const found = document.activeElement === input ? list() : [];
    at = Math.min(at, found.length - 1);
    offers.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    fill(
      offers,
      ...found.map((offer, i) => {
        const item = h(
          "li",
          { role: "option", id: `offer-${i}`, "aria-selected": String(i === at) },
          h("code", {}, offer.line),
          h("span", {}, has(offer.hint) ? t(offer.hint) : offer.hint),
        );
        item.onpointerdown = (event) => (event.preventDefault(), take(i));
        return item;
      }),
    );
    if (at >= 0) input.setAttribute("aria-activedescendant", `offer-${at}`);
    else input.removeAttribute("aria-activedescendant");
  }

  /** @param {number} i */
  function take(i) {
    const offer = list()[i];
    if (!offer) return;
    if ("choose" in offer) {
      desk.selection.choose(/** @type {any} */ (offer).choose);
      done("");
      return;
    }
    input.value = offer.line;
    at = -1;
    keep();
    show();
  }

  /** @param {string} left what stays in the line */
  function done(left) {
    input.value = left;
    at = -1;
    keep();
    if (!left) input.blur();
    show();
  }

  input.oninput = () => ((at = -1), (searched = false), keep(), show());
  input.onfocus = show;
  input.onblur = show;
  input.onkeydown = (event) => {
    const count = offers.hidden ? 0 : offers.childElementCount;
    if (event.key === "Tab" && count && input.value)
      (event.preventDefault(), take(Math.max(0, at)));
    else if (event.key === "ArrowDown" && count)
      (event.preventDefault(), (at = (at + 1) % count), show());
    else if (event.key === "ArrowUp" && count)
      (event.preventDefault(), (at = (at - 1 + count) % count), show());
    else if (event.key === "Escape") (event.stopPropagation(), input.blur());
  };
  line.onsubmit = (event) => {
    event.preventDefault();
    if (at >= 0) return take(at);
    if (!input.value.trim()) return input.blur();
    const command = parse(input.value, lexicon(desk));
    if ("error" in command) return tell(said, t(command.error, { word: command.word ?? "" }), true);
    if (command.do === "search")
      return searched || list().length ? take(0) : tell(said, t("command.no_match"), true);
    run(desk, command);
    return done("");
  };

  desk.picture.on("work", () => drawLast(desk, said));
  desk.keys.bind("/", () => input.focus());
}

/** @param {Desk} desk @param {Command} command */
function run(desk, command) {
  const { actions, selection } = desk;
  if (command.do === "acknowledge") for (const id of command.alerts) void actions.acknowledge(id);
  else if (command.do === "assign") void actions.assign(command.alert, command.user);
  else if (command.do === "comment") void actions.comment(command.alert, command.words);
  else if (command.do === "resolve")
    void actions.resolve(command.alert, command.outcome, command.words);
  else if (command.do === "where") {
    selection.choose({ kind: "thing", id: command.thing });
    desk.map?.fitSelected();
  }
}

/** @param {Desk} desk @returns {Lexicon} */
function lexicon(desk) {
  const alerts = [...desk.picture.live.values()]
    .filter((alert) => !isClosed(alert))
    .sort((a, b) => a.severity - b.severity || a.number - b.number);
  return {
    alerts: alerts.map((alert) => ({
      id: alert.id,
      number: alert.number,
      title: `${name("title", alert)} · ${name("thing", alert)}`,
    })),
    people: [...desk.people.values()].map((person) => ({
      id: person.id,
      username: person.username,
      name: personName(person),
    })),
    places: [...desk.picture.things.values()].map((thing) => ({
      id: thing.id,
      name: name("name", thing),
      code: thing.code,
    })),
  };
}

/** Alerts and stations whose number, code or name holds the word.
 * @param {Desk} desk @param {string} line */
function searchOffers(desk, line) {
  const wanted = line.trim().slice(1).trim().toLowerCase();
  if (!wanted) return [];
  const { alerts, places } = lexicon(desk);
  const found = [
    ...alerts
      .filter((one) => `${one.number} ${one.title}`.toLowerCase().includes(wanted))
      .map((one) => ({
        line: `#${one.number}`,
        hint: one.title,
        choose: { kind: "alert", id: one.id },
      })),
    ...places
      .filter((one) => `${one.name} ${one.code}`.toLowerCase().includes(wanted))
      .map((one) => ({ line: one.name, hint: one.code, choose: { kind: "thing", id: one.id } })),
  ];
  return found.slice(0, 8);
}

/** @param {HTMLElement} said @param {string} text @param {boolean} bad */
function tell(said, text, bad) {
  said.className = `command-said ${bad ? "failed" : ""}`;
  fill(said, text);
}

/** @param {Desk} desk @param {HTMLElement} said */
function drawLast(desk, said) {
  const work = desk.actions.last;
  if (!work) return;
  const alert = desk.picture.live.get(work.alert);
  const sentence =
    work.state === "failed"
      ? `${t("work.failed")}: ${work.error?.sentence(currentLanguage()) ?? ""}`
      : t(`work.${work.state}.${work.verb}`);
  tell(
    said,
    `${clock(work.at)}  #${alert?.number ?? work.alert}  ${sentence}`,
    work.state === "failed",
  );
}
