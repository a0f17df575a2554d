/** What a crew's page knows: its unit, the order, the tasks, and what is still to be sent. */

import { send } from "../door.js";
import { toast } from "../parts.js";
import { isOwed } from "../queue.js";
import { now } from "../times.js";
import { named, say, sentence } from "../words.js";
import { freshKey } from "../../ui/fresh_key.js";

/** @typedef {import("../queue.js").Item} Item */
/** @typedef {"available"|"dispatched"|"en_route"|"on_scene"|"committed"|"out_of_service"} Status */
/** @typedef {{id: number, code: string, name_zh: string, name_en: string, kind: string, status: Status, since: string, thing_id: number|null}} Unit */
/** @typedef {{id: number, words: string|null, made_at: string, erased: boolean}} Remark */
/** @typedef {{id: number, type_zh: string, type_en: string, severity: import("../../types.js").Severity, address: string, place_zh: string, place_en: string, lon: number|null, lat: number|null, words: string|null, remarks: Remark[], simulated: boolean}} Incident */
/** @typedef {{id: number, dispatched_at: string, eta_s: number|null, incident: Incident}} Order */
/** @typedef {{id: number, kind: string, title_zh: string, title_en: string, words: string, due: string}} Task */
/** @typedef {{unit: Unit|null, assignment: Order|null, tasks: Task[]}} Card */

const LOOK_MS = 5_000;
const REGRET_MS = 60_000; // so long does the server let a status be taken back
const BUZZ = [400, 150, 400, 150, 400];

/** @type {Card} */
const EMPTY = { unit: null, assignment: null, tasks: [] };

export class UnitDesk {
  /** @param {import("../phone.js").Phone} phone */
  constructor(phone) {
    this.phone = phone;
    this.card = EMPTY;
    this.at = 0;
    this.fresh = false;
    this.opened = false;
    /** @type {Set<string>} whose fate was told already */
    this.told = new Set();
    phone.on(() => this.#tell());
  }

  async open() {
    const { value, at } = await this.phone.recall("unit", EMPTY);
    [this.card, this.at] = [value, at];
    for (const item of this.phone.items) if (!isOwed(item)) this.told.add(item.key);
    this.opened = true;
    setInterval(() => !document.hidden && void this.look(), LOOK_MS);
  }

  /** Ask for the unit; an order that was not there is felt as well as seen. */
  async look() {
    const before = this.card.assignment?.id;
    const known = this.at > 0;
    const { value, at, fresh } = await this.phone.readKept("/units/mine", "unit", EMPTY);
    [this.card, this.at, this.fresh] = [value, at, fresh];
    const order = value.assignment;
    if (known && order && order.id !== before) {
      navigator.vibrate?.(BUZZ);
      toast(say("unit.new_order", { type: named("type", order.incident) }), "bad");
    }
    this.phone.changed();
  }

  /** @param {Item["kind"]} kind @returns {Item[]} what of a kind is on its way */
  owed(kind) {
    return this.phone.items.filter((item) => item.kind === kind && isOwed(item));
  }

  /** The last status that was said here and has not arrived. */
  get said() {
    return this.owed("status").at(-1) ?? null;
  }

  /** @returns {Status} what the crew last said, whether the server knows it yet or not */
  get status() {
    const said = this.said?.fields.status;
    return /** @type {Status} */ (said ?? this.card.unit?.status ?? "available");
  }

  /** @param {Status} status */
  async say(status) {
    const { unit } = this.card;
    if (!unit || !this.phone.me) return;
    navigator.vibrate?.(30);
    const at = new Date(now()).toISOString();
    await this.#add("status", `unit:${unit.id}`, `/units/${unit.id}/status`, { status, at }, status);
  }

  /** @param {string} words */
  async note(words) {
    const id = this.card.assignment?.incident.id;
    if (id) await this.#add("note", `incident:${id}`, `/incidents/${id}/notes`, { words }, words);
  }

  /** @param {Task} task */
  async done(task) {
    await this.#add("done", "", `/tasks/${task.id}/done`, {}, String(task.id));
  }

  /** @param {Item["kind"]} kind @param {string} lane @param {string} path
   * @param {import("../queue.js").Fields} fields @param {string} text */
  async #add(kind, lane, path, fields, text) {
    const owner = this.phone.me?.id ?? 0;
    const key = freshKey();
    const title = { title_zh: text, title_en: text };
    await this.phone.add({ key, kind, lane, owner, path, fields, photos: [], title });
    if (!this.phone.online) toast(say("unit.kept"));
  }

  /** The status that may still be taken back.
   * @returns {Item|null} */
  get regret() {
    const last = this.phone.items.filter((item) => item.kind === "status").at(-1);
    if (!last || last.state === "refused" || last.fields.withdrawn) return null;
    return now() - last.made_at < REGRET_MS && last.state !== "sending" ? last : null;
  }

  /** Take a slip back: from the queue while it waits there, else from the record.
   * @param {Item} item */
  async undo(item) {
    if (item.state === "waiting") return this.phone.drop(item.key);
    const path = `/units/${this.card.unit?.id}/withdraw`;
    const kind = "status";
    const outcome = await send({ kind, key: freshKey(), path, fields: {}, photos: [] });
    if (outcome.kind === "received") {
      toast(say("unit.undone"), "good");
      await this.phone.drop(item.key);
    } else {
      const why = outcome.kind === "refused" ? sentence(outcome.problem) : say("unreachable");
      toast(say("unit.not_undone", { why }), "bad");
    }
    await this.look();
  }

  /** Say once what became of each status. */
  #tell() {
    if (!this.opened) return;
    for (const item of this.phone.items) {
      if (isOwed(item) || this.told.has(item.key)) continue;
      this.told.add(item.key);
      if (item.kind === "status" && item.state === "received")
        toast(say("unit.received", { status: say(`status.${item.fields.status}`) }), "good");
      void this.look();
    }
  }
}
