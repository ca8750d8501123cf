import type { BadWebhook, WireTrouble } from "./wire.ts";

/** The words of the contract that a program may send, complete: a new one is missed by the compiler. */
const troubles: Record<WireTrouble, true> = {
  login_required: true,
  consent_expired: true,
  revoked: true,
  institution_down: true,
};
export const wireTroubles = Object.keys(troubles) as WireTrouble[];

const bad: Record<BadWebhook, true> = {
  forged: true,
  altered: true,
  late: true,
  replayed: true,
  unsigned: true,
};
export const badWebhooks = Object.keys(bad) as BadWebhook[];
