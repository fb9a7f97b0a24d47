import type { PurgeRequest } from '../store/store.ts';
import type { CoreContext } from './context.ts';
import type { Cleaned, CleanupProgress, CleanupRequest } from './dead-requests.ts';

/** So many at once; between two writes others get their turn. */
const AT_ONCE = 100;

/** One part of the work: does a part of it, and says how many it did and how many are left. */
interface Step {
  name: CleanupProgress['step'];
  run: (limit: number) => Promise<{ done: number; left: number }>;
}

/**
 * Puts down what is due, then archives and purges what is old, where a time was given or config.json has one. A few
 * messages at a time; `signal` ends it in between, and what was done until then is whole and answered.
 */
export async function cleanup(ctx: CoreContext, request: CleanupRequest = {}): Promise<Cleaned> {
  const { dryRun = false, onProgress, signal } = request;
  const cleaned: Cleaned = { leases: [], expired: [], archived: [], purged: [] };
  for (const { name, run } of stepsOf(ctx, request, cleaned)) {
    let [all, left] = [0, 1];
    while (left > 0 && !signal?.aborted) {
      const part = await run(dryRun ? Number.POSITIVE_INFINITY : AT_ONCE);
      all += part.done;
      // What cannot be done must not be tried for ever.
      left = part.done === 0 ? 0 : part.left;
      onProgress?.({ step: name, done: all, total: all + left });
    }
  }
  return cleaned;
}

function stepsOf({ store, workspace: { settings } }: CoreContext, request: CleanupRequest, cleaned: Cleaned): Step[] {
  const { dryRun = false } = request;
  const archiveAfter = request.archiveOlderThanMs ?? settings.cleanup.archiveAfterMs;
  const purgeArchiveAfter = request.purgeArchiveOlderThanMs ?? settings.cleanup.purgeArchiveAfterMs;
  const purgeDeadAfter = request.purgeDeadOlderThanMs ?? settings.cleanup.purgeDeadAfterMs;

  const sweep: Step = {
    name: 'sweep',
    async run(limit) {
      const { leases, expired, left } = await store.sweep({ limit, dryRun });
      cleaned.leases.push(...leases);
      cleaned.expired.push(...expired);
      return { done: leases.length + expired.length, left };
    },
  };
  const archive = (olderThanMs: number): Step => ({
    name: 'archive',
    async run(limit) {
      const { archived, left } = await store.archive({ olderThanMs, limit, dryRun });
      cleaned.archived.push(...archived);
      return { done: archived.length, left };
    },
  });
  const purge = (section: PurgeRequest['section'], olderThanMs: number): Step => ({
    name: 'purge',
    async run(limit) {
      const { purged, left } = await store.purge({ section, olderThanMs, limit, dryRun });
      cleaned.purged.push(...purged.map((one) => ({ ...one, section })));
      return { done: purged.length, left };
    },
  });
  return [
    sweep,
    ...(archiveAfter === undefined ? [] : [archive(archiveAfter)]),
    ...(purgeArchiveAfter === undefined ? [] : [purge('archived', purgeArchiveAfter)]),
    ...(purgeDeadAfter === undefined ? [] : [purge('dead', purgeDeadAfter)]),
  ];
}
