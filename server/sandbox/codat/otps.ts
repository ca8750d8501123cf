import { randomInt } from "node:crypto";

const goodMs = 60 * 60_000;
const keptMax = 5_000;

/** One-time passwords in QuickBooks' link addresses: a new one each time, good for an hour. */
export class Otps {
  readonly #issued: { otp: string; connectionId: string; until: number }[] = [];

  issue(connectionId: string, now: number): string {
    const otp = String(randomInt(100_000, 1_000_000));
    this.#issued.push({ otp, connectionId, until: now + goodMs });
    if (this.#issued.length > keptMax) this.#issued.shift();
    return otp;
  }

  good(otp: string | null, connectionId: string, now: number): boolean {
    return this.#issued.some(
      (one) => one.otp === otp && one.connectionId === connectionId && one.until > now,
    );
  }
}
