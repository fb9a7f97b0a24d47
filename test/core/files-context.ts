import { commsOver } from '../../src/comms.ts';
import type { Comms } from '../../src/core/api.ts';
import { createFilesStore } from '../../src/store/files/files-store.ts';
import { parseConfig } from '../../src/workspace/config.ts';
import { settingsFrom } from '../../src/workspace/settings.ts';
import { temporaryDirectory } from '../workspace/temporary.ts';
import { START } from './context.ts';

export interface FilesContext {
  root: string;
  comms: Comms;
  warnings: string[];
  tick(ms: number): void;
}

const CONFIG = {
  version: '1.0',
  agents: { claude: {}, gpt: { aliases: ['codex'] }, gemini: {}, mistral: {} },
  groups: { reviewers: { members: ['codex', 'gemini'], description: 'reads every change' } },
};

/** The use cases over real inbox files of claude, gpt (alias codex), gemini and mistral; reviewers are gpt and gemini. */
export async function filesContext(config: object = CONFIG): Promise<FilesContext> {
  const root = temporaryDirectory();
  const settings = settingsFrom(parseConfig(JSON.stringify(config)));
  const warnings: string[] = [];
  let now = START;
  let uids = 0;
  const [clock, newUid] = [() => now, () => `u-${++uids}`];
  const store = createFilesStore({ root, agents: settings.agents, rules: settings, clock, newUid, warn: (text) => warnings.push(text) });
  for (const inbox of [...settings.agents, ...Object.keys(settings.groups)]) await store.addInbox(inbox);
  return {
    root,
    comms: commsOver({ store, workspace: { root, reason: 'a test', settings }, clock, newUid }),
    warnings,
    tick: (ms) => {
      now += ms;
    },
  };
}
