import { readCommandWords } from "./command-words.ts";

const read = (text: string) => readCommandWords("--command", text);

test.each([
  ["gunicorn shop.wsgi", ["gunicorn", "shop.wsgi"]],
  ["gunicorn 'my app' -b :9000", ["gunicorn", "my app", "-b", ":9000"]],
  ['gunicorn --name="my app"', ["gunicorn", "--name=my app"]],
  ["python -m  celery\n -A shop", ["python", "-m", "celery", "-A", "shop"]],
  ["echo ''", ["echo", ""]],
  ["echo a\\ b \\; \\$HOME", ["echo", "a b", ";", "$HOME"]],
  ['["gunicorn", "shop.wsgi", "a && b"]', ["gunicorn", "shop.wsgi", "a && b"]],
  [' ["sh", "-c", "exec gunicorn --bind :$PORT"]', ["sh", "-c", "exec gunicorn --bind :$PORT"]],
  ["sh -c 'migrate && exec gunicorn -b :$PORT'", ["sh", "-c", "migrate && exec gunicorn -b :$PORT"]],
  ['sh -c "migrate; gunicorn > /dev/null"', ["sh", "-c", "migrate; gunicorn > /dev/null"]],
  ["ping http://a/?b=1&c=2", ["ping", "http://a/?b=1&c=2"]],
  ["echo 5$ cost", ["echo", "5$", "cost"]],
  ["gunicorn --env A=1", ["gunicorn", "--env", "A=1"]],
])("%s becomes words", (text, words) => {
  expect(read(text)).toEqual(words);
});

test.each([
  ["migrate && gunicorn", "&&"],
  ["migrate&&gunicorn", "&&"],
  ["gunicorn || true", "||"],
  ["a; b", ";"],
  ["a | b", "|"],
  ["a > b", ">"],
  ["a 2>> b", ">>"],
  ["a < b", "<"],
  ["a & b", "&"],
  ["gunicorn -b :$PORT", "$PORT"],
  ["gunicorn -b :${PORT:-8000}", "${PORT:-8000}"],
  ["echo $(date)", "$("],
  ["echo `date`", "`"],
  ["DEBUG=1 gunicorn shop.wsgi", "DEBUG=1"],
  ["exec gunicorn", "exec"],
  ["cd /app", "cd"],
])("%s needs a shell, and the sentence writes it out", (text, what) => {
  expect(() => read(text)).toThrow(
    `--command (${text}) must do without a shell, and \`${what}\` outside of quotes needs one; write it as sh -c '${text}'.`,
  );
});

test("what is written out is what a shell reads as the same text", () => {
  const text = "python -c 'print(1)' && gunicorn";
  const [, written = ""] = /write it as (.*)\.$/s.exec(failure(text)) ?? [];
  expect(read(written)).toEqual(["sh", "-c", text]);
});

test.each([
  ["", "--command () must not be empty"],
  ["  ", "--command (  ) must not be empty"],
  ["gunicorn 'shop", "--command (gunicorn 'shop) must close each quote that it opens"],
  ["[]", "--command ([]) must be a JSON list of words"],
  ["[1]", "--command ([1]) must be a JSON list of words"],
  ['[""]', '--command ([""]) must be a JSON list of words'],
  ["[gunicorn]", "--command ([gunicorn]) must be a JSON list of words"],
])("%j is refused", (text, sentence) => {
  expect(failure(text)).toContain(sentence);
});

function failure(text: string): string {
  try {
    read(text);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}
