import type { MessageFilter } from '../../message/filter.ts';
import { BUILT_IN_TYPES, PRIORITIES, STATUSES } from '../../message/message.ts';
import { parseType } from '../../message/types.ts';
import type { Settings } from '../../workspace/workspace.ts';
import type { OptionSpec } from '../command.ts';
import { registeredAgent } from '../identity.ts';
import type { Options } from '../options.ts';

/** What `inbox` filters by, for a stream. */
export const FILTER_OPTIONS: OptionSpec[] = [
  { flags: '--status <status>', summary: 'only messages that stand so, or come to', commas: true, choices: STATUSES },
  { flags: '--type <type>', summary: 'only this type; context.* is every type that begins so', commas: true, suggestions: BUILT_IN_TYPES },
  { flags: '--priority <priority>', summary: 'only this priority', commas: true, choices: PRIORITIES },
  { flags: '--sender <agent>', summary: 'only from this agent', commas: true, completes: 'agent' },
  { flags: '--text <text>', summary: 'only what holds this text in its id, subject, details or context' },
];

/** The filter that the options above ask for. @throws UNKNOWN_AGENT, UNKNOWN_TYPE */
export function filterFrom(options: Options, settings: Pick<Settings, 'agents' | 'aliases'>): MessageFilter {
  return {
    status: options.list('status'),
    type: options.list('type').map((type) => (type.endsWith('.*') ? type : parseType(type))),
    priority: options.list('priority'),
    sender: options.list('sender').map((name) => registeredAgent(name, settings)),
    ...(options.text('text') !== undefined && { text: options.text('text') }),
  };
}
