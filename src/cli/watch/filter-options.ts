import type { MessageFilter } from '../../message/filter.ts';
import { parseType } from '../../message/types.ts';
import type { Settings } from '../../workspace/workspace.ts';
import type { OptionSpec } from '../command.ts';
import { FILTER_OPTIONS, priorityFrom, TEXT_OPTION } from '../filter-options.ts';
import { registeredAgent } from '../identity.ts';
import type { Options } from '../options.ts';

/** What a list filters by, but for the limit: a stream has none. */
export const STREAM_FILTERS: OptionSpec[] = [...FILTER_OPTIONS.filter(({ flags }) => !flags.includes('--limit')), TEXT_OPTION];

/** What narrows work: only what is PENDING can be claimed. */
export const WORK_FILTERS: OptionSpec[] = STREAM_FILTERS.filter(({ flags }) => !flags.includes('--status'));

/** The filter that these options ask for. An unknown sender is refused here: one would wait for it for ever. @throws UNKNOWN_AGENT, UNKNOWN_TYPE, USAGE */
export function streamFilter(options: Options, settings: Pick<Settings, 'agents' | 'aliases' | 'groups'>): MessageFilter {
  const text = options.text('text');
  return {
    status: options.has('status') ? options.list('status') : [],
    type: options.list('type').map((type) => (type.endsWith('.*') ? type : parseType(type))),
    priority: options.list('priority').map(priorityFrom),
    sender: options.list('sender').map((name) => registeredAgent(name, settings)),
    ...(text !== undefined && { text }),
  };
}
