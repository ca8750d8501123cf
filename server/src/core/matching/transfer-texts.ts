import { normaliseText, tokens } from "../text.ts";
import { documentSpans } from "./document-number.ts";
import type {
  OwnAccount,
  TransferEvidence,
  TransferInput,
  TransferLine,
} from "./transfer-types.ts";

/** Asks what the texts of a pair say, remembering what it has read of each line. */
export type TransferTexts = {
  /** What speaks for a transfer between these two; empty where nothing does. */
  evidence(out: TransferLine, into: TransferLine): readonly TransferEvidence[];
  /** Whether a text names an own account that is neither of the two. */
  namesOtherAccount(out: TransferLine, into: TransferLine): boolean;
  /** Whether one names a payer or payee that is none of the organisation's, and neither names the other's account. */
  namesOtherParty(out: TransferLine, into: TransferLine): boolean;
  /** Whether it names an open document, and so pays it. */
  namesDocument(line: TransferLine): boolean;
};

/**
 * Words that banks and people write of money between own accounts, after `normaliseText`. Left out is what some bank
 * writes of every payment ("überweisung", "overboeking", "bonifico", "virement" alone).
 */
const transferWords: readonly string[] = [
  "transfer",
  "transfers",
  "tfr",
  "xfer",
  "trf",
  "sweep",
  "own account",
  "own accounts",
  "umbuchung",
  "ubertrag",
  "kontoubertrag",
  "virement interne",
  "giroconto",
  "traspaso",
  "eigen rekening",
  "overforing egen konto",
  "przelew wlasny",
];

/** What banks call any payment. */
const paymentWords = / (bank|credit|sepa|sct|wire|money|giro) (credit )?(transfers?|trf|tfr)(?= )/g;

/** Words of an account's name that say nothing about which one it is. */
const plainAccountWords: ReadonlySet<string> = new Set(
  "account accounts acc business current main the our bank konto compte conta ltd and".split(" "),
);

const referenceCharactersMin = 4;

type ReadLine = {
  readonly reference: string;
  readonly saysTransfer: boolean;
  /** Own accounts that it names, beside its own. */
  readonly named: ReadonlySet<string>;
  readonly ownName: boolean;
  readonly otherParty: boolean;
};

export function transferTexts(input: TransferInput): TransferTexts {
  const accounts = input.accounts.map(readAccount);
  const ownNames = (input.ownNames ?? []).map(normaliseText).filter((name) => name !== "");
  const known = new Map<string, ReadLine>();
  const fold = folding();
  const read = (line: TransferLine): ReadLine => {
    let found = known.get(line.id);
    if (found === undefined) {
      found = readLine(line, fold, accounts, ownNames);
      known.set(line.id, found);
    }
    return found;
  };
  return {
    evidence: (out, into) => evidenceOf([out, read(out)], [into, read(into)]),
    namesOtherAccount: (out, into) => {
      const strange = ({ named }: ReadLine, other: TransferLine) =>
        named.size > 0 && !named.has(other.accountId);
      return strange(read(out), into) || strange(read(into), out);
    },
    namesOtherParty: (out, into) => {
      const [ofOut, ofInto] = [read(out), read(into)];
      if (ofOut.named.has(into.accountId) || ofInto.named.has(out.accountId)) return false;
      return ofOut.otherParty || ofInto.otherParty;
    },
    namesDocument: (line) => {
      const { openNumbers } = input;
      if (openNumbers === undefined || openNumbers.size === 0) return false;
      return [line.reference ?? "", line.description]
        .flatMap((text) => documentSpans(text))
        .some(({ compact }) => isTelling(compact) && openNumbers.has(compact));
    },
  };
}

/** Short figures stand in texts for many things. */
function isTelling(compact: string): boolean {
  return compact.length >= 4;
}

type KnownAccount = {
  readonly id: string;
  readonly words: readonly string[];
  readonly mask: string | null;
};

function readAccount({ id, name, mask, institutionName }: OwnAccount): KnownAccount {
  const institution = new Set(tokens(institutionName ?? ""));
  const words = tokens(name).filter((word) => !plainAccountWords.has(word));
  const own = words.filter((word) => !institution.has(word));
  const last = mask === null ? "" : mask.replace(/\D/g, "");
  return {
    id,
    // The bank's name alone would mean every account there.
    words: own.join("").length >= 4 ? words : [],
    mask: last.length >= 4 ? last : null,
  };
}

/** Banks write the same few texts again and again. */
function folding(): (text: string | null) => string {
  const known = new Map<string, string>([["", ""]]);
  return (text) => {
    let folded = known.get(text ?? "");
    if (folded === undefined) {
      folded = normaliseText(text ?? "");
      known.set(text ?? "", folded);
    }
    return folded;
  };
}

function readLine(
  line: TransferLine,
  fold: (text: string | null) => string,
  accounts: readonly KnownAccount[],
  ownNames: readonly string[],
): ReadLine {
  const [reference, counterparty] = [fold(line.reference), fold(line.counterpartyName)];
  const whole = [fold(line.description), reference, counterparty].join(" ");
  const words = new Set(whole.split(" "));
  const ownName = counterparty !== "" && ownNames.includes(counterparty);
  const named = accounts.filter(
    (account) => account.id !== line.accountId && isNamed(account, words),
  );
  return {
    reference,
    saysTransfer: saysTransfer(whole),
    named: new Set(named.map(({ id }) => id)),
    ownName,
    otherParty:
      counterparty !== "" && !ownName && !saysTransfer(counterparty) && named.length === 0,
  };
}

function saysTransfer(text: string): boolean {
  const own = ` ${text} `.replace(paymentWords, " ");
  return transferWords.some((word) => own.includes(` ${word} `));
}

function isNamed({ words, mask }: KnownAccount, text: ReadonlySet<string>): boolean {
  if (words.length > 0 && words.every((word) => text.has(word))) return true;
  if (mask === null) return false;
  for (const word of text) if (isMasked(word, mask)) return true;
  return false;
}

/** "4321" and "xx4321", and an account number that ends in it; not any figure that happens to. */
function isMasked(word: string, mask: string): boolean {
  if (!word.endsWith(mask)) return false;
  const before = word.slice(0, -mask.length);
  return /^x*$/.test(before) || (word.length >= 8 && /^[a-z]{0,4}\d+$/.test(before));
}

function evidenceOf(
  [out, ofOut]: [TransferLine, ReadLine],
  [into, ofInto]: [TransferLine, ReadLine],
): TransferEvidence[] {
  const found: TransferEvidence[] = [];
  const add = (signal: TransferEvidence["signal"]) =>
    found.push({ signal, transactionValue: textOf(out), otherValue: textOf(into) });
  if (ofOut.named.has(into.accountId) || ofInto.named.has(out.accountId)) add("own_account_named");
  if (ofOut.saysTransfer || ofInto.saysTransfer) add("transfer_words");
  if (ofOut.ownName || ofInto.ownName) add("own_name");
  if (ofOut.reference.length >= referenceCharactersMin && ofOut.reference === ofInto.reference) {
    found.push({
      signal: "same_reference",
      transactionValue: out.reference ?? "",
      otherValue: into.reference ?? "",
    });
  }
  return found;
}

function textOf({ description, counterpartyName, reference }: TransferLine): string {
  return [description, reference, counterpartyName]
    .filter((text) => text !== null && text !== "")
    .join(" · ");
}
