import type { OptionSpec } from './command.ts';

/** What every command takes. They may stand before the command, too. */
export const GLOBAL_OPTIONS: OptionSpec[] = [
  {
    flags: '--workspace <dir>',
    summary: 'use this workspace (default: COMMS_WORKSPACE, else the nearest agent-comms/)',
    completes: 'directory',
  },
  { flags: '--json', summary: 'print JSON: {"ok":true,"data":…} or {"ok":false,"error":…}' },
  { flags: '--no-color', summary: 'print without colour' },
  { flags: '-q, --quiet', summary: 'print ids, names or paths only, and no warnings' },
];
