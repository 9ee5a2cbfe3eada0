import { ownImageNames } from "./down.ts";

const listing = `slipway-aaaa/app 4264 <none>
slipway-bbbb/app 4264 <none>
127.0.0.1:4566/app <none> sha256:12
127.0.0.1:45660/app <none> sha256:12
127.0.0.1:4566/app v1 sha256:12
python 3.13-slim <none>
`;

test("names below our prefixes are found: tags by tag, what was pulled by digest, never an id that others share", () => {
  expect(ownImageNames(listing, ["slipway-aaaa/", "127.0.0.1:4566/"])).toEqual([
    "slipway-aaaa/app:4264",
    "127.0.0.1:4566/app@sha256:12",
    "127.0.0.1:4566/app:v1",
  ]);
});

test("an image without tag and digest has no name to remove", () => {
  expect(ownImageNames("slipway-aaaa/app <none> <none>\n", ["slipway-aaaa/"])).toEqual([]);
});
