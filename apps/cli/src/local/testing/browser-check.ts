import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ensureChromium } from "@slipway/local-aws";
import { type Browser, chromium, type Page, type Response } from "playwright-core";

/** What Chromium makes of a page. */
export interface Sight {
  /** Why it refuses the page (`net::ERR_…`), with nothing else known then; undefined when it shows it. */
  readonly refused?: string;
  /** Chromium's own verdict on the page with all that it loaded: `secure` is the padlock. */
  readonly security?: string;
  /** What Chromium has against the page's certificate, connection or content. */
  readonly issues?: readonly string[];
  /** The answers that it came with, the page's first: `<type> <status> <issuer> <address>`. */
  readonly answers?: readonly string[];
  /** Requests that failed, and what was written to the console as an error. */
  readonly problems?: readonly string[];
}

/** The page as it comes, while its authority is trusted, and after that was undone. */
export interface Sights {
  readonly before: Sight;
  readonly trusted: Sight;
  readonly undone: Sight;
}

export interface BrowserCheck {
  /** Address of the page. */
  readonly url: string;
  /** What `npm run trust` printed. */
  readonly advice: string;
  /** File of the picture of the page, once it is trusted. */
  readonly screenshot: string;
}

/**
 * One Chromium with a home of its own sees the page three times: as it comes, after the command to trust the authority that
 * `npm run trust` prints for Chromium, and after the one that undoes it.
 */
export async function seeInBrowser({ url, advice, screenshot }: BrowserCheck): Promise<Sights> {
  const [, trust, undo] = /^Chromium .*\n +trust +(.+)\n +undo +(.+)$/m.exec(advice) ?? [];
  if (trust === undefined || undo === undefined) throw new Error(`it must name Chromium's commands:\n${advice}`);
  const executablePath = await ensureChromium();
  const home = mkdtempSync(join(tmpdir(), "browser-"));
  const env = { ...process.env, HOME: home } as Record<string, string>;
  const run = (command: string) => execFileSync("sh", ["-c", command], { env, stdio: "pipe" });
  // Without this folder a new Chromium keeps its store elsewhere until it starts the next time, and one start is to be enough.
  mkdirSync(join(home, ".pki/nssdb"), { recursive: true });
  // Playwright itself adds --headless, --no-sandbox and what keeps Chromium from asking its maker's servers.
  const browser = await chromium.launch({ executablePath, env, args: ["--disable-gpu", "--disable-quic"] });
  try {
    const before = await see(browser, url);
    run(trust);
    mkdirSync(dirname(screenshot), { recursive: true });
    const trusted = await see(browser, url, (page) => page.screenshot({ path: screenshot }));
    run(undo);
    return { before, trusted, undone: await see(browser, url) };
  } finally {
    await browser.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** In a profile of its own, because a profile remembers what it thought of a certificate. */
async function see(browser: Browser, url: string, look?: (page: Page) => Promise<unknown>): Promise<Sight> {
  const profile = await browser.newContext();
  try {
    const page = await profile.newPage();
    const answers: Response[] = [];
    const problems: string[] = [];
    const verdicts: { securityState: string; securityStateIssueIds: string[] }[] = [];
    page.on("response", (response) => void answers.push(response));
    page.on("requestfailed", (request) => void problems.push(`${request.url()}: ${request.failure()?.errorText}`));
    page.on("console", (said) => void (said.type() === "error" && problems.push(said.text())));
    const session = await profile.newCDPSession(page);
    session.on("Security.visibleSecurityStateChanged", (event) => void verdicts.push(event.visibleSecurityState));
    await session.send("Security.enable");
    const refused = await page.goto(url, { waitUntil: "networkidle" }).then(
      () => undefined,
      (error: Error) => /net::\w+/.exec(error.message)?.[0] ?? error.message,
    );
    if (refused !== undefined) return { refused };
    await look?.(page);
    const { securityState: security = "not said", securityStateIssueIds: issues = [] } = verdicts.at(-1) ?? {};
    return { security, issues, answers: await Promise.all(answers.map(describe)), problems };
  } finally {
    await profile.close();
  }
}

async function describe(response: Response): Promise<string> {
  const { issuer } = (await response.securityDetails()) ?? {};
  return [response.request().resourceType(), response.status(), issuer ?? "nobody", response.url()].join(" ");
}
