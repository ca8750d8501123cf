import type { BooksHead } from "./documents.ts";
import { type BooksAction, isUnfinished, waitsForChoice } from "./labels.ts";

/** What a press begins: what the server allows, and the choice on the package's own page. */
export type PressedStep = Exclude<BooksAction, "DISCONNECT"> | "CHOOSE_THERE";

type StepsOf = Pick<BooksHead, "status" | "actions" | "linkUrl" | "package">;

/** What can be done about a company's books now, what helps most first. Disconnecting asks first, and stands apart. */
export function stepsOf(books: StepsOf): PressedStep[] {
  const allowed = books.actions.filter((action) => action !== "DISCONNECT");
  return allowed.length > 0 && waitsForChoice(books) ? ["CHOOSE_THERE", ...allowed] : allowed;
}

/** A step that somebody has to take before lines can go. */
export function isNeeded(step: PressedStep): boolean {
  return step === "CONTINUE" || step === "RECONNECT" || step === "CHOOSE_THERE";
}

export function stepLabel(step: PressedStep, books: Pick<BooksHead, "package">): string {
  switch (step) {
    case "CONTINUE":
      return `Continue at ${books.package.label}`;
    case "RECONNECT":
      return "Grant access again";
    case "CHOOSE_THERE":
      return `Choose in ${books.package.label}`;
    case "REFRESH":
      return "Check access";
    case "PULL_DOCUMENTS":
      return "Pull documents";
  }
}

export function leaveLabel(books: Pick<BooksHead, "status">): string {
  return isUnfinished(books) ? "Discard…" : "Disconnect…";
}
