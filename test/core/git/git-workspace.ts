import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Comms, openComms } from '../../../src/comms.ts';
import { applyInit, planInit } from '../../../src/workspace/scaffold.ts';
import { git, temporaryDirectory } from '../../workspace/temporary.ts';

export interface GitWorkspace {
  top: string;
  root: string;
  comms: Comms;
  git(...args: string[]): string;
  /** Commits everything; the commit's name. */
  commit(message?: string): string;
  /** Sends an INFO from claude to gpt; its id. */
  send(subject: string, to?: string): Promise<string>;
  /** Changes the text of a file of the workspace, as an editor would. */
  edit(file: string, change: (text: string) => string): void;
}

/** A workspace of claude, gpt and gemini in a repository of its own that has no commit yet. */
export async function gitWorkspace(place = 'agent-comms', top = temporaryDirectory()): Promise<GitWorkspace> {
  const root = join(top, place);
  const run = (...args: string[]) => git(top, ...args);
  run('init', '-q');
  applyInit(planInit({ root, project: top, agents: ['claude', 'gpt', 'gemini'], at: new Date().toISOString() }));
  const comms = await openComms({ workspace: root, cwd: top, env: {} });
  onTestFinished(() => comms.close());
  return {
    top,
    root,
    comms,
    git: run,
    commit(message = 'a commit') {
      run('add', '-A');
      run('commit', '-q', '--allow-empty', '-m', message);
      return run('rev-parse', 'HEAD').trim();
    },
    async send(subject, to = 'gpt') {
      const from = to === 'claude' ? 'gpt' : 'claude';
      return (await comms.send({ from, to: [to], type: 'INFO', subject, details: 'The text.' })).message.id;
    },
    edit: (file, change) => writeFileSync(join(root, file), change(readFileSync(join(root, file), 'utf8'))),
  };
}
