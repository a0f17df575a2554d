/** The crew's page: one unit, its order, its status; says where it is while it is open. */

import { byId } from "../ui/dom.js";
import { send } from "./door.js";
import { Frame } from "./frame.js";
import { install } from "./install.js";
import { Phone } from "./phone.js";
import { follow, metresBetween } from "./place.js";
import { now } from "./times.js";
import { say, speak, teach } from "./words.js";
import { UnitDesk } from "./unit/desk.js";
import { Screen } from "./unit/screen.js";
import { words } from "./unit/words.js";
import { freshKey } from "../ui/fresh_key.js";

/** @typedef {import("./place.js").Fix} Fix */

const TOLD_EVERY_MS = 15_000;
const TOLD_EVERY_M = 50;

const settings = JSON.parse(byId("settings").textContent ?? "{}");
teach(words);
speak(document.documentElement.lang === "en" ? "en" : "zh");
document.title = say("app");

const phone = new Phone();
const desk = new UnitDesk(phone);
const screen = new Screen(desk);
const frame = new Frame(byId("app"), phone, {
  path: "/unit/",
  tabs: [],
  version: `${settings.release}`,
});

/** @type {Fix|null} where the phone is, as far as it knows */
let here = null;
/** @type {Fix|null} what the server was told last */
let told = null;

/** Tell where the crew is: the present position only, a missed one is not worth keeping. */
async function tell() {
  const { unit } = desk.card;
  if (!here || !unit || unit.thing_id === null || !phone.online || here === told) return;
  const soon = told && here.at - told.at < TOLD_EVERY_MS;
  if (soon && told && metresBetween(told, here) < TOLD_EVERY_M) return;
  told = here;
  const { lon, lat, accuracy, speed, course } = here;
  const at = new Date(here.at + now() - Date.now()).toISOString(); // by the server's clock
  const fields = { lon, lat, datum: "wgs84", accuracy, speed, course, at };
  const path = `/units/${unit.id}/position`;
  await send({ kind: "status", key: freshKey(), path, fields, photos: [] });
}

async function start() {
  await phone.show();
  await desk.open();
  frame.show({ element: screen.element, update: () => screen.update() });
  phone.on(() => {
    frame.update();
    void tell();
  });
  follow((fix) => {
    if (!fix) return;
    here = fix;
    screen.order.moved(fix);
    void tell();
  });
  await phone.wake();
  await desk.look();
}

void install("unit", () => frame.offerRenewal());
void start();
