import type { App } from "../../app.ts";
import { newId } from "../../db/ids.ts";
import { sqlOver } from "../../db/sql.ts";
import { hashSecret, newSecret } from "./secrets.ts";

const linkMs = 24 * 3_600_000;

/**
 * The one-time link with which a new installation's first organisation and owner are created. For the person who
 * started the server: write it to the terminal, never to the log.
 *
 * Whether anybody is here yet is asked of the people: organisations hide from whoever is in none. Each start of an
 * installation that is still empty makes a link of its own, because an earlier one cannot be shown again.
 *
 * @returns null once there is a person, and in the demo
 */
export async function ensureSetupLink(app: App): Promise<string | null> {
  if (app.config.kind !== "installation") return null;
  const sql = sqlOver(app.database.pool);
  const people = await sql.query("SELECT FROM person LIMIT 1");
  if (people.length > 0) return null;
  const secret = newSecret();
  const now = app.now();
  await sql.query(
    "INSERT INTO setup_link (id, secret_hash, created_at, expires_at) VALUES ($1, $2, $3, $4)",
    [newId(), hashSecret(secret), now, new Date(now.getTime() + linkMs)],
  );
  return `${app.config.publicUrl}/set-up?token=${secret}`;
}
