import type { CodatConfig } from "../../config/codat.ts";
import type { AccountingPlatform } from "../platform.ts";
import { CodatClient } from "./client.ts";
import { readDocuments } from "./documents.ts";
import { closeFeed, fetchFeeds, listTargets, openFeed } from "./feeds.ts";
import { fetchLink, startLink, unlink } from "./link.ts";
import { codatPackages } from "./packages.ts";
import { findPayment, sendPayment } from "./payments.ts";
import { fetchPush, findPushes, push } from "./push.ts";
import { readLines } from "./read-lines.ts";
import { translateWebhook, verifyWebhook } from "./webhook.ts";

/** Codat allows a thousand requests a minute from one address. */
const requestsPerSecondMax = 15;
/** The sandbox has no such limit. */
const sandboxRequestsPerSecondMax = 200;

/** @param options.timeoutMs after which an answer is not waited for any longer */
export function createCodatPlatform(
  config: CodatConfig,
  options: { timeoutMs?: number } = {},
): AccountingPlatform {
  const client = new CodatClient(config, options);
  const isSandbox = config.environment === "simulated";
  return {
    description: {
      name: "codat",
      label: "Codat",
      packages: codatPackages.map(({ description }) => description),
      requestsPerSecondMax: isSandbox ? sandboxRequestsPerSecondMax : requestsPerSecondMax,
      supportsWebhooks: true,
      isSandbox,
    },
    startLink: (request) => startLink(client, request),
    fetchLink: (link, state = null) => fetchLink(client, link, state),
    placeOf: () => null,
    unlink: (link) => unlink(client, link),
    listTargets: (link) => listTargets(client, link),
    openFeed: (link, request) => openFeed(client, link, request),
    fetchFeeds: (link, placed) => fetchFeeds(client, link, placed),
    closeFeed: (link, feedExternalId) => closeFeed(client, link, feedExternalId),
    push: (link, batch) => push(client, link, batch),
    fetchPush: (link, externalKey) => fetchPush(client, link, externalKey),
    findPushes: (link, feedExternalId, since) => findPushes(client, link, feedExternalId, since),
    readLines: (link, request) => readLines(client, link, request),
    readDocuments: (link, request) => readDocuments(client, link, request),
    sendPayment: (link, payment) => sendPayment(client, link, payment),
    findPayment: (link, payment, since) => findPayment(client, link, payment, since),
    verifyWebhook: async (delivery) => verifyWebhook(delivery, config.webhookSecrets),
    translateWebhook,
  };
}
