import type { CurrencyCode } from "../../currencies.ts";
import { parseCurrencyCode } from "../../currencies.ts";
import {
  descriptionCharactersMax,
  nameCharactersMax,
  plainText,
  referenceCharactersMax,
} from "../statement.ts";
import { nameOfCode } from "./code-names.ts";
import { type CamtValues, directionOf, parseCamtAmount } from "./fields.ts";

/** What one TxDtls says, no larger than what is kept of it: a batch may have thousands. */
export interface CamtTransaction {
  readonly row: number;
  /** Without its direction; null where it has none in the account's currency. */
  readonly amountMinor: bigint | null;
  /** Null where it says none of its own: then the entry's. */
  readonly direction: 1n | -1n | null;
  /** What it is about; null where it does not say. */
  readonly description: string | null;
  readonly codeName: string | null;
  /** Who pays and who is paid, as the original payment has it. */
  readonly debtor: string | null;
  readonly creditor: string | null;
  /** Whether it gives a payment back, in which the parties keep their places. */
  readonly returned: boolean;
  readonly reference: string | null;
  /** The bank's own id of it. */
  readonly bankReference: string | null;
}

/** The values of TxDtls that are read. Those that repeat are joined by the reader. */
export const transactionPaths: ReadonlySet<string> = new Set([
  ...["Amt", "Amt@Ccy", "CdtDbtInd", "AmtDtls/TxAmt/Amt", "AmtDtls/TxAmt/Amt@Ccy", "AddtlTxInf"],
  ...["AcctSvcrRef", "EndToEndId", "MsgId", "PmtInfId", "InstrId", "ChqNb"].map(
    (name) => `Refs/${name}`,
  ),
  ...["Dbtr", "UltmtDbtr", "Cdtr", "UltmtCdtr"].flatMap((party) =>
    ["Nm", "Pty/Nm", "Agt/FinInstnId/Nm"].map((name) => `RltdPties/${party}/${name}`),
  ),
  ...["RmtInf/Ustrd", "RmtInf/Strd/AddtlRmtInf"],
  ...["RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/RfrdDocInf/Nb"],
  ...["BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd", "BkTxCd/Prtry/Cd"],
  ...["RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry", "RtrInf/OrgnlBkTxCd/Domn/Cd"],
]);

/** Texts that come in several pieces of up to 140 characters. */
export const repeatedPaths: ReadonlySet<string> = new Set([
  "RmtInf/Ustrd",
  "RmtInf/Strd/AddtlRmtInf",
  "AddtlTxInf",
]);

export function readCamtTransaction(
  values: CamtValues,
  row: number,
  currency: CurrencyCode | null,
): CamtTransaction {
  const about =
    values.get("RmtInf/Ustrd") ?? values.get("RmtInf/Strd/AddtlRmtInf") ?? values.get("AddtlTxInf");
  return {
    row,
    amountMinor:
      currency === null
        ? null
        : (amountIn(values, "Amt", currency) ?? amountIn(values, "AmtDtls/TxAmt/Amt", currency)),
    direction: directionOf(values.get("CdtDbtInd")),
    description: about === undefined ? null : plainText(about, descriptionCharactersMax),
    codeName: nameOfCode(values),
    debtor: partyOf(values, "Dbtr"),
    creditor: partyOf(values, "Cdtr"),
    returned: [...values.keys()].some((path) => path.startsWith("RtrInf/")),
    reference: referenceOf(values),
    bankReference: givenId(values.get("Refs/AcctSvcrRef")),
  };
}

/** An id, or null for the words that stand where there is none. */
export function givenId(text: string | undefined): string | null {
  const id = text === undefined ? null : plainText(text, referenceCharactersMax);
  return id === null || /^(?:NOT ?PROVIDED|NON ?REF|NONE|N\/?A|0+|-+)$/i.test(id) ? null : id;
}

function amountIn(values: CamtValues, path: string, currency: CurrencyCode): bigint | null {
  const text = values.get(path);
  const named = values.get(`${path}@Ccy`);
  if (text === undefined || (named !== undefined && parseCurrencyCode(named) !== currency)) {
    return null;
  }
  const amount = parseCamtAmount(text, currency);
  return amount.ok ? amount.value.amountMinor : null;
}

/** Up to version 7 a party's name stands in it, later in its Pty; a bank that is one has it in Agt. */
function partyOf(values: CamtValues, role: "Dbtr" | "Cdtr"): string | null {
  for (const party of [role, `Ultmt${role}`]) {
    for (const path of ["Nm", "Pty/Nm", "Agt/FinInstnId/Nm"]) {
      const name = values.get(`RltdPties/${party}/${path}`);
      const plain = name === undefined ? null : plainText(name, nameCharactersMax);
      if (plain !== null) return plain;
    }
  }
  return null;
}

/** What the payer or the invoice named comes before what software and banks count by. */
function referenceOf(values: CamtValues): string | null {
  const paths = [
    "RmtInf/Strd/CdtrRefInf/Ref",
    "RmtInf/Strd/RfrdDocInf/Nb",
    ...["EndToEndId", "ChqNb", "InstrId", "PmtInfId", "MsgId"].map((name) => `Refs/${name}`),
  ];
  for (const path of paths) {
    const text = values.get(path);
    const id = path.startsWith("RmtInf")
      ? plainText(text ?? "", referenceCharactersMax)
      : givenId(text);
    if (id !== null) return id;
  }
  return null;
}
