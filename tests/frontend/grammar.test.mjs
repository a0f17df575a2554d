import assert from "node:assert/strict";
import test from "node:test";
import { complete, parse } from "../../frontend/js/ui/grammar.js";

const lexicon = {
  alerts: [
    { number: 12, id: 120, title: "暴雨预警 · 文化路" },
    { number: 13, id: 130, title: "PM2.5 · 北环" },
  ],
  people: [
    { id: 5, username: "ding", name: "丁一" },
    { id: 6, username: "sun", name: "Sun Li" },
  ],
  places: [
    { id: 7, name: "文化路雨量站", code: "RG001" },
    { id: 8, name: "文化路积水站", code: "RD004" },
  ],
};

test("each command is read as it is meant", () => {
  const wanted = {
    "a 12": { do: "acknowledge", alerts: [120] },
    "a 12 #13": { do: "acknowledge", alerts: [120, 130] },
    "as 12 ding": { do: "assign", alert: 120, user: 5 },
    "as 12 Sun Li": { do: "assign", alert: 120, user: 6 },
    "nt 12 已通知 排水队": { do: "comment", alert: 120, words: "已通知 排水队" },
    "rs 13 false_alarm 校准中": {
      do: "resolve",
      alert: 130,
      outcome: "false_alarm",
      words: "校准中",
    },
    "w rg001": { do: "where", thing: 7 },
    "w 积水": { do: "where", thing: 8 },
    "?北环": { do: "search", word: "北环" },
  };
  for (const [line, command] of Object.entries(wanted))
    assert.deepEqual(parse(line, lexicon), command, line);
});

test("an unknown word refuses the whole line and is named", () => {
  const refused = {
    "b 12": { error: "command.unknown", word: "b" },
    "constructor 12": { error: "command.unknown", word: "constructor" },
    "a 12 99": { error: "command.no_alert", word: "99" },
    "a 12x": { error: "command.no_alert", word: "12x" },
    "as 12 nobody": { error: "command.no_person", word: "nobody" },
    "rs 12 done": { error: "command.no_outcome", word: "done" },
    "w 天安门": { error: "command.no_place", word: "天安门" },
    "w 文化路": { error: "command.many_places", word: "文化路" },
  };
  for (const [line, refusal] of Object.entries(refused))
    assert.deepEqual(parse(line, lexicon), refusal, line);
});

test("a command without its words explains itself", () => {
  for (const [line, error] of [
    ["a", "command.usage.a"],
    ["as 12", "command.usage.as"],
    ["nt 12", "command.usage.nt"],
    ["rs 12", "command.usage.rs"],
  ]) {
    assert.deepEqual(parse(line, lexicon), { error });
  }
});

test("Tab completes the word at the end of the line, by what belongs there", () => {
  const lines = (line) => complete(line, lexicon).map((offer) => offer.line);
  assert.deepEqual(lines("a"), ["a ", "as "]);
  assert.deepEqual(lines("a "), ["a 12 ", "a 13 "]);
  assert.deepEqual(lines("a 12 1"), ["a 12 12 ", "a 12 13 "]);
  assert.deepEqual(lines("as 12 d"), ["as 12 ding "]);
  assert.deepEqual(lines("as 12 丁"), ["as 12 ding "]);
  assert.deepEqual(lines("rs 12 f"), ["rs 12 false_alarm "]);
  assert.deepEqual(lines("w rd"), ["w 文化路积水站 "]);
  assert.deepEqual(lines("nt 12 th"), []);
});
