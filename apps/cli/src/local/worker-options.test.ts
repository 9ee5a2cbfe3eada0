import { readWorkers } from "./worker-options.ts";

test("a command alone is the worker, others have names; they stay in the order in which they are given", () => {
  const given = ["celery -A shop worker --loglevel=info", "beat=celery -A shop beat", 'mail-out=["python", "mail.py"]'];
  expect(readWorkers(given)).toEqual([
    { key: "worker", command: ["celery", "-A", "shop", "worker", "--loglevel=info"] },
    { key: "beat", command: ["celery", "-A", "shop", "beat"] },
    { key: "mail-out", command: ["python", "mail.py"] },
  ]);
  expect(readWorkers([])).toEqual([]);
});

test.each<[readonly string[], string]>([
  [["celery worker", "celery beat"], "--worker (celery beat) must have a name of its own, and there is a worker"],
  [["beat=a", "beat=b"], 'there is a beat; write for example --worker "beat=b"'],
  [["web=celery"], "--worker (web=celery) must not be named web, as the service with the load balancer is"],
  [["beat_1=celery"], "--worker (beat_1=celery) must be named with at most 20 lower-case letters, digits and hyphens"],
  [["a-name-of-more-than-twenty=celery"], "must be named with at most 20 lower-case letters"],
  [["beat="], "--worker () must not be empty"],
  [["DEBUG=1 celery worker"], "--worker (DEBUG=1 celery worker) must do without a shell"],
  [["beat=celery beat > log"], "--worker (celery beat > log) must do without a shell"],
])("%j is refused", (texts, message) => {
  expect(() => readWorkers(texts)).toThrow(message);
});
