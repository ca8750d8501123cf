import { type ASTVisitor, GraphQLError, Kind, type ValidationContext } from "graphql";
import { type DocumentSize, measure } from "./document-size.ts";

/**
 * What one operation may ask for. Sized to the client's own documents, which a test measures: the largest of them
 * stay below half of the cost.
 */
export const limits = {
  tokensMax: 2_000,
  depthMax: 14,
  aliasesMax: 30,
  directivesMax: 30,
  /** Of fields that may have to be resolved; see document-size.ts. */
  costMax: 60_000,
} as const;

type Refusal = readonly [tooLarge: boolean, code: string, what: string, max: number];

/** A validation rule: refuses operations that are too deep, too wide or too expensive, before they are executed. */
export function limitsRule(context: ValidationContext): ASTVisitor {
  return {
    Document: {
      enter(document) {
        for (const operation of document.definitions) {
          if (operation.kind !== Kind.OPERATION_DEFINITION) continue;
          const refusal = refusalOf(measure(context.getSchema(), document, operation));
          if (!refusal) continue;
          const [, code, what, max] = refusal;
          const message = `This operation is too large: ${what} ${max}.`;
          const extensions = { code };
          context.reportError(new GraphQLError(message, { nodes: operation, extensions }));
        }
        return false;
      },
    },
  };
}

function refusalOf({ depth, aliases, directives, cost }: DocumentSize): Refusal | undefined {
  const { depthMax, aliasesMax, directivesMax, costMax } = limits;
  const refusals: Refusal[] = [
    [depth > depthMax, "TOO_DEEP", "nested deeper than", depthMax],
    [aliases > aliasesMax, "TOO_MANY_ALIASES", "more aliases than", aliasesMax],
    [directives > directivesMax, "TOO_MANY_DIRECTIVES", "more directives than", directivesMax],
    [cost > costMax, "TOO_EXPENSIVE", "a higher cost than", costMax],
  ];
  return refusals.find(([tooLarge]) => tooLarge);
}
