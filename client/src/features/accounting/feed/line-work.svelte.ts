import type { FeedLine } from "./documents.ts";

/** Which line of a feed a person looks at, and what they are about to do with it. */
export function lineWork() {
  let open = $state.raw<{ line: FeedLine; step: "look" | "revise" | "leave_out" }>();
  return {
    get looking() {
      return open?.step === "look" ? open.line : undefined;
    },
    get revising() {
      return open?.step === "revise" ? open.line : undefined;
    },
    get leavingOut() {
      return open?.step === "leave_out" ? open.line : undefined;
    },
    look: (line: FeedLine) => {
      open = { line, step: "look" };
    },
    revise: (line: FeedLine) => {
      open = { line, step: "revise" };
    },
    leaveOut: (line: FeedLine) => {
      open = { line, step: "leave_out" };
    },
    close: () => {
      open = undefined;
    },
  };
}

export type LineWork = ReturnType<typeof lineWork>;
