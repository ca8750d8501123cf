import type { Sandbox } from "../sandbox.ts";
import { unreachable } from "../unreachable.ts";
import type { SignIn, Walk, WalkEvent } from "./sign-ins.ts";

export const demoUser = "user_good";
export const demoPassword = "pass_good";
export const demoCode = "123456";
const wrongAttemptsMax = 5;

/** Takes one form of the hosted pages and moves the walk on, back, to its end, or leaves it with a complaint. */
export function advance(sandbox: Sandbox, signIn: SignIn, walk: Walk, form: URLSearchParams): void {
  if (walk.step === "done" || walk.step === "left") return;
  const action = form.get("action");
  if (action === "cancel") leave(sandbox, signIn, walk);
  else if (action === "back") goBack(signIn, walk);
  // A second click sends the form of a step that is already behind: it is no wrong answer to the next.
  else if (form.has(fieldOf[walk.step])) submit(sandbox, signIn, walk, walk.step, form);
}

function submit(
  sandbox: Sandbox,
  signIn: SignIn,
  walk: Walk,
  step: keyof typeof fieldOf,
  form: URLSearchParams,
): void {
  walk.complaint = null;
  switch (step) {
    case "institution":
      chooseInstitution(sandbox, walk, form.get("institution"));
      return;
    case "sign_in":
      login(sandbox, signIn, walk, form);
      return;
    case "code":
      enterCode(sandbox, signIn, walk, form);
      return;
    case "accounts":
      chooseAccounts(sandbox, walk, form.getAll("account"));
      return;
    case "consent":
      finish(sandbox, signIn, walk);
      return;
    default:
      unreachable(step);
  }
}

/** Each step's form is known by this field. */
const fieldOf = {
  institution: "institution",
  sign_in: "password",
  code: "code",
  accounts: "choosing",
  consent: "allow",
} as const;

function chooseInstitution(sandbox: Sandbox, walk: Walk, id: string | null): void {
  const found = sandbox.world.institutions.find(
    (institution) => institution.institutionId === id || institution.key === id,
  );
  if (found === undefined) {
    walk.complaint = "Choose a bank from the list.";
    return;
  }
  walk.institutionKey = found.key;
  walk.step = "sign_in";
  note(sandbox, walk, "institution_chosen");
}

function login(sandbox: Sandbox, signIn: SignIn, walk: Walk, form: URLSearchParams): void {
  note(sandbox, walk, "login_sent");
  const target = { wire: signIn.request.wire, consentId: null };
  if (sandbox.faults.take("institution_down", target) !== undefined) {
    note(sandbox, walk, "bank_down");
    walk.complaint = "The bank cannot be reached at the moment. Try again later.";
    return;
  }
  if (form.get("user")?.trim() !== demoUser || form.get("password") !== demoPassword) {
    note(sandbox, walk, "login_refused");
    walk.complaint = tooMany(walk)
      ? "Too many attempts. Cancel, and start again."
      : "The user name or password is not right. Check both and try again.";
    return;
  }
  if (walk.wrongAttempts > wrongAttemptsMax) {
    walk.complaint = "Too many attempts. Cancel, and start again.";
    return;
  }
  walk.step = "code";
}

function enterCode(sandbox: Sandbox, signIn: SignIn, walk: Walk, form: URLSearchParams): void {
  note(sandbox, walk, "code_sent");
  if (form.get("code")?.replace(/\s/g, "") !== demoCode) {
    note(sandbox, walk, "code_refused");
    walk.complaint = tooMany(walk)
      ? "Too many attempts. Cancel, and start again."
      : "That code is not right. Enter the six digits again.";
    return;
  }
  if (walk.wrongAttempts > wrongAttemptsMax) {
    walk.complaint = "Too many attempts. Cancel, and start again.";
    return;
  }
  const { shared, choosesAccounts } = signIn.request;
  walk.paths = choosesAccounts ? [...(shared ?? [])] : (shared ?? allPaths(sandbox, walk)).slice();
  walk.step = choosesAccounts ? "accounts" : "consent";
}

function chooseAccounts(sandbox: Sandbox, walk: Walk, keys: string[]): void {
  walk.paths = allPaths(sandbox, walk).filter((path) => keys.includes(path));
  if (walk.paths.length === 0) {
    walk.complaint = "Choose at least one account.";
    return;
  }
  walk.step = "consent";
}

function allPaths(sandbox: Sandbox, walk: Walk): string[] {
  const { key, accounts } = sandbox.world.institution(walk.institutionKey ?? "");
  return accounts.map((account) => `${key}/${account.key}`);
}

function finish(sandbox: Sandbox, { request }: SignIn, walk: Walk): void {
  walk.step = "done";
  walk.finishedAt = sandbox.world.clock.now();
  note(sandbox, walk, "finished");
  const institutionKey = walk.institutionKey ?? "";
  walk.goesTo = request.finish({ institutionKey, paths: [...walk.paths] }, walk.walkId);
}

function leave(sandbox: Sandbox, { request }: SignIn, walk: Walk): void {
  walk.step = "left";
  walk.finishedAt = sandbox.world.clock.now();
  note(sandbox, walk, "left");
  walk.goesTo = request.leave(walk.walkId);
}

function goBack({ request }: SignIn, walk: Walk): void {
  walk.complaint = null;
  if (walk.step === "consent" && request.choosesAccounts) walk.step = "accounts";
  else if (walk.step === "code") walk.step = "sign_in";
  else if (walk.step === "sign_in" && request.institutionKey === null) {
    walk.step = "institution";
    walk.institutionKey = null;
  }
}

function tooMany(walk: Walk): boolean {
  walk.wrongAttempts += 1;
  return walk.wrongAttempts > wrongAttemptsMax;
}

export function note(sandbox: Sandbox, walk: Walk, what: WalkEvent["what"]): void {
  const { institutionKey } = walk;
  walk.events.push({ what, at: sandbox.world.clock.now(), institutionKey });
}
