import { ruleSentences } from "../../../core/accounting/push-sentences.ts";
import { builder } from "../../../graphql/builder.ts";
import { viewerOf } from "../../../graphql/context.ts";
import type { PackageDescription, PlatformDescription } from "../../../platforms/platform.ts";
import { authorise } from "../../viewer.ts";

/** A package, and the platform that reaches it. */
export interface ShownPackage {
  readonly platform: string;
  readonly description: PackageDescription;
}

export const FileTargetKind = builder.enumType("FileTargetKind", {
  description: "Where files are put for a package without an API.",
  values: {
    FOLDER: { value: "folder", description: "A folder on this server." },
    SFTP: { value: "sftp", description: "A folder on a server that speaks SFTP." },
  } as const,
});

export const AccountingPackageRef = builder.objectRef<ShownPackage>("AccountingPackage").implement({
  description: "An accounting package, reached through a platform.",
  fields: (t) => ({
    platform: t.exposeString("platform", {
      description: "The platform's name; what `startAccountingConnection` takes.",
    }),
    name: t.string({
      description: "Stable; what `startAccountingConnection` takes.",
      resolve: ({ description }) => description.name,
    }),
    label: t.string({
      description: "For the screen.",
      resolve: ({ description }) => description.label,
    }),
    connectionMethod: t.string({
      description: "How a person connects, as a sentence.",
      resolve: ({ description }) => description.connectionMethod,
    }),
    mapsThere: t.boolean({
      description:
        "A person picks the account of the books that is fed on the package's own page, not here.",
      resolve: ({ description }) => description.mapsThere,
    }),
    readsBack: t.boolean({
      description: "What was pushed can be read back and compared.",
      resolve: ({ description }) => description.readsBack,
    }),
    hasDocuments: t.boolean({
      description: "Invoices and expenses can be pulled as open items.",
      resolve: ({ description }) => description.hasDocuments,
    }),
    takesPayments: t.boolean({
      description: "Matches of pulled documents can be booked there as payments.",
      resolve: ({ description }) => description.takesPayments,
    }),
    needsFileTarget: t.boolean({
      description: "A connection is told where its files are put: `fileTarget`.",
      resolve: ({ description }) => (description.fileTargets ?? []).length > 0,
    }),
    fileTargets: t.field({
      type: [FileTargetKind],
      description: "Where files can be put; empty for a package that is reached itself.",
      resolve: ({ description }) => [...(description.fileTargets ?? [])],
    }),
    daysBackMax: t.int({
      nullable: true,
      description: "How many days back it takes lines; null where as far as there are any.",
      resolve: ({ description }) => description.rules.daysBackMax,
    }),
    rules: t.stringList({
      description: "What it takes and refuses, as sentences.",
      resolve: ({ description }) => ruleSentences(description.rules),
    }),
  }),
});

const AccountingPlatformRef = builder
  .objectRef<PlatformDescription>("AccountingPlatform")
  .implement({
    description: "What accounting packages are reached through.",
    fields: (t) => ({
      name: t.exposeString("name", { description: "Stable." }),
      label: t.exposeString("label", { description: "For the screen." }),
      isSandbox: t.exposeBoolean("isSandbox", {
        description: "True for the sandbox: no books there are real.",
      }),
      packages: t.field({
        type: [AccountingPackageRef],
        description: "The packages that it reaches.",
        resolve: ({ name, packages }) =>
          packages.map((description) => ({ platform: name, description })),
      }),
    }),
  });

builder.queryField("accountingPlatforms", (t) =>
  t.field({
    type: [AccountingPlatformRef],
    description:
      "The accounting platforms that this installation offers. Needs bank_connections:read.",
    resolve: (_root, _args, context) => {
      authorise(viewerOf(context), "bank_connections:read");
      return context.app.platforms.all().map(({ description }) => description);
    },
  }),
);
