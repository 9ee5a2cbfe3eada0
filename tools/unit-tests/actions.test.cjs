require("./require-tests.cjs")(".github/actions");
