import { builder } from "../../../graphql/builder.ts";
import type { AccountingConnection } from "../accounting-connection.ts";
import type { Feed } from "../feed.ts";
import type { ShownLine } from "../lines/due-lines.ts";
import type { PushOperation } from "../push/push-operation.ts";

/** Declared apart from their fields: they name each other. */
export const AccountingConnectionRef =
  builder.objectRef<AccountingConnection>("AccountingConnection");
export const FeedAccountRef = builder.objectRef<Feed>("FeedAccount");
export const PushOperationRef = builder.objectRef<PushOperation>("PushOperation");
export const FeedLineRef = builder.objectRef<ShownLine>("FeedLine");
