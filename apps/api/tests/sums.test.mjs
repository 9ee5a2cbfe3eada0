import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { handler } from "../sums/index.mjs";

const asked = async (event) => {
  const { statusCode, body } = await handler(event);
  return [statusCode, JSON.parse(body)];
};

test("it adds up the numbers of the body, plain or in base64", async () => {
  const body = '{"numbers":[1,2,3.5]}';
  deepEqual(await asked({ body }), [200, { sum: 6.5 }]);
  deepEqual(await asked({ body: Buffer.from(body).toString("base64"), isBase64Encoded: true }), [200, { sum: 6.5 }]);
});

test("a body of another form is refused", async () => {
  for (const body of [undefined, "", "[]", '{"numbers":["1"]}', '{"numbers":1}', "null"]) {
    const [status, { error }] = await asked({ body });
    equal(status, 400);
    equal(error, 'body must be { "numbers": [1, 2] }; send such a text.');
  }
});
