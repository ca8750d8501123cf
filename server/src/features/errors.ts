/**
 * What an operation may refuse with. Each is a typed answer in the API (a member of the mutation's result union),
 * never a matter of message text: callers look at `code` and fields. Messages are sentences for people.
 */
export abstract class Problem extends Error {
  abstract readonly code: string;
}

/** No such thing in this organisation. A foreign id gives exactly the same answer as one that does not exist. */
export class NotFound extends Problem {
  override readonly name = "NotFound";
  readonly code = "NOT_FOUND";
  readonly what: string;
  /** @param what the house word for it, e.g. "bank connection" */
  constructor(what: string) {
    super(`There is no such ${what}.`);
    this.what = what;
  }
}

export class Forbidden extends Problem {
  override readonly name = "Forbidden";
  readonly code = "FORBIDDEN";
  readonly permission: string;
  constructor(permission: string) {
    super(`This needs the permission ${permission}.`);
    this.permission = permission;
  }
}

export class NotSignedIn extends Problem {
  override readonly name = "NotSignedIn";
  readonly code = "NOT_SIGNED_IN";
  constructor() {
    super("Sign in first.");
  }
}

export class InvalidInput extends Problem {
  override readonly name = "InvalidInput";
  readonly code = "INVALID_INPUT";
  readonly field: string | null;
  constructor(message: string, field: string | null = null) {
    super(message);
    this.field = field;
  }
}

/** Somebody was first, or the thing is no longer in a state that allows this. */
export class Conflict extends Problem {
  override readonly name = "Conflict";
  readonly code = "CONFLICT";
}

export class RateLimited extends Problem {
  override readonly name = "RateLimited";
  readonly code = "RATE_LIMITED";
  readonly retryAt: Date;
  constructor(message: string, retryAt: Date) {
    super(message);
    this.retryAt = retryAt;
  }
}

/** The hour since the last refresh is not over, or the bank allows none yet. */
export class RefreshTooSoon extends Problem {
  override readonly name = "RefreshTooSoon";
  readonly code = "REFRESH_TOO_SOON";
  readonly possibleAt: Date;
  constructor(possibleAt: Date) {
    super("This bank was refreshed a short while ago: it is possible again later.");
    this.possibleAt = possibleAt;
  }
}

/** A file that cannot be taken at all, whatever is decided about it. */
export class FileRefused extends Problem {
  override readonly name = "FileRefused";
  readonly code = "FILE_REFUSED";
  /** Why, as a stable word: too_large, empty, zipped, broken_off and what the inspection says. */
  readonly reason: string;
  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}
