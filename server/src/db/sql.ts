import pg from "pg";

/** Runs one parametrised statement and answers its rows. */
export interface Sql {
  /** @param name for a hot statement of a fixed text: it is then prepared once for each connection */
  query<Row extends object>(
    text: string,
    values?: readonly unknown[],
    name?: string,
  ): Promise<Row[]>;
}

/**
 * SQL over one pg connection. `int8` arrives as bigint, `date` as "YYYY-MM-DD", `timestamptz` as Date;
 * named statements are prepared once for each connection.
 */
export function sqlOver(connection: Pick<pg.PoolClient, "query">): Sql {
  return {
    async query<Row extends object>(text: string, values: readonly unknown[] = [], name?: string) {
      const result = await connection.query<Row>({
        ...(name === undefined ? {} : { name }),
        text,
        values: values as unknown[],
        types: { getTypeParser },
      });
      return result.rows;
    },
  };
}

const { builtins } = pg.types;

const textParsers = new Map<number, (value: string) => unknown>([
  [builtins.INT8, BigInt],
  [builtins.DATE, (value) => value],
]);

const getTypeParser = ((oid: number, format?: "text" | "binary") => {
  const own = format === "binary" ? undefined : textParsers.get(oid);
  return own ?? pg.types.getTypeParser(oid, format);
}) as typeof pg.types.getTypeParser;
