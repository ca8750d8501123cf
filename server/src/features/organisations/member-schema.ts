import { builder } from "../../graphql/builder.ts";
import { viewerOf } from "../../graphql/context.ts";
import { Conflict, Forbidden, InvalidInput, NotFound } from "../errors.ts";
import { addMember } from "./add-member.ts";
import { changeMemberRole } from "./change-member-role.ts";
import { listMembers } from "./list-members.ts";
import type { Member } from "./member.ts";
import { RoleType } from "./organisation-schema.ts";
import { removeMember } from "./remove-member.ts";
import { PersonType } from "./viewer-schema.ts";

const MemberType = builder.objectRef<Member>("Member").implement({
  description: "A person in the organisation.",
  fields: (t) => ({
    id: t.exposeID("id", { description: "The membership's id." }),
    person: t.expose("person", { type: PersonType, description: "Who it is." }),
    role: t.expose("role", { type: RoleType, description: "What they are here." }),
    joinedAt: t.expose("joinedAt", { type: "DateTime", description: "Since when." }),
  }),
});

builder.queryField("members", (t) =>
  t.field({
    type: [MemberType],
    description: "The people of the organisation, by name. Needs members:manage.",
    resolve: (_root, _args, context) => listMembers(context.app, viewerOf(context)),
  }),
);

builder.mutationField("addMember", (t) =>
  t.field({
    type: MemberType,
    errors: { types: [Forbidden, InvalidInput, Conflict] },
    description: "Brings a person into the organisation. Needs members:manage.",
    args: {
      email: t.arg.string({ required: true, description: "What the person signs in with." }),
      name: t.arg.string({
        required: true,
        description: "For somebody new; a person who is known keeps theirs.",
      }),
      role: t.arg({
        type: RoleType,
        required: true,
        description: "OWNER needs owners:manage.",
      }),
      password: t.arg.string({
        description:
          "A first password of at least 12 characters, for somebody new. Leave it out for people who come " +
          "through the OpenID Connect issuer.",
      }),
    },
    resolve: (_root, { password, ...member }, context) =>
      addMember(context.app, viewerOf(context), { ...member, password: password ?? null }),
  }),
);

builder.mutationField("changeMemberRole", (t) =>
  t.field({
    type: MemberType,
    errors: { types: [Forbidden, NotFound, Conflict] },
    description:
      "Gives a member another role. Needs members:manage, and owners:manage to make or unmake an owner.",
    args: {
      id: t.arg.id({ required: true, description: "The membership's id." }),
      role: t.arg({ type: RoleType, required: true, description: "The new role." }),
    },
    resolve: (_root, input, context) => changeMemberRole(context.app, viewerOf(context), input),
  }),
);

builder.mutationField("removeMember", (t) =>
  t.field({
    type: MemberType,
    errors: { types: [Forbidden, NotFound, Conflict] },
    description:
      "Takes a person out of the organisation. Needs members:manage, and owners:manage for an owner.",
    args: { id: t.arg.id({ required: true, description: "The membership's id." }) },
    resolve: (_root, { id }, context) => removeMember(context.app, viewerOf(context), id),
  }),
);
