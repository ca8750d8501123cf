import "./schema/announcement.ts";
