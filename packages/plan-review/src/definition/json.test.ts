import { canonicalText, parseStrict } from "./json.ts";
import { pathText, Refusal } from "./refusal.ts";

/** What is refused, as "<path>: <sentence>". */
function refusal(text: string): string {
  try {
    parseStrict(text);
  } catch (error) {
    if (error instanceof Refusal) return `${pathText(error.path)}: ${error.message}`;
    throw error;
  }
  return "accepted";
}

test.each([
  ['{"a":{"b":1,"b":2}}', "a.b: must be there once: main does not know which of the two counts"],
  ['{"a":[{"b":1},{"b":1,"\\u0062":2}]}', "a[1].b: must be there once: main does not know which of the two counts"],
  ['{"a":{"b":{},"c":1},"a":1}', "a: must be there once: main does not know which of the two counts"],
  ['{"a":{"__proto__":{}}}', "a.__proto__: must have another name: main does not know this one"],
  ['{"\\u005f_proto__":1}', "__proto__: must have another name: main does not know this one"],
  ['{"a":[1,{"constructor":{}}]}', "a[1].constructor: must have another name: main does not know this one"],
  ['{"prototype":1}', "prototype: must have another name: main does not know this one"],
  [
    '{"a":[0,1e400]}',
    "a[1]: must be a number of at most 15 digits without an exponent: main does not know how others read it",
  ],
  [
    '{"a":12345678901234567890}',
    "a: must be a number of at most 15 digits without an exponent: main does not know how others read it",
  ],
  [
    '{"a":0.12345678901234567}',
    "a: must be a number of at most 15 digits without an exponent: main does not know how others read it",
  ],
  ['{"a":1,}', ": must be JSON: main does not know another syntax"],
  ["\ufeff{}", ": must be JSON: main does not know another syntax"],
  ['{"a":NaN}', ": must be JSON: main does not know another syntax"],
  ["", ": must be JSON: main does not know another syntax"],
  [
    `${"[".repeat(41)}${"]".repeat(41)}`,
    "[0][0][0][0][0]: must be at most 40 levels deep: main does not know deeper values",
  ],
])("%s is refused with its path", (text, expected) => {
  expect(refusal(text)).toBe(expected);
});

test("keys with the same name in different objects, and texts that look like JSON, are accepted", () => {
  const text = '{"a":{"b":1},"c":{"b":"{\\"b\\":1,\\"b\\":2}"},"d":["b","b",-1.5,0,true,null]}';
  expect(parseStrict(text)).toEqual(JSON.parse(text));
});

test("five megabytes are read, however they are filled", () => {
  const size = 2_400_000;
  for (const text of [
    `"${'\\"'.repeat(size)}"`,
    `"${"a".repeat(size)}"`,
    `[${"1,".repeat(size)}1]`,
    `"${"\\\\".repeat(size)}"`,
  ]) {
    expect(refusal(text)).toBe("accepted");
  }
  expect(refusal("[".repeat(size))).toMatch(/must be JSON/);
  expect(refusal(`${"[".repeat(size)}${"]".repeat(size)}`)).toMatch(/at most 40 levels/);
});

test("a value has one text, whatever the order and the writing of its keys", () => {
  const one = parseStrict('{"b":{"10":1,"9":2,"a":[]},"a":"\\u0024{x}"}');
  const other = parseStrict('{ "a": "${x}", "b": { "a": [ ], "9": 2, "10": 1 } }');
  expect(canonicalText(one)).toBe(canonicalText(other));
  expect(JSON.parse(canonicalText(one))).toEqual(one);
});

test("a path shows strangers' keys without any sign that means something elsewhere", () => {
  expect(pathText(["resource", "aws_lb", 0, "a b`@x<img>\u202e"])).toBe('resource.aws_lb[0]["a b??x?img??"]');
});
