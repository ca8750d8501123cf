import type { Duplex } from "node:stream";
import { GraphQLError, type GraphQLFormattedError, getOperationAST } from "graphql";
import { CloseCode, type ConnectionInitMessage, MessageType, validateMessage } from "graphql-ws";
import type { RawData, WebSocket } from "ws";
import { CredentialRefused } from "../features/organisations/credential-refused.ts";
import type { Viewer } from "../features/viewer.ts";
import type { Documents } from "../graphql/documents.ts";
import type { LiveSubscription } from "../graphql/live-subscription.ts";
import type { SharedSubscriptions } from "../graphql/shared-subscriptions.ts";
import { holdUntilTurnEnds } from "./flush.ts";
import { textFrame } from "./text-frame.ts";

/** Past this many unsent bytes a connection's subscriptions wait; their events wait in the hub, within its bound. */
const unsentBytesMax = 262_144;
/** A client that takes nothing for this long is cut off; it comes back with its cursor. */
const stalledMsMax = 30_000;
/** A client that asks on and on without taking the answers is cut off at this many bytes. */
const unansweredBytesMax = 4 * 1_048_576;
const initMsMax = 10_000;
const subscriptionsMax = 32;
/** A larger answer is sent as two fragments rather than copied for each subscriber. */
const copiedBytesMax = 16_384;

export interface SocketServices {
  readonly documents: Documents;
  readonly subscriptions: SharedSubscriptions;
  /** @throws CredentialRefused */
  authenticate(params: Record<string, unknown>): Promise<Viewer | null>;
  /** The connection has a viewer now; @returns what to call when it has ended */
  onSignedIn(viewer: Viewer, end: () => void): () => void;
  /** An error as the client may see it. */
  present(error: unknown): GraphQLError;
}

interface Operation {
  subscription: LiveSubscription | null;
  closed: boolean;
}

/**
 * One client of the protocol graphql-transport-ws, for subscriptions. It differs from graphql-ws's own server in
 * one thing: an answer that many subscribers get is executed and serialised once (see SharedSubscriptions), and
 * only the subscription's id is put before it here.
 *
 * Source: https://github.com/graphql/graphql-over-http/blob/main/rfcs/GraphQLOverWebSocket.md
 */
export class SocketConnection {
  readonly #socket: WebSocket;
  /** The connection below the socket. `ws` writes through at once too, so that the order is kept. */
  readonly #wire: Duplex;
  readonly #services: SocketServices;
  readonly #operations = new Map<string, Operation>();
  readonly #initTimer: NodeJS.Timeout;
  #viewer: Viewer | null = null;
  #initialised = false;
  #forget: (() => void) | null = null;
  #draining: Promise<void> | null = null;

  constructor(socket: WebSocket, wire: Duplex, services: SocketServices) {
    this.#socket = socket;
    this.#wire = wire;
    this.#services = services;
    this.#initTimer = setTimeout(
      () => this.#close(CloseCode.ConnectionInitialisationTimeout, "Connection init timeout"),
      initMsMax,
    );
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("close", () => this.#ended());
    // Followed by "close", which does what there is to do.
    socket.on("error", () => {});
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#socket.bufferedAmount > unansweredBytesMax) {
      this.#socket.terminate();
      return;
    }
    try {
      if (isBinary) throw new TypeError("messages are text");
      void this.#handle(validateMessage(JSON.parse(String(data)))).catch((error) => {
        this.#services.present(error);
        this.#close(CloseCode.InternalServerError, "Internal server error");
      });
    } catch {
      this.#close(CloseCode.BadRequest, "This is no message of graphql-transport-ws");
    }
  }

  async #handle(message: ReturnType<typeof validateMessage>): Promise<void> {
    switch (message.type) {
      case MessageType.ConnectionInit:
        return this.#init(message);
      case MessageType.Ping:
        return this.#send({ type: MessageType.Pong, payload: message.payload });
      case MessageType.Pong:
        return;
      case MessageType.Subscribe: {
        const { query, operationName, variables } = message.payload;
        return this.#subscribe(message.id, query, operationName ?? null, variables ?? {});
      }
      case MessageType.Complete:
        return this.#finish(message.id);
      default:
        this.#close(CloseCode.BadRequest, `Clients do not send ${message.type}`);
    }
  }

  async #init({ payload }: ConnectionInitMessage): Promise<void> {
    if (this.#initialised) {
      this.#close(CloseCode.TooManyInitialisationRequests, "Too many initialisation requests");
      return;
    }
    this.#initialised = true;
    let viewer: Viewer | null = null;
    try {
      viewer = await this.#services.authenticate(payload ?? {});
    } catch (error) {
      if (!(error instanceof CredentialRefused)) throw error;
    }
    if (!viewer) {
      this.#close(CloseCode.Unauthorized, "Unauthorized");
      return;
    }
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    clearTimeout(this.#initTimer);
    this.#viewer = viewer;
    this.#forget = this.#services.onSignedIn(viewer, () =>
      this.#close(CloseCode.Forbidden, "Signed out"),
    );
    this.#send({ type: MessageType.ConnectionAck });
  }

  async #subscribe(
    id: string,
    query: string,
    operationName: string | null,
    variables: Record<string, unknown>,
  ): Promise<void> {
    if (!this.#viewer) return this.#close(CloseCode.Unauthorized, "Unauthorized");
    if (this.#operations.has(id)) {
      return this.#close(CloseCode.SubscriberAlreadyExists, `Subscriber for ${id} already exists`);
    }
    if (this.#operations.size >= subscriptionsMax) {
      const message = `A connection has ${subscriptionsMax} subscriptions at most.`;
      const extensions = { code: "TOO_MANY_SUBSCRIPTIONS" };
      return this.#refuse(id, [new GraphQLError(message, { extensions })]);
    }
    const operation: Operation = { subscription: null, closed: false };
    this.#operations.set(id, operation);
    const outcome = await this.#start(this.#viewer, query, operationName, variables);
    if (outcome.kind === "refused") {
      if (!operation.closed) this.#refuse(id, outcome.errors);
      return;
    }
    operation.subscription = outcome.subscription;
    if (operation.closed) outcome.subscription.close();
    else this.#deliver(id, outcome.subscription);
  }

  async #start(
    viewer: Viewer,
    query: string,
    operationName: string | null,
    variables: Record<string, unknown>,
  ): ReturnType<SharedSubscriptions["subscribe"]> {
    const { documents, subscriptions } = this.#services;
    try {
      const document = documents.parse(query);
      const errors = documents.validate(document);
      if (errors.length > 0) return { kind: "refused", errors };
      if (getOperationAST(document, operationName)?.operation !== "subscription") {
        const message = "This connection is for one subscription each; the rest goes over HTTP.";
        const extensions = { code: "NOT_A_SUBSCRIPTION" };
        return { kind: "refused", errors: [new GraphQLError(message, { extensions })] };
      }
      return await subscriptions.subscribe(viewer, { document, operationName, variables });
    } catch (error) {
      return { kind: "refused", errors: [this.#services.present(error)] };
    }
  }

  /** Passes results on as fast as the client takes them, and no faster. */
  #deliver(id: string, subscription: LiveSubscription): void {
    const before = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
    subscription.start({
      take: ({ json }) => {
        this.#sendNext(before, json);
        return this.#socket.bufferedAmount > unsentBytesMax ? this.#drained() : null;
      },
      end: (error) => {
        this.#finish(id);
        if (error === undefined) {
          this.#send({ type: MessageType.Complete, id });
        } else {
          // The client comes back with its cursor.
          this.#services.present(error);
          this.#close(CloseCode.InternalServerError, "Internal server error");
        }
      },
    });
  }

  #sendNext(before: Buffer, json: Buffer): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    holdUntilTurnEnds(this.#wire);
    if (json.length > copiedBytesMax) {
      this.#socket.send(before, { binary: false, fin: false });
      this.#socket.send(json, { binary: false, fin: false });
      this.#socket.send(closingBrace, { binary: false, fin: true });
      return;
    }
    this.#wire.write(textFrame([before, json, closingBrace]));
  }

  /** Resolves when everything sent so far has left this process: a ping goes out behind it. */
  #drained(): Promise<void> {
    this.#draining ??= new Promise((resolve) => {
      const timer = setTimeout(() => this.#socket.terminate(), stalledMsMax);
      this.#socket.ping(undefined, false, () => {
        clearTimeout(timer);
        this.#draining = null;
        resolve();
      });
    });
    return this.#draining;
  }

  #refuse(id: string, errors: readonly GraphQLError[]): void {
    this.#finish(id);
    const payload: GraphQLFormattedError[] = errors.map((error) =>
      this.#services.present(error).toJSON(),
    );
    this.#send({ type: MessageType.Error, id, payload });
  }

  #finish(id: string): void {
    const operation = this.#operations.get(id);
    if (!operation) return;
    this.#operations.delete(id);
    operation.closed = true;
    operation.subscription?.close();
  }

  #send(message: object): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  #ended(): void {
    clearTimeout(this.#initTimer);
    this.#forget?.();
    for (const id of [...this.#operations.keys()]) this.#finish(id);
  }
}

const closingBrace = Buffer.from("}");
