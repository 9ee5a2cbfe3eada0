require("./require-tests.cjs")("apps/infra");
