import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localStateStore } from "./open-stores.ts";

test("a part is written whole and removed without complaint, and Terraform's lock lies beside the state", async () => {
  const folder = mkdtempSync(join(tmpdir(), "store-"));
  const store = localStateStore({
    state: join(folder, "network.tfstate"),
    record: join(folder, "applied", "network.json"),
    marker: join(folder, "applying", "network.json"),
  });
  await store.write("record", "{}");
  expect(await store.read("record")).toBe("{}");
  expect(readdirSync(join(folder, "applied"))).toEqual(["network.json"]);
  await store.remove("record");
  await store.remove("record");
  expect(await store.read("record")).toBeUndefined();
  writeFileSync(join(folder, ".network.tfstate.lock.info"), "held");
  expect(await store.read("lock")).toBe("held");
  rmSync(folder, { recursive: true });
});
