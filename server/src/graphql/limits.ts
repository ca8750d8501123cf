import type { GraphQLField, GraphQLNamedType } from "graphql";
import {
  type ASTVisitor,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from "graphql";

/**
 * What one document may ask for. Sized to the client's own documents with room to spare: its largest has depth
 * 9 and a cost of a few thousand.
 */
export const limits = {
  tokensMax: 2_000,
  depthMax: 14,
  aliasesMax: 30,
  directivesMax: 30,
  /** Of fields that may be resolved, lists counted as below. */
  costMax: 60_000,
  /** What a paginated list counts as when its size comes in a variable or not at all. */
  pageItems: 100,
  /** What a list without pagination counts as. */
  listItems: 4,
} as const;

type Problem = { code: string; message: string };

/** A validation rule: refuses documents that are too deep, too wide or too expensive, before they are executed. */
export function limitsRule(context: ValidationContext): ASTVisitor {
  return {
    Document: {
      enter(document) {
        for (const definition of document.definitions) {
          if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
          const problem = problemOf(context, definition);
          if (!problem) continue;
          context.reportError(
            new GraphQLError(problem.message, {
              nodes: definition,
              extensions: { code: problem.code },
            }),
          );
          // The other rules need not look at what is refused, some of them at a cost that grows with it.
          return false;
        }
        return undefined;
      },
    },
  };
}

function problemOf(context: ValidationContext, operation: OperationDefinitionNode): Problem | null {
  const root = context.getSchema().getRootType(operation.operation);
  if (!root) return null;
  const measure = new Measure(context);
  const { depth, cost } = measure.selections(operation.selectionSet, root);
  const checks: [boolean, string, string, number][] = [
    [depth > limits.depthMax, "TOO_DEEP", "nested deeper than", limits.depthMax],
    [
      measure.aliases > limits.aliasesMax,
      "TOO_MANY_ALIASES",
      "more aliases than",
      limits.aliasesMax,
    ],
    [
      measure.directives > limits.directivesMax,
      "TOO_MANY_DIRECTIVES",
      "more directives than",
      limits.directivesMax,
    ],
    [cost > limits.costMax, "TOO_EXPENSIVE", "a higher cost than", limits.costMax],
  ];
  const [failed] = checks.filter(([tooMuch]) => tooMuch);
  if (!failed) return null;
  const [, code, what, max] = failed;
  return { code, message: `This operation is too large: ${what} ${max}.` };
}

interface Size {
  depth: number;
  cost: number;
}

/** Fragments are measured once each and reused, so that measuring takes time in proportion to the text. */
class Measure {
  aliases = 0;
  directives = 0;
  readonly #context: ValidationContext;
  readonly #fragments = new Map<string, Size | "measuring">();

  constructor(context: ValidationContext) {
    this.#context = context;
  }

  selections(set: SelectionSetNode, type: GraphQLNamedType): Size {
    const total: Size = { depth: 0, cost: 0 };
    for (const selection of set.selections) {
      this.directives += selection.directives?.length ?? 0;
      const size = this.#selection(selection, type);
      total.depth = Math.max(total.depth, size.depth);
      total.cost += size.cost;
    }
    return total;
  }

  #selection(selection: SelectionSetNode["selections"][number], type: GraphQLNamedType): Size {
    switch (selection.kind) {
      case Kind.FIELD:
        return this.#field(selection, type);
      case Kind.INLINE_FRAGMENT:
        return this.selections(
          selection.selectionSet,
          this.#named(selection.typeCondition?.name.value) ?? type,
        );
      case Kind.FRAGMENT_SPREAD:
        return this.#fragment(this.#context.getFragment(selection.name.value));
    }
  }

  #field(node: FieldNode, type: GraphQLNamedType): Size {
    if (node.alias) this.aliases += 1;
    // Introspection is answered from memory, and graphql-js bounds its depth by a rule of its own.
    if (node.name.value.startsWith("__")) return { depth: 0, cost: 0 };
    const field = "getFields" in type ? type.getFields()[node.name.value] : undefined;
    if (!node.selectionSet) return { depth: 1, cost: 1 };
    // A field that does not exist is another rule's to report; what is below it still has a depth.
    const below = this.selections(
      node.selectionSet,
      field && "args" in field ? getNamedType(field.type) : type,
    );
    const items = field && "args" in field ? itemsOf(node, field) : 1;
    return { depth: below.depth + 1, cost: 1 + below.cost * items };
  }

  #fragment(fragment: FragmentDefinitionNode | null | undefined): Size {
    const nothing: Size = { depth: 0, cost: 0 };
    if (!fragment) return nothing;
    const name = fragment.name.value;
    const known = this.#fragments.get(name);
    // A cycle is refused by graphql-js's own rule.
    if (known === "measuring") return nothing;
    if (known) return known;
    this.#fragments.set(name, "measuring");
    const type = this.#named(fragment.typeCondition.name.value);
    const size = type ? this.selections(fragment.selectionSet, type) : nothing;
    this.#fragments.set(name, size);
    return size;
  }

  #named(name: string | undefined): GraphQLNamedType | undefined {
    const type = name === undefined ? undefined : this.#context.getSchema().getType(name);
    return isCompositeType(type) ? type : undefined;
  }
}

/** How often what is below a field is resolved. */
function itemsOf(node: FieldNode, field: GraphQLField<unknown, unknown>): number {
  const paginated = field.args.some(({ name }) => name === "first" || name === "last");
  if (paginated) {
    const asked = node.arguments?.find(
      ({ name }) => name.value === "first" || name.value === "last",
    );
    const value = asked?.value;
    if (value?.kind === Kind.INT) return Math.max(1, Number(value.value));
    const byDefault = field.args.find(({ name }) => name === "first")?.defaultValue;
    if (!asked && typeof byDefault === "number") return byDefault;
    return limits.pageItems;
  }
  // The lists of a page repeat what the page's own size has counted already.
  return isListType(getNullableType(field.type)) && !isPartOfPage(node) ? limits.listItems : 1;
}

function isPartOfPage(node: FieldNode): boolean {
  return node.name.value === "edges" || node.name.value === "nodes";
}
