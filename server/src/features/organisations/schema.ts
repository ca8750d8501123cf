/** Everything that the API has of organisations, people and programs, one file for each noun. */
import "./organisation-schema.ts";
import "./viewer-schema.ts";
import "./session-schema.ts";
import "./set-up-schema.ts";
import "./member-schema.ts";
import "./permission-schema.ts";
import "./api-key-schema.ts";
