import type { CommandSpec, Run } from '../command.ts';

export const spec: CommandSpec = {
  name: 'sweep',
  summary: 'put down leases that ran out and messages that expired',
  examples: [
    { command: 'comms sweep', does: 'Give back what dead workers held, and bury what expired' },
    { command: 'comms sweep --json', does: 'The same for a script' },
  ],
  notes: ['Every write does this for what it touches, and comms watch every 30 s; so it is seldom needed.'],
};

export const run: Run = async ({ open, style }) => {
  const comms = await open();
  const swept = await comms.sweep();
  const lines = [
    ...swept.leases.map(({ inbox, id }) => `${style.id(id)}  ${inbox}  its lease ran out`),
    ...swept.expired.map(({ inbox, id }) => `${style.id(id)}  ${inbox}  expired`),
  ];
  const brief = [...swept.leases, ...swept.expired].map(({ id }) => id).join('\n');
  return { data: swept, text: lines.length === 0 ? 'Nothing is due.' : lines.join('\n'), brief };
};
