import { builder } from "../../graphql/builder.ts";
import { InvalidInput, NotFound, RateLimited } from "../errors.ts";
import { exchangeOf } from "./session-schema.ts";
import { setUp } from "./set-up.ts";
import { ViewerType } from "./viewer-schema.ts";

builder.mutationField("setUp", (t) =>
  t.field({
    type: ViewerType,
    errors: { types: [InvalidInput, NotFound, RateLimited] },
    description:
      "Creates the first organisation of an installation and its owner, and signs the owner in. Once, with the " +
      "link that the first start prints.",
    args: {
      token: t.arg.string({ required: true, description: "From the link." }),
      organisationName: t.arg.string({ required: true, description: "As people call it." }),
      baseCurrency: t.arg.string({ required: true, description: "ISO 4217." }),
      name: t.arg.string({ required: true, description: "The owner's name." }),
      email: t.arg.string({ required: true, description: "What the owner signs in with." }),
      password: t.arg.string({ required: true, description: "At least 12 characters." }),
    },
    resolve: async (_root, input, context) => {
      const http = exchangeOf(context);
      const { viewer, session } = await setUp(context.app, input);
      http.setSession(session.secret, session.cookieExpiresAt);
      return viewer;
    },
  }),
);
