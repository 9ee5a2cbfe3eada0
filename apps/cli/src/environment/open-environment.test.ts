import { checkAccount } from "./open-environment.ts";

const staging = { key: "staging", account: "111111111111", region: "ap-northeast-2" };

test("the environment's own account is accepted", async () => {
  await expect(checkAccount(staging, {}, async () => "111111111111")).resolves.toBeUndefined();
});

test("another account is refused", async () => {
  await expect(checkAccount(staging, {}, async () => "222222222222")).rejects.toThrow(
    "account (222222222222) must be 111111111111, that of staging; change AWS_PROFILE or the credentials.",
  );
});

test("missing or stale credentials are one sentence with the account to sign in to", async () => {
  await expect(checkAccount(staging, {}, () => Promise.reject(new Error("token expired")))).rejects.toThrow(
    "credentials for staging must be answered by AWS (it said: token expired); sign in to account 111111111111.",
  );
});
