/** Tones made in the browser (Web Audio, no files); silent until a person has armed it by hand. */

/** [frequency Hz, start s, length s] of each note */
const TUNES =
  /** @type {Record<string, {wave: OscillatorType, gain: number, notes: number[][]}>} */ ({
    red: {
      wave: "square",
      gain: 0.5,
      notes: Array.from({ length: 10 }, (_, i) => [i % 2 ? 600 : 800, i * 0.09, 0.08]),
    },
    other: {
      wave: "sine",
      gain: 0.7,
      notes: [
        [440, 0, 0.12],
        [554, 0.13, 0.12],
        [659, 0.26, 0.18],
      ],
    },
    due: {
      wave: "sine",
      gain: 0.7,
      notes: Array.from({ length: 4 }, (_, i) => [i % 2 ? 700 : 1000, i * 0.16, 0.13]),
    },
    lost: {
      wave: "sine",
      gain: 0.7,
      notes: [
        [500, 0, 0.22],
        [400, 0.26, 0.34],
      ],
    },
    back: {
      wave: "sine",
      gain: 0.6,
      notes: [
        [400, 0, 0.12],
        [500, 0.14, 0.16],
      ],
    },
    test: {
      wave: "sine",
      gain: 0.7,
      notes: [
        [440, 0, 0.12],
        [554, 0.13, 0.12],
        [659, 0.26, 0.12],
        [880, 0.39, 0.22],
      ],
    },
  });

const FLOOR = { red: 0.35, lost: 0.35 }; // a volume below which the sounds that matter do not go

export class Sound {
  /** @param {number} volume 0 … 1 */
  constructor(volume) {
    this.volume = volume;
    /** @type {AudioContext|null} */
    this.context = null;
    this.playedUntil = 0;
  }

  /** Whether a sound would be heard now. */
  get armed() {
    return this.context?.state === "running";
  }

  /** Unlock audio; browsers allow it only inside a key press or click. */
  async arm() {
    this.context ??= new AudioContext();
    await this.context.resume();
    this.play("test");
    return this.armed;
  }

  /** Play one tune; while one is playing another waits its turn rather than mixing in.
   * @param {keyof typeof TUNES} name */
  play(name) {
    const { context } = this;
    if (!context || context.state !== "running") return false;
    const tune = TUNES[name];
    const start = Math.max(context.currentTime + 0.02, this.playedUntil + 0.1);
    if (start - context.currentTime > 2) return false;
    const level = Math.max(this.volume, /** @type {Record<string, number>} */ (FLOOR)[name] ?? 0);
    for (const [hertz, offset, length] of tune.notes)
      this.#note(tune, hertz, start + offset, length, level);
    const [, offset, length] = tune.notes[tune.notes.length - 1];
    this.playedUntil = start + offset + length;
    return true;
  }

  /** @param {{wave: OscillatorType, gain: number}} tune @param {number} hertz @param {number} start
   * @param {number} length @param {number} level */
  #note(tune, hertz, start, length, level) {
    const context = /** @type {AudioContext} */ (this.context);
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.type = tune.wave;
    oscillator.frequency.value = hertz;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(tune.gain * level, start + 0.008);
    gain.gain.setValueAtTime(tune.gain * level, start + length - 0.015);
    gain.gain.linearRampToValueAtTime(0, start + length);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(start + length + 0.02);
  }
}
