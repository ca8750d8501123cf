import type { Writable } from "node:stream";
import pino, { type Logger } from "pino";
import type { ServerConfig } from "./config.ts";

/** Fields that hold secrets wherever they occur, should anything ever log them. */
const secrets = [
  "authorization",
  "cookie",
  "password",
  "secret",
  "token",
  "accessToken",
  "credential",
  "linkToken",
  "linkState",
  "hostedUrl",
  "identifier",
];

/**
 * The process's log: a line of JSON for each thing said. Not pino's own stream: when whoever read it was killed, its
 * last flush tries for ever and the process stays.
 */
export function createLog(
  { logLevel }: Pick<ServerConfig, "logLevel">,
  destination: Writable = process.stdout,
): Logger {
  const options = {
    level: logLevel,
    redact: {
      paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]),
      censor: "(secret)",
    },
  };
  return pino(options, destination);
}
