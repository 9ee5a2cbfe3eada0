import type { Variables } from "@slipway/core";
import type { Stack } from "../stack.ts";
import type { Workspace } from "../workspace.ts";
import { localStateStore } from "./local-state-store.ts";
import { s3StateStores } from "./s3-store.ts";
import type { StateStore } from "./store.ts";

type Places = Pick<Workspace, "statePath" | "recordPath" | "markerPath">;

/** Opens the state of a stack where its backend says that it is. */
export function openStateStores(variables: Variables, places: (stack: Stack) => Places): (stack: Stack) => StateStore {
  const openS3 = s3StateStores(variables);
  return (stack) => {
    if (stack.backend.type === "s3") return openS3(stack.backend);
    const { statePath = stack.backend.path, recordPath, markerPath } = places(stack);
    return localStateStore({ state: statePath, record: recordPath, marker: markerPath });
  };
}
