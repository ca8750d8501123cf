import type { Settings } from "../settings.ts";
import { type CodatFact, type Consumer, firstModes, type Modes } from "./facts.ts";

/** What the client has set: where browsers come back to, who takes webhooks, and how the sandbox behaves. */
export class Portal {
  readonly consumers: Consumer[] = [];
  modes: Modes = firstModes;
  redirectUrl: string | undefined;
  readonly #settings: Settings;
  #webhookUrl: string | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.redirectUrl = settings.codatRedirectUrl;
  }

  /** Every address that wants an event of a company with these tags. */
  receivers(eventType: string, tags: Readonly<Record<string, string>>): string[] {
    const set = this.#webhookUrl ?? this.#settings.codatWebhookUrl;
    const registered = this.consumers
      .filter(({ disabled }) => !disabled)
      .filter(({ eventTypes }) => eventTypes.length === 0 || eventTypes.includes(eventType))
      .filter(({ companyTags }) => companyTags.every((tag) => hasTag(tags, tag)))
      .map(({ url }) => url);
    return [...new Set(set === undefined ? registered : [set, ...registered])];
  }

  apply(fact: CodatFact): void {
    switch (fact.did) {
      case "consumer_added":
        this.consumers.push(fact.consumer);
        return;
      case "consumer_deleted":
        this.consumers.splice(
          this.consumers.findIndex(({ id }) => id === fact.consumerId),
          1,
        );
        return;
      case "portal_set":
        this.redirectUrl = fact.redirectUrl ?? this.redirectUrl;
        this.#webhookUrl = fact.webhookUrl ?? this.#webhookUrl;
        return;
      case "modes_set":
        this.modes = { ...this.modes, ...fact.modes };
        return;
    }
  }
}

function hasTag(tags: Readonly<Record<string, string>>, tag: string): boolean {
  const at = tag.indexOf(":");
  return tags[tag.slice(0, at)] === tag.slice(at + 1);
}
