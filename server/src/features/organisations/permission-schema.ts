import { builder } from "../../graphql/builder.ts";
import { viewerOf } from "../../graphql/context.ts";
import { allPermissions, permissionDescriptions } from "../permissions.ts";

const PermissionType = builder
  .objectRef<{ name: string; description: string }>("Permission")
  .implement({
    description: "Something that a role or an API key can be allowed to do.",
    fields: (t) => ({
      name: t.exposeString("name", { description: "Stable, for programs." }),
      description: t.exposeString("description", { description: "What it allows, for people." }),
    }),
  });

builder.queryField("permissions", (t) =>
  t.field({
    type: [PermissionType],
    description: "Every permission there is.",
    resolve: (_root, _args, context) => {
      viewerOf(context);
      return allPermissions.map((name) => ({ name, description: permissionDescriptions[name] }));
    },
  }),
);
