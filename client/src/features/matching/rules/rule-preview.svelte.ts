import { untrack } from "svelte";
import { api } from "../../../lib/api.ts";
import { describeError } from "../../../lib/mutate.ts";
import { PreviewRuleDocument, type RulePreview, type RulePreviewVariables } from "./documents.ts";
import { actionProblems, conditionProblems, inputOf, type RuleDraft } from "./draft.ts";

export interface LivePreview {
  /** The last one there was, kept while the next is made. */
  readonly data: RulePreview | undefined;
  readonly error: string;
  readonly loading: boolean;
  /** What the draft still needs before there is something to try. */
  readonly waitsFor: string;
  retry: () => void;
}

/** Somebody who types is not asked about each letter. */
const quietMs = 350;

/** Tries a draft whenever it has come to rest and says something new. */
export function rulePreview(ruleId: () => string | null, draft: () => RuleDraft): LivePreview {
  let data = $state.raw<RulePreview>();
  let error = $state("");
  let loading = $state(false);
  let asked = 0;

  const waitsFor = $derived.by(() => {
    const problems = conditionProblems(draft());
    if (problems.conditions) return "Say what a bank line must be like.";
    return Object.keys(problems).length > 0 ? "The amounts can't be read yet." : "";
  });
  /** As text, so that a name typed asks nothing. */
  const wanted = $derived(waitsFor ? "" : JSON.stringify(variablesOf(ruleId(), draft())));

  $effect(() => {
    const text = wanted;
    asked += 1;
    const mine = asked;
    if (text === "") {
      data = undefined;
      return;
    }
    loading = true;
    const timer = setTimeout(
      () => void load(text, mine),
      untrack(() => (data ? quietMs : 0)),
    );
    return () => clearTimeout(timer);
  });

  async function load(text: string, mine: number): Promise<void> {
    const variables = JSON.parse(text) as RulePreviewVariables;
    const result = await api
      .query(PreviewRuleDocument, variables, { requestPolicy: "network-only" })
      .toPromise();
    if (mine !== asked) return;
    loading = false;
    error = result.error ? describeError(result.error) : "";
    data = result.data?.previewRule;
  }

  return {
    get data() {
      return data;
    },
    get error() {
      return error;
    },
    get loading() {
      return loading;
    },
    get waitsFor() {
      return waitsFor;
    },
    retry() {
      loading = true;
      void load(wanted, asked);
    },
  };
}

function variablesOf(id: string | null, draft: RuleDraft): RulePreviewVariables {
  const { conditions, action, position } = inputOf(draft);
  const complete = Object.keys(actionProblems(draft)).length === 0;
  return {
    id,
    position: position ?? null,
    conditions,
    // The conditions find the same lines whatever is done with them.
    action: complete ? action : { kind: "TRANSFER" },
  };
}
