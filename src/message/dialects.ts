import { CommsError } from '../errors.ts';
import { parsePriority } from './priority.ts';

/** A message read as JSON in any of the three dialects, in the names of our envelope. What it left out is left out. */
export interface Normalised {
  dialect: 'native' | 'broker' | 'droid';
  message: Record<string, unknown>;
  /** Whom it is for, where it says so. */
  recipients: string[] | 'broadcast' | undefined;
}

/**
 * Reads the JSON of our own envelope, of the broker (`from_agent`, `payload`, …) or of the droids (`from_droid`,
 * `urgency`, …; DESIGN §8 "Orchestration"). @throws INVALID_MESSAGE where it is no object.
 */
export function normalise(json: unknown): Normalised {
  if (!isObject(json)) {
    throw new CommsError(
      'INVALID_MESSAGE',
      `A message is a JSON object, and this is ${json === null ? 'null' : Array.isArray(json) ? 'an array' : `a ${typeof json}`}.`,
      {
        hint: 'Run "comms template INFO" for an example.',
      },
    );
  }
  if ('from_droid' in json) return fromDroid(json);
  if ('from_agent' in json) return fromBroker(json);
  const { recipient } = json;
  return { dialect: 'native', message: json, recipients: typeof recipient === 'string' ? [recipient] : undefined };
}

function fromBroker(json: Record<string, unknown>): Normalised {
  const { from_agent, to_agent, payload, priority, delivery_count, error, created_at, last_delivered_at, ...rest } = json;
  const body = isObject(payload) ? payload : payload === undefined ? {} : { payload };
  const details = firstText(body.details, body.message, body.query, body.text, body.summary);
  const subject = firstText(rest.subject, body.subject, details && oneLine(details), rest.type);
  const delivery = {
    ...(typeof delivery_count === 'number' && delivery_count > 0 ? { attempts: delivery_count } : {}),
    ...(typeof error === 'string' ? { last_error: error } : {}),
  };
  return {
    dialect: 'broker',
    message: withoutNulls({
      ...rest,
      timestamp: rest.timestamp ?? created_at,
      sender: from_agent,
      recipient: to_agent,
      priority: parsePriority(priority) ?? priority,
      subject,
      content: { details: details ?? subject ?? '', context: body, attachments: [] },
      ...(Object.keys(delivery).length > 0 ? { delivery } : {}),
    }),
    recipients: typeof to_agent === 'string' ? [to_agent] : undefined,
  };
}

function fromDroid(json: Record<string, unknown>): Normalised {
  const { from_droid, to_droid, broadcast_to, urgency, priority, type, query, response, content, context, action_required, ...rest } = json;
  const { coordination_type, discovery_type, metadata, correlation_id, ...fields } = rest;
  const meta = isObject(metadata) ? metadata : undefined;
  const said = response ?? query;
  const members = isObject(content) ? content : {};
  const answer = isObject(said) ? said : {};
  const text = firstText(said, members.action, members.discovered, content, members.impact);
  const subject = firstText(fields.subject, text && oneLine(text), type);
  return {
    dialect: 'droid',
    message: withoutNulls({
      ...fields,
      sender: from_droid,
      recipient: to_droid,
      type: typeof type === 'string' ? type.toUpperCase() : type,
      priority: parsePriority(urgency ?? priority) ?? urgency ?? priority,
      subject,
      content: {
        details: text ?? subject ?? '',
        context: {
          ...(isObject(context) ? context : context === undefined ? {} : { context }),
          ...answer,
          ...members,
          ...defined({ coordination_type, discovery_type, action_required }),
        },
        attachments: [],
      },
      correlation_id: correlation_id ?? meta?.correlation_id,
      metadata: meta && Object.fromEntries(Object.entries(meta).filter(([key]) => key !== 'correlation_id')),
    }),
    recipients: recipientsOf(to_droid, broadcast_to),
  };
}

function recipientsOf(to: unknown, list: unknown): Normalised['recipients'] {
  if (typeof to === 'string') return [to];
  if (Array.isArray(list)) return list.filter((name): name is string => typeof name === 'string');
  return 'broadcast';
}

function oneLine(text: string): string {
  const line = text.trim().split(/\r?\n/, 1)[0] ?? '';
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

function firstText(...values: unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && value.trim() !== '');
}

function defined(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function withoutNulls(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
