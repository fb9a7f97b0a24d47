import { EXIT_BY_CODE } from '../../errors.ts';
import type { CommandSpec, Run } from '../command.ts';
import { verdictLines } from '../verdict-text.ts';
import { requestFrom, spec as SEND } from './send.ts';

const LEFT_OUT = ['--dry-run', '--wait', '--wait-timeout <duration>'];

export const spec: CommandSpec = {
  name: 'check',
  summary: 'show what every check says of a message, without sending it',
  options: (SEND.options ?? []).filter(({ flags }) => !LEFT_OUT.includes(flags)),
  examples: [
    {
      command:
        'comms check --from claude --to gpt --type CODE_CHANGE --subject "Login" --details "Moved" --context files_changed=src/login.ts',
      does: 'See whether claude may send this, and whether it is in conflict with what others do',
    },
    { command: 'comms check --message query.json && comms send --message query.json', does: 'Send a message that nothing refuses' },
  ],
  notes: [
    'The checks, in their order: format, permissions, phase, sensitive, rate, conflicts. A refusal is exit\nstatus 7; a conflict would hold the message for a decision, or be recorded where the mode is direct.',
    'Nothing is taken from a rate limit, and nothing is logged.',
  ],
};

export const run: Run = async (invocation) => {
  const { comms, request, warnings } = await requestFrom(invocation, spec);
  const judged = await comms.verdicts(request);
  const { outcome, verdicts, conflicts, mode, preview } = judged;
  return {
    data: {
      outcome,
      verdicts,
      conflicts,
      ...(mode !== undefined && { mode }),
      ...(preview && { message: preview.message, recipients: preview.recipients }),
    },
    text: verdictLines(judged, invocation.style),
    brief: outcome,
    warnings: [...warnings, ...(preview?.warnings ?? [])],
    ...(outcome === 'refuse' && { exit: EXIT_BY_CODE.REFUSED }),
  };
};
