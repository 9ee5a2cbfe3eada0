require("./require-tests.cjs")("apps/cli");
require("./require-tests.cjs")("apps/local-aws");
