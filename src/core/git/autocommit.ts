import { setTimeout as sleep } from 'node:timers/promises';
import { CommsError } from '../../errors.ts';
import { isCommitWritten } from '../../git/under-way.ts';
import type { AutocommitPort, CoreContext } from '../context.ts';
import { commitWorkspace } from './commit.ts';
import { repositoryOf } from './repository.ts';

/** Where writes never end, a commit is made after so many times the debounce. */
const MOST_DEBOUNCES = 6;
/** So often the process says that it is there. */
const BEAT_MS = 3_000;
/** So often it looks whether somebody's commit is made. */
const LOOK_MS = 1_000;
/** After a refusal nobody tries again for so long. */
const REST_MS = 60_000;

/**
 * Commits the workspace when nothing has been written for `debounceMs`, and ends when there is nothing more to commit. Ends at
 * once where another process does this. Whatever keeps it from committing is noted and no error: a merge that is under
 * way, a repository that cannot be written; the next write after a rest tries again.
 */
export async function autocommit(ctx: CoreContext, { debounceMs, signal }: { debounceMs: number; signal?: AbortSignal }): Promise<void> {
  const port = ctx.autocommit;
  if (!port) return;
  for (let seen: number | undefined, again = true; again; ) {
    const committed = await port.alone(() => commitWhenQuiet(ctx, port, { debounceMs, signal }));
    seen = committed?.seen;
    // A write that came while the lock was given back started nobody.
    again = committed !== undefined && !committed.rests && port.wantedAt() !== seen;
  }
}

async function commitWhenQuiet(
  ctx: CoreContext,
  port: AutocommitPort,
  { debounceMs, signal }: { debounceMs: number; signal: AbortSignal | undefined },
): Promise<{ seen: number | undefined; rests: boolean }> {
  for (;;) {
    const seen = await quiet(ctx, port, { debounceMs, signal });
    try {
      await whileSomebodyCommits(ctx, port, signal);
      await commitWorkspace(ctx);
    } catch (error) {
      port.ended(restAfter(error, ctx.clock()));
      return { seen, rests: true };
    }
    if (port.wantedAt() !== seen) continue;
    port.ended();
    return { seen, rests: false };
  }
}

/** Waits until nobody has written for the debounce, though not for ever; answers with the time of the last write. */
async function quiet(
  ctx: CoreContext,
  port: AutocommitPort,
  { debounceMs, signal }: { debounceMs: number; signal: AbortSignal | undefined },
): Promise<number | undefined> {
  const end = ctx.clock() + MOST_DEBOUNCES * debounceMs;
  for (;;) {
    port.running();
    const [now, wanted] = [ctx.clock(), port.wantedAt()];
    // A clock that was set back would make it wait for long.
    const left = Math.min(debounceMs, (wanted ?? now) + debounceMs - now, end - now);
    if (left <= 0) return wanted;
    await sleep(Math.min(left, BEAT_MS), undefined, signal && { signal });
  }
}

/** Waits until nobody has a commit of their own in an editor, which git would refuse after one of ours. */
async function whileSomebodyCommits(ctx: CoreContext, port: AutocommitPort, signal: AbortSignal | undefined): Promise<void> {
  const repository = await repositoryOf(ctx);
  while (isCommitWritten(repository, ctx.clock())) {
    port.running();
    await sleep(LOOK_MS, undefined, signal && { signal });
  }
}

function restAfter(error: unknown, now: number) {
  const { code, message } = error instanceof CommsError ? error : { code: 'INTERNAL', message: String(error) };
  return { code, message, until: now + REST_MS };
}
