import { Configuration, PlaidApi } from "plaid";
import type { PlaidConfig } from "../../config.ts";
import { failureOf, unreadableAnswer } from "./failures.ts";

const timeoutMsDefault = 30_000;
/** 500 rows of generous size; a provider that sends more is in trouble. */
const answerBytesMax = 32 * 1024 * 1024;

/** The official SDK, pointed at whatever speaks Plaid's wire format. Its failures come out as ProviderFailure. */
export class PlaidClient {
  readonly #api: PlaidApi;

  constructor(config: PlaidConfig, timeoutMs = timeoutMsDefault) {
    this.#api = new PlaidApi(
      new Configuration({
        basePath: config.baseUrl,
        baseOptions: {
          timeout: timeoutMs,
          maxContentLength: answerBytesMax,
          // A redirect would carry the secret headers to wherever it points.
          maxRedirects: 0,
          headers: { "PLAID-CLIENT-ID": config.clientId, "PLAID-SECRET": config.secret },
        },
      }),
    );
  }

  /** @throws ProviderFailure */
  async call<Answer>(request: (api: PlaidApi) => Promise<{ data: Answer }>): Promise<Answer> {
    const { data } = await request(this.#api).catch((error: unknown) => {
      throw failureOf(error, new Date());
    });
    // What is no JSON the SDK hands over as text, as if it were an answer.
    if (typeof data !== "object" || data === null) throw unreadableAnswer();
    return data;
  }
}
