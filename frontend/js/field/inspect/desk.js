/** What the inspector's screens share: the phone, the kinds, the cases that wait, the way about. */

import { read } from "../door.js";
import { keyOf } from "../kinds.js";
import { toast } from "../parts.js";
import { isOwed } from "../queue.js";
import { keep, kept } from "../store.js";
import { now } from "../times.js";
import { say } from "../words.js";
import { questionOf, readFile } from "./cases.js";

/** @typedef {import("../kinds.js").CaseKind} CaseKind */
/** @typedef {import("./cases.js").Case} Case */
/** @typedef {{items: Case[], at: number, fresh: boolean}} Tasks */

/** @typedef {import("./cases.js").KeptFile} KeptFile */

const REFRESH_MS = 60_000;
const FILES_MOST = 40;

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
    this.files = new Map((await this.phone.recall("files", /** @type {any[]} */ ([]))).value);
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
    if (fresh) await this.#keepFiles();
  }

  /** A case's words and small photos, as they are now or as they were read last.
   * @param {number} id @returns {Promise<KeptFile|null>} */
  async fileOf(id) {
    const known = this.files.get(id) ?? null;
    return (await readFile(id)) ?? known;
  }

  /** Keep the files of what waits, so that a task can be done where there is no network. */
  async #keepFiles() {
    const { value } = await this.phone.recall("files", /** @type {[number, KeptFile][]} */ ([]));
    const old = new Map(value);
    this.files = new Map();
    for (const task of this.tasks.items.filter(questionOf).slice(0, FILES_MOST)) {
      const kept = old.get(task.id);
      const file = kept?.version === task.version ? kept : await readFile(task.id);
      if (file) this.files.set(task.id, file);
    }
    await keep("files", { value: [...this.files], at: now(), owner: this.phone.me?.id });
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
