/** The console's start: who, where, what there is; then the panels, then the live feed. */

import { Actions } from "./live/actions.js";
import { startFeed } from "./live/feed.js";
import { Picture } from "./live/picture.js";
import { mountMap } from "./map/map.js";
import { MODULES } from "./modules.js";
import { mountBoard } from "./panels/board.js";
import { mountCommand } from "./panels/command.js";
import { bindKeys, jump } from "./panels/desk_keys.js";
import { mountHeader } from "./panels/header.js";
import { mountKeySheet } from "./panels/key_sheet.js";
import { Lists } from "./panels/lists.js";
import { mountPanes } from "./panels/panes.js";
import { mountQueue } from "./panels/queue.js";
import { mountShift } from "./panels/shift.js";
import { mountTabs } from "./panels/tabs.js";
import { Verbs } from "./panels/verbs.js";
import { mountWork, Panels } from "./panels/work.js";
import { takeLink } from "./planner/sharing.js";
import { mountReplay } from "./replay/replay.js";
import { ApiError, call, serverNow } from "./ui/api.js";
import { byId, h } from "./ui/dom.js";
import { useTimeZone } from "./ui/format.js";
import { currentLanguage, t, useLanguage } from "./ui/i18n.js";
import { Keys } from "./ui/keys.js";
import { CLOSED_KEPT_MS } from "./ui/order.js";
import { Selection } from "./ui/selection.js";
import { Sound } from "./ui/sound.js";
import { prefs } from "./ui/store.js";

/** @typedef {import("./desk.js").Desk} Desk */

const TOPICS = ["alert", "thing", "fence", "observation", "position"];
const RETRY_MS = 5000;
const ROSTER_MS = 1000;
const NARROW_FROM = 3000; // things; a smaller city sends all of its values to every desk

const settings = JSON.parse(byId("settings").textContent ?? "{}");
useLanguage(settings.language);

takeLink(location, history);

/** @type {(() => void)[]} what is to be done each second */
const seconds = [];

/** @returns {Promise<Desk>} */
async function openDesk() {
  const since = new Date(serverNow() - CLOSED_KEPT_MS).toISOString();
  const [me, city, people, things, closed] = await Promise.all(
    [
      "/me",
      "/city",
      "/people",
      "/things",
      `/alerts?closed_since=${encodeURIComponent(since)}&limit=200`,
    ].map((path) => call(path)),
  );
  useTimeZone(city.time_zone);
  const picture = new Picture();
  picture.setThings(things.items);
  picture.setClosed(closed.items);
  const desk = /** @type {Desk} */ (/** @type {unknown} */ ({
    picture,
    me,
    city,
    selection: new Selection(),
    actions: new Actions(picture),
    keys: new Keys(),
    panels: new Panels(),
    counters: [],
    sheet: [],
    sound: new Sound(prefs.get("volume", 0.6)),
    people: new Map(
      people.items.map((/** @type {import("./types.js").Person} */ person) => [person.id, person]),
    ),
    map: null,
    openSearch: null,
    may: (/** @type {string} */ verb) => me.may.includes(verb),
    everySecond: (/** @type {() => void} */ fn) => void seconds.push(fn),
    show: () => {},
    widen: () => false,
    say,
  }));
  const wanted = new Set([...TOPICS, ...MODULES.flatMap((module) => module.topics)]);
  desk.topics = [...wanted].filter((topic) => desk.may(`${topic}.see`));
  desk.verbs = new Verbs(desk);
  desk.lists = new Lists(desk);
  return desk;
}

/** @param {string} text @param {boolean} [urgent] */
function say(text, urgent = false) {
  byId(urgent ? "said-now" : "said-soon").textContent = text;
}

/** @param {Desk} desk */
function mount(desk) {
  desk.show = mountTabs(desk);
  byId("desk").dataset.role = desk.me.role;
  desk.widen = mountPanes(desk);
  mountQueue(desk);
  mountBoard(desk);
  for (const module of MODULES) module.mount(desk);
  const sheet = mountKeySheet(desk.sheet, desk.verbs.all);
  mountHeader(desk, { sheet: sheet.open, jump: (what) => jump(desk, what) });
  mountShift(desk);
  mountCommand(desk);
  const work = mountWork(desk);
  bindKeys(desk, work.focus, sheet);
  const feed = startFeed(
    desk.picture,
    desk.topics,
    (error) =>
      say(error.detail_zh && currentLanguage() === "zh" ? error.detail_zh : error.detail, true),
    () => seconds.forEach((fn) => fn()),
  );
  const map = mountMap(
    desk,
    settings.map,
    (bbox) => desk.picture.things.size >= NARROW_FROM && feed.look(bbox),
  );
  desk.map = map;
  mountReplay(desk);
  followRoster(desk);
}

/** Read the things anew, a little later, when one was added, changed or taken away.
 * @param {Desk} desk */
function followRoster(desk) {
  let timer = 0;
  const read = async () => {
    timer = 0;
    const things = await call("/things").catch(() => null); // the next change asks again
    if (things) desk.picture.setThings(things.items);
  };
  desk.picture.on("roster", () => (timer ||= window.setTimeout(() => void read(), ROSTER_MS)));
}

/** Say why the console could not start, and try again by itself: nobody may be there to press.
 * @param {unknown} error */
function failed(error) {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 401)
    location.assign(`/login/?next=${encodeURIComponent(location.pathname)}`);
  const words = h(
    "div",
    { class: "empty start-failed", role: "alert" },
    h("b", {}, t("start.failed")),
    error.sentence(currentLanguage()),
    h("span", {}, t("start.again", { seconds: RETRY_MS / 1000 })),
  );
  byId("map-pane").append(words);
  setTimeout(() => (words.remove(), start()), RETRY_MS);
}

function start() {
  openDesk().then(mount).catch(failed);
}

start();
