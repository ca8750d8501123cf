/** The peers that bring no types: what the bench uses of them. */
declare module "autocannon" {
  interface Result {
    requests: { average: number };
    latency: { p99: number };
    non2xx: number;
    errors: number;
  }
  export default function autocannon(options: {
    url: string;
    connections: number;
    /** seconds */
    duration: number;
    requests: { method: "POST"; headers: Record<string, string>; body: string }[];
  }): Promise<Result>;
}

declare module "pg-copy-streams" {
  import type { Duplex, Readable } from "node:stream";
  import type { Submittable } from "pg";
  export function from(text: string): Submittable & Duplex;
  export function to(text: string): Submittable & Readable;
}

declare module "mt940js" {
  export class Parser {
    parse(text: string): { transactions: unknown[] }[];
  }
}

declare module "node-ofx-parser" {
  // biome-ignore lint/suspicious/noExplicitAny: a tree of whatever tags the file has
  export function parse(text: string): any;
}
