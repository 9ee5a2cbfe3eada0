require("./require-tests.cjs")("packages");
