/** A rule as the form holds it and as the API takes it: pure translation, both ways. */

/**
 * @typedef {object} Rule
 * @property {string} key
 * @property {number} version
 * @property {boolean} enabled
 * @property {string} origin
 * @property {string} kind
 * @property {string} title_zh
 * @property {string} title_en
 * @property {Record<string, any>} when
 * @property {string} property
 * @property {string[]} things
 * @property {string} scope
 * @property {string} standard_zh
 * @property {string} standard_en
 * @property {string} made_at
 * @property {string|null} author
 * @property {Rule[]} [versions]
 *
 * @typedef {{severity: number, comparison: string, limit: string, window_h: string}} LevelRow texts, as typed
 *
 * @typedef {object} Form
 * @property {Record<string, string>} plain titles, property, scope, standard's words, and `when`'s single values
 * @property {string} kind
 * @property {string} source "levels" or the code of a standard
 * @property {LevelRow[]} levels
 * @property {string[]} things
 * @property {string[]} fences
 */

export const KINDS = ["threshold", "accumulation", "fence", "silence"];
export const COMPARISONS = ["above", "at_least", "below", "at_most"];

/** The single values of each kind's `when`: numbers with their unit, or words to choose from. */
export const WHEN_FIELDS =
  /** @type {Record<string, {name: string, unit?: string, options?: string[]}[]>} */ ({
    threshold: [
      { name: "margin" },
      { name: "hold_s", unit: "s" },
      { name: "clear_hold_s", unit: "s" },
    ],
    accumulation: [
      { name: "keep_share" },
      { name: "hold_s", unit: "s" },
      { name: "clear_hold_s", unit: "s" },
    ],
    fence: [
      { name: "event", options: ["enter", "leave", "dwell"] },
      { name: "margin_m", unit: "m" },
      { name: "dwell_s", unit: "s" },
      { name: "severity", options: ["1", "2", "3", "4"] },
    ],
    silence: [
      { name: "times" },
      { name: "at_least_s", unit: "s" },
      { name: "severity", options: ["1", "2", "3", "4"] },
    ],
  });

const DEFAULTS = /** @type {Record<string, Record<string, string>>} */ ({
  threshold: { margin: "0", hold_s: "0", clear_hold_s: "0" },
  accumulation: { keep_share: "0.8", hold_s: "0", clear_hold_s: "1800" },
  fence: { event: "enter", margin_m: "30", dwell_s: "0", severity: "3" },
  silence: { times: "3", at_least_s: "120", severity: "4" },
});

const PLAIN = ["title_zh", "title_en", "property", "scope", "standard_zh", "standard_en"];

/** @param {string} kind @returns {Form} */
export function emptyForm(kind) {
  const plain = Object.fromEntries(PLAIN.map((name) => [name, ""]));
  const levels = kind === "threshold" || kind === "accumulation" ? [emptyLevel(4)] : [];
  return {
    kind,
    plain: { ...plain, key: "", item: "", grades: "", ...DEFAULTS[kind] },
    source: "levels",
    levels,
    things: [],
    fences: [],
  };
}

/** @param {number} severity @returns {LevelRow} */
export function emptyLevel(severity) {
  return { severity, comparison: "above", limit: "", window_h: "1" };
}

/** @param {Rule} rule @returns {Form} */
export function toForm(rule) {
  const { when } = rule;
  const form = emptyForm(rule.kind);
  for (const name of PLAIN) form.plain[name] = /** @type {any} */ (rule)[name] ?? "";
  for (const { name } of WHEN_FIELDS[rule.kind] ?? [])
    if (when[name] !== undefined) form.plain[name] = String(when[name]);
  form.plain.key = rule.key;
  form.plain.item = when.item ?? "";
  form.plain.grades = gradesText(when.grades);
  form.source = when.standard || "levels";
  form.levels = [...(when.levels ?? [])].map(levelRow).sort((a, b) => b.severity - a.severity);
  form.things = [...(rule.things ?? [])];
  form.fences = [...(when.fences ?? [])];
  return form;
}

/** @param {Record<string, any>} level @returns {LevelRow} */
function levelRow(level) {
  const comparison = COMPARISONS.find((one) => level[one] !== undefined) ?? "at_least";
  return {
    severity: level.severity,
    comparison,
    limit: String(level[comparison]),
    window_h: String(level.window_h ?? "1"),
  };
}

/** "4=100 3=150": index values at which grades begin.
 * @param {Record<string, number>|null|undefined} grades */
function gradesText(grades) {
  return Object.entries(grades ?? {})
    .sort(([a], [b]) => Number(b) - Number(a))
    .map(([grade, index]) => `${grade}=${index}`)
    .join(" ");
}

/** What the API takes; a field that holds no number travels as it was typed, so that the server
 * names it.
 * @param {Form} form */
export function toDefinition(form) {
  const { plain } = form;
  const body = Object.fromEntries(PLAIN.map((name) => [name, plain[name].trim()]));
  return { ...body, kind: form.kind, things: form.things, when: whenOf(form) };
}

/** @param {Form} form @returns {Record<string, any>} */
function whenOf(form) {
  const when = /** @type {Record<string, any>} */ ({});
  for (const { name, options } of WHEN_FIELDS[form.kind] ?? []) {
    const text = (form.plain[name] ?? "").trim();
    if (text !== "") when[name] = options && name !== "severity" ? text : number(text);
  }
  if (form.kind === "fence" && form.fences.length) when.fences = form.fences;
  if (form.kind === "threshold" || form.kind === "accumulation") limits(form, when);
  return when;
}

/** @param {Form} form @param {Record<string, any>} when */
function limits(form, when) {
  if (form.source === "levels") {
    when.levels = form.levels.map((row) => levelOf(form, row));
    return;
  }
  when.standard = form.source;
  if (form.kind !== "threshold") return;
  when.item = form.plain.item.trim();
  const pairs = form.plain.grades
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map((pair) => pair.split("="));
  when.grades = Object.fromEntries(pairs.map(([grade, index]) => [grade, number(index ?? "")]));
}

/** @param {Form} form @param {LevelRow} row */
function levelOf(form, row) {
  if (form.kind === "accumulation")
    return { severity: row.severity, window_h: number(row.window_h), at_least: number(row.limit) };
  return { severity: row.severity, [row.comparison]: number(row.limit) };
}

/** @param {string} text @returns {number|string|null} */
function number(text) {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : trimmed;
}

/** The form's field that a refusal is about: the longest name that begins the server's path.
 * @param {string} path such as when.levels[1].above @param {string[]} names fields of the form
 * @returns {string|undefined} */
export function fieldOf(path, names) {
  return names
    .filter((name) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`))
    .sort((a, b) => b.length - a.length)[0];
}
