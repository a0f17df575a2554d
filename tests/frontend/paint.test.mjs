import assert from "node:assert/strict";
import test from "node:test";
import { inked } from "../../frontend/js/map/inked.js";

test("a colour is itself; a feature's own is read from its column, else grey", () => {
  assert.equal(inked("#00ff00"), "#00ff00");
  const own = inked("$colour");
  assert.equal(own.length, 2); // the map's library asks a function of two feature by feature
  const of = (value) => own(14, { props: { colour: value } });
  assert.equal(of("#FF3333"), "#FF3333");
  for (const odd of ["red", "#12", "url(x)", null, undefined, 7]) assert.equal(of(odd), "#888888");
});
