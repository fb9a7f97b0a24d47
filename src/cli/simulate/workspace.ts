import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { applyInit, planInit } from '../../workspace/scaffold.ts';
import { freeDirectory } from '../demo/directory.ts';

export interface MadeWorkspace {
  root: string;
  /** Takes it away, where it is in a temporary directory. */
  remove(): void;
}

/** A fresh workspace: in `into`, which must be empty or not there, else in a temporary directory. @throws WORKSPACE_EXISTS */
export function makeWorkspace({
  cwd,
  into,
  agents,
  store,
}: {
  cwd: string;
  into?: string | undefined;
  agents: string[];
  store: string;
}): MadeWorkspace {
  const temporary = into === undefined ? mkdtempSync(join(tmpdir(), 'comms-simulate-')) : undefined;
  const root = temporary === undefined ? freeDirectory(resolve(cwd, into ?? '.'), '--in') : join(temporary, 'agent-comms');
  const plan = planInit({ root, project: root, agents, at: new Date().toISOString() });
  applyInit({
    ...plan,
    files: plan.files.map((file) => (file.path === 'config.json' ? { ...file, content: withStore(file.content, store) } : file)),
  });
  return {
    root,
    remove() {
      if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function withStore(config: string, store: string): string {
  return `${JSON.stringify({ ...JSON.parse(config), store }, null, 2)}\n`;
}
