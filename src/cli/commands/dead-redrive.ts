import { isPlainId } from '../../message/ids.ts';
import { visible } from '../../message/text.ts';
import type { CommandSpec, Run } from '../command.ts';
import { DEAD_OPTIONS, deadIds, requireSelection, selectionFrom } from '../dead/selection.ts';

export const spec: CommandSpec = {
  name: 'dead redrive',
  summary: 'put dead letters back into their inboxes',
  arguments: [{ name: 'id', summary: 'these messages, such as msg-007; 7 will do', variadic: true }],
  options: [...DEAD_OPTIONS, { flags: '--all', summary: 'all of them, or all that the other options let through' }],
  examples: [
    { command: 'comms dead redrive msg-007', does: 'Put every dead copy of msg-007 back' },
    { command: 'comms dead redrive --all --inbox gpt --reason failed', does: 'Let gpt have another try at what failed' },
  ],
  notes: [
    'They wait again with no attempt counted; the last error stays to be read, and a time to live that is over is taken off.\nWhat was held and never released is held again: comms held release lets it go.\nAll the ids must be dead, or nothing happens. What cannot go back because its inbox is gone is reported, with exit 3.',
  ],
};

export const run: Run = async ({ args, options, open, style, notice }) => {
  const selection = selectionFrom(options);
  requireSelection({ ids: args, all: options.flag('all'), narrowed: false, what: 'redrive' });
  const comms = await open();
  const ids = await deadIds(comms, args);
  const { redriven, failed } = await comms.redrive({ ...selection, ...(ids.length > 0 && { ids }) });
  if (redriven.length === 0 && failed.length === 0) notice('No dead letters to put back.');
  for (const { error } of failed) notice(`${error.message}${error.hint === undefined ? '' : `\nhint: ${error.hint}`}`);
  const lines = redriven.map(({ inbox, section, message: { id } }) => {
    const waits = section === 'held' ? `is held again, and waits for a decision` : `waits for ${visible(inbox)} again`;
    return `${style.id(visible(id))}  ${waits}`;
  });
  const [only] = redriven.length === 1 ? redriven : [];
  const next = only && isPlainId(only.message.id) ? [`comms track ${only.message.id} shows what becomes of it.`] : [];
  const [first] = failed;
  return {
    data: {
      redriven: redriven.map(({ inbox, message }) => ({ inbox, id: message.id })),
      failed: failed.map(({ inbox, id, error: { code, message } }) => ({ inbox, id, code, message })),
    },
    text: [...lines, ...next].join('\n'),
    brief: [...new Set(redriven.map(({ message }) => message.id))].join('\n'),
    ...(first && { exit: first.error.exitCode }),
  };
};
