/** What the inspector's screens share: the phone, the kinds, the cases that wait, the way about. */

import { read } from "../door.js";
import { keyOf } from "../kinds.js";
import { FILES } from "../phone.js";
import { toast } from "../parts.js";
import { isOwed } from "../queue.js";
import { keep, kept, keptUnder } from "../store.js";
import { say } from "../words.js";
import { dropAnswer } from "./answer.js";
import { questionOf, readFile } from "./cases.js";

/** @typedef {import("../kinds.js").CaseKind} CaseKind */
/** @typedef {import("./cases.js").Case} Case */
/** @typedef {{items: Case[], at: number, fresh: boolean}} Tasks */

/** @typedef {import("./cases.js").KeptFile} KeptFile */

const REFRESH_MS = 60_000;

export class InspectDesk {
  /** @param {import("../phone.js").Phone} phone @param {(where: string, instead?: boolean) => void} go */
  constructor(phone, go) {
    this.phone = phone;
    this.go = go;
    /** @type {CaseKind[]} */
    this.kinds = [];
    /** @type {Tasks} */
    this.tasks = { items: [], at: 0, fresh: false };
    this.asked = false;
    /** @type {string|null} the item whose way is told to the one who just sent it */
    this.told = null;
    /** @type {Set<string>} answers that have had their effect on what waits */
    this.settled = new Set();
    /** @type {Map<number, KeptFile>} */
    this.files = new Map();
    this.keeping = Promise.resolve();
    phone.on(() => this.#tell());
  }

  get ground() {
    return { bounds: this.phone.city?.bounds ?? null, layers: () => this.phone.layers };
  }

  /** @param {string} key */
  kindOf(key) {
    return this.kinds.find((kind) => keyOf(kind) === key) ?? null;
  }

  /** What is kept first, then what the server says. */
  async open() {
    this.kinds = await kept("kinds", []);
    await this.recall();
    setInterval(() => !document.hidden && void this.refresh(), REFRESH_MS);
  }

  async recall() {
    const { value, at, fresh } = await this.phone.recall("cases", { items: [] });
    this.tasks = { items: value.items, at, fresh };
    const files = /** @type {KeptFile[]} */ (await keptUnder(FILES));
    const own = files.filter((file) => file.owner === this.phone.me?.id);
    this.files = new Map(own.map((file) => [file.id, file]));
    this.phone.changed();
  }

  async refresh() {
    const kinds = await read("/cases/kinds");
    if (kinds.kind === "received") await keep("kinds", (this.kinds = kinds.answer.items));
    await this.refreshTasks();
    this.asked = true;
    this.phone.changed();
  }

  async refreshTasks() {
    const { value, at, fresh } = await this.phone.readKept("/cases?waiting=mine&limit=100", "cases", {
      items: [],
    });
    this.tasks = { items: value.items, at, fresh };
    this.phone.changed();
    if (!fresh) return;
    this.keeping = this.keeping.then(() => this.#keepFiles());
    await this.keeping;
  }

  /** How many of the cases that wait have no words and photos on this phone yet. */
  get unkept() {
    return this.tasks.items.filter((task) => questionOf(task) && !this.files.has(task.id)).length;
  }

  /** A case's words and small photos, as they are now or as they were read last.
   * @param {number} id @returns {Promise<KeptFile|null>} */
  async fileOf(id) {
    const known = this.files.get(id) ?? null;
    return (await readFile(id)) ?? known;
  }

  /** Keep the files of what waits, one after another, so that a task can be done where there is no
   * network. Old words stay until newer ones are here; the line may break between any two. */
  async #keepFiles() {
    const wanted = this.tasks.items.filter(questionOf);
    for (const task of wanted) {
      if (this.files.get(task.id)?.version === task.version) continue;
      const file = await readFile(task.id);
      if (!file) continue;
      await keep(`${FILES}${task.id}`, { ...file, owner: this.phone.me?.id });
      this.files.set(task.id, file);
      this.phone.changed();
    }
    const ids = new Set(wanted.map((task) => task.id));
    for (const id of [...this.files.keys()].filter((each) => !ids.has(each))) {
      this.files.delete(id);
      await keep(`${FILES}${id}`, undefined);
      await dropAnswer(this.phone, id);
    }
  }

  /** The answer that is on its way for a case, if there is one.
   * @param {Case} task */
  answerOf(task) {
    return this.phone.items.find(
      (item) => item.kind === "answer" && item.title.case === String(task.id) && isOwed(item),
    );
  }

  /** Follow what was just sent, in words at the foot of the screen.
   * @param {string} key */
  announce(key) {
    this.told = key;
    toast(say(this.phone.online ? "said.sending" : "said.kept"));
    this.#tell();
  }

  #tell() {
    this.#afterAnswers();
    const item = this.phone.items.find((one) => one.key === this.told);
    if (!item || item.state === "sending") return;
    const waits = item.state === "waiting";
    if (waits && item.tries === 0 && this.phone.online) return;
    this.told = null;
    if (waits) toast(say("said.kept"));
    else if (item.state === "refused") {
      toast(say("said.refused"), "bad");
      this.go("outbox");
    } else toast(say("said.received", { number: item.receipt?.receipt?.number ?? "" }), "good");
  }

  /** An answer that arrived, or was refused because the case had moved on, changes what waits. */
  #afterAnswers() {
    const over = this.phone.items.filter(
      (item) => item.kind === "answer" && !isOwed(item) && !this.settled.has(item.key),
    );
    if (!over.length) return;
    for (const item of over) this.settled.add(item.key);
    if (this.asked) void this.refreshTasks();
  }
}
