/** What a person does on the screens of accounting again and again. */
import type { Locator, Page } from "playwright-core";

/** Chooses a package, names the company, and goes to the package's own page. */
export async function goToPackage(page: Page, label: string, company: string): Promise<void> {
  await page.goto("/finance/accounting/connect");
  await page.getByRole("radio", { name: label }).check();
  await page.getByRole("textbox", { name: "Company" }).fill(company);
  await page.getByRole("button", { name: `Continue to ${label}` }).click();
  await page.waitForURL(/\/codat-link\//);
}

/** Allows access on the package's own page. Ends where Tieout takes over again. */
export async function allowPackage(page: Page, organisation: RegExp): Promise<void> {
  await page.getByRole("button", { name: organisation }).click();
  await page.getByRole("button", { name: "Allow access" }).click();
  await page.waitForURL(/\/finance\/accounting\/connect\/return/);
}

/** Opens the dialog that maps, with a bank account chosen by its last digits. */
export async function beginMapping(page: Page, mask: string): Promise<Locator> {
  await page.getByRole("button", { name: /^Map (a bank |another )?account/ }).click();
  const dialog = page.getByRole("dialog", { name: "Map a bank account" });
  const choice = dialog.getByRole("combobox", { name: "Bank account" });
  const option = choice.locator("option", { hasText: `••${mask}` });
  await choice.selectOption((await option.getAttribute("value")) ?? "");
  return dialog;
}
