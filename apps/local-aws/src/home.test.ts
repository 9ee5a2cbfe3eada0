import { readSlipwayHome } from "./home.ts";

test("without settings it is .slipway in the repository and port 4566", () => {
  expect(readSlipwayHome("/repo", {})).toMatchObject({ folder: "/repo/.slipway", port: 4566 });
});

test("a home and a port of one's own are taken; a relative home starts at the repository", () => {
  const settings = { SLIPWAY_HOME: "elsewhere", SLIPWAY_GATEWAY_PORT: "4600" };
  expect(readSlipwayHome("/repo", settings)).toMatchObject({ folder: "/repo/elsewhere", port: 4600 });
});

test("two homes on one machine have different ids", () => {
  expect(readSlipwayHome("/a", {}).id).not.toBe(readSlipwayHome("/b", {}).id);
});

test.each(["80", "65536", "http", "45.5", "-1", "4566 "])(
  "port %j is refused with the range and the remedy",
  (text) => {
    expect(() => readSlipwayHome("/repo", { SLIPWAY_GATEWAY_PORT: text })).toThrow(
      `SLIPWAY_GATEWAY_PORT (${text}) must be a port from 1024 to 65535; unset it for 4566.`,
    );
  },
);
