import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

/** Types on a terminal of its own, as a person does, and gives back what that terminal shows. */
const typist = `
import os, pty, select, sys, time
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
shown, typed, end = b"", False, time.time() + 50
while time.time() < end:
    if select.select([terminal], [], [], 0.2)[0]:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    if not typed and b"SECRET_KEY" in shown:
        typed = True
        time.sleep(0.3)
        for letter in b"hunter2-is-my-password\\r":
            os.write(terminal, bytes([letter]))
            time.sleep(0.01)
sys.stdout.buffer.write(shown)
`;

test("what is typed on a terminal is not shown", () => {
  const cli = resolve(__dirname, "../../slipway.js");
  // No local AWS runs in that home: the command ends by saying so, once it has the value.
  const args = [
    "env",
    "SLIPWAY_HOME=/nonexistent/slipway",
    process.execPath,
    cli,
    "secret",
    "set",
    "local",
    "web",
    "SECRET_KEY",
  ];
  const shown = execFileSync("python3", ["-c", typist, ...args], { encoding: "utf8", timeout: 60_000 });
  expect(shown).toContain("Value of SECRET_KEY");
  expect(shown).toContain("the local AWS must run");
  expect(shown).not.toMatch(/hunter|unter2|password$/);
}, 70_000);
