/** Replay: the whole map at any moment of the span, played at 1 to 60 times, by either clock. */

import { holdChanges, serverNow } from "../ui/api.js";
import { byId } from "../ui/dom.js";
import { dayAndClock } from "../ui/format.js";
import { currentLanguage, t } from "../ui/i18n.js";
import { prefs } from "../ui/store.js";
import { Banner } from "./banner.js";
import { nextSpeed, SPEEDS } from "./clock.js";
import { Player } from "./player.js";
import { sourceOf } from "./source.js";
import { endsOf, stepOf } from "./span.js";
import { spanChooser } from "./spans.js";
import { Strip } from "./strip.js";
import { words } from "./words.js";

/** @typedef {import("../desk.js").Desk} Desk */

const SETTLE_MS = 120; // a slider that is being dragged asks once it rests
const DRAW_MS = 200; // the strip's own figures; the map follows each frame
const MARKS_S = 60; // how often the marks are counted anew

/** @param {Desk} desk */
export function mountReplay(desk) {
  if (desk.may("state.see")) new Replay(desk);
  else byId("replay").hidden = true;
}

class Replay {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.span = prefs.get("replay.span", { minutes: 720 });
    this.timer = 0;
    this.frame = 0;
    this.seconds = 0;
    this.drawn = { mode: "", at: 0 };
    this.player = new Player(desk.picture, sourceOf(desk.topics), () => this.#changed());
    const kept = prefs.get("replay.speed", 10);
    this.player.clock.speed = SPEEDS.includes(kept) ? kept : 10;
    this.banner = new Banner(desk, () => this.#live());
    const spans = spanChooser(this.span, serverNow, (span) => this.#choose(span));
    this.strip = new Strip(this.#means(), spans);
    this.#bind();
    desk.everySecond(() => this.#second());
    desk.picture.on("theme", () => this.strip.ticks.draw());
    this.#changed();
    void this.#mark();
  }

  /** @returns {import("./strip.js").Means} */
  #means() {
    return {
      go: (at) => this.#goSoon(at),
      step: (by) => this.#step(by),
      toggle: () => this.#toggle(),
      speed: (by) => this.#speed(by),
      clock: (by) => this.#by(by),
      live: () => this.#live(),
      again: () => this.player.again(),
    };
  }

  #bind() {
    const { keys } = this.desk;
    keys.bind("[", () => this.#step(-1));
    keys.bind("]", () => this.#step(1));
    keys.bind(".", () => this.#toggle());
    keys.bind("{", () => this.#speed(-1));
    keys.bind("}", () => this.#speed(1));
    keys.bind(";", () => this.#by(this.player.by === "known" ? "was" : "known"));
    keys.bind("\\", () => this.#live());
  }

  /** @param {number} at ms */
  #goSoon(at) {
    clearTimeout(this.timer);
    this.player.wish = at;
    if (this.player.mode === "live") this.player.mode = "loading";
    this.#changed();
    this.timer = window.setTimeout(() => void this.player.go(at), SETTLE_MS);
  }

  /** Return to now; a slider that was dragged just before does not lead away again. */
  #live() {
    clearTimeout(this.timer);
    this.player.live();
  }

  /** @param {number} by 1 or -1 */
  #step(by) {
    if (this.player.mode === "live" && by > 0) return;
    clearTimeout(this.timer);
    this.player.step(by * stepOf(this.#ends()));
  }

  /** Play or pause; from now one plays from the beginning of the span. */
  #toggle() {
    const { player } = this;
    if (player.running) {
      player.pause();
      this.desk.say(t("replay.said.paused", { at: this.#words() }));
      return;
    }
    player.play(performance.now());
    if (player.mode === "live") void player.go(this.#ends().start);
    this.desk.say(t("replay.said.playing", { speed: player.clock.speed, at: this.#words() }));
    this.#changed();
  }

  #words() {
    return dayAndClock(this.player.at, serverNow());
  }

  /** @param {number} by 1 faster, -1 slower */
  #speed(by) {
    const speed = nextSpeed(this.player.clock.speed, by);
    prefs.set("replay.speed", speed);
    this.player.setSpeed(speed);
  }

  /** @param {"known"|"was"} by */
  #by(by) {
    this.player.setClock(by);
    this.desk.say(t(`replay.${by}.means`));
    void this.#mark();
  }

  /** @param {import("./span.js").Span} span */
  #choose(span) {
    this.span = span;
    prefs.set("replay.span", span);
    const { start, end } = this.#ends();
    if (!span.minutes && (this.player.at < start || this.player.at > end)) void this.player.go(start);
    this.#changed();
    void this.#mark();
    this.strip.slider.focus(); // keys are keys again, not letters in a list
  }

  #ends() {
    return endsOf(this.span, serverNow());
  }

  #second() {
    this.seconds += 1;
    if (this.seconds % MARKS_S === 0) void this.#mark();
    if (this.player.mode === "live") this.#draw();
  }

  #mark() {
    return this.strip.ticks.read(this.#ends(), this.player.by);
  }

  #changed() {
    const { player } = this;
    const past = player.mode !== "live";
    if (document.body.classList.contains("replaying") !== past) this.#turn(past);
    const moving = player.mode === "playing" || player.mode === "waiting";
    if (moving && !this.frame) this.frame = requestAnimationFrame((wall) => this.#tick(wall));
    const now = performance.now();
    if (moving && this.drawn.mode === player.mode && now - this.drawn.at < DRAW_MS) return;
    this.drawn = { mode: player.mode, at: now };
    this.#draw();
  }

  /** @param {number} wall */
  #tick(wall) {
    this.frame = 0;
    this.player.tick(wall);
  }

  /** Between now and then: what is off, what is said.
   * @param {boolean} past */
  #turn(past) {
    document.body.classList.toggle("replaying", past);
    const why = { detail: words.en["replay.held"], detail_zh: words.zh["replay.held"] };
    holdChanges(past ? why : null);
    if (!past && this.player.ended) this.desk.say(t("replay.ended"));
    this.desk.map?.resized();
  }

  #draw() {
    const { player } = this;
    const now = serverNow();
    this.banner.draw(player.mode === "live" ? null : player.at, player.by, now);
    this.strip.draw({
      mode: player.mode,
      running: player.running,
      at: player.at,
      speed: player.clock.speed,
      clock: player.by,
      step: stepOf(endsOf(this.span, now)),
      ends: endsOf(this.span, now),
      now,
      refusal: player.error?.sentence(currentLanguage()) ?? "",
    });
  }
}
