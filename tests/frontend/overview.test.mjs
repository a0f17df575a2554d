import assert from "node:assert/strict";
import test from "node:test";
import { hintsFor } from "../../frontend/js/panels/overview.js";
import { cityFigures } from "../../frontend/js/panels/overview_city.js";

const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
const desk = (shelves) => ({
  topics: Object.keys(shelves),
  picture: { past: null, of: (topic) => new Map(shelves[topic].map((one, at) => [String(at), one])) },
});
const figure = (figures, key) => {
  const { count, late } = figures.find((one) => one.key === key);
  return [count, late];
};

test("the city's figures count what is not over, and what is late of it", () => {
  const figures = cityFigures(
    desk({
      incident: [{ state: "open" }, { state: "active" }, { state: "closed" }],
      unit: [{ status: "available" }, { status: "on_scene" }],
      task: [{ state: "running", due: ago(60) }, { state: "running", due: ago(-60) }, { state: "done" }],
      case: [
        { state: "handling", clock: { due_at: ago(60) } },
        { state: "hung", clock: null },
        { state: "closed", clock: null },
      ],
      closure: [{ state: "proposed" }, { state: "ended" }],
      warning: [{ state: "awaiting" }, { state: "issued" }, { state: "expired" }],
    }),
  );
  assert.deepEqual(figure(figures, "incidents"), [2, 1]);
  assert.deepEqual(figure(figures, "units"), [1, 0]);
  assert.deepEqual(figure(figures, "tasks"), [2, 1]);
  assert.deepEqual(figure(figures, "cases"), [2, 1]);
  assert.deepEqual(figure(figures, "closures"), [1, 1]);
  assert.deepEqual(figure(figures, "warnings"), [2, 1]);
});

test("what one may not see is not counted at all", () => {
  assert.deepEqual(cityFigures(desk({ unit: [] })).map((one) => one.key), ["units"]);
});

test("nobody is told of keys that do nothing for them", () => {
  const keys = (verbs) => hintsFor((verb) => verbs.includes(verb)).map(([key]) => key);
  assert.ok(!keys(["layer.see"]).includes("a") && keys(["layer.see"]).includes("l"));
  assert.ok(keys(["alert.acknowledge", "alert.resolve"]).includes("x"));
});
