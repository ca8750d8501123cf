import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from "graphql";

type Named = Pick<GraphQLResolveInfo, "fragments">;

/**
 * Whether the document asks for the field at `path` below the field that is being resolved, by any way of aliases
 * and fragments: a resolver can then bring along what the next level needs. Directives are not looked at: what
 * they may skip counts as asked for.
 */
export function selects(info: GraphQLResolveInfo, path: readonly string[]): boolean {
  return info.fieldNodes.some((node) => selectsBelow(info, node.selectionSet, path));
}

function selectsBelow(
  info: Named,
  selectionSet: SelectionSetNode | undefined,
  path: readonly string[],
): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return true;
  return fieldsOf(info, selectionSet).some(
    (field) => field.name.value === name && selectsBelow(info, field.selectionSet, rest),
  );
}

function fieldsOf(info: Named, selectionSet: SelectionSetNode | undefined): FieldNode[] {
  return (selectionSet?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(info, selection.selectionSet);
    return fieldsOf(info, info.fragments[selection.name.value]?.selectionSet);
  });
}
