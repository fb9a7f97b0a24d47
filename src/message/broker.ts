import { isObject } from './json.ts';
import { parseStatus } from './parse-status.ts';
import { parsePriority } from './priority.ts';
import { firstText, subjectOf, withoutNothing } from './said.ts';
import { builtInType } from './types.ts';

/** A message of the broker's in the names of our envelope. Without `to_agent` it goes to its channel's subscribers. */
export function fromBroker(json: Record<string, unknown>): { message: Record<string, unknown>; recipients: string[] | undefined } {
  const { from_agent, to_agent, payload, priority, status, delivery_count, last_delivered_at, error, created_at, ...rest } = json;
  const context = payloadOf(payload);
  const body = isObject(context) ? context : {};
  const said = firstText(body.details, body.message, body.query, body.text, body.summary, payload === context ? undefined : payload);
  const type = typeof rest.type === 'string' ? (builtInType(rest.type) ?? rest.type) : rest.type;
  const subject = subjectOf(firstText(rest.subject, body.subject, said), type);
  const message = withoutNothing({
    ...rest,
    timestamp: rest.timestamp ?? created_at,
    sender: from_agent,
    recipient: to_agent,
    type,
    priority: parsePriority(priority) ?? priority,
    status: parseStatus(status) ?? status,
    subject,
    content: { details: said ?? subject ?? '', context, attachments: [] },
    delivery: deliveryOf({ attempts: delivery_count, claimed_at: last_delivered_at, last_error: error }),
  });
  return { message, recipients: typeof to_agent === 'string' ? [to_agent] : undefined };
}

/** As an object; a row of the broker's table holds it as JSON text. What is no object is left for validation to refuse. */
function payloadOf(payload: unknown): unknown {
  if (payload === undefined || payload === null) return {};
  if (typeof payload !== 'string') return payload;
  try {
    const parsed: unknown = JSON.parse(payload);
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

function deliveryOf(fields: Record<string, unknown>): Record<string, unknown> | undefined {
  const delivery = withoutNothing(fields);
  const never = Object.keys(delivery).length === 0 || (delivery.attempts === 0 && Object.keys(delivery).length === 1);
  return never ? undefined : delivery;
}
