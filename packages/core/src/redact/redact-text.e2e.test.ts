import { redactText } from "./redact-text.ts";

/** Texts of one piece over and over, each the worst for some rule. */
const pieces = [
  "a:",
  "a=",
  "a://",
  "a:b@",
  "=a:@",
  "@",
  ":",
  "=",
  '"',
  "'",
  "\\",
  '\\"',
  "\\'",
  '"a',
  "'a ",
  "password=",
  "password='",
  'password="',
  'password="a\\',
  "password=a;",
  "password=a ",
  "password: [a",
  "password={",
  "secrets=[a\n",
  "token=a,b",
  "-a ",
  "-p'",
  "--password ",
  "a -b 'c",
  "<a",
  "<a>",
  "<password>",
  "<password a",
  'name:"a","b":"',
  "name='a' value='",
  "%41",
  "%25",
  "%3A%2F%2F",
  "\\u0041",
  "&amp;",
  "&#",
  "eyJaaaaaaaa-",
  "eyJ",
  "SG.aaaaaaaaaaaaaaaa",
  "-----BEGIN ",
  "-----BEGIN A PRIVATE KEY-----",
  "a.",
  "a/",
  "a.a:1:",
  "aB3",
  "0f",
  "Aa1+",
  "v=DKIM1; p=",
  "p=MIG",
  "비",
  "비밀번호=",
  "\u200B",
  "ａ",
  "машина ",
  "login a password b ",
  "echo a | ",
  "identified by ",
  "a,",
  "a;",
  '["a",',
  '{"a":',
  "\n",
  " \n",
  "\t",
  "a\n",
  "a\\\n",
  "b:1:c:d:e\n",
  "Basic ",
  "Bearer ",
  "Cookie: a",
  "?key=",
  "https://a.b/?sig=",
  "https://a:b",
  "thin:a/b@",
  "$2b$",
  "pbkdf2_a",
  "a.webhook.",
  "arn:aws:a:",
  "•",
  "🦊",
];
const known = ["Kx9&Qz7", "a:a:a:b", "aaaaaaab", "Aa1+Aa1+Ab"];

function milliseconds(text: string): number {
  const start = performance.now();
  redactText(text, { known, patterns: [] });
  return performance.now() - start;
}

test("20,000 characters of a: take no time to speak of", () => {
  expect(milliseconds("a:".repeat(10_000))).toBeLessThan(200);
});

test("time grows with the length of a text and not faster, whatever it is made of", () => {
  milliseconds("a:".repeat(1000));
  const slow = pieces.flatMap((piece) => {
    const taken = milliseconds(piece.repeat(Math.ceil(100_000 / piece.length)));
    return taken > 2000 ? [[piece, Math.round(taken)]] : [];
  });
  expect(slow).toEqual([]);
});

test.each(["a -b 'c", 'password="a\\', "=a:@"])("2 MB of %j take seconds", (piece) => {
  expect(milliseconds(piece.repeat(2_000_000 / piece.length))).toBeLessThan(15_000);
});
