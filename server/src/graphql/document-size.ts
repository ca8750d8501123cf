import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

/** What a paginated list counts as when its size comes in a variable or not at all. */
const pageItems = 100;
/** What a list without pagination counts as: the payments of a match, the accounts of a bank. */
const listItems = 4;

export interface DocumentSize {
  /** Fields below each other. */
  readonly depth: number;
  /** Fields that may have to be resolved: what is below a list counts for each of its items. */
  readonly cost: number;
  readonly aliases: number;
  readonly directives: number;
}

/** How large one operation of a document is. Takes time in proportion to its text, whatever its fragments. */
export function measure(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): DocumentSize {
  const root = schema.getRootType(operation.operation);
  const measuring = new Measuring(schema, document);
  const { depth, cost } = root ? measuring.set(operation.selectionSet, root) : nothing;
  return { depth, cost, aliases: measuring.aliases, directives: measuring.directives };
}

interface Size {
  readonly depth: number;
  readonly cost: number;
}

const nothing: Size = { depth: 0, cost: 0 };

class Measuring {
  aliases = 0;
  directives = 0;
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Each fragment is measured once and reused. */
  readonly #measured = new Map<string, Size>();

  constructor(schema: GraphQLSchema, document: DocumentNode) {
    this.#schema = schema;
    const fragments = document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [definition] : [],
    );
    this.#fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  }

  set(set: SelectionSetNode, type: GraphQLNamedType): Size {
    let [depth, cost] = [0, 0];
    for (const selection of set.selections) {
      this.directives += selection.directives?.length ?? 0;
      const size = this.#selection(selection, type);
      depth = Math.max(depth, size.depth);
      cost += size.cost;
    }
    return { depth, cost };
  }

  #selection(selection: SelectionNode, type: GraphQLNamedType): Size {
    switch (selection.kind) {
      case Kind.FIELD:
        return this.#field(selection, type);
      case Kind.INLINE_FRAGMENT: {
        const condition = selection.typeCondition?.name.value;
        return this.set(selection.selectionSet, this.#type(condition) ?? type);
      }
      case Kind.FRAGMENT_SPREAD:
        return this.#fragment(selection.name.value);
    }
  }

  #field(node: FieldNode, type: GraphQLNamedType): Size {
    if (node.alias) this.aliases += 1;
    // Introspection is answered from memory, and graphql-js bounds its depth by a rule of its own.
    if (node.name.value.startsWith("__")) return nothing;
    if (!node.selectionSet) return { depth: 1, cost: 1 };
    const field = fieldOf(type, node.name.value);
    // A field that does not exist is another rule's to report.
    const below = this.set(node.selectionSet, field ? getNamedType(field.type) : type);
    return { depth: 1 + below.depth, cost: 1 + below.cost * (field ? itemsOf(node, field) : 1) };
  }

  #fragment(name: string): Size {
    const known = this.#measured.get(name);
    if (known) return known;
    const fragment = this.#fragments.get(name);
    const type = this.#type(fragment?.typeCondition.name.value);
    if (!fragment || !type) return nothing;
    // A cycle, which another rule refuses, ends here.
    this.#measured.set(name, nothing);
    const size = this.set(fragment.selectionSet, type);
    this.#measured.set(name, size);
    return size;
  }

  #type(name: string | undefined): GraphQLNamedType | undefined {
    return name === undefined ? undefined : this.#schema.getType(name);
  }
}

type OutputField = GraphQLField<unknown, unknown>;

function fieldOf(type: GraphQLNamedType, name: string): OutputField | undefined {
  const field = "getFields" in type ? type.getFields()[name] : undefined;
  return field && "args" in field ? field : undefined;
}

/** How often what is below a field is resolved. */
function itemsOf(node: FieldNode, field: OutputField): number {
  const first = field.args.find(({ name }) => name === "first");
  if (first) {
    const asked = node.arguments?.find(
      ({ name }) => name.value === "first" || name.value === "last",
    );
    if (asked?.value.kind === Kind.INT) return Math.max(1, Number(asked.value.value));
    const byDefault = asked ? undefined : first.defaultValue;
    return typeof byDefault === "number" ? byDefault : pageItems;
  }
  // The lists of a page repeat what the page's own size has counted already.
  const ofPage = node.name.value === "edges" || node.name.value === "nodes";
  return isListType(getNullableType(field.type)) && !ofPage ? listItems : 1;
}
