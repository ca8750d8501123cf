import type { Sandbox } from "../sandbox.ts";
import { Books } from "./books.ts";
import type { Companies, Connection } from "./companies.ts";
import type { Datasets } from "./datasets.ts";
import type { CodatFact } from "./facts.ts";
import type { CodatFaults } from "./faults.ts";
import type { Hooks } from "./hooks.ts";
import { organisationOf } from "./organisations.ts";
import type { Otps } from "./otps.ts";
import type { Portal } from "./portal.ts";
import type { Processing } from "./processing.ts";
import type { Pushes } from "./pushes.ts";
import type { Quota } from "./quota.ts";
import type { Replays } from "./replays.ts";

/** What only Codat has, beside the sandbox that all share. */
export interface CodatSandbox {
  readonly sandbox: Sandbox;
  readonly companies: Companies;
  readonly library: Library;
  readonly pushes: Pushes;
  readonly portal: Portal;
  readonly processing: Processing;
  readonly datasets: Datasets;
  readonly hooks: Hooks;
  readonly faults: CodatFaults;
  readonly otps: Otps;
  readonly quota: Quota;
  readonly replays: Replays;
  record(fact: CodatFact): void;
}

/** The books that companies see: made when somebody first looks, from the story and what has happened to them. */
export class Library {
  readonly #sandbox: Sandbox;
  readonly #byKey = new Map<string, Books>();

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  /** Those that a connection is linked to; undefined: none were chosen yet. */
  of({ company, package: { family }, organisation }: Connection): Books | undefined {
    if (organisation === null) return undefined;
    return this.get(`${company.companyId}/${family}/${organisation}`);
  }

  /** Throws a RangeError for a key that no books can have. */
  get(key: string): Books {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const { story } = this.#sandbox.world;
    if (story === undefined) throw new TypeError("the banks have not begun");
    const [, family, organisation] = key.split("/");
    const books = new Books({
      ...{ key, family: family as Books["family"], story },
      organisation: organisationOf(organisation ?? ""),
    });
    this.#byKey.set(key, books);
    return books;
  }

  /** All of a company that anybody has looked into. */
  ofCompany(companyId: string): Books[] {
    return [...this.#byKey.values()].filter(({ key }) => key.startsWith(`${companyId}/`));
  }
}
