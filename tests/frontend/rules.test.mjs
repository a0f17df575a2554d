import assert from "node:assert/strict";
import test from "node:test";
import { gist } from "../../frontend/js/rules/gist.js";
import {
  emptyForm,
  emptyLevel,
  fieldOf,
  toDefinition,
  toForm,
} from "../../frontend/js/rules/model.js";

const rule = (kind, when, more = {}) => ({
  key: "r",
  version: 1,
  enabled: true,
  origin: "people",
  kind,
  title_zh: "题",
  title_en: "Title",
  when,
  property: "rain",
  things: ["rain"],
  scope: "4101",
  standard_zh: "",
  standard_en: "",
  made_at: "",
  author: null,
  ...more,
});

test("a rule goes through the form unchanged", () => {
  const rules = [
    rule("threshold", {
      levels: [
        { severity: 4, at_least: 5 },
        { severity: 3, above: 15 },
        { severity: 1, above: 60 },
      ],
      margin: 2,
      hold_s: 60,
      clear_hold_s: 120,
    }),
    rule("threshold", {
      standard: "aqi",
      item: "pm25",
      grades: { 4: 100, 1: 300 },
      margin: 0,
      hold_s: 0,
      clear_hold_s: 0,
    }),
    rule("accumulation", {
      levels: [{ severity: 2, window_h: 3, at_least: 50 }],
      keep_share: 0.8,
      hold_s: 0,
      clear_hold_s: 1800,
    }),
    rule("fence", { event: "dwell", margin_m: 30, dwell_s: 600, severity: 3, fences: ["f1"] }),
    rule("silence", { times: 3, at_least_s: 120, severity: 4 }),
  ];
  for (const one of rules) {
    const { kind, title_zh, title_en, when, property, things, scope, standard_zh, standard_en } =
      one;
    assert.deepEqual(toDefinition(toForm(one)), {
      kind,
      title_zh,
      title_en,
      when,
      property,
      things,
      scope,
      standard_zh,
      standard_en,
    });
  }
});

test("what is no number travels as typed, so that the server can name the field", () => {
  const form = emptyForm("threshold");
  form.levels = [{ ...emptyLevel(4), limit: "abc" }, emptyLevel(3)];
  assert.deepEqual(toDefinition(form).when.levels, [
    { severity: 4, above: "abc" },
    { severity: 3, above: null },
  ]);
});

test("a refusal finds its field, the most exact one", () => {
  const names = ["title_zh", "when.levels", "when.levels[1].above", "when.margin"];
  assert.equal(fieldOf("when.levels[1].above", names), "when.levels[1].above");
  assert.equal(fieldOf("when.levels[0].above", names), "when.levels");
  assert.equal(fieldOf("title_zh", names), "title_zh");
  assert.equal(fieldOf("when.marginal", names), undefined);
});

test("the list says what a rule is about in one line", () => {
  assert.equal(
    gist(
      rule("threshold", {
        levels: [
          { severity: 4, above: 15 },
          { severity: 3, above: 27 },
        ],
      }),
    ),
    "> 15 · > 27",
  );
  assert.equal(
    gist(rule("accumulation", { levels: [{ severity: 2, window_h: 3, at_least: 50 }] })),
    "≥ 50/3 h",
  );
  assert.equal(gist(rule("threshold", { standard: "aqi", item: "pm25" })), "AQI pm25");
});
