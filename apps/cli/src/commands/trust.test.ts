import { waysToTrust } from "./trust.ts";

const commands = (platform: NodeJS.Platform, ...there: readonly string[]) =>
  waysToTrust("/home/o'neil/root.pem", { platform, has: (name) => there.includes(name) });

test("Debian's store and the browsers' are told apart, each with the command that undoes it", () => {
  expect(commands("linux", "update-ca-certificates", "certutil")).toEqual([
    {
      who: "The whole system: curl, Python, and what uses OpenSSL's store",
      trust:
        "sudo cp '/home/o'\\''neil/root.pem' /usr/local/share/ca-certificates/slipway-local.crt && sudo update-ca-certificates",
      undo: "sudo rm /usr/local/share/ca-certificates/slipway-local.crt && sudo update-ca-certificates --fresh",
    },
    {
      who: "Chromium and Chrome of this user",
      trust:
        "mkdir -p $HOME/.pki/nssdb && certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n slipway-local -i '/home/o'\\''neil/root.pem'",
      undo: "certutil -d sql:$HOME/.pki/nssdb -D -n slipway-local",
    },
  ]);
});

test("other kinds of Linux and macOS have theirs", () => {
  const [system, browsers] = commands("linux");
  expect([system?.trust, system?.undo]).toEqual([
    "sudo trust anchor --store '/home/o'\\''neil/root.pem'",
    "sudo trust anchor --remove '/home/o'\\''neil/root.pem'",
  ]);
  expect(browsers?.who).toContain("certutil is in libnss3-tools or nss-tools");
  expect(commands("darwin").map(({ trust, undo }) => [trust, undo])).toEqual([
    [
      "security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db '/home/o'\\''neil/root.pem'",
      "security remove-trusted-cert '/home/o'\\''neil/root.pem'",
    ],
  ]);
});
