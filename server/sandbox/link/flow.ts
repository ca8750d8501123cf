import { fireSessionFinished } from "../plaid/hooks.ts";
import { linkItem, newPublicToken, repair } from "../plaid/item-changes.ts";
import type { Sandbox } from "../sandbox.ts";
import { unreachable } from "../unreachable.ts";
import type { LinkSession, LinkToken } from "./tokens.ts";

export const demoUser = "user_good";
export const demoPassword = "pass_good";
export const demoCode = "123456";
const wrongAttemptsMax = 5;

/** Takes one form of the hosted pages and moves the walk on, back, to its end, or leaves it with a complaint. */
export function advance(
  sandbox: Sandbox,
  token: LinkToken,
  session: LinkSession,
  form: URLSearchParams,
): void {
  if (session.step === "done" || session.step === "left") return;
  const action = form.get("action");
  if (action === "cancel") leave(sandbox, token, session);
  else if (action === "back") goBack(token, session);
  // A second click sends the form of a step that is already behind: it is no wrong answer to the next.
  else if (form.has(fieldOf[session.step])) submit(sandbox, token, session, session.step, form);
}

function submit(
  sandbox: Sandbox,
  token: LinkToken,
  session: LinkSession,
  step: keyof typeof fieldOf,
  form: URLSearchParams,
): void {
  session.complaint = null;
  switch (step) {
    case "institution":
      chooseInstitution(sandbox, session, form.get("institution"));
      return;
    case "sign_in":
      signIn(sandbox, session, form);
      return;
    case "code":
      enterCode(sandbox, token, session, form);
      return;
    case "accounts":
      chooseAccounts(sandbox, session, form.getAll("account"));
      return;
    case "consent":
      finish(sandbox, token, session);
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

function chooseInstitution(sandbox: Sandbox, session: LinkSession, id: string | null): void {
  const found = sandbox.world.institutions.find((institution) => institution.institutionId === id);
  if (found === undefined) {
    session.complaint = "Choose a bank from the list.";
    return;
  }
  session.institutionKey = found.key;
  session.step = "sign_in";
  note(sandbox, session, "SELECT_INSTITUTION");
}

function signIn(sandbox: Sandbox, session: LinkSession, form: URLSearchParams): void {
  note(sandbox, session, "SUBMIT_CREDENTIALS");
  if (sandbox.faults.take("institution_down", null) !== undefined) {
    note(sandbox, session, "ERROR", "INSTITUTION_DOWN");
    session.complaint = "The bank cannot be reached at the moment. Try again later.";
    return;
  }
  if (form.get("user")?.trim() !== demoUser || form.get("password") !== demoPassword) {
    note(sandbox, session, "ERROR", "INVALID_CREDENTIALS");
    session.complaint = tooMany(session)
      ? "Too many attempts. Cancel, and start again."
      : "The user name or password is not right. Check both and try again.";
    return;
  }
  if (session.wrongAttempts > wrongAttemptsMax) {
    session.complaint = "Too many attempts. Cancel, and start again.";
    return;
  }
  session.step = "code";
}

function enterCode(
  sandbox: Sandbox,
  token: LinkToken,
  session: LinkSession,
  form: URLSearchParams,
): void {
  note(sandbox, session, "SUBMIT_MFA");
  if (form.get("code")?.replace(/\s/g, "") !== demoCode) {
    note(sandbox, session, "ERROR", "INVALID_MFA");
    session.complaint = tooMany(session)
      ? "Too many attempts. Cancel, and start again."
      : "That code is not right. Enter the six digits again.";
    return;
  }
  if (session.wrongAttempts > wrongAttemptsMax) {
    session.complaint = "Too many attempts. Cancel, and start again.";
    return;
  }
  session.paths = token.itemId === null ? [] : [...sandbox.items.get(token.itemId).paths];
  session.step = token.choosesAccounts ? "accounts" : "consent";
}

function chooseAccounts(sandbox: Sandbox, session: LinkSession, keys: string[]): void {
  const { key, accounts } = sandbox.world.institution(session.institutionKey ?? "");
  session.paths = accounts
    .map((account) => `${key}/${account.key}`)
    .filter((path) => keys.includes(path));
  if (session.paths.length === 0) {
    session.complaint = "Choose at least one account.";
    return;
  }
  session.step = "consent";
}

function finish(sandbox: Sandbox, token: LinkToken, session: LinkSession): void {
  session.result =
    token.itemId === null ? add(sandbox, token, session) : update(sandbox, token, session);
  session.step = "done";
  session.finishedAt = sandbox.world.clock.now();
  note(sandbox, session, "HANDOFF");
  const { linkToken, webhook } = token;
  const { sessionId } = session;
  fireSessionFinished(sandbox, {
    ...{ webhook, linkToken, sessionId, success: true },
    publicToken: session.result.publicToken,
  });
}

function add(sandbox: Sandbox, token: LinkToken, session: LinkSession) {
  const { paths, institutionKey } = session;
  const { webhook, days } = token;
  const linked = linkItem(sandbox, { institutionKey: institutionKey ?? "", paths, webhook, days });
  return { ...linked, paths };
}

function update(sandbox: Sandbox, token: LinkToken, session: LinkSession) {
  const item = sandbox.items.get(token.itemId ?? "");
  if (token.choosesAccounts) {
    sandbox.record({
      of: "plaid",
      did: "accounts_chosen",
      itemId: item.itemId,
      paths: session.paths,
    });
  }
  const at = sandbox.world.clock.now();
  sandbox.record({ of: "plaid", did: "consent_renewed", itemId: item.itemId, at });
  repair(sandbox, item, "update_mode");
  return {
    itemId: item.itemId,
    publicToken: newPublicToken(sandbox, item.itemId),
    paths: item.paths,
  };
}

function leave(sandbox: Sandbox, token: LinkToken, session: LinkSession): void {
  session.step = "left";
  session.finishedAt = sandbox.world.clock.now();
  note(sandbox, session, "EXIT");
  const { linkToken, webhook } = token;
  const { sessionId } = session;
  fireSessionFinished(sandbox, {
    ...{ webhook, linkToken, sessionId, success: false },
    publicToken: null,
  });
}

function goBack(token: LinkToken, session: LinkSession): void {
  session.complaint = null;
  if (session.step === "consent" && token.choosesAccounts) session.step = "accounts";
  else if (session.step === "code") session.step = "sign_in";
  else if (session.step === "sign_in" && token.institutionKey === null) {
    session.step = "institution";
    session.institutionKey = null;
  }
}

function tooMany(session: LinkSession): boolean {
  session.wrongAttempts += 1;
  return session.wrongAttempts > wrongAttemptsMax;
}

export function note(
  sandbox: Sandbox,
  session: LinkSession,
  name: string,
  errorCode?: string,
): void {
  session.events.push({
    name,
    at: sandbox.world.clock.now(),
    institutionKey: session.institutionKey,
    ...(errorCode === undefined ? {} : { errorCode }),
  });
}
