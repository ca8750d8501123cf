/** Finds a Chrome or Chromium for the browser tests, or installs one. */
import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { type Browser, chromium } from "playwright-core";

const installMsMax = 300_000;

/** @throws Error with one line that says what to install */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findBrowser(),
    args: [
      "--disable-background-networking",
      // Chrome's sandbox does not run as root; the tests open only this machine's own pages.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ],
  });
}

/**
 * An installed Chrome or Chromium, else Playwright's own download, else Debian's package as root.
 * @returns path of the program
 * @throws Error with one line that says what to install
 */
export function findBrowser(): string {
  const found = installedBrowser() ?? downloadedBrowser() ?? debianBrowser();
  if (found !== null) return found;
  throw new Error(
    "The browser tests need Chrome or Chromium, and none could be installed: install one, or set TIEOUT_BROWSER to its program",
  );
}

function installedBrowser(): string | null {
  const { TIEOUT_BROWSER: chosen } = process.env;
  if (chosen) return chosen;
  const names = ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser"];
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  const candidates = [
    ...folders.flatMap((folder) => names.map((name) => path.join(folder, name))),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    chromium.executablePath(),
  ];
  return candidates.find(isExecutable) ?? null;
}

function downloadedBrowser(): string | null {
  const manifest = createRequire(import.meta.url).resolve("playwright-core/package.json");
  const cli = path.join(path.dirname(manifest), "cli.js");
  console.log("No Chrome or Chromium is installed: trying Playwright's download");
  if (!tries(process.execPath, [cli, "install", "chromium"])) return null;
  return isExecutable(chromium.executablePath()) ? chromium.executablePath() : null;
}

function debianBrowser(): string | null {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return null;
  console.log("Playwright's download is out of reach: trying Debian's package");
  tries("apt-get", ["update", "-qq"]);
  tries("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"]);
  return installedBrowser();
}

function tries(program: string, args: string[]): boolean {
  try {
    execFileSync(program, args, {
      stdio: "ignore",
      timeout: installMsMax,
      env: {
        ...process.env,
        DEBIAN_FRONTEND: "noninteractive",
        PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: "15000",
      },
    });
    return true;
  } catch {
    return false;
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
