import { EventLog } from "./await-deployment.ts";

test("each event is shown once, oldest first, with its time, and none from before", () => {
  const event = (id: string, second: number) => ({
    id,
    message: `event ${id}`,
    createdAt: new Date(Date.UTC(2026, 0, 1, 12, 0, second)),
  });
  const log = new EventLog([event("old", 1)]);
  expect(log.next([event("b", 3), event("a", 2), event("old", 1)])).toEqual(["12:00:02  event a", "12:00:03  event b"]);
  expect(log.next([event("b", 3)])).toEqual([]);
  expect(log.lines).toHaveLength(2);
});
