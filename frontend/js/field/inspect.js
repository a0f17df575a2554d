/** The inspector's app: starts with what the phone has, then asks the server. */

import { byId } from "../ui/dom.js";
import { Frame } from "./frame.js";
import { askToStay, install } from "./install.js";
import { composeView, editView } from "./inspect/compose.js";
import { questionOf } from "./inspect/cases.js";
import { InspectDesk } from "./inspect/desk.js";
import { homeView } from "./inspect/home.js";
import { outboxView } from "./inspect/outbox.js";
import { taskView } from "./inspect/task.js";
import { tasksView } from "./inspect/tasks.js";
import { words } from "./inspect/words.js";
import { Phone } from "./phone.js";
import { Router } from "./router.js";
import { say, speak, teach } from "./words.js";

const settings = JSON.parse(byId("settings").textContent ?? "{}");
teach(words);
speak(document.documentElement.lang === "en" ? "en" : "zh");
document.title = say("app");

const phone = new Phone();
const desk = new InspectDesk(phone, (where, instead) => router.go(where, instead));
const frame = new Frame(byId("app"), phone, {
  path: "/inspect/",
  version: `${settings.release}`,
  tabs: [
    { key: "report", hash: "", glyph: "report", count: () => 0 },
    { key: "tasks", hash: "tasks", glyph: "tasks", count: waiting },
    {
      key: "outbox",
      hash: "outbox",
      glyph: "outbox",
      count: () => phone.counts.owed + phone.counts.refused,
      urgent: () => phone.counts.refused > 0,
    },
  ],
});
const router = new Router(screenOf, (view) => frame.show(view));

function waiting() {
  return desk.tasks.items.filter((task) => questionOf(task) && !desk.answerOf(task)).length;
}

/** @param {string[]} parts @returns {import("./router.js").View} */
function screenOf([screen, which = ""]) {
  if (screen === "new") return composeView(desk, which);
  if (screen === "edit") return editView(desk, which);
  if (screen === "tasks") return which ? taskView(desk, which) : tasksView(desk);
  return screen === "outbox" ? outboxView(desk) : homeView(desk);
}

async function start() {
  await phone.show();
  await desk.open();
  router.show();
  phone.on(() => frame.update());
  await phone.wake();
  await desk.refresh();
}

void install("inspect", () => frame.offerRenewal());
void askToStay();
void start();
