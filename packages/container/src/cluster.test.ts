import { synth } from "@slipway/testing";
import { Cluster } from "./cluster.ts";

test("a cluster is measured unless that is switched off", () => {
  const insights = (containerInsights?: "disabled" | "enhanced") =>
    synth(
      (scope) => new Cluster(scope, "cluster", { name: "shop", ...(containerInsights && { containerInsights }) }),
    ).one("aws_ecs_cluster").setting;
  expect(insights()).toEqual([{ name: "containerInsights", value: "enabled" }]);
  expect(insights("disabled")).toEqual([{ name: "containerInsights", value: "disabled" }]);
});

test("a cluster's name with other characters is refused", () => {
  expect(() => synth((scope) => new Cluster(scope, "cluster", { name: "shop/1" }))).toThrow(
    "name (shop/1) must be letters, digits and single hyphens between them; rename it.",
  );
});
