import { refusePort } from "./build-image.ts";

const other = { own: false, folder: "/x/shop", port: 8000 };

test("an image that exposes other ports only is refused, and the right option is named", () => {
  expect(() => refusePort({ "9000/tcp": {} }, other)).toThrow(
    "image (/x/shop) must expose port 8000, but it exposes 9000; pass --port 9000, or correct EXPOSE in its Dockerfile.",
  );
});

test("the own app's port is corrected in environments.ts", () => {
  expect(() => refusePort({ "9000/tcp": {} }, { ...other, own: true })).toThrow("apps/infra/src/environments.ts");
});

test.each([[{ "8000/tcp": {}, "9000/tcp": {} }], [{}], [null]])("%j is fine for port 8000", (exposed) => {
  expect(() => refusePort(exposed, other)).not.toThrow();
});
