import { cpSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CommsError, EXIT_BY_CODE } from '../../../src/errors.ts';
import { nodeFileSystem } from '../../../src/store/files/file-system.ts';
import { createFilesStore } from '../../../src/store/files/files-store.ts';
import { EVERY_SECTION } from '../../../src/store/sections.ts';
import type { Store } from '../../../src/store/store.ts';
import { draftOf, testOptions } from '../../store/conformance.ts';
import { testWorkspace } from '../../store/files/workspace.ts';
import { leftOvers } from '../left-overs.ts';
import { memoryDirectory } from '../memory-directory.ts';
import type { Operation } from './operations.ts';
import { type Call, type Illness, sickFileSystem } from './sick-file-system.ts';

/** An operation with a workspace that is ready for it, and what there is to compare with. */
export interface Scene {
  operation: Operation;
  template: string;
  /** The state that a success leads to, and the calls that it takes. */
  after: string;
  calls: Call[];
  dispose(): void;
}

export async function sceneOf(operation: Operation): Promise<Scene> {
  const template = await testWorkspace();
  await operation.prepare?.(template.store, template.options, template.root);
  const calls: Call[] = [];
  const scene = { operation, template: template.root, calls, dispose: template.dispose };
  const healthy = await copyOf(scene);
  await operation.act(healthy.store(sickFileSystem(undefined, (call) => calls.push(call))), healthy.options);
  const after = await stateOf(healthy.store());
  healthy.dispose();
  return { ...scene, after };
}

/** Everything that is wrong with how the operation took the illness; nothing where it is all right. */
export async function whatIsWrong(scene: Scene, illness: Illness): Promise<string[]> {
  const place = await copyOf(scene);
  try {
    return await examine(scene, illness, place);
  } finally {
    place.dispose();
  }
}

async function examine({ operation, after }: Scene, illness: Illness, place: Place): Promise<string[]> {
  const wrong: string[] = [];
  const { root, options } = place;
  const files = () => bytesOf(root, operation);
  const before = files();
  const stateBefore = await stateOf(place.store());
  const error = await operation.act(place.store(sickFileSystem(illness)), options).then(
    () => undefined,
    (thrown: unknown) => thrown ?? 'nothing',
  );
  wrong.push(...openFilesIn(root).map((file) => `${file} stays open`));
  asIfEnded(root);

  const details = error instanceof CommsError ? error.details : undefined;
  const isAnswerLost = operation.repeatable && error !== undefined && (await stateOf(place.store())) === after;
  const isDone = error === undefined || isAnswerLost || details?.unfinished === true || details?.replaced === true;
  if (error !== undefined) wrong.push(...unclear(error, illness));
  const changed = isDone ? '' : changedFiles(before, files());
  if (changed !== '') wrong.push(`it said ${said(error)}, and changed ${changed}`);
  const store = place.store();
  if (details?.unfinished) await store.sweep();
  const now = await stateOf(store);
  if (isDone && now !== after)
    wrong.push(`${error ? said(error) : 'a success'}, and it is ${now === stateBefore ? 'not done' : 'half done'}`);
  if (!isDone && now !== stateBefore) wrong.push(`it said ${said(error)}, and the state is another one`);

  // The disk is well again.
  try {
    if (!isDone) await operation.act(store, options);
    if ((await stateOf(store)) !== after) wrong.push('the next call did not come to the state that it should');
    await store.deliver({ draft: draftOf(options, { subject: 'Next' }), recipients: ['gpt', 'claude'] });
    // What the disk did not let go of stays until somebody takes a lock over, or asks for it.
    if (leftOvers(root).some((what) => what.includes('.tmp '))) await store.check({ fix: true });
    wrong.push(...(await store.check()).problems.map(({ code, message }) => `the check finds ${code}: ${message}`));
  } catch (again) {
    wrong.push(`the next call failed: ${said(again)}`);
  }
  return [...wrong, ...leftOvers(root)];
}

function unclear(error: unknown, { errno }: Illness): string[] {
  if (!(error instanceof CommsError)) return [`a bare error: ${error instanceof Error ? error.stack : String(error)}`];
  const { code, message, hint = '', details } = error;
  const right = details?.replaced === true ? 'IO_ERROR' : EXPECTED[errno];
  if (!(code in EXIT_BY_CODE) || error.exitCode === 0) return [`an unknown code: ${code}`];
  if (code !== right && code !== 'LOCK_TIMEOUT') return [`${errno} is called ${code}`];
  return message.trim() === '' || hint.trim() === '' ? [`${code} without message or hint`] : [];
}

const EXPECTED: Record<string, string> = {
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
  SHORT: 'DISK_FULL',
  EACCES: 'NOT_WRITABLE',
  EPERM: 'NOT_WRITABLE',
  EROFS: 'NOT_WRITABLE',
  EMFILE: 'IO_ERROR',
  EIO: 'IO_ERROR',
  EXDEV: 'IO_ERROR',
};

function said(error: unknown): string {
  const place = error instanceof Error ? /src.+$/m.exec(String((error.cause as Error | undefined)?.stack))?.[0] : undefined;
  return error instanceof CommsError ? `${error.code} (${error.message} ${place ?? ''})` : String(error);
}

interface Place {
  root: string;
  options: ReturnType<typeof testOptions>;
  store(fs?: Parameters<typeof createFilesStore>[0]['fs']): Store;
  dispose(): void;
}

function open(root: string): Place {
  const options = testOptions();
  return {
    root,
    options,
    store: (fs = { ...nodeFileSystem }) => createFilesStore({ ...options, root, fs }),
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A copy of the scene's workspace, of which a write has taken note, as it would have of the original. */
async function copyOf({ template, operation }: Pick<Scene, 'template' | 'operation'>): Promise<Place> {
  const root = mkdtempSync(path.join(memoryDirectory(), 'comms-disk-'));
  cpSync(template, root, { recursive: true });
  const place = open(root);
  // What a careless save left is to be found by the operation itself.
  if (!operation.name.startsWith('doctor')) await place.store().sweep();
  return place;
}

/** All that the store knows, but for what is random. */
async function stateOf(store: Store): Promise<string> {
  const copies = await store.list({ sections: EVERY_SECTION });
  const lines = copies.map(({ inbox, section, file, message }) => {
    const { uid: _, delivery, ...rest } = message;
    return JSON.stringify({ inbox, section, file, ...rest, delivery: { ...delivery, lease_token: delivery?.lease_token && 'token' } });
  });
  const { agents } = await store.status();
  return [...lines.sort(), JSON.stringify(agents.gpt?.current_task), JSON.stringify(await store.subscriptions())].join('\n');
}

/** Of what git tracks: .state/ is ours alone. What doctor mends without a decision, and derives, it may have mended before it fails. */
function bytesOf(root: string, { repeatable }: Operation): Map<string, Buffer> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((name) => !name.startsWith('.state') && !(repeatable && name === 'status.json'));
  return new Map(names.sort().map((name) => [name, readFileSync(path.join(root, name))]));
}

function changedFiles(one: Map<string, Buffer>, other: Map<string, Buffer>): string {
  const names = new Set([...one.keys(), ...other.keys()]);
  // What could not be removed is looked for once the disk is well.
  const changed = [...names].filter((name) => !name.endsWith('.tmp') && !one.get(name)?.equals(other.get(name) ?? Buffer.from('none')));
  return changed.join(', ');
}

/** The lock is this process's, which goes on; its deed is made that of one that has ended, as a command has after its error. */
function asIfEnded(root: string): void {
  const records = path.join(root, '.state', 'lock-records');
  for (const name of readdirSync(records).filter((one) => one.startsWith('owner-'))) {
    const file = path.join(records, name);
    const text = readFileSync(file, 'utf8');
    try {
      writeFileSync(file, JSON.stringify({ ...JSON.parse(text), started: '1' }));
    } catch {
      // Half of it was written, as by one that was killed over it.
    }
  }
}

/** Linux says which; elsewhere this is not looked at. */
function openFilesIn(root: string): string[] {
  if (process.platform !== 'linux') return [];
  const targets = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return [];
    }
  });
  return targets.filter((target) => target.startsWith(root));
}
