/** A server process that has read its sources and starts when it is told: reading them takes longer than all the rest. */
export {};

await import("../../server/src/start-server.ts");
process.once("message", () => void import("../../server/src/main.ts"));
process.send?.({ waiting: true });
