import { isObject } from './json.ts';
import { parsePriority } from './priority.ts';
import { firstText, subjectOf, withoutNothing } from './said.ts';
import { builtInType } from './types.ts';

/** A message of a droid's in the names of our envelope (DESIGN §8 "Orchestration"). Addressed to nobody, it is for all. */
export function fromDroid(json: Record<string, unknown>): {
  message: Record<string, unknown>;
  recipients: string[] | 'broadcast';
} {
  const { from_droid, to_droid, broadcast_to, urgency, priority, query, response, content, context, ...others } = json;
  const { coordination_type, discovery_type, action_required, metadata, correlation_id, ...rest } = others;
  const type = typeof rest.type === 'string' ? (builtInType(rest.type) ?? rest.type) : rest.type;
  const parts = { query, response, content };
  const members = {
    ...(isObject(context) ? context : withoutNothing({ context })),
    ...membersOf(parts),
    ...withoutNothing({ coordination_type, discovery_type, action_required }),
  };
  const said = saidIn(parts);
  const subject = subjectOf(firstText(rest.subject, said), type);
  const meta = isObject(metadata) ? metadata : {};
  const recipients = recipientsOf(to_droid, broadcast_to);
  const message = withoutNothing({
    ...rest,
    sender: from_droid,
    recipient: recipients.length === 1 ? recipients[0] : undefined,
    type,
    priority: parsePriority(urgency ?? priority) ?? urgency ?? priority,
    subject,
    content: { details: said ?? subject ?? '', context: members, attachments: [] },
    correlation_id: correlation_id ?? meta.correlation_id,
    metadata: metadataOf(meta),
  });
  return { message, recipients };
}

/** What was given as an object, or as anything else that is no text. */
function membersOf(parts: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(withoutNothing(parts)).flatMap(([name, part]) => {
      if (isObject(part)) return Object.entries(part);
      return typeof part === 'string' ? [] : [[name, part]];
    }),
  );
}

/** What the message says in words: the query or response itself, or what was done or found. */
function saidIn(parts: Record<string, unknown>): string | undefined {
  const inside = Object.values(parts)
    .filter(isObject)
    .flatMap(({ details, message, text, summary, action, discovered }) => [details, message, text, summary, action, discovered]);
  return firstText(...Object.values(parts), ...inside);
}

function metadataOf({ correlation_id: _, ...metadata }: Record<string, unknown>): Record<string, unknown> | undefined {
  return Object.keys(metadata).length > 0 ? metadata : undefined;
}

function recipientsOf(to: unknown, list: unknown): string[] | 'broadcast' {
  const interested = (Array.isArray(list) ? list : [list]).filter((name) => typeof name === 'string');
  if (typeof to !== 'string') return Array.isArray(list) || interested.length > 0 ? [...new Set(interested)] : 'broadcast';
  return [...new Set([to, ...interested])];
}
