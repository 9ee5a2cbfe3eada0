require("./require-tests.cjs")("apps/local");
