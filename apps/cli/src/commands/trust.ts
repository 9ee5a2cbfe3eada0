import { Failure } from "@slipway/core";
import { findLocalAws, thisHost } from "@slipway/local-aws";
import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { readDoor } from "../local/entrance.ts";
import { runCommand } from "./run-command.ts";

export function trustCommand(root: string): Command {
  return new Command("trust")
    .description(
      "print how this system and its browsers come to trust the local AWS's certificates, and how to undo it",
    )
    .action(() => runCommand({ name: "trust", root, work: trust }));
}

/** `npm run trust`: prints commands and runs none, because what a system trusts is its owner's to say. */
async function trust({ home, print }: CommandContext): Promise<void> {
  const aws = await findLocalAws(home);
  const door = aws === undefined ? undefined : await readDoor(aws);
  if (door === undefined) {
    throw new Failure(
      "the local AWS must run and have a certificate before anything can trust its authority",
      "run `npm start` first",
    );
  }
  const { find } = thisHost(home.variables);
  const ways = waysToTrust(door.authority.file, { platform: process.platform, has: (name) => find(name).length > 0 });
  print(
    "The certificates of the local AWS are signed by an authority of its own, made for this folder's state. It can",
  );
  print(
    "sign for the local environment's names and localhost only. Nothing on this system trusts it until you say so:",
  );
  for (const { who, trust, undo } of ways) print(`\n${who}\n  trust  ${trust}\n  undo   ${undo}`);
  print(
    "\n`npm run down` deletes the authority with its key; a system that trusted it then trusts a name without a key.",
  );
}

interface Way {
  readonly who: string;
  readonly trust: string;
  readonly undo: string;
}

const label = "slipway-local";

/** For this kind of system, its own store first. `has` says whether a command is there. */
export function waysToTrust(
  file: string,
  { platform, has }: { readonly platform: NodeJS.Platform; readonly has: (command: string) => boolean },
): readonly Way[] {
  const quoted = `'${file.replaceAll("'", `'\\''`)}'`;
  if (platform === "darwin") {
    const keychain = "~/Library/Keychains/login.keychain-db";
    return [
      {
        who: "This user: Safari, Chrome, curl",
        trust: `security add-trusted-cert -r trustRoot -k ${keychain} ${quoted}`,
        undo: `security remove-trusted-cert ${quoted}`,
      },
    ];
  }
  const nss = "sql:$HOME/.pki/nssdb";
  const browsers = {
    who: `Chromium and Chrome of this user${has("certutil") ? "" : " (certutil is in libnss3-tools or nss-tools)"}`,
    trust: `mkdir -p $HOME/.pki/nssdb && certutil -d ${nss} -A -t C,, -n ${label} -i ${quoted}`,
    undo: `certutil -d ${nss} -D -n ${label}`,
  };
  return [systemStore(quoted, has), browsers];
}

function systemStore(quoted: string, has: (command: string) => boolean): Way {
  const who = "The whole system: curl, Python, and what uses OpenSSL's store";
  if (has("update-ca-certificates")) {
    const copy = `/usr/local/share/ca-certificates/${label}.crt`;
    return {
      who,
      trust: `sudo cp ${quoted} ${copy} && sudo update-ca-certificates`,
      undo: `sudo rm ${copy} && sudo update-ca-certificates --fresh`,
    };
  }
  return { who, trust: `sudo trust anchor --store ${quoted}`, undo: `sudo trust anchor --remove ${quoted}` };
}
