/** Adds up: POST /sums with { "numbers": [1, 2] }. Answers one request of an HTTP API (payload format 2.0). */
export async function handler({ body = "", isBase64Encoded = false }) {
  const numbers = numbersOf(isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body);
  if (numbers === undefined) return answer(400, { error: 'body must be { "numbers": [1, 2] }; send such a text.' });
  return answer(200, { sum: numbers.reduce((sum, each) => sum + each, 0) });
}

function numbersOf(body) {
  try {
    const { numbers } = JSON.parse(body);
    return Array.isArray(numbers) && numbers.every(Number.isFinite) ? numbers : undefined;
  } catch {
    return undefined;
  }
}

function answer(statusCode, value) {
  return {
    statusCode,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
    body: JSON.stringify(value),
  };
}
