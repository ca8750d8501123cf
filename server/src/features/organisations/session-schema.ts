import assert from "node:assert/strict";
import { builder } from "../../graphql/builder.ts";
import { type Context, type HttpExchange, viewerOf } from "../../graphql/context.ts";
import { InvalidInput, NotFound, RateLimited } from "../errors.ts";
import { signIn } from "./sign-in.ts";
import { signOut } from "./sign-out.ts";
import { switchOrganisation } from "./switch-organisation.ts";
import { ViewerType } from "./viewer-schema.ts";

builder.mutationField("signIn", (t) =>
  t.field({
    type: ViewerType,
    errors: { types: [InvalidInput, RateLimited] },
    description: "Starts a session and sets its cookie. Programs use an API key instead.",
    args: {
      email: t.arg.string({ required: true, description: "In any case." }),
      password: t.arg.string({ required: true, description: "The person's password." }),
    },
    resolve: async (_root, { email, password }, context) => {
      const http = exchangeOf(context);
      const replaces = context.viewer?.sessionId ?? null;
      const { address } = http;
      const signedIn = await signIn(context.app, { email, password, address, replaces });
      http.setSession(signedIn.session.secret, signedIn.session.cookieExpiresAt);
      return signedIn.viewer;
    },
  }),
);

builder.mutationField("signOut", (t) =>
  t.boolean({
    description: "Ends every session of the person, on every device. True when there was one.",
    resolve: async (_root, _args, context) => {
      const http = exchangeOf(context);
      if (context.viewer) await signOut(context.app, context.viewer);
      http.setSession(null, null);
      return context.viewer !== null;
    },
  }),
);

builder.mutationField("switchOrganisation", (t) =>
  t.field({
    type: ViewerType,
    errors: { types: [NotFound] },
    description: "Moves the session to another organisation of the person.",
    args: {
      organisationId: t.arg.id({ required: true, description: "One of `viewer.organisations`." }),
    },
    resolve: (_root, { organisationId }, context) =>
      switchOrganisation(context.app, viewerOf(context), organisationId),
  }),
);

export function exchangeOf(context: Context): HttpExchange {
  assert(context.http, "sessions are started and ended over HTTP");
  return context.http;
}
