import { formatMoney, plural } from "../../../lib/format.ts";
import type { Tone } from "../../../lib/ui/tone.ts";
import type { Figures, ReplayResult } from "./documents.ts";

export interface Verdict {
  tone: Tone;
  title: string;
  text: string;
}

type Result = Pick<
  ReplayResult,
  "decided" | "right" | "wrong" | "wronglyCleared" | "differenceCount" | "unjudged"
> & { today: Pick<Figures, "right" | "wrong">; byPeople: Pick<Figures, "right" | "wrong"> };

/** What a replay says in plain words: whether to switch on what was tried. Wrong ones weigh most. */
export function verdictOf(result: Result, inUse: string): Verdict {
  const verdict = comparedWith(result, inUse);
  const judged = result.right + result.wrong > 0;
  return judged && result.byPeople.right + result.byPeople.wrong === 0
    ? { ...verdict, text: `${verdict.text} ${noneByPeople}` }
    : verdict;
}

const noneByPeople =
  "A person decided none of them: it is held against what was decided by itself.";

function comparedWith(result: Result, inUse: string): Verdict {
  const moreWrong = result.wrong - result.today.wrong;
  const moreRight = result.right - result.today.right;
  if (result.decided === 0) {
    return {
      tone: "neutral",
      title: "There is nothing to hold it against yet",
      text: "A replay compares with what was decided before. Decide some transactions first.",
    };
  }
  if (moreWrong > 0) {
    const money = result.wronglyCleared.map((each) => formatMoney(each)).join(" and ");
    const gain = moreRight > 0 ? ` It gets ${more(moreRight)} right, which is not worth it.` : "";
    return {
      tone: "negative",
      title: "Leave it off: it gets more wrong",
      text: `It would decide ${more(moreWrong)} wrongly than ${inUse}${money ? `, and clear ${money} wrongly in all` : ""}.${gain}`,
    };
  }
  if (moreWrong < 0) {
    const cost =
      moreRight < 0
        ? ` ${plural(-moreRight, "transaction")} that ${inUse} gets right would wait for a person.`
        : moreRight > 0
          ? ` It even gets ${more(moreRight)} right.`
          : "";
    return {
      tone: moreRight < 0 ? "warning" : "positive",
      title: "Safer than what is in use",
      text: `It would decide ${plural(-moreWrong, "transaction")} fewer wrongly than ${inUse}.${cost}`,
    };
  }
  const wrong =
    result.wrong === 0 ? "nothing wrong" : `no more wrong than ${inUse} (${result.wrong})`;
  if (moreRight > 0) {
    return {
      tone: "positive",
      title: "Better than what is in use",
      text: `It would get ${more(moreRight)} right, and ${wrong}.`,
    };
  }
  if (moreRight < 0) {
    return {
      tone: "warning",
      title: "More work for the same certainty",
      text: `${plural(-moreRight, "transaction")} that ${inUse} gets right would wait for a person, and it gets ${wrong}.`,
    };
  }
  return {
    tone: "neutral",
    title: "It does the same on what was decided",
    text:
      result.differenceCount > 0
        ? `It gets as many right and ${wrong}; where it differs is listed below.`
        : `It gets as many right as ${inUse}, and ${wrong}.`,
  };
}

function more(count: number): string {
  return `${plural(count, "transaction")} more`;
}
