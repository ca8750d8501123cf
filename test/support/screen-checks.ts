/** What must hold on every screen, whatever it shows. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

/** Data is there: nothing is being loaded, and fonts and motions have come to rest. */
export async function screenIsReady(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.waitForFunction(
    () =>
      document.querySelector(
        "main [aria-busy=true], main .animate-pulse, [aria-label^=Loading]",
      ) === null && document.fonts.status === "loaded",
  );
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        // Spinners never end.
        .filter(
          (motion) => motion.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY,
        )
        .map((motion) => motion.finished.catch(() => {})),
    ),
  );
}

/** @returns what is wrong with the screen, one line for each; none when all is well */
export async function screenProblems(page: Page): Promise<string[]> {
  return [
    ...(await overflow(page)),
    ...(await rawText(page)),
    ...(await accessibilityViolations(page)),
  ];
}

async function overflow(page: Page): Promise<string[]> {
  const { wide, room, culprits } = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    const culprits = [...document.querySelectorAll("main *")]
      .filter((element) => element.getBoundingClientRect().right > room + 1)
      .slice(0, 3)
      .map((element) => element.outerHTML.slice(0, 160));
    return { wide: document.documentElement.scrollWidth, room, culprits };
  });
  return wide > room ? [`${wide} px wide in ${room}: ${culprits.join(" | ")}`] : [];
}

async function rawText(page: Page): Promise<string[]> {
  // biome-ignore lint/performance/useDomNodeTextContent: only what is rendered counts as seen.
  const shown = await page.evaluate(() => document.body.innerText);
  const rules: [string, RegExp][] = [
    ["a raw id", /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/i],
    ["a constant", /\b[A-Z]+(?:_[A-Z]+)+\b/],
    ["a programmer's word", /\b(?:undefined|NaN|null)\b|\[object \w+\]/],
    ["an untranslated date", /\b\d{4}-\d{2}-\d{2}T\d{2}:/],
  ];
  return rules.flatMap(([what, rule]) => {
    const found = rule.exec(shown);
    return found
      ? [`${what}: ${shown.slice(Math.max(0, found.index - 30), found.index + 60)}`]
      : [];
  });
}

interface AxeViolation {
  id: string;
  impact: string;
  nodes: { html: string; failureSummary: string }[];
}

/** Serious and critical findings of axe-core. */
async function accessibilityViolations(page: Page): Promise<string[]> {
  // As an expression, not as a script tag: the page's content security policy stays in force.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run: (options: object) => Promise<{ violations: AxeViolation[] }> };
    };
    const { violations } = await axe.run({ resultTypes: ["violations"] });
    return violations;
  });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => {
      const [first] = nodes;
      return `${id} (${nodes.length}): ${first?.html.slice(0, 200)} ${first?.failureSummary.split("\n")[1]?.trim()}`;
    });
}
