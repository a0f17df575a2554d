/** Alerts for tests: whole, unremarkable, changed where a test says so. */

export const NOW = Date.parse("2026-11-21T10:00:00+08:00");

/** @param {Record<string, unknown>} [changes] */
export function alert(changes = {}) {
  return {
    id: 1,
    number: 1,
    rule: "rain",
    rule_version: 1,
    kind: "threshold",
    title_zh: "暴雨",
    title_en: "Rain",
    severity: 2,
    peak: 2,
    state: "open",
    condition: "active",
    thing_id: 7,
    thing_zh: "站",
    thing_en: "Station",
    thing_kind: "rain",
    datastream_id: 70,
    fence_id: null,
    property: "rain",
    unit: "mm",
    value: 60,
    limit: 50,
    values: {},
    standard_zh: "",
    standard_en: "",
    opened_at: ago(120),
    changed_at: ago(60),
    cleared_at: null,
    acknowledged_at: null,
    acknowledged_by: null,
    assigned_to: null,
    resolved_at: null,
    resolved_by: null,
    outcome: null,
    comments: 0,
    scope: "410105",
    place_zh: "",
    place_en: "",
    simulated: true,
    version: 1,
    ...changes,
  };
}

/** @param {number} seconds before NOW */
export function ago(seconds) {
  return new Date(NOW - seconds * 1000).toISOString();
}

/** A feed message about an alert.
 * @param {Record<string, unknown>} changes @param {string} cursor */
export function event(changes, cursor = "c1") {
  const data = alert(changes);
  return {
    type: "event",
    cursor,
    topic: "alert",
    kind: "raised",
    id: String(data.id),
    at: data.changed_at,
    geometry: null,
    data,
  };
}
