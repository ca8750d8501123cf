import type {
  CodatFact,
  CompanyFields,
  ConnectionStatus,
  SourceAccountFields,
  SourceAccountStatus,
} from "./facts.ts";
import { type Package, packageOf } from "./packages.ts";

export interface Company extends CompanyFields {
  readonly companyId: string;
  readonly createdAt: number;
  readonly connections: Connection[];
}

export interface Connection {
  readonly connectionId: string;
  readonly company: Company;
  readonly sourceId: string;
  readonly package: Package;
  readonly createdAt: number;
  status: ConnectionStatus;
  wasLinked: boolean;
  /** Whose books were chosen on the hosted page; null: nobody's yet. */
  organisation: string | null;
  syncedAt: number | null;
  readonly accounts: Map<string, SourceAccount>;
  /** User names of one-time credentials; made and revoked as QuickBooks' are. */
  readonly usernames: string[];
}

export interface SourceAccount {
  fields: SourceAccountFields;
  status: SourceAccountStatus;
  modifiedAt: number;
  targetId: string | null;
  /** ISO date; null until it is mapped. */
  feedStart: string | null;
  /** Ids of transactions that it has taken. */
  readonly takenIds: Set<string>;
}

/** Companies, what they are connected to, and the accounts that feed their books. */
export class Companies {
  readonly #companies = new Map<string, Company>();
  readonly #connections = new Map<string, Connection>();

  all(): Company[] {
    return [...this.#companies.values()];
  }

  find(companyId: string): Company | undefined {
    return this.#companies.get(companyId);
  }

  connection(connectionId: string): Connection | undefined {
    return this.#connections.get(connectionId);
  }

  connections(): Connection[] {
    return [...this.#connections.values()];
  }

  /** Takes the facts that are about them; others are none of theirs. */
  apply(fact: CodatFact): void {
    switch (fact.did) {
      case "company_created": {
        const { companyId, name, description, tags, at } = fact;
        const company = { companyId, name, description, tags, createdAt: at, connections: [] };
        this.#companies.set(companyId, company);
        return;
      }
      case "company_changed": {
        const { of: _, did: __, companyId, ...changes } = fact;
        Object.assign(this.#company(companyId), changes);
        return;
      }
      case "company_deleted":
        for (const { connectionId } of this.#company(fact.companyId).connections) {
          this.#connections.delete(connectionId);
        }
        this.#companies.delete(fact.companyId);
        return;
      case "connection_created":
        this.#connect(fact);
        return;
      case "connection_deleted": {
        const { company } = this.#connection(fact.connectionId);
        const at = company.connections.findIndex((one) => one.connectionId === fact.connectionId);
        company.connections.splice(at, 1);
        this.#connections.delete(fact.connectionId);
        return;
      }
      case "connection_moved": {
        const connection = this.#connection(fact.connectionId);
        connection.status = fact.status;
        connection.wasLinked ||= fact.status === "Linked";
        if (fact.organisation !== undefined) connection.organisation = fact.organisation;
        return;
      }
      case "synced":
        for (const connection of this.find(fact.companyId)?.connections ?? []) {
          if (connection.package.reads) connection.syncedAt = fact.at;
        }
        return;
      default:
        this.#applyToAccount(fact);
    }
  }

  #connect(fact: CodatFact & { did: "connection_created" }): void {
    const { connectionId, sourceId, at } = fact;
    const company = this.#company(fact.companyId);
    const connection: Connection = {
      ...{ connectionId, company, sourceId, createdAt: at, package: packageOf(fact.platformKey) },
      ...{ status: "PendingAuth", wasLinked: false, organisation: null, syncedAt: null },
      ...{ accounts: new Map(), usernames: [] },
    };
    company.connections.push(connection);
    this.#connections.set(connectionId, connection);
  }

  #applyToAccount(fact: CodatFact): void {
    switch (fact.did) {
      case "account_added":
        this.#connection(fact.connectionId).accounts.set(fact.account.id, {
          ...{ fields: fact.account, status: "pending", modifiedAt: fact.at },
          ...{ targetId: null, feedStart: null, takenIds: new Set<string>() },
        });
        return;
      case "account_changed": {
        const account = this.#account(fact);
        account.fields = { ...account.fields, ...fact.changes };
        account.modifiedAt = fact.at;
        return;
      }
      case "account_deleted":
        this.#connection(fact.connectionId).accounts.delete(fact.accountId);
        return;
      case "account_mapped": {
        const account = this.#account(fact);
        Object.assign(account, { status: "connecting", feedStart: fact.feedStart });
        Object.assign(account, { targetId: fact.targetId, modifiedAt: fact.at });
        return;
      }
      case "account_moved": {
        const account = this.#account(fact);
        Object.assign(account, { status: fact.status, modifiedAt: fact.at });
        return;
      }
      case "credentials_made":
        this.#connection(fact.connectionId).usernames.push(fact.username);
        return;
      case "credentials_revoked": {
        const { usernames, accounts } = this.#connection(fact.connectionId);
        usernames.length = 0;
        for (const account of accounts.values()) {
          if (account.status === "connected") account.status = "disconnected";
        }
        return;
      }
    }
  }

  #company(companyId: string): Company {
    return known(this.#companies.get(companyId), companyId);
  }

  #connection(connectionId: string): Connection {
    return known(this.#connections.get(connectionId), connectionId);
  }

  #account(of: { connectionId: string; accountId: string }): SourceAccount {
    return known(this.#connection(of.connectionId).accounts.get(of.accountId), of.accountId);
  }
}

function known<T>(found: T | undefined, id: string): T {
  if (found === undefined) throw new RangeError(`the journal tells of an unknown ${id}`);
  return found;
}
