import assert from "node:assert/strict";
import { sqlOver } from "../../db/sql.ts";
import { builder } from "../../graphql/builder.ts";
import type { Context } from "../../graphql/context.ts";
import type { Viewer } from "../viewer.ts";
import { membershipsOf, type PersonMembership, type PersonSummary } from "./memberships.ts";
import { OrganisationType, RoleType } from "./organisation-schema.ts";
import { readOrganisation } from "./read-organisation.ts";

export const PersonType = builder.objectRef<PersonSummary>("Person").implement({
  description: "A human being; may belong to several organisations.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "The person's id." }),
    name: t.exposeString("name", { description: "As shown to others." }),
    email: t.exposeString("email", { description: "What the person signs in with." }),
  }),
});

const ActorKind = builder.enumType("ActorKind", {
  description: "What is calling.",
  values: {
    PERSON: { value: "person", description: "A human being, signed in or with a bearer token." },
    API_KEY: { value: "api_key", description: "A program with an API key." },
  } as const,
});

const ViewerOrganisation = builder
  .objectRef<PersonMembership & { current: boolean }>("ViewerOrganisation")
  .implement({
    description: "One of the organisations that the viewer can switch to.",
    fields: (t) => ({
      organisation: t.expose("organisation", {
        type: OrganisationType,
        description: "The organisation.",
      }),
      role: t.expose("role", { type: RoleType, description: "What the viewer is there." }),
      current: t.exposeBoolean("current", {
        description: "Whether this request is answered for it.",
      }),
    }),
  });

export const ViewerType = builder.objectRef<Viewer>("Viewer").implement({
  description: "Who is asking, and for which organisation.",
  fields: (t) => ({
    actorKind: t.field({
      type: ActorKind,
      description: "A person or a program.",
      resolve: ({ actor }) => {
        assert(actor.kind !== "job", "a job does not ask the API");
        return actor.kind;
      },
    }),
    person: t.field({
      type: PersonType,
      nullable: true,
      description: "Null for a program.",
      resolve: ({ actor }, _args, context) =>
        actor.kind === "person" ? readPerson(context, actor.id) : null,
    }),
    organisation: t.field({
      type: OrganisationType,
      description: "The organisation that everything is answered for.",
      resolve: ({ organisationId }, _args, { app }) =>
        readOrganisation(app.database, organisationId),
    }),
    organisations: t.field({
      type: [ViewerOrganisation],
      description: "The organisations that the person is in. Empty for a program.",
      resolve: async (viewer, _args, context) => {
        const memberships = await membershipsOfViewer(context, viewer);
        return memberships.map((membership) => ({
          ...membership,
          current: membership.organisation.id === viewer.organisationId,
        }));
      },
    }),
    role: t.field({
      type: RoleType,
      nullable: true,
      description: "What the person is in the current organisation. Null for a program.",
      resolve: async (viewer, _args, context) => {
        const memberships = await membershipsOfViewer(context, viewer);
        const current = memberships.find(
          ({ organisation }) => organisation.id === viewer.organisationId,
        );
        return current?.role ?? null;
      },
    }),
    permissions: t.stringList({
      description: "The names of what the viewer may do here; see `permissions`.",
      resolve: ({ permissions }) => [...permissions].sort(),
    }),
  }),
});

builder.queryField("viewer", (t) =>
  t.field({
    type: ViewerType,
    nullable: true,
    description: "Who is asking. Null when nobody is signed in.",
    resolve: (_root, _args, { viewer }) => viewer,
  }),
);

async function readPerson({ app }: Context, id: string): Promise<PersonSummary> {
  const [person] = await sqlOver(app.database.pool).query<PersonSummary>(
    "SELECT id, name, email FROM person WHERE id = $1",
    [id],
  );
  assert(person, "people are never deleted");
  return person;
}

/** Both `role` and `organisations` ask: one read for each viewer of a request. */
const asked = new WeakMap<Context, Map<Viewer, Promise<PersonMembership[]>>>();

function membershipsOfViewer(context: Context, viewer: Viewer): Promise<PersonMembership[]> {
  if (viewer.actor.kind !== "person") return Promise.resolve([]);
  const known = asked.get(context) ?? new Map<Viewer, Promise<PersonMembership[]>>();
  asked.set(context, known);
  const reading = known.get(viewer) ?? membershipsOf(context.app.database, viewer.actor.id);
  known.set(viewer, reading);
  return reading;
}
