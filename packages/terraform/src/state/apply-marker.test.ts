import { applyMarker } from "./apply-marker.ts";

test("a marker adds to that of an earlier interrupted apply", () => {
  const first = applyMarker.format(["b", "a"], undefined);
  expect(applyMarker.parse(first)).toEqual(["a", "b"]);
  expect(applyMarker.parse(applyMarker.format(["c"], first))).toEqual(["a", "b", "c"]);
});

test("no marker is no interrupted apply; half of one created nothing", () => {
  expect(applyMarker.parse(undefined)).toBeUndefined();
  expect(applyMarker.parse('{"crea')).toEqual([]);
});
