import type { Page } from "playwright-core";

/** Chooses a file on the page of imports, and waits for the import's own page. */
export async function bringIn(page: Page, name: string, buffer: Buffer): Promise<void> {
  await page.goto("/finance/banking/imports");
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import statement" }).first().click();
  await (await chooser).setFiles({ name, mimeType: "application/octet-stream", buffer });
  await page.waitForURL(/\/finance\/banking\/imports\/[0-9a-f-]{36}$/);
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

/** Semicolons, Windows-1252, decimal commas, lines above the headings, and days that say nothing of their order. */
export function spanishFile(): Buffer {
  const lines = [
    "Extracto de cuenta;;;",
    "Titular: Peña & Söhne;;;",
    ";;;",
    "Fecha;Concepto;Beneficiario;Importe;Saldo",
    "03/04/2026;Transferencia alquiler;Peña Ibáñez;-1.234,56;8.765,44",
    "05/04/2026;Tarjeta;Café Ñandú;-3,20;8.762,24",
    "05/04/2026;Tarjeta;Café Ñandú;-3,20;8.759,04",
    "07/04/2026;Recibo;Aguas;sin importe;",
    "08/04/2026;Ingreso;Müller GmbH;2.500,00;11.259,04",
  ];
  // Each of these letters has the same number in Windows-1252 as in Latin-1.
  return Buffer.from(`${lines.join("\r\n")}\r\n`, "latin1");
}
